"""The workbooks that the proofs look at: one for each way in which a plan can be different."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from promo_xl.batches.demo import in_progress, load_demo
from promo_xl.plan.brief import Brief
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.readings import Reading
from promo_xl.plan.tasks import Task, parse_links
from promo_xl.sheetspec.compose import Setting, compose
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.write import Imprint, build

STAMP = Imprint(datetime(2026, 6, 1), host="xlam")
HOSTS: dict[str, Host] = {"without_add_in": "none", "office_js": "officejs"}  # all other plans call the .xlam
JUNE = Brief("清泉气泡水", date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 30), budget=400_000.0)
HOSTILE = "=cmd|' /C calc'!A0 <b>&\"'] [#] \u0007\ufffe_x0041_ 🍑 @SUM(1) ../CON" + "长" * 300


def planned(brief: Brief = JUNE, language: str = "zh", as_of: date = date(2026, 6, 10)) -> Promotion:
    """The default plan of a brief."""
    return compose(brief, load_book(), Setting(language, as_of))


def running(language: str) -> Promotion:
    """The example campaign, twenty days in, with one task that is late."""
    demo = load_demo(language)
    plan = in_progress(planned(demo.briefs[0], language, demo.as_of), demo)
    late = {"status": "delayed", "completion": 0.6, "actual_end": None}
    return replace(plan, tasks=tuple(replace(t, **late) if t.id == "4.3" else t for t in plan.tasks))


def hostile() -> Promotion:
    """A plan whose every text tries to be something else."""
    plan = planned(replace(JUNE, product=HOSTILE, owner=HOSTILE, code="=1+1"))
    return replace(
        plan,
        tasks=(*(replace(task, name=HOSTILE, owners=(HOSTILE[:40], "张*?~")) for task in plan.tasks),),
        targets=tuple(replace(target, goal="=5000单", path=HOSTILE, owner="+1") for target in plan.targets),
        members=tuple(replace(member, name="张*?~", duties=HOSTILE) for member in plan.members),
        readings=(
            Reading(date=date(2026, 6, 2), channel=HOSTILE, spend=0, impressions=0, clicks=1),
            Reading(date=date(2026, 6, 2), channel="抖音*", spend=-5, revenue=1e12, note="=1+1"),
            Reading(channel="KOL", impressions=5),
            Reading(date=date(2026, 6, 3), orders=7),
        ),
    )


def broken() -> Promotion:
    """A plan with every fault that a planner can type."""
    plan = planned()
    day = date(2026, 6, 8)
    tasks = (
        Task(id="1", name="倒过来", start=day, end=day - timedelta(days=3), owners=("张三",)),
        Task(id="1", name="编号重复", start=day, end=day, owners=("张三",)),
        Task(id="1.1", name="没有负责人", start=day, end=day, predecessors=parse_links("9FS+2d,1.1")),
        Task(id="1.10", name="没有日期", owners=("李四",)),
        Task(id="2", name="日历之外", start=date(2031, 1, 4), end=date(2031, 2, 1), owners=("张三",)),
        Task(id="", name="没有编号", start=day, end=day, owners=("张三", "李四")),
        Task(id="3", name="取消了", status="cancelled"),
        Task(id="4", name="里程碑", start=day, end=day, owners=("张三",), milestone=True, completion=1.0),
    )
    return replace(plan, tasks=tasks, risks=(), members=(), phases=())


def other_settings() -> Promotion:
    """The same campaign under the other choice of every setting."""
    plan = running("zh")
    project = {
        **plan.project,
        "duration_basis": "calendar_inclusive",
        "roi_basis": "net",
        "engagement_basis": "clicks",
        "gain_color": "green_up",
        "main_metric": "orders",
        "timeline_zoom": "week",
    }
    week = tuple({**day, "works": day["n"] != 6} for day in plan.more["week"])
    tasks = tuple(replace(task, duration=None) for task in plan.tasks)  # counted in working days until now
    return replace(plan, project=project, tasks=tasks, more={**plan.more, "week": week})


def across_the_year() -> Promotion:
    """A campaign over New Year, in a year whose holidays are not announced."""
    brief = replace(JUNE, launch=date(2026, 12, 20), start=date(2026, 12, 20), end=date(2027, 2, 28))
    plan = planned(brief, as_of=date(2027, 1, 3))
    return replace(plan, project={**plan.project, "timeline_zoom": "month"})


def one_day() -> Promotion:
    """A campaign of a single day."""
    return planned(replace(JUNE, end=JUNE.start), as_of=JUNE.start)


def long() -> Promotion:
    """More rows than the prepared ones in every table."""
    plan = running("zh")
    days = [replace(reading, channel=f"渠道{i % 9}") for i, reading in enumerate(plan.readings * 3)]
    tasks = [replace(task, id=f"{i}") for i, task in enumerate(plan.tasks * 4)]
    return replace(plan, readings=tuple(days), tasks=tuple(tasks), risks=plan.risks * 3)


PLANS = {
    "default_zh": lambda: (planned(), "zh"),
    "default_en": lambda: (planned(language="en"), "en"),
    "running_zh": lambda: (running("zh"), "zh"),
    "running_en": lambda: (running("en"), "en"),
    "hostile": lambda: (hostile(), "zh"),
    "broken": lambda: (broken(), "zh"),
    "other_settings": lambda: (other_settings(), "zh"),
    "across_the_year": lambda: (across_the_year(), "zh"),
    "one_day": lambda: (one_day(), "zh"),
    "long": lambda: (long(), "zh"),
    "without_add_in": lambda: (running("zh"), "zh"),
    "office_js": lambda: (running("en"), "en"),
}


def write_all(folder: Path) -> dict[str, Path]:
    """Every plan as a file."""
    files = {}
    for name, make in PLANS.items():
        plan, language = make()
        files[name] = folder / f"{name}.xlsx"
        stamp = replace(STAMP, host=HOSTS.get(name, STAMP.host))
        build(plan, load_book(), language, str(files[name]), stamp)
    return files
