"""The links of a plan as arrows: x(after) >= x(before) + weight, x being the position at which a task starts.

With S = x and F = x + length every link is one such arrow: FS from a task of 3 days -> weight 3 + lag.
"""

import operator
from collections.abc import Collection
from dataclasses import dataclass, replace

from promo_xl.plan.network import Network, circles
from promo_xl.plan.summary_arrows import IN_NODES, NODES, SummaryArrows


@dataclass(frozen=True, slots=True)
class Arrows:
    """The arrows of a plan between `count` nodes; the first `tasks` ones are the tasks by position.

    They stand in an order in which every arrow into a node comes before every arrow out of it. A node
    among `first_of` starts with the first of the nodes that lead into it, any other node after all of
    them. `cycles` are the tasks that follow each other in circles; the arrows among them are left out.
    `missing` are the tasks without a place, for lack of a length or of tasks below them.
    """

    tasks: int
    count: int
    before: list[int]
    after: list[int]
    weight: list[int]
    first_of: frozenset[int] = frozenset()
    cycles: tuple[tuple[int, ...], ...] = ()
    missing: frozenset[int] = frozenset()

    def without_later_ones(self, positions: list[int]) -> "Arrows":
        """The arrows that hold at `positions`, where a summary task starts with the first of its tasks."""
        columns = zip(self.before, self.after, self.weight, strict=True)
        return _picked(
            self,
            [
                index
                for index, (before, after, weight) in enumerate(columns)
                if after not in self.first_of or positions[before] + weight == positions[after]
            ],
        )

    def preceded(self) -> set[int]:
        """The tasks that have a predecessor of their own."""
        return {
            after
            for before, after in zip(self.before, self.after, strict=True)
            if before < self.tasks or (before - self.tasks) % NODES not in IN_NODES
        }

    def driven(self) -> set[int]:
        """The nodes that come after some task, be it through a link on a summary task."""
        found: set[int] = set()
        for before, after in zip(self.before, self.after, strict=True):
            if before < self.tasks or before in found:
                found.add(after)
        return found


def arrows_of(
    network: Network, lengths: list[int], absent: Collection[int], fixed: Collection[int] = ()
) -> Arrows:
    """The arrows of the links of `network`; the tasks `absent` have no length, and their links are left out.

    Nothing moves the tasks `fixed`, so no arrow leads to them.
    """
    count = len(lengths)
    if not absent and not fixed and not network.children:
        weight = [
            lag + lengths[before] if kind == "FS"
            else lag if kind == "SS"
            else lag + lengths[before] - lengths[after] if kind == "FF"
            else lag - lengths[after]
            for before, after, kind, lag in zip(
                network.before, network.after, network.types, network.lags, strict=True
            )
        ]  # fmt: skip
        return _in_order(Arrows(count, count, network.before, network.after, weight), [])
    summaries = SummaryArrows(network, lengths, absent, fixed)
    arrows = summaries.links()
    first_of: frozenset[int] = frozenset()
    if any(before >= count or after >= count for before, after, _ in arrows):
        arrows.extend(summaries.hulls())
        first_of = summaries.first_of
        count += NODES * len(summaries.order)
    before, after, weight = ([arrow[part] for arrow in arrows] for part in range(3))
    missing = frozenset(summaries.missing)
    return _in_order(Arrows(len(lengths), count, before, after, weight, first_of, (), missing), summaries.order)


def _in_order(arrows: Arrows, summaries: list[int]) -> Arrows:
    """The arrows in their order, without those that run in circles.

    Those of tasks that only follow tasks of earlier rows stand in it already.
    """
    before, after, tasks = arrows.before, arrows.after, arrows.tasks
    if arrows.count == tasks and all(map(operator.lt, before, after)):
        return arrows
    order = _order(arrows.count, before, after)
    if len(order) == len(before):
        return _picked(arrows, order)
    groups = circles(arrows.count, before, after)
    group_of = {node: number for number, group in enumerate(groups) for node in group}
    pairs = enumerate(zip(before, after, strict=True))
    open_ = _picked(arrows, [i for i, (tail, head) in pairs if group_of.get(tail, -1) != group_of.get(head, -2)])
    in_order = _picked(open_, _order(arrows.count, open_.before, open_.after))
    cycles = [{node if node < tasks else summaries[(node - tasks) // NODES] for node in group} for group in groups]
    return replace(in_order, cycles=tuple(tuple(sorted(cycle)) for cycle in cycles))


def _picked(arrows: Arrows, indices: list[int]) -> Arrows:
    columns = ([column[i] for i in indices] for column in (arrows.before, arrows.after, arrows.weight))
    before, after, weight = columns
    return replace(arrows, before=before, after=after, weight=weight)


def _order(count: int, before: list[int], after: list[int]) -> list[int]:
    """The arrows by index, those into a node before those out of it; those in and behind circles are left out."""
    out: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for index, node in enumerate(before):
        out[node].append(index)
    for node in after:
        waiting[node] += 1
    ready = [node for node in range(count) if not waiting[node]]
    order: list[int] = []
    while ready:
        indices = out[ready.pop()]
        order += indices
        for index in indices:
            node = after[index]
            waiting[node] -= 1
            if not waiting[node]:
                ready.append(node)
    return order
