"""How a finding speaks of a task: by its id, and by the facts that its sentence needs."""

from datetime import date

from promo_xl.plan.conflicts.ranking import id_order
from promo_xl.plan.tasks import Task
from promo_xl.plan.workload import TaskColumns


def text_of(task: Task) -> str:
    """The id of a task; its name where it has none."""
    return task.id or task.name


def about(columns: TaskColumns, position: int) -> dict[str, object]:
    """The facts that every finding about a task carries: its name and its dates."""
    task = columns.tasks[position]
    return {"name": task.name or task.id, "start": columns.start[position], "end": columns.end[position]}


def key_of(columns: TaskColumns, position: int) -> tuple[object, ...]:
    """An order of tasks that does not depend on the order of the rows."""
    task = columns.tasks[position]
    start, end = columns.start[position] or date.min, columns.end[position] or date.min
    return id_order(task.id), task.name, start, end


def time_order(columns: TaskColumns, position: int) -> tuple[object, ...]:
    """An order of dated tasks by time; the last of several is the one to move or to hand over."""
    return columns.w_start[position], columns.w_end[position], key_of(columns, position)
