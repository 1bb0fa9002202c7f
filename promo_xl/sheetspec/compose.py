"""From a brief to a whole plan: the template's defaults, replaced where the brief says otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from promo_xl.plan.brief import Brief
from promo_xl.plan.calendar import RestDay, WorkCalendar, calendar_of, chinese_rest_days
from promo_xl.plan.dates import format_span
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.rest_days import with_years
from promo_xl.sheetspec.binding import RECORDS, records_of
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.placing import Anchors, PlacingError, place_rows

LEAD = timedelta(days=120)  # how far before the campaign the default tasks can reach


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a whole run: language, as-of date, and rest days if not the Chinese ones.

    `announced` holds the days of years that replace those of the Chinese calendar.
    """

    language: str
    as_of: date
    rest_days: tuple[RestDay, ...] | None = None
    announced: tuple[RestDay, ...] = ()


def compose(brief: Brief, book: Book, setting: Setting) -> Promotion:
    """The plan of `brief`: rows of the brief where it has some, else the template's defaults."""
    years = range((brief.start - LEAD).year - 1, (brief.end + LEAD).year + 2)
    announced = (rest for rest in setting.announced if rest.date and rest.date.year in years)
    rest_days = setting.rest_days or with_years(chinese_rest_days(years, setting.language), announced)
    calendar = calendar_of(rest_days, _weekend(book))
    anchors = Anchors(brief.launch, brief.start, brief.end, calendar)
    records: dict[str, tuple[Any, ...]] = {"rest_days": rest_days}
    more: dict[str, tuple[Mapping[str, object], ...]] = {}
    for name, (_, table) in book.tables.items():
        if name == "rest_days":
            continue
        given: Sequence[Mapping[str, object]]
        given = brief.rows.get(name) or place_rows(table, book, setting.language, anchors, brief)
        given = given or tuple({"n": n} for n in range(table.numbered))
        if name == "targets" and name not in brief.rows:
            given = [*given, *_goals_without_target(brief, book, setting.language, given)]
        rows = _finished(name, given, calendar)
        if name in RECORDS:
            records[RECORDS[name][0]] = records_of(table, rows)
        elif rows:
            more[name] = tuple(rows)
    project = _project(brief, book, setting, records, rest_days)
    return Promotion(project=project, more=more, **records)


def _weekend(book: Book) -> tuple[int, ...]:
    week = book.tables.get("week")
    days = week[1].defaults if week else ()
    return tuple(int(str(day["n"])) for day in days if not day.get("works")) if days else (5, 6)


def _goals_without_target(
    brief: Brief, book: Book, language: str, rows: Sequence[Mapping[str, object]]
) -> Iterator[Mapping[str, object]]:
    """A target of its own for every goal whose metric no default target measures."""
    measured = {row.get("source") for row in rows}
    missing = [metric for metric in brief.goals if metric not in measured and brief.goals[metric]]
    for number, metric in enumerate(missing, len(rows) + 1):
        yield {
            "id": f"T{number}",
            "level": "strategic",
            "dimension": book.label_of("metric", metric, language),
            "metric": book.label_of("metric", metric, language),
            "owner": brief.owner or str(rows[-1].get("owner") or "") if rows else brief.owner,
            "goal": brief.goals[metric],
            "window": format_span(brief.start, brief.end, language),
            "source": metric,
        }


def _finished(
    table: str, rows: Sequence[Mapping[str, object]], calendar: WorkCalendar
) -> Sequence[Mapping[str, object]]:
    return [_with_baseline(row, calendar) for row in rows] if table == "tasks" else rows


def _with_baseline(row: Mapping[str, object], calendar: WorkCalendar) -> Mapping[str, object]:
    """A task starts out on its baseline; a duration that is not given follows from the dates."""
    start, end = row.get("start"), row.get("end")
    whole: dict[str, object] = {"baseline_start": start, "baseline_end": end, **row}
    if isinstance(start, date) and isinstance(end, date):
        whole["duration"] = 0 if row.get("milestone") is True else calendar.workdays(start, end)
    return whole


def _project(
    brief: Brief, book: Book, setting: Setting, records: Mapping[str, tuple[Any, ...]], rest: Sequence[RestDay]
) -> dict[str, object]:
    starts = [task.start for task in records.get("tasks", ()) if task.start]
    first = min([*starts, brief.start])
    years = sorted({day.date.year for day in rest if day.date})
    project = {field: column.value for field, column in book.singles.items() if column.value is not None}
    project |= {
        "product": brief.product,
        "code": brief.code,
        "owner": brief.owner,
        "launch": brief.launch,
        "start": brief.start,
        "end": brief.end,
        "budget": brief.budget,
        "as_of": setting.as_of,
        "template_version": book.version,
        "timeline_start": first - timedelta(days=first.weekday()),
        "calendar_from": date(years[0], 1, 1),
        "calendar_to": date(years[-1], 12, 31),
    }
    project |= next(iter(brief.rows.get("project", ())), {})
    known = book.singles
    return {field: value for field, value in project.items() if field in known and value not in (None, "")}


__all__ = ["PlacingError", "Setting", "compose"]
