"""The arrows of a plan with summary tasks.

Links on summary tasks act through four more nodes per summary task, so that a link between two summary
tasks of a thousand tasks each is one arrow and not a million.
"""

from collections.abc import Collection, Iterator

from promo_xl.plan.network import Network

# The nodes of a summary task: where its tasks may start, where the last of them may finish, where the
# first of them starts, where the last of them finishes.
START_IN, FINISH_IN, START_OUT, FINISH_OUT = range(4)
NODES = 4
IN_NODES = frozenset({START_IN, FINISH_IN})

Arrow = tuple[int, int, int]
"""Before, after, weight: x(after) >= x(before) + weight."""


class SummaryArrows:
    """The arrows of the links, and those between each summary task and the tasks below it.

    `order` are the summary tasks, each before those below it; the nodes of the i-th one begin at the
    number of tasks + 4 i. `missing` are the tasks without a place, for lack of a length or of tasks below.
    """

    def __init__(
        self, network: Network, lengths: list[int], absent: Collection[int], fixed: Collection[int]
    ) -> None:
        """The arguments are those of `arrows_of`."""
        self.network, self.lengths, self.fixed = network, lengths, fixed
        self.order = parents_first(network.children)
        self.missing = set(absent)
        for parent in reversed(self.order):
            if parent not in fixed and self.missing.issuperset(network.children[parent]):
                self.missing.add(parent)
        first = len(lengths)
        self.nodes = {task: first + NODES * i for i, task in enumerate(self.order) if task not in self.missing}
        self.first_of = frozenset(node + START_OUT for node in self.nodes.values())

    def links(self) -> list[Arrow]:
        """The arrows of the links; a fixed summary task stands on its own dates towards its successors."""
        network, missing, nodes, fixed = self.network, self.missing, self.nodes, self.fixed
        return [
            self._link(before, after, kind, lag)
            for before, after, kind, lag in zip(
                network.before, network.after, network.types, network.lags, strict=True
            )
            if before not in missing and after not in missing and (after not in fixed or after in nodes)
        ]

    def _link(self, before: int, after: int, kind: str, lag: int) -> Arrow:
        from_finish, to_finish = kind in {"FS", "FF"}, kind in {"FF", "SF"}
        weight = lag
        if before in self.nodes and before not in self.fixed:
            before = self.nodes[before] + (FINISH_OUT if from_finish else START_OUT)
        elif from_finish:
            weight += self.lengths[before]
        if after in self.nodes:
            after = self.nodes[after] + (FINISH_IN if to_finish else START_IN)
        elif to_finish:
            weight -= self.lengths[after]
        return before, after, weight

    def hulls(self) -> Iterator[Arrow]:
        """A few arrows for each task below a summary task."""
        nodes, lengths = self.nodes, self.lengths
        followed = self._followed()
        for parent, node in nodes.items():
            children = [child for child in self.network.children[parent] if child not in self.missing]
            last = {child for child in children if child not in followed} or set(children)
            for child in children:
                if child in nodes:
                    yield node + START_IN, nodes[child] + START_IN, 0
                    if child in last:
                        yield node + FINISH_IN, nodes[child] + FINISH_IN, 0
                elif child not in self.fixed:
                    yield node + START_IN, child, 0
                    if child in last:
                        yield node + FINISH_IN, child, -lengths[child]
                if child in nodes and child not in self.fixed:
                    yield nodes[child] + START_OUT, node + START_OUT, 0
                    yield nodes[child] + FINISH_OUT, node + FINISH_OUT, 0
                else:
                    yield child, node + START_OUT, 0
                    yield child, node + FINISH_OUT, lengths[child]

    def _followed(self) -> set[int]:
        """The tasks that a task beside them follows; a link to the finish of a summary task acts on the others."""
        parents = {child: parent for parent, children in self.network.children.items() for child in children}
        return {
            before
            for before, after in zip(self.network.before, self.network.after, strict=True)
            if after not in self.missing and parents.get(before, -1) == parents.get(after, -2)
        }


def parents_first(children: dict[int, list[int]]) -> list[int]:
    """The summary tasks, each before the summary tasks below it."""
    below = {child for group in children.values() for child in group}
    order = [parent for parent in children if parent not in below]
    for parent in order:
        order.extend(child for child in children[parent] if child in children)
    return order
