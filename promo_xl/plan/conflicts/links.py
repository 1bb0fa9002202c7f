"""Conflicts of links: what they name, what they close into a circle, and what they demand of the dates."""

from bisect import bisect_right
from collections.abc import Iterator

from promo_xl.plan.conflicts.ranking import Conflict
from promo_xl.plan.conflicts.subjects import about, key_of, text_of
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.network import Network, circles
from promo_xl.plan.tasks import Link, Task, format_links
from promo_xl.plan.workload import TaskColumns

_FIELD = {"FS": "start", "SS": "start", "FF": "end", "SF": "end"}
_STARTED = frozenset({"in_progress", "done"})


def link_conflicts(columns: TaskColumns, network: Network) -> Iterator[Conflict]:
    """CYCLE, SELF, MISSING_PRED, DUPLICATE_ID, DEPENDENCY and OUT_OF_SEQUENCE."""
    yield from _ids(columns, network)
    yield from _names(columns, network)
    yield from _cycles(columns, network)
    yield from _dependencies(columns, network)
    yield from _sequence(columns, network)


def _ids(columns: TaskColumns, network: Network) -> Iterator[Conflict]:
    for name, holders in network.duplicates.items():
        positions = [position for position in holders if not columns.cancelled[position]]
        if len(positions) > 1:
            names = tuple(sorted(columns.tasks[position].name for position in positions))
            details = {"id": name, "name": "、".join(names), "names": names, "count": len(positions)}
            yield tuple(positions), Finding("DUPLICATE_ID", Severity.ERROR, name, "id", details)


def _names(columns: TaskColumns, network: Network) -> Iterator[Conflict]:
    kinds = (("SELF", "", network.own), ("MISSING_PRED", "unknown", network.missing))
    for code, reason, named in (*kinds, ("MISSING_PRED", "ambiguous", network.ambiguous)):
        for position, link in dict.fromkeys(named):
            if columns.cancelled[position]:
                continue
            task = columns.tasks[position]
            details = {
                **about(columns, position),
                "predecessor": link.predecessor,
                "link": format_links((link,)),
                **({"reason": reason} if reason else {}),
            }
            yield (position,), Finding(code, Severity.ERROR, task.id, "predecessors", details)


def _cycles(columns: TaskColumns, network: Network) -> Iterator[Conflict]:
    for members in circles_in_time(columns.w_start, network.before, network.after):
        positions = sorted(members, key=lambda position: key_of(columns, position))
        tasks = [columns.tasks[position] for position in positions]
        details = {
            **about(columns, positions[0]),
            "members": tuple(text_of(task) for task in tasks),
            "names": tuple(task.name or task.id for task in tasks),
            "count": len(tasks),
        }
        yield tuple(positions), Finding("CYCLE", Severity.ERROR, tasks[0].id, "predecessors", details)


def circles_in_time(when: list[int], before: list[int], after: list[int]) -> list[list[int]]:
    """The groups of tasks that wait for each other, where most links lead forward in time.

    A circle has to come back: it lies within the times over which its backward links lead, joined where they
    overlap. Only the links between tasks within one such span are searched.
    """
    back = [(when[head], when[tail]) for tail, head in zip(before, after, strict=True) if when[tail] >= when[head]]
    if not back:
        return []
    spans: list[list[int]] = []
    for first, last in sorted(back):
        if spans and first <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    firsts = [first for first, _ in spans]
    spans_at = {}
    for time in set(when):
        nth = bisect_right(firsts, time) - 1
        spans_at[time] = nth if nth >= 0 and time <= spans[nth][1] else -1
    span = [spans_at[time] for time in when]
    near = [
        (tail, head)
        for tail, head in zip(before, after, strict=True)
        if span[tail] == span[head] and span[tail] >= 0
    ]
    nodes = sorted({node for link in near for node in link})
    number = {node: nth for nth, node in enumerate(nodes)}
    found = circles(len(nodes), [number[tail] for tail, _ in near], [number[head] for _, head in near])
    return [[nodes[nth] for nth in members] for members in found]


def _dependencies(columns: TaskColumns, network: Network) -> Iterator[Conflict]:
    """Links that do not hold: S and F of both tasks by the link table, a milestone being a point.

    Towards its predecessors a milestone stands at the end of its day, towards its successors at the start.
    """
    start_out, finish_in = columns.w_start, columns.w_end
    start_in, finish_out = start_out, finish_in
    if True in columns.point:
        start_in, finish_out = start_in.copy(), finish_out.copy()
        for position, is_point in enumerate(columns.point):
            if is_point:
                start_in[position], finish_out[position] = finish_in[position], start_out[position]
    doubtful = [
        link
        for link in zip(network.before, network.after, network.types, network.lags, strict=True)
        if link[2] != "FS" or finish_out[link[0]] + link[3] > start_in[link[1]]
    ]
    broken: dict[tuple[int, int, str, int], int] = {}
    for link in doubtful:
        before, after, kind, lag = link
        demanded = (finish_out if kind[0] == "F" else start_out)[before] + lag
        short = demanded - (start_in if kind[1] == "S" else finish_in)[after]
        if short > 0 and columns.sound[before] and columns.sound[after]:
            broken[link] = short
    for (before, after, kind, lag), short in broken.items():
        details = {
            **about(columns, after),
            **_predecessor(columns, before, kind, lag),
            "other_start": columns.start[before],
            "other_end": columns.end[before],
            "days": short,
        }
        subject = columns.tasks[after].id
        yield (after, before), Finding("DEPENDENCY", Severity.ERROR, subject, _FIELD[kind], details)


def _sequence(columns: TaskColumns, network: Network) -> Iterator[Conflict]:
    """OUT_OF_SEQUENCE: a task that has started, or is done, while its FS predecessor is not done."""
    tasks, sound = columns.tasks, columns.sound
    started = {
        position
        for position, task in enumerate(tasks)
        if (task.status in _STARTED or task.actual_start or task.completion) and _has_started(task)
    }
    if not started:
        return
    links = zip(network.before, network.after, network.types, network.lags, strict=True)
    early = dict.fromkeys(
        (before, after, kind, lag)
        for before, after, kind, lag in links
        if after in started and kind == "FS" and sound[after] and sound[before] and not _is_done(tasks[before])
    )
    for before, after, kind, lag in early:
        details = {**about(columns, after), **_predecessor(columns, before, kind, lag)}
        yield (after, before), Finding("OUT_OF_SEQUENCE", Severity.WARNING, tasks[after].id, "status", details)


def _has_started(task: Task) -> bool:
    return task.status in _STARTED or task.actual_start is not None or (task.completion or 0) > 0


def _is_done(task: Task) -> bool:
    return task.status == "done" or task.actual_end is not None or (task.completion or 0) >= 1


def _predecessor(columns: TaskColumns, before: int, kind: str, lag: int) -> dict[str, object]:
    other = columns.tasks[before]
    return {
        "other": text_of(other),
        "other_name": other.name or other.id,
        "link": format_links((Link(text_of(other), kind, lag),)),
        "type": kind,
        "lag": lag,
    }
