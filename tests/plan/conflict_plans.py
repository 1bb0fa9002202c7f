"""Small plans as text, so that a test shows the plan that it speaks of.

    1 | 海报 | 6-1..6-5 | 张三[50%] | 3FS+2d | done milestone 40% days=5 parent=1 deadline=6-5 began=6-2 ended=6-4

Every day is in 2026: 1 June is a Monday, 19 June a holiday, Saturday 27 June a make-up workday.
Trailing parts may be left out; `-` is a date that nobody typed.
"""

from datetime import date

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts
from promo_xl.plan.findings import Finding
from promo_xl.plan.people import parse_names
from promo_xl.plan.tasks import Task, parse_links

HOLIDAY, MAKEUP = date(2026, 6, 19), date(2026, 6, 27)
CALENDAR = WorkCalendar(holidays=frozenset({HOLIDAY}), makeup_workdays=frozenset({MAKEUP}))
STATUSES = {"not_started", "in_progress", "done", "delayed", "cancelled"}


def day(text: str) -> date | None:
    """`6-5` -> 5 June 2026; `-` -> None."""
    if text == "-":
        return None
    month, number = text.split("-")
    return date(2026, int(month), int(number))


def plan(text: str) -> list[Task]:
    """The tasks of a plan, a line each."""
    return [_task(line) for line in text.splitlines() if line.strip()]


def _task(line: str) -> Task:
    ident, name, span, owners, links, words = ([part.strip() for part in line.split("|")] + [""] * 6)[:6]
    first, _, last = (span or "6-1..6-1").partition("..")
    task = {"id": ident, "name": name, "start": day(first), "end": day(last or first)}
    for word in words.split():
        key, _, value = word.partition("=")
        if key in STATUSES:
            task["status"] = key
        elif key == "milestone":
            task["milestone"] = True
        elif key.endswith("%"):
            task["completion"] = int(key[:-1]) / 100
        elif key == "days":
            task["duration"] = float(value)
        elif key == "parent":
            task["parent"] = value
        else:
            task[{"deadline": "deadline", "began": "actual_start", "ended": "actual_end"}[key]] = day(value)
    return Task(**task, owners=parse_names(owners), predecessors=parse_links(links))


def found(text: str, *codes: str, **settings: object) -> list[Finding]:
    """The findings of a plan; only those of `codes` if any are named."""
    findings = find_conflicts(plan(text), settings.pop("calendar", CALENDAR), **settings)
    return [finding for finding in findings if not codes or finding.code in codes]


def said(text: str, *facts: str, **settings: object) -> list[tuple[object, ...]]:
    """Code, subject and the named facts of every finding, worst first; UNASSIGNED is left to its own tests."""
    return [
        (finding.code, finding.subject, *(finding.details.get(fact) for fact in facts))
        for finding in found(text, **settings)
        if finding.code != "UNASSIGNED"
    ]
