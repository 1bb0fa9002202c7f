"""Small workbooks for the tests of changes, and the edits that planners make in between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from promo_xl.plan.tasks import Task
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.write import build
from tests.workbook.files import STAMP, planned

ZH = wording("zh")
MONDAY = date(2026, 6, 1)
CHAIN = (
    Task("1", "调研", MONDAY, date(2026, 6, 5), mode="fixed"),
    Task("2", "方案", MONDAY, date(2026, 6, 2), predecessors="1", mode="auto"),
    Task("3", "设计", MONDAY, date(2026, 6, 3), predecessors="2", mode="auto"),
    Task("4", "上线", MONDAY, date(2026, 6, 1), predecessors="3"),
)


def workbook(path: Path, tasks: Sequence[Task] = CHAIN) -> Path:
    """A workbook with these tasks."""
    build(replace(planned(), tasks=tuple(tasks)), load_book(), "zh", str(path), STAMP)
    return path


def cell(path: Path, task: str, field: str) -> tuple[str, int, int]:
    """Sheet, row and column of a task's field."""
    table = open_workbook(path, load_book()).tables["tasks"]
    row = next(i for i, values in enumerate(table.rows) if values["id"] == task)
    return table.grid.name, table.numbers[row], table.columns[field]


def typed(path: Path, task: str, field: str, value: float | str | None) -> None:
    """A planner types a value into a task's field."""
    patch_workbook(path, [Change(*cell(path, task, field), value)])


def dates(path: Path) -> dict[str, tuple[date | None, date | None]]:
    """First and last day of every task."""
    return {t.id: (t.start, t.end) for t in open_workbook(path, load_book()).promotion.tasks}
