"""The functions as a host calls them, against the bare core; ratios within one run.

    python benchmarks/functions.py

Columns against single cells, whole schedules against `plan_schedule` of ready tasks, and what a process that
hosts the functions costs to start.
"""

import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.schedules import random_plan
from promo_xl.functions import tables
from promo_xl.functions.answering import REMEMBERED, answer
from promo_xl.functions.cell_values import block_of, filled
from promo_xl.plan.achievement import goal_of
from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.quantity import parse_quantity
from promo_xl.plan.roi import roas
from promo_xl.plan.schedule import plan_schedule
from promo_xl.plan.tasks import Task, format_links

ROUNDS = 7
ROWS = 1_000
SIZES = (40, 1_000, 10_000)
CALENDAR = WorkCalendar()
HEAVY = "{'pandas', 'numpy', 'openpyxl', 'xlsxwriter'}"
Work = Callable[[], object]
Cells = list[list[object]]


def seconds(work: Work, times: int = 1) -> float:
    """CPU seconds of one run, of so many in a row; what it made is thrown away outside of them."""
    gc.collect()
    start = time.process_time()
    for _ in range(times):
        made = work()
    spent = time.process_time() - start
    del made
    return spent / times


def ratio(work: Work, unit: Work, times: int = 1) -> tuple[float, float]:
    """The median of work/unit over pairs whose order is swapped each time, and that of work in milliseconds."""
    pairs = []
    for turn in range(ROUNDS):
        first, second = (work, unit) if turn % 2 else (unit, work)
        measured = {id(first): seconds(first, times), id(second): seconds(second, times)}
        pairs.append((measured[id(work)], measured[id(unit)]))
    middle = statistics.median(a / b for a, b in pairs)
    return middle, statistics.median(a for a, _ in pairs) * 1000


def measure() -> Iterator[str]:
    """A line for each measurement."""
    yield from _columns()
    for size in SIZES:
        yield from _schedules(size)
    yield from _starts()


def _columns() -> Iterator[str]:
    money = [(row * 7 + 0.25, row * 3 + 1.5) for row in range(ROWS)]
    goals = [f"{row}万次" for row in range(ROWS)]
    sets: list[tuple[str, list[tuple[object, ...]], Callable[..., object]]] = [
        ("PROMO_ROI", list(money), roas),
        ("PROMO_TARGET", [(goal,) for goal in goals], lambda goal: goal_of(parse_quantity(goal))),
    ]
    for name, rows, core in sets:
        columns = [[[cell] for cell in cells] for cells in zip(*rows, strict=True)]
        whole, remembered = _call(name, columns), _call(name, columns, forget=False)

        def single(name: str = name, rows: list[tuple[object, ...]] = rows) -> None:
            for cells in rows:
                answer(name, *cells)

        def bare(core: Callable[..., object] = core, rows: list[tuple[object, ...]] = rows) -> None:
            for cells in rows:
                core(*cells)

        over_core, milliseconds = ratio(whole, bare)
        singles, _ = ratio(single, bare)
        over_single, _ = ratio(whole, single)
        again, _ = ratio(remembered, bare)
        yield (
            f"{name:<13}{ROWS:>6,} rows in one call {over_core:4.1f} x the core ({milliseconds:.1f} ms), "
            f"in {ROWS:,} calls {singles:4.1f} x; one call / {ROWS:,} calls {over_single:4.2f}; "
            f"remembered {again:4.2f} x the core"
        )


def _call(name: str, columns: list[Cells], *, forget: bool = True) -> Work:
    def call() -> object:
        if forget:
            REMEMBERED.clear()
        return answer(name, *columns)

    return call


def task_columns(tasks: list[Task]) -> list[Cells]:
    """The columns of a Gantt sheet as COM passes them."""
    fields: list[Callable[[Task], object]] = [
        lambda task: task.id,
        lambda task: task.name,
        lambda task: task.start,
        lambda task: task.end,
        lambda _: None,
        lambda task: format_links(task.predecessors),
        lambda _: None,
    ]
    return [[[field(task)] for task in tasks] for field in fields]


def _schedules(size: int) -> Iterator[str]:
    tasks = random_plan(size)
    columns = task_columns(tasks)

    def core() -> object:
        return list(plan_schedule(tasks, CALENDAR).values())

    times = max(1, 2_000 // size)
    over_core, milliseconds = ratio(_call("PROMO_SCHEDULE", columns), core, times)
    again, _ = ratio(_call("PROMO_SCHEDULE", columns, forget=False), core, times)
    yield (
        f"PROMO_SCHEDULE of {size:>6,} tasks {over_core:5.1f} x the core ({milliseconds:.1f} ms), "
        f"remembered {again:4.1f} x"
    )
    yield "  of that: " + ", ".join(f"{name} {part:.0%}" for name, part in _parts(columns, milliseconds, times))


def _parts(columns: list[Cells], milliseconds: float, times: int) -> Iterator[tuple[str, float]]:
    """Where the time of a whole call goes, each part measured alone."""
    blocks = [block_of(column) for column in columns]
    fields = ("id", "name", "start", "end", "milestone", "predecessors", "status")
    cells = {field: [row[0] for row in block] for field, block in zip(fields, blocks, strict=True)}
    read = tables.rows_from("tasks", cells).records
    rows = [
        (t.early_start, t.late_finish, t.total_slack, t.critical) for t in plan_schedule(read, CALENDAR).values()
    ]
    parts: dict[str, Work] = {
        "cells in": lambda: [block_of(column) for column in columns],
        "key of the memory": lambda: repr(blocks),
        "rows as tasks": lambda: tables.rows_from("tasks", cells),
        "schedule": lambda: list(plan_schedule(read, CALENDAR).values()),
        "cells out": lambda: filled(rows, 4, None, str),
    }
    for name, work in parts.items():
        yield name, statistics.median(seconds(work, times) for _ in range(ROUNDS)) * 1000 / milliseconds


def _starts() -> Iterator[str]:
    """CPU of fresh processes, those that Python waits for."""
    bare, xlwings, host = "pass", "import xlwings", "import promo_xl.functions.com_host"
    with tempfile.TemporaryDirectory() as compiled:
        _started(host, compiled)  # compiles every module, as installing does
        for name, code, unit in (
            ("import xlwings / bare Python", xlwings, bare),
            ("import com_host / bare Python", host, bare),
            ("import com_host / import xlwings", host, xlwings),
        ):
            pairs = []
            for turn in range(ROUNDS):
                first = _started(unit if turn % 2 else code, compiled)
                second = _started(code if turn % 2 else unit, compiled)
                pairs.append((second, first) if turn % 2 else (first, second))
            middle = statistics.median(a / b for a, b in pairs)
            yield f"{name:<34}{middle:5.2f} x ({statistics.median(a for a, _ in pairs) * 1000:.0f} ms)"
    script = f"import sys, xlwings; before = set(sys.modules); {host}; new = set(sys.modules) - before; "
    script += f"print(len(new), sorted({HEAVY} & new))"
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    count, heavy = said.split(maxsplit=1)
    assert heavy.strip() == "[]", heavy
    yield f"com_host adds {count} modules to xlwings' own, none of pandas, numpy, openpyxl and xlsxwriter"


def _started(code: str, compiled: str) -> float:
    kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=kept)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    for line in measure():
        print(line, flush=True)
