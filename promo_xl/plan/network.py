"""The network of a plan: which task each link names, which tasks belong to which, where links run in circles."""

import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from unicodedata import is_normalized

from promo_xl.plan.tasks import Link, Task, plain_text

CANCELLED = "cancelled"
_DEEPEST = 64  # levels of a dotted id; an id of ten thousand dots is nobody's outline


class Edge(NamedTuple):
    """A link that can be evaluated; `before` and `after` are positions in the sequence of tasks."""

    before: int
    after: int
    type: str
    lag: int


@dataclass(frozen=True)
class Network:
    """What the links and ids of a plan mean; everything is by position in the sequence of tasks.

    The columns `before`, `after`, `types` and `lags` hold the links that can be evaluated, in the order of
    the tasks that state them; `edges` are the same ones as tuples. A link is `missing` where no task has
    its id or name, `ambiguous` where several have, and `own` where a task names itself. `children` maps a
    summary task to the tasks directly below it, `duplicates` an id to the tasks that share it, `ids` each
    id to its task (one of them, where several share it).
    Cancelled tasks have no edges and belong to no summary task, but whoever names them names no unknown task.
    """

    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    lags: list[int] = field(default_factory=list)
    missing: list[tuple[int, Link]] = field(default_factory=list)
    ambiguous: list[tuple[int, Link]] = field(default_factory=list)
    own: list[tuple[int, Link]] = field(default_factory=list)
    children: dict[int, list[int]] = field(default_factory=dict)
    duplicates: dict[str, list[int]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The links that can be evaluated: `3SS+2d` at the sixth task -> Edge(2, 5, "SS", 2)."""
        columns = (self.before, self.after, self.types, self.lags)
        return tuple(map(Edge._make, zip(*columns, strict=True)))


def build_network(tasks: Sequence[Task]) -> Network:
    """The network of `tasks`: a link names a task by its id or, if no id is like it, by its name.

    Ids and names are compared stripped and in half-width characters. A link is first looked up as it
    was typed, then without its type and lag. Where a cancelled task and one other share an id or a
    name, the other one is meant.
    """
    ids = plain_ids([task.id for task in tasks])
    known = dict(zip(ids, range(len(ids)), strict=True))
    known.pop("", None)
    duplicates = _shared(ids, known)
    names = _Names(tasks, known, duplicates)
    network = Network(children=_children(tasks, ids, names), duplicates=duplicates, ids=known)
    _resolve_links(tasks, names, network)
    return network


def _shared(texts: list[str], known: dict[str, int]) -> dict[str, list[int]]:
    """The positions of each text that stands more than once; `known` has one position of every text."""
    shared: dict[str, list[int]] = {}
    if len(known) < len(texts):
        counts = Counter(texts)
        for position, text in enumerate(texts):
            if text and counts[text] > 1:
                shared.setdefault(text, []).append(position)
    return shared


def plain_ids(ids: list[str]) -> list[str]:
    """Ids as they are compared: stripped, with single spaces, in half-width characters; `" Ａ１ "` -> `"A1"`."""
    joined = "".join(ids)
    if joined.isprintable() and " " not in joined and is_normalized("NFKC", joined):
        return ids
    return [" ".join(plain_text(name).split()) for name in ids]


class _Names:
    """Finds the task that an id or a name stands for."""

    unknown, several = -1, -2

    def __init__(self, tasks: Sequence[Task], known: dict[str, int], duplicates: dict[str, list[int]]) -> None:
        """`unique` holds the ids that stand for one task; names are read when a link first needs one."""
        self.tasks = tasks
        statuses = [task.status for task in tasks]
        self.cancelled = {
            position
            for position, status in enumerate(statuses if CANCELLED in statuses else ())
            if status == CANCELLED
        }
        self.unique = dict(known) if duplicates else known
        for name, positions in duplicates.items():
            self.unique[name] = self._one_of(positions)
        self._by_name: dict[str, int] | None = None

    def _one_of(self, positions: list[int]) -> int:
        """The one task among several that is not cancelled; `several` if there are more."""
        alive = [position for position in positions if position not in self.cancelled]
        return self.several if len(alive) > 1 else (alive or positions)[0]

    def find(self, text: str) -> int:
        """The position of the task that `text` names, `unknown` or `several`."""
        position = self.unique.get(text, self.unknown)
        if position != self.unknown:
            return position
        (text,) = plain_ids([text])
        position = self.unique.get(text, self.unknown)
        if position != self.unknown or not text:
            return position
        if self._by_name is None:
            named = plain_ids([task.name for task in self.tasks])
            self._by_name = dict(zip(named, range(len(named)), strict=True))
            for name, positions in _shared(named, self._by_name).items():
                self._by_name[name] = self._one_of(positions)
            self._by_name.pop("", None)
        return self._by_name.get(text, self.unknown)

    def resolve(self, link: Link) -> tuple[int, Link]:
        """The position of a link's predecessor, and the link as it reads now that the names are known."""
        if link.text:
            position = self.find(link.text)
            if position != self.unknown:
                return position, Link(link.text)
        return self.find(link.predecessor), link


def _resolve_links(tasks: Sequence[Task], names: _Names, network: Network) -> None:
    """Fill the columns and the lists of what cannot be evaluated."""
    add_before, add_after = network.before.append, network.after.append
    add_type, add_lag = network.types.append, network.lags.append
    find, cancelled = names.unique.get, names.cancelled
    for position, task in enumerate(tasks):
        for link in task.predecessors:
            before = find(link.predecessor, -1)
            # The plain case first: an id as it stands, which needs no second look.
            if before < 0 or before == position or link.text or cancelled:
                before, link = _look_up(position, link, names, network)  # noqa: PLW2901
                if before < 0:
                    continue
            add_before(before)
            add_after(position)
            add_type(link.type)
            add_lag(link.lag)


def _look_up(position: int, link: Link, names: _Names, network: Network) -> tuple[int, Link]:
    """The predecessor of a link, and the link as it reads; -1 for one without an edge, which is listed."""
    if position in names.cancelled:
        return -1, link
    before, link = names.resolve(link)
    if before == position:
        network.own.append((position, link))
    elif before == _Names.several:
        network.ambiguous.append((position, link))
    elif before < 0:
        network.missing.append((position, link))
    elif before not in names.cancelled:
        return before, link
    return -1, link


def _children(tasks: Sequence[Task], ids: list[str], names: _Names) -> dict[int, list[int]]:
    """The tasks directly below each summary task; parents that run in a circle are nobody's parents."""
    parents: dict[int, int] = {}
    dotted = "." in "".join(ids)
    for position, task in enumerate(tasks if dotted or any([task.parent for task in tasks]) else ()):
        if (task.parent or dotted) and position not in names.cancelled:
            parent = _parent(task, ids[position], names)
            if parent >= 0 and parent != position:
                parents[position] = parent
    looped = _looped(parents)
    children: dict[int, list[int]] = {}
    for child, parent in parents.items():
        if child not in looped:
            children.setdefault(parent, []).append(child)
    return children


def _parent(task: Task, name: str, names: _Names) -> int:
    """The stated parent; else the nearest task up the dotted id: 1.2.3 -> 1.2, or 1 where there is no 1.2."""
    if task.parent:
        (stated,) = plain_ids([task.parent])
        parent = names.unique.get(stated, -1)
        if parent >= 0:
            return -1 if parent in names.cancelled else parent
    for _ in range(min(_DEEPEST, name.count("."))):
        name = name.rpartition(".")[0]
        parent = names.unique.get(name, -1)
        if parent >= 0 and parent not in names.cancelled:
            return parent
    return -1


def _looped(parents: dict[int, int]) -> set[int]:
    """The tasks that are among their own ancestors."""
    looped: set[int] = set()
    done: set[int] = set()
    for start in parents:
        path: dict[int, None] = {}
        task = start
        while task in parents and task not in done and task not in path:
            path[task] = None
            task = parents[task]
        if task in path:
            walk = list(path)
            looped.update(walk[walk.index(task) :])
        done.update(path)
    return looped


def cycles(count: int, edges: Iterable[tuple[int, int, str, int]]) -> list[list[int]]:
    """The groups of nodes 0 … count - 1 that reach each other, each in order: 0 -> 1 -> 0, 2 -> 0 -> [[0, 1]].

    They are the strongly connected components with more than one member, in time linear in `edges`
    and without recursion: a circle may have 100,000 members.
    """
    pairs = [(edge[0], edge[1]) for edge in edges]
    return circles(count, [pair[0] for pair in pairs], [pair[1] for pair in pairs])


def circles(count: int, before: list[int], after: list[int]) -> list[list[int]]:
    """`cycles` of columns instead of tuples."""
    if all(map(operator.lt, before, after)):
        return []
    successors: list[list[int]] = [[] for _ in range(count)]
    for tail, head in zip(before, after, strict=True):
        successors[tail].append(head)
    return _components(successors)


def _components(successors: list[list[int]]) -> list[list[int]]:
    """Tarjan's algorithm with a stack of its own; the components with more than one member."""
    count = len(successors)
    index = [0] * count  # in the order of visits, from 1; 0: not visited
    lowest = [0] * count
    done = [False] * count
    visited: list[int] = []
    found: list[list[int]] = []
    visits = 0
    for root in range(count):
        if index[root]:
            continue
        visits += 1
        index[root] = lowest[root] = visits
        visited.append(root)
        path = [(root, iter(successors[root]))]
        while path:
            node, heads = path[-1]
            for head in heads:
                if not index[head]:
                    visits += 1
                    index[head] = lowest[head] = visits
                    visited.append(head)
                    path.append((head, iter(successors[head])))
                    break
                if not done[head] and index[head] < lowest[node]:
                    lowest[node] = index[head]
            else:
                path.pop()
                if path and lowest[node] < lowest[path[-1][0]]:
                    lowest[path[-1][0]] = lowest[node]
                if lowest[node] == index[node]:
                    members = [visited.pop()]
                    while members[-1] != node:
                        members.append(visited.pop())
                    for member in members:
                        done[member] = True
                    if len(members) > 1:
                        found.append(sorted(members))
    return sorted(found)
