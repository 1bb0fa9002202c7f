"""The core computations that remembered columns name (`compute`): one value for each row of their table."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from promo_xl.plan.findings import Finding
from promo_xl.plan.smart import Smart
from promo_xl.sheetspec.conclusions import Conclusions
from promo_xl.sheetspec.wording import Wording

MARKS_IN_A_CELL = 2
Computation = Callable[[Conclusions, Wording], Sequence[object]]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def marks_text(findings: Iterable[Finding], words: Wording) -> str | None:
    """The first few findings in words, and how many more there are; nothing where there is none."""
    said = list(dict.fromkeys(words.mark(finding) for finding in findings))
    more = f"+{len(said) - MARKS_IN_A_CELL}" if len(said) > MARKS_IN_A_CELL else ""
    return " ".join([*said[:MARKS_IN_A_CELL], more]).strip() or None


def smart_text(smart: Smart, words: Wording) -> str:
    """What a target lacks, in words."""
    if not smart.missing:
        return words.word("smart_whole")
    return words.word("smart_lacks") + "、".join(words.word(f"smart_{part}") for part in smart.missing)


CORE: dict[str, Computation] = {
    "goal_value": lambda c, _: [_number(goal.value if goal.low is None else goal.low) for goal in c.goals],
    "goal_high": lambda c, _: [_number(goal.high) for goal in c.goals],
    "goal_direction": lambda c, _: [goal.direction or None for goal in c.goals],
    "goal_unit": lambda c, _: [goal.unit or None for goal in c.goals],
    "path_total": lambda c, _: [_number(path.value) for path in c.paths],
    "window_start": lambda c, _: [window.start for window in c.windows],
    "window_end": lambda c, _: [window.end for window in c.windows],
    "smart": lambda c, words: [
        smart_text(smart, words) if target.metric or target.goal else None
        for smart, target in zip(c.smart, c.promotion.targets, strict=True)
    ],
    "early_start": lambda c, _: [task.early_start for task in c.schedule_rows],
    "late_finish": lambda c, _: [task.late_finish for task in c.schedule_rows],
    "slack": lambda c, _: [task.total_slack for task in c.schedule_rows],
    "critical": lambda c, _: ["yes" if task.critical else None for task in c.schedule_rows],
    "conflicts": lambda c, words: [marks_text(c.conflicts.get(row, ()), words) for row in c.task_rows],
    "peak_load": lambda c, _: [load / 100 if load else None for load in c.peak_loads],
    "duties": lambda c, words: [marks_text(c.duties.get(row, ()), words) for row in c.member_rows],
}
