"""Dates of the tasks that follow their predecessors by themselves (排期方式: 自动)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from promo_xl.plan.arrows import arrows_of
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.critical_path import earliest
from promo_xl.plan.network import CANCELLED, Network, build_network
from promo_xl.plan.summary_arrows import parents_first
from promo_xl.plan.task_lengths import is_point, plain_day, stated_duration, task_lengths
from promo_xl.plan.tasks import Task

AUTO = "auto"
_LONG_AGO = -(10**18)  # where a node stands as long as nothing holds it


def auto_schedule(tasks: Sequence[Task], calendar: WorkCalendar, start: date | None = None) -> tuple[Task, ...]:
    """The tasks with new dates for those in mode `auto`: as early as their links to all other tasks allow.

    They keep their length in working days (at least one, unless they are milestones, as is a duration of 0 that
    spans no more than one working day) and are not earlier than `start`, else than the earliest start among
    the tasks that no link moves (of all tasks, if those have none). Without predecessors they keep their
    start, or go to the next working day from it; without a start they go to that earliest one.
    An automatic summary task spans the tasks below it. All other tasks stay as they are, and so does a
    task without a length or without a day to stand on. Scheduling again changes nothing.

    Task 1 fixed on Monday to Wednesday, task 2 automatic, of 2 days, `1FS+1d` -> Friday to Monday.
    """
    tasks = tuple(tasks)
    network = build_network(tasks)
    plan = _roles(tasks, calendar, network)
    arrows = arrows_of(network, plan.lengths, plan.absent, plan.fixed)
    driven = arrows.driven()
    first = _first(plan, driven, calendar, start)
    if first is None:
        return tasks
    positions = [
        first if begin is None or (task in plan.moving and task in driven) else begin
        for task, begin in enumerate(plan.starts)
    ]
    positions += [_LONG_AGO] * (arrows.count - arrows.tasks)
    earliest(arrows, positions)
    dated = list(tasks)
    preceded = arrows.preceded()
    for task in plan.moving:
        position, length = positions[task], plan.lengths[task]
        follows = not length and task in preceded and position > first
        begin, end = calendar.day_of(position - follows), calendar.day_of(position + max(length, 1) - 1 - follows)
        dated[task] = _moved(tasks[task], begin, end)
    _span_summaries(dated, network, plan)
    return tuple(dated)


@dataclass(frozen=True, slots=True)
class _Roles:
    """Which tasks move and which stand; the rest of them, without a length or a place, are `absent`."""

    starts: list[int | None]
    lengths: list[int]
    moving: set[int]
    fixed: set[int]
    absent: set[int]
    spanned: set[int]


def _roles(tasks: tuple[Task, ...], calendar: WorkCalendar, network: Network) -> _Roles:
    children = network.children
    spanned = {task for task in children if tasks[task].mode == AUTO or not _has_dates(tasks[task])}
    starts, lengths, without = task_lengths(tasks, calendar, spanned)
    absent = set(without)
    moving, fixed = set[int](), set[int]()
    for position, task in enumerate(tasks):
        if position in spanned or position in absent:
            continue
        if task.mode == AUTO:
            moving.add(position)
            lengths[position] = 0 if _becomes_point(task, lengths[position]) else max(1, lengths[position])
        elif starts[position] is None or not _in_order(task):
            absent.add(position)
        else:
            fixed.add(position)
            end = plain_day(task.end)
            if end is not None and is_point(task):
                starts[position] = calendar.workdays_before(end)
    stated = [None if tasks[i].status == CANCELLED else start for i, start in enumerate(starts)]
    return _Roles(stated, lengths, moving, fixed, absent, spanned)


def _becomes_point(task: Task, length: int) -> bool:
    """True for a milestone, and for what will be one on the single day that it is going to stand on."""
    return is_point(task) or (stated_duration(task) == 0 and length <= 1)


def _has_dates(task: Task) -> bool:
    return plain_day(task.start) is not None and plain_day(task.end) is not None and _in_order(task)


def _in_order(task: Task) -> bool:
    start, end = plain_day(task.start), plain_day(task.end)
    return start is None or end is None or start <= end


def _first(plan: _Roles, driven: set[int], calendar: WorkCalendar, start: date | None) -> int | None:
    """Where the automatic tasks may begin: at `start`, else with the first of the tasks that no link moves."""
    day = plain_day(start)
    if day is not None:
        return calendar.workdays_before(day)
    dated = {
        task: begin for task, begin in enumerate(plan.starts) if begin is not None and task not in plan.spanned
    }
    staying = [begin for task, begin in dated.items() if not (task in plan.moving and task in driven)]
    # Where those that stay have no dates yet, they get this start, and it is theirs the next time.
    return min(staying or dated.values(), default=None)


def _moved(task: Task, start: date | None, end: date | None) -> Task:
    if start is None or end is None or (task.start == start and task.end == end):
        return task
    return replace(task, start=start, end=end)


def _span_summaries(dated: list[Task], network: Network, plan: _Roles) -> None:
    for parent in reversed(parents_first(network.children)):
        if parent in plan.spanned and dated[parent].mode == AUTO:
            below = [dated[child] for child in network.children[parent]]
            starts = [day for task in below if (day := plain_day(task.start)) is not None]
            ends = [day for task in below if (day := plain_day(task.end)) is not None]
            dated[parent] = _moved(dated[parent], min(starts, default=None), max(ends, default=None))
