"""Functions over the target sheet: what a goal, a path and a window mean, and what a target lacks."""

from datetime import date

from promo_xl.functions.installed import words
from promo_xl.functions.model import CAPACITY, Argument, Function, said
from promo_xl.plan.achievement import goal_of
from promo_xl.plan.dates import span_of
from promo_xl.plan.goals import UNDATED
from promo_xl.plan.quantity import parse_quantity
from promo_xl.plan.smart import smart_check
from promo_xl.plan.targets import Target
from promo_xl.sheetspec.core import smart_text

GOAL_PARTS = ("value", "high", "direction", "unit")
SPAN_PARTS = ("start", "end")
GOAL = Argument("goal", "text", said("量化目标的文字。", "The goal as it is written."))
PATH = Argument("path", "text", said("达成路径的文字。", "The path as it is written."))
WINDOW = Argument("window", "text", said("时间节点的文字。", "The window as it is written."))
REFERENCE = Argument(
    "reference",
    "date",
    said("没写年份时取离这一天最近的。", "Dates without a year are those nearest to this day."),
    optional=True,
)
LANGUAGE = Argument(
    "language", "text", said("文字的语言：zh 或 en。", "Language of the text: zh or en."), optional=True
)


def _goal(goal: str, baseline: float | None, part: str | None) -> object:
    meant = goal_of(parse_quantity(goal), baseline)
    low = meant.value if meant.low is None else meant.low
    parts = dict(zip(GOAL_PARTS, (low, meant.high, meant.direction, meant.unit), strict=True))
    return tuple(parts.values()) if part == "all" else parts[part or "value"]


def _path_total(path: str) -> object:
    return parse_quantity(path).value


def _span(window: str, reference: date | None, part: str | None) -> object:
    span = span_of(window, reference)
    return (span.start, span.end) if part == "all" else span.end if part == "end" else span.start


def _smart(
    metric: str,
    goal: str,
    path: str,
    owner: str,
    window: str,
    reference: date | None,
    baseline: float | None,
    language: str,
) -> str:
    if not metric and not goal:
        return ""
    target = Target("", metric, goal, baseline=baseline, path=path, owner=owner, window=window)
    return smart_text(smart_check(target, reference or UNDATED), words(language))


ENTRIES = (
    Function(
        "PROMO_TARGET",
        said(
            "把量化目标的文字读成数字：1000万次 → 10000000，≥5% → 0.05。",
            "Reads a goal text as a number: 10M impressions -> 10000000, ≥5% -> 0.05.",
        ),
        (
            GOAL,
            Argument(
                "baseline",
                "number",
                said("基线值；“增长50%”一类的目标需要。", "The level before; goals that say growth need it."),
                optional=True,
            ),
            Argument(
                "part",
                "word",
                said(
                    "要哪一部分：value 目标值（区间取下限）、high 上限、direction 方向、unit 单位、all 四列全要。",
                    "Which part: value (low end of a range), high, direction, unit, or all in four columns.",
                ),
                optional=True,
                words=(*GOAL_PARTS, "all"),
            ),
            CAPACITY,
        ),
        _goal,
        columns=GOAL_PARTS,
        plan="achievement.goal_of",
    ),
    Function(
        "PROMO_PATH_TOTAL",
        said(
            "把达成路径各部分的数字加起来：抖音500万+KOL200万 → 7000000。",
            "Adds up the parts of a path: Douyin 5M + KOL 2M -> 7000000.",
        ),
        (PATH, CAPACITY),
        _path_total,
        plan="quantity.parse_quantity",
    ),
    Function(
        "PROMO_SPAN",
        said(
            "把时间节点的文字读成日期：6月1日-6月30日 → 开始日或结束日。",
            "Reads a window text as dates: Jun 1 - Jun 30 -> its first or last day.",
        ),
        (
            WINDOW,
            REFERENCE,
            Argument(
                "part",
                "word",
                said("start 开始、end 结束、all 两列全要。", "start, end, or all in two columns."),
                optional=True,
                words=(*SPAN_PARTS, "all"),
            ),
            CAPACITY,
        ),
        _span,
        columns=SPAN_PARTS,
        plan="dates.parse_span",
    ),
    Function(
        "PROMO_SMART",
        said("指出一个目标缺 SMART 中的哪几项。", "Says which of S, M, A, R and T a target lacks."),
        (
            Argument("metric", "text", said("具体指标。", "The metric.")),
            GOAL,
            PATH,
            Argument("owner", "text", said("负责人。", "Who is responsible.")),
            WINDOW,
            REFERENCE,
            Argument("baseline", "number", said("基线值。", "The level before the campaign."), optional=True),
            LANGUAGE,
            CAPACITY,
        ),
        _smart,
        plan="smart.smart_check",
    ),
)
