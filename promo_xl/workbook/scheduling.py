"""Dates of a workbook's automatic tasks: which cells get which, and which tasks stay where they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from promo_xl.plan.autoschedule import AUTO, auto_schedule
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.network import build_network
from promo_xl.plan.tasks import Task
from promo_xl.sheetspec.conclusions import calendar_in, measured
from promo_xl.sheetspec.formula.values import serial
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.cells_in import ReadTable
from promo_xl.workbook.obstacles import formula_cells
from promo_xl.workbook.patch import Change
from promo_xl.workbook.read import Opened

TASKS, MODE, DATES = "tasks", "mode", ("start", "end")
BEGUN = frozenset({"in_progress", "done"})


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The cells that the schedule changes, and what is said of it."""

    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


def scheduled(path: Path, opened: Opened, book: Book) -> Scheduled:
    """New dates for the tasks that follow their predecessors by themselves.

    Tasks that have begun stay where they are, and so do those with a date that is a formula of the planner's
    own or that cannot be read; such a date is never written over.
    """
    table, tasks = opened.tables.get(TASKS), opened.promotion.tasks
    if table is None or any(field not in table.columns for field in DATES):
        return Scheduled(findings=opened.findings)
    automatic = [row for row, task in enumerate(tasks) if task.mode == AUTO]
    if not automatic:
        return Scheduled(findings=(_none_automatic(table, opened, book),))
    cells = {(row, field): (table.grid.name, table.numbers[row], table.columns[field])
             for row in automatic for field in DATES}  # fmt: skip
    formulas = formula_cells(path, list(cells.values()))
    own = {at for at, cell in cells.items() if cell in formulas}
    kept = {row for row, _ in own} | _unreadable(table, automatic)
    after = auto_schedule(held(measured(tasks), kept), calendar_in(opened.promotion))
    moved = [row for row in automatic if row not in kept and _dates(after[row]) != _dates(tasks[row])]
    return Scheduled(
        tuple(change for row in moved for change in _changes(table, row, tasks[row], after[row])),
        (
            *(_moved(table, row, tasks[row], after[row]) for row in moved),
            *(_formula(table, row, field, tasks[row]) for row, field in sorted(own)),
            *(f for f in opened.findings if f.field in DATES and f.severity == Severity.ERROR),
        ),
    )


def held(tasks: Sequence[Task], kept: set[int]) -> tuple[Task, ...]:
    """The tasks as the schedule may take them: those at the rows `kept`, and begun ones, stay on their dates.

    A summary task that has begun still spans the tasks below it.
    """
    parents = build_network(tasks).children
    return tuple(
        replace(task, mode="") if task.mode == AUTO and (row in kept or (row not in parents and _begun(task)))
        else task
        for row, task in enumerate(tasks)
    )  # fmt: skip


def _begun(task: Task) -> bool:
    return task.status in BEGUN or task.actual_start is not None or task.actual_end is not None


def _unreadable(table: ReadTable, rows: Sequence[int]) -> set[int]:
    """The rows with a date cell that says something, but no date."""

    def blank(row: int, field: str) -> bool:
        return table.grid.cell(table.numbers[row], table.columns[field]).value in (None, "")

    return {row for row in rows for field in DATES if table.rows[row][field] is None and not blank(row, field)}


def _dates(task: Task) -> tuple[object, object]:
    return task.start, task.end


def _changes(table: ReadTable, row: int, before: Task, after: Task) -> Iterator[Change]:
    for field in DATES:
        day = getattr(after, field)
        if day != getattr(before, field):
            yield Change(table.grid.name, table.numbers[row], table.columns[field], serial(day), alike=True)


def _moved(table: ReadTable, row: int, before: Task, after: Task) -> Finding:
    details = {
        "name": after.name or after.id,
        "old_start": before.start or "",
        "old_end": before.end or "",
        "start": after.start,
        "end": after.end,
    }
    code = "TASK_MOVED" if before.start and before.end else "TASK_DATED"
    return Finding(code, Severity.INFO, after.id, DATES[0], details, table.place(row, DATES[0]))


def _formula(table: ReadTable, row: int, field: str, task: Task) -> Finding:
    column = table.table.column_of(field)
    assert column is not None
    details = {
        "name": task.name or task.id,
        "column": str(table.grid.values[table.first - 2][table.columns[field] - 1]),
    }
    return Finding("DATE_IS_FORMULA", Severity.WARNING, task.id, field, details, table.place(row, field))


def _none_automatic(table: ReadTable, opened: Opened, book: Book) -> Finding:
    column = table.table.column_of(MODE)
    assert column is not None
    details = {
        "sheet": table.grid.name,
        "column": column.label.text(opened.language),
        "value": book.label_of(column.choices, AUTO, opened.language),
    }
    return Finding("SCHEDULE_NO_AUTO", Severity.INFO, field=MODE, details=details, place=table.grid.file)
