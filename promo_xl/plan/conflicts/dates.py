"""Conflicts of one task's dates: with each other, its duration, the calendar, the window, the deadline."""

import math
from collections.abc import Collection, Iterator
from datetime import date
from operator import sub

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts.ranking import Conflict
from promo_xl.plan.conflicts.subjects import about
from promo_xl.plan.dates import DateSpan
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.workload import TaskColumns, plain_days

Window = tuple[date | None, date | None] | DateSpan


def date_conflicts(
    columns: TaskColumns,
    calendar: WorkCalendar,
    window: Window | None,
    summaries: Collection[int],
    duration_basis: str,
) -> Iterator[Conflict]:
    """Every conflict that one task's own dates have."""
    yield from _unsound(columns)
    yield from _durations(columns, summaries, duration_basis)
    yield from _rest_days(columns)
    yield from _calendar_range(columns, calendar)
    yield from _deadlines(columns)
    if window is not None:
        yield from _window(columns, window)


def _conflict(
    columns: TaskColumns, position: int, code: str, severity: Severity, field: str, /, **details: object
) -> Conflict:
    facts = {**about(columns, position), **details}
    return (position,), Finding(code, severity, columns.tasks[position].id, field, facts)


def _unsound(columns: TaskColumns) -> Iterator[Conflict]:
    for position, ok in enumerate(columns.sound):
        if ok or columns.cancelled[position]:
            continue
        start, end = columns.start[position], columns.end[position]
        if start is None or end is None:
            missing = tuple(field for field, day in (("start", start), ("end", end)) if day is None)
            yield _conflict(columns, position, "MISSING_DATE", Severity.WARNING, missing[0], missing=missing)
        else:
            late = (start - end).days
            yield _conflict(columns, position, "END_BEFORE_START", Severity.ERROR, "end", days=late)


def _durations(columns: TaskColumns, summaries: Collection[int], basis: str) -> Iterator[Conflict]:
    durations, points = columns.duration, columns.point
    expected = _expected(columns, basis)
    doubtful = [
        position
        for position, (found, right) in enumerate(zip(durations, expected, strict=True))
        if points[position] or (found is not None and found != right)
    ]
    for position in doubtful:
        found, right = durations[position], expected[position]
        start, end = columns.start[position], columns.end[position]
        if not columns.sound[position] or position in summaries or start is None or end is None:
            continue
        no_time = found == 0 and basis != "calendar_difference"
        if (start != end or found not in {None, 0}) if points[position] else no_time:
            facts: dict[str, object] = {"found": found, "expected": 0, "days": (end - start).days + 1}
            yield _conflict(columns, position, "MILESTONE_DURATION", Severity.WARNING, "duration", **facts)
        elif not points[position] and isinstance(found, int | float):
            # 2.5 days take the third day too.
            whole = math.ceil(found) if math.isfinite(found) else None
            if whole != right:
                gap = 0 if whole is None else abs(whole - right)
                facts = {"found": found, "expected": right, "basis": basis, "days": gap}
                yield _conflict(columns, position, "DURATION", Severity.WARNING, "duration", **facts)


def _expected(columns: TaskColumns, basis: str) -> list[int]:
    """What the duration of each task should be; for those without sound dates it means nothing."""
    if basis not in {"calendar_inclusive", "calendar_difference"}:
        return list(map(sub, columns.w_end, columns.w_start))
    more = 1 if basis == "calendar_inclusive" else 0
    return [
        0 if start is None or end is None else (end - start).days + more
        for start, end in zip(columns.start, columns.end, strict=True)
    ]


def _rest_days(columns: TaskColumns) -> Iterator[Conflict]:
    """Starts and ends on days that do not work; a milestone has one day, and it is named once."""
    rest = columns.rest
    if not rest:
        return
    for field, code, days in (
        ("start", "NONWORKING_START", columns.start),
        ("end", "NONWORKING_END", columns.end),
    ):
        for position, day in enumerate(days):
            if day not in rest or not columns.sound[position]:
                continue
            if field == "end" and columns.point[position] and columns.start[position] == day:
                continue
            yield _conflict(columns, position, code, Severity.WARNING, field, day=day)


def _calendar_range(columns: TaskColumns, calendar: WorkCalendar) -> Iterator[Conflict]:
    if calendar.covers is None and not calendar.unannounced:
        return
    unannounced = calendar.unannounced
    outside = {
        day: reason
        for day in {*columns.start, *columns.end}
        if day is not None and (reason := calendar.outside(day))
    }
    for position, (start, end, ok) in enumerate(zip(columns.start, columns.end, columns.sound, strict=True)):
        if not ok or start is None or end is None:
            continue
        day = start if start in outside else end if end in outside else None
        if day is None and unannounced and end.year - start.year > 1:
            year = next((year for year in range(start.year + 1, end.year) if year in unannounced), None)
            day = None if year is None else date(year, 1, 1)
        if day is not None:
            facts = {"day": day, "reason": outside.get(day, "unannounced")}
            field = "start" if day == start else "end"
            yield _conflict(columns, position, "CALENDAR_RANGE", Severity.WARNING, field, **facts)


def _deadlines(columns: TaskColumns) -> Iterator[Conflict]:
    deadlines = plain_days([task.deadline for task in columns.tasks])
    for position, (deadline, end) in enumerate(zip(deadlines, columns.end, strict=True)):
        if deadline is not None and end is not None and deadline < end and columns.sound[position]:
            facts = {"deadline": deadline, "days": (end - deadline).days}
            yield _conflict(columns, position, "DEADLINE", Severity.ERROR, "end", **facts)


def _window(columns: TaskColumns, window: Window) -> Iterator[Conflict]:
    """Tasks that are not wholly inside; an end of the window that is not given bounds nothing."""
    given = plain_days((window.start, window.end) if isinstance(window, DateSpan) else window)
    first, last = given[0] or date.min, given[1] or date.max
    if last < first:
        return
    for position, (start, end) in enumerate(zip(columns.start, columns.end, strict=True)):
        if start is None or end is None or (first <= start and end <= last) or not columns.sound[position]:
            continue
        inside = (min(end, last) - max(start, first)).days + 1
        facts = {
            "first": first,
            "last": last,
            "days": (end - start).days + 1 - max(0, inside),
        }
        field = "start" if start < first or start > last else "end"
        yield _conflict(columns, position, "OUTSIDE_WINDOW", Severity.WARNING, field, **facts)
