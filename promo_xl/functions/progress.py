"""Functions over targets and readings: how much is reached, whether it is on its way, where it will end."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from promo_xl.functions.model import Argument, Function, said
from promo_xl.plan import pace as plan_pace
from promo_xl.plan.achievement import achievement
from promo_xl.plan.budget import Phase
from promo_xl.plan.defined import Defined
from promo_xl.plan.quantity import parse_quantity

PACE_PARTS = ("index", "state", "expected", "needed_per_day", "remaining_days")
FORECAST_PARTS = ("low", "high", "run_rate", "last_7_days", "phase_plan")
DIRECTION = Argument(
    "direction",
    "word",
    said("up 越高越好、down 越低越好、range 区间内。", "up: higher is better; down: lower is better; range."),
    optional=True,
    words=("up", "down", "range"),
    choices="direction",
)
ACCRUES = Argument(
    "accrues",
    "flag",
    said("FALSE 表示比率，不随时间累计。", "FALSE for a rate, which does not add up over time."),
    optional=True,
)
PHASES = (
    Argument(
        "phase_starts",
        "date",
        said("各阶段开始日。", "First day of each phase."),
        column=True,
        optional=True,
        group="phases",
    ),
    Argument(
        "phase_ends",
        "date",
        said("各阶段结束日。", "Last day of each phase."),
        column=True,
        optional=True,
        group="phases",
    ),
    Argument(
        "phase_shares",
        "number",
        said("各阶段占比。", "Share of each phase."),
        column=True,
        optional=True,
        unit="share",
        group="phases",
    ),
)
Dates: TypeAlias = Sequence[date | None]
Numbers: TypeAlias = Sequence[float | None]


def _phases(starts: Dates, ends: Dates, shares: Numbers) -> tuple[Phase, ...]:
    rows = zip(starts, ends, shares, strict=True)
    return tuple(Phase("", start, end, share) for start, end, share in rows if start or end or share is not None)


def _achievement(
    actual: float | None,
    target: object,
    high: float | None,
    direction: str | None,
    baseline: float | None,
) -> Defined:
    if isinstance(target, str):
        return achievement(actual, parse_quantity(target), direction or "up", baseline)
    if high is not None or direction == "range":
        return achievement(actual, (target, high), "range")  # type: ignore[arg-type]
    return achievement(actual, target, direction or "up", baseline)  # type: ignore[arg-type]


def _pace(
    actual: float | None,
    target: float | None,
    start: date | None,
    end: date | None,
    as_of: date | None,
    direction: str | None,
    accrues: bool | None,
    part: str | None,
    *phases: Sequence[object],
) -> object:
    found = plan_pace.pace(
        actual,
        target,
        start,
        end,
        as_of,
        _phases(*phases),  # type: ignore[arg-type]
        direction=direction or "up",
        accrues=accrues is not False,
    )
    return getattr(found, part or "index")


def _forecast(
    days: Dates,
    values: Numbers,
    start: date | None,
    end: date | None,
    as_of: date | None,
    part: str | None,
    *phases: Sequence[object],
) -> object:
    readings = zip(days, values, strict=True)
    found = plan_pace.forecast(readings, start, end, as_of, _phases(*phases))  # type: ignore[arg-type]
    return getattr(found, part or "low")


WINDOW = (
    Argument("start_date", "date", said("窗口第一天。", "First day of the window.")),
    Argument("end_date", "date", said("窗口最后一天。", "Last day of the window.")),
    Argument("as_of", "date", said("数据截至日。", "The last day whose numbers are in.")),
)
ENTRIES = (
    Function(
        "PROMO_ACHIEVEMENT",
        said(
            "达成率：越高越好、越低越好、区间和有基线的目标都按规则算。",
            "How much of a target is reached: higher or lower is better, a range, or from a baseline.",
        ),
        (
            Argument("actual", "number", said("实际值。", "The actual value.")),
            Argument(
                "target",
                "any",
                said("目标值，或目标的文字（≥5%）。", "The target as a number, or its text (≥5%)."),
            ),
            Argument("high", "number", said("区间的上限。", "The upper end of a range."), optional=True),
            DIRECTION,
            Argument("baseline", "number", said("基线值。", "The level before the campaign."), optional=True),
        ),
        _achievement,
        plan="achievement.achievement",
    ),
    Function(
        "PROMO_PACE",
        said(
            "节奏：实际 ÷ 到今天应完成的；可按阶段占比。",
            "Pace: actual against what is due by now, by days or by the phases' shares.",
        ),
        (
            Argument("actual", "number", said("累计实际值。", "The actual value to date.")),
            Argument("target", "number", said("目标值。", "The target.")),
            *WINDOW,
            DIRECTION,
            ACCRUES,
            Argument(
                "part",
                "word",
                said(
                    "index 指数、state 状态、expected 应完成、needed_per_day 每天还需、remaining_days 剩余天数。",
                    "index, state, expected, needed_per_day or remaining_days.",
                ),
                optional=True,
                words=PACE_PARTS,
            ),
            *PHASES,
        ),
        _pace,
        plan="pace.pace",
    ),
    Function(
        "PROMO_FORECAST",
        said(
            "预计完成：按均速、按近七日、按阶段计划，给出其中最低和最高。",
            "Where it will end: by run rate, last seven days and phase plan; the lowest and highest of them.",
        ),
        (
            Argument(
                "days", "date", said("数据的日期列。", "Day of each reading."), column=True, group="readings"
            ),
            Argument(
                "values", "number", said("数据的数值列。", "Value of each reading."), column=True, group="readings"
            ),
            *WINDOW,
            Argument(
                "part",
                "word",
                said(
                    "low 最低、high 最高、run_rate 按均速、last_7_days 按近七日、phase_plan 按阶段计划。",
                    "low, high, run_rate, last_7_days or phase_plan.",
                ),
                optional=True,
                words=FORECAST_PARTS,
            ),
            *PHASES,
        ),
        _forecast,
        plan="pace.forecast",
    ),
)
