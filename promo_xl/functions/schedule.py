"""Functions over whole tables: the schedule, its conflicts, the load of the team, and working days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from promo_xl.functions.cell_values import Cell
from promo_xl.functions.installed import words
from promo_xl.functions.model import CAPACITY, Argument, Function, said
from promo_xl.functions.tables import Rows, frame_from, plan_of, rows_from
from promo_xl.plan.calendar import calendar_of, chinese_rest_days
from promo_xl.plan.checks import plan_conflicts
from promo_xl.sheetspec.conclusions import Conclusions, calendar_in
from promo_xl.sheetspec.core import marks_text
from promo_xl.sheetspec.wording import SIGNS

Cells = Sequence[Cell]
LONGEST_COUNT = 366 * 400  # days


def _columns(group: str, *columns: tuple[str, str, str]) -> tuple[Argument, ...]:
    return tuple(Argument(name, "any", said(zh, en), column=True, group=group) for name, zh, en in columns)


TASKS = _columns(
    "tasks",
    ("ids", "任务的编号列。", "Ids of the tasks."),
    ("names", "任务名称列。", "Names of the tasks."),
    ("starts", "开始时间列。", "First day of each task."),
    ("ends", "结束时间列。", "Last day of each task."),
    ("milestones", "里程碑列。", "Which tasks are milestones."),
    ("predecessors", "前置依赖列。", "Predecessors of each task."),
    ("statuses", "状态列。", "Status of each task."),
)
TASK_FIELDS = ("id", "name", "start", "end", "milestone", "predecessors", "status")
REST = _columns(
    "rest_days",
    ("rest_dates", "休息日表的日期列。", "Dates of the rest-day sheet."),
    ("rest_kinds", "休息日表的类型列：休息或调休上班。", "Their kinds: rest or make-up workday."),
) + _columns("week", ("works", "每周工作日，周一到周日七格。", "The working week, seven cells from Monday."))
FRAME = Argument(
    "frame",
    "any",
    said(
        "六格：推广开始、结束、休息日覆盖自、至、工期口径、语言。",
        "Six cells: campaign start, end, calendar from, to, duration basis, language.",
    ),
    column=True,
)


def _plan(
    task_cells: dict[str, Cells], member_cells: dict[str, Cells], rest: Sequence[Cells], frame: Cells
) -> Any:
    tasks, members = rows_from("tasks", task_cells), rows_from("members", member_cells)
    days = rows_from("rest_days", {"date": rest[0], "kind": rest[1]})
    plan = plan_of(
        frame_from(frame), rest[2], tasks=tasks.records, members=members.records, rest_days=days.records
    )
    return plan, tasks, members


def _schedule(*cells: Cells) -> Iterator[tuple[object, ...]]:
    plan, tasks, _ = _plan(dict(zip(TASK_FIELDS, cells[:7], strict=True)), {}, cells[7:10], ())
    rows = ((t.early_start, t.late_finish, t.total_slack, t.critical) for t in Conclusions(plan).schedule_rows)
    return _spread(tasks, rows, 4)


def _spread(rows: Rows, answers: Iterator[tuple[object, ...]], width: int) -> Iterator[tuple[object, ...]]:
    """The answers at the places of their rows, blanks between them; nothing after the last row."""
    by_place = dict(zip(rows.places, answers, strict=True))
    return (by_place.get(place, ("",) * width) for place in range(max(rows.places, default=-1) + 1))


CONFLICT_TASKS = (
    *TASKS,
    *_columns(
        "tasks",
        ("owners", "负责人列。", "Owners of each task."),
        ("deadlines", "最后期限列。", "Deadline of each task."),
        ("phases", "阶段列。", "Step of each task."),
        ("actual_starts", "实际开始列。", "When each task really began."),
        ("completions", "完成率列。", "How much of each task is done."),
    ),
)
CONFLICT_FIELDS = (*TASK_FIELDS, "owners", "deadline", "phase", "actual_start", "completion")
PEOPLE = _columns(
    "members",
    ("roles", "分工表的角色列。", "Roles of the team sheet."),
    ("people", "分工表的姓名列。", "Names of the team sheet."),
    ("departments", "所属部门列。", "Departments."),
    ("available_from", "可用开始列。", "First day of each person."),
    ("available_to", "可用结束列。", "Last day of each person."),
)
PEOPLE_FIELDS = ("role", "name", "department", "available_from", "available_to")


def _conflicts(*cells: Any) -> Iterator[tuple[object, ...]]:
    plan, tasks, _ = _plan(
        dict(zip(CONFLICT_FIELDS, cells[:12], strict=True)),
        dict(zip(PEOPLE_FIELDS, cells[12:17], strict=True)),
        cells[17:20],
        cells[20],
    )
    text, by_task = words(str(plan.project.get("language", ""))), cells[21]
    if by_task:
        told = Conclusions(plan).conflicts
        rows = ((marks_text(told.get(row, ()), text), len(told.get(row, ()))) for row in range(len(plan.tasks)))
        return _spread(tasks, rows, 2)
    return (
        (
            SIGNS[finding.severity],
            finding.subject,
            plan.tasks[rows[0]].name if rows else "",
            text.sentence(finding),
        )
        for rows, finding in plan_conflicts(plan, calendar_in(plan))
    )


LOAD_TASKS = (*TASKS[:5], TASKS[6], CONFLICT_TASKS[7])
LOAD_FIELDS = (*TASK_FIELDS[:5], "status", "owners")
LOAD_PEOPLE = (
    *PEOPLE[:2],
    *_columns(
        "members",
        ("task_lists", "分工表的对应任务列。", "Tasks of each person."),
        ("raci", "RACI 列。", "RACI of each person."),
        ("shares", "投入比例列。", "Share of time of each person."),
    ),
)
LOAD_PEOPLE_FIELDS = ("role", "name", "tasks", "raci", "share")


def _load(*cells: Any) -> Iterator[tuple[object, ...]]:
    plan, _, members = _plan(
        dict(zip(LOAD_FIELDS, cells[5:12], strict=True)),
        dict(zip(LOAD_PEOPLE_FIELDS, cells[:5], strict=True)),
        cells[12:15],
        cells[15],
    )
    told, text = Conclusions(plan), words(str(plan.project.get("language", "")))
    rows = (
        (load / 100 if load else None, marks_text(told.duties.get(row, ()), text))
        for row, load in enumerate(told.peak_loads)
    )
    return _spread(members, rows, 2)


def _workdays(start: date | None, end: date | None, *rest: Cells) -> object:
    if start is None or end is None or end < start or (end - start).days > LONGEST_COUNT:
        return None
    if any(cell is not None for cells in rest for cell in cells):
        dates, kinds = rest[0], rest[1] or (None,) * len(rest[0])
        days = rows_from("rest_days", {"date": dates, "kind": kinds}).records
        calendar = calendar_in(plan_of({}, rest[2], rest_days=days))
    else:
        calendar = calendar_of(chinese_rest_days(range(start.year, end.year + 1)))
    return calendar.workdays(start, end)


def _optional(arguments: Sequence[Argument]) -> tuple[Argument, ...]:
    return tuple(replace(argument, optional=True) for argument in arguments)


ENTRIES = (
    Function(
        "PROMO_WORKDAYS",
        said(
            "两天之间（含首尾）的工作日数，算上节假日和调休。",
            "Working days from one day to another, both counted, with holidays and make-up workdays.",
        ),
        (
            Argument("start_date", "date", said("第一天。", "The first day.")),
            Argument("end_date", "date", said("最后一天。", "The last day.")),
            *_optional(REST),
        ),
        _workdays,
        plan="calendar.WorkCalendar",
    ),
    Function(
        "PROMO_SCHEDULE",
        said(
            "每个任务一行：最早开始、最晚结束、总时差（工作日）、是否关键。",
            "A row per task: early start, late finish, total slack in working days, critical or not.",
        ),
        (*TASKS, *REST, CAPACITY),
        _schedule,
        form="rows",
        columns=("early_start", "late_finish", "slack", "critical"),
        plan="schedule.plan_schedule",
    ),
    Function(
        "PROMO_CONFLICTS",
        said(
            "排期冲突清单，最严重的在前；by_task 为 TRUE 时每个任务一行。",
            "The conflicts of the schedule, worst first; with by_task TRUE a row per task.",
        ),
        (
            *CONFLICT_TASKS,
            *PEOPLE,
            *REST,
            FRAME,
            Argument(
                "by_task",
                "flag",
                said("TRUE：每个任务一行，给提示和条数。", "TRUE: a row per task, its hints and their number."),
                optional=True,
            ),
            CAPACITY,
        ),
        _conflicts,
        form="list",
        columns=("severity", "task", "name", "sentence"),
        narrow=("hint", "count"),
        plan="conflicts.find_conflicts",
    ),
    Function(
        "PROMO_LOAD",
        said(
            "每个成员一行：最忙一天的负荷、职责重叠或遗漏。",
            "A row per person: the load of the busiest day, overlap or gap of duties.",
        ),
        (*LOAD_PEOPLE, *LOAD_TASKS, *REST, FRAME, CAPACITY),
        _load,
        form="rows",
        columns=("peak_load", "duty_check"),
        plan="workload.peak_load",
    ),
)
