"""战略 against 分解: whether the targets below a target reach it together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from promo_xl.plan.achievement import Goal, goal_of
from promo_xl.plan.defined import EXACT
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.quantity import Quantity, parse_quantity
from promo_xl.plan.smart import adds
from promo_xl.plan.targets import Target


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One target and those below it that are parts of it.

    `gap` is what the parts lack of the whole: above 0 they do not reach it, or exceed it where it is an
    upper limit. `others` are targets below it that measure something else. `reason` says why there is no gap.
    """

    whole: str
    parts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    value: Decimal | None = None
    total: Decimal | None = None
    gap: Decimal | None = None
    reason: str = ""


def breakdowns(targets: Iterable[Target]) -> tuple[Breakdown, ...]:
    """Each target that others name as `parent`, against their sum: 1000万次 of 600万次 and 300万次 -> gap 1000000.

    Counts and money add up; percents, ratios, prices and changes do not and are not compared (`does_not_add`).
    A part has the unit of the whole and the same source metric; a blank one agrees with any. Of a range
    counts what it promises, its lower end (its upper end under an upper limit). Undefined: `no_part` (no
    target below measures the same), `unreadable_part` (the sum would not be whole), and the reasons of
    `goal_of` for the whole.
    """
    rows = list(targets)
    ids = Counter(row.id for row in rows if row.id)
    below: dict[str, list[Target]] = {}
    for row in rows:
        if row.parent and row.parent != row.id:
            below.setdefault(row.parent, []).append(row)
    # Two targets with one id are ambiguous: neither is compared.
    return tuple(_compared(row, below[row.id]) for row in rows if row.id in below and ids[row.id] == 1)


def breakdown_findings(targets: Sequence[Target]) -> Iterator[Finding]:
    """What is wrong between the levels, as findings whose details carry `table` and `row`.

    BREAKDOWN_GAP: the parts do not reach the whole, or exceed an upper limit. BREAKDOWN_OTHER: nothing
    below it measures what it measures. PARENT_UNKNOWN: a parent that is no target's id. PARENT_CYCLE:
    targets that are above themselves, all named.
    """
    rows = {target.id: row for row, target in reversed(list(enumerate(targets)))}
    yield from _parents(targets, rows)
    for found in breakdowns(targets):
        row = rows[found.whole]
        about = {"table": "targets", "row": row, "metric": targets[row].metric, "value": found.value}
        if found.gap is not None and found.gap > 0:
            details = {**about, "total": found.total, "gap": found.gap, "parts": found.parts}
            yield Finding("BREAKDOWN_GAP", Severity.WARNING, found.whole, "goal", details)
        elif found.reason == "no_part":
            details = {**about, "others": found.others}
            yield Finding("BREAKDOWN_OTHER", Severity.INFO, found.whole, "goal", details)


def _parents(targets: Sequence[Target], rows: dict[str, int]) -> Iterator[Finding]:
    for row, target in enumerate(targets):
        about = {"table": "targets", "row": row, "metric": target.metric, "parent": target.parent}
        if target.parent and target.parent not in rows:
            yield Finding("PARENT_UNKNOWN", Severity.WARNING, target.id, "parent", about)
    for members in _cycles({target.id: target.parent for target in targets if target.id}):
        row = rows[members[0]]
        details = {"table": "targets", "row": row, "metric": targets[row].metric, "members": members}
        yield Finding("PARENT_CYCLE", Severity.ERROR, members[0], "parent", details)


def _cycles(parents: dict[str, str]) -> Iterator[tuple[str, ...]]:
    done: set[str] = set()
    for start in parents:
        walked: dict[str, None] = {}
        here = start
        while here in parents and here not in walked and here not in done:
            walked[here] = None
            here = parents[here]
        if here in walked:
            names = list(walked)
            yield tuple(names[names.index(here) :])
        done |= walked.keys()


def _compared(whole: Target, below: Sequence[Target]) -> Breakdown:
    quantity = parse_quantity(whole.goal)
    goal = goal_of(quantity, whole.baseline)
    value = _promised(goal, goal.direction)
    if goal.reason or value is None:
        return Breakdown(whole.id, reason=goal.reason)
    if not adds(quantity):
        return Breakdown(whole.id, value=value, reason="does_not_add")
    read = [(target, parse_quantity(target.goal)) for target in below]
    parts = [(target, found) for target, found in read if _same_measure(whole, quantity, target, found)]
    names = tuple(target.id for target, _ in parts)
    others = tuple(target.id for target in below if target.id not in names)
    amounts = [_promised(goal_of(found), goal.direction) for _, found in parts]
    reason = "unreadable_part" if None in amounts else "" if parts else "no_part"
    if reason:
        return Breakdown(whole.id, names, others, value, reason=reason)
    with localcontext(EXACT):
        total = sum((amount for amount in amounts if amount is not None), Decimal(0))
        gap = total - value if goal.direction == "down" else value - total
    return Breakdown(whole.id, names, others, value, total, gap)


def _same_measure(whole: Target, goal: Quantity, target: Target, found: Quantity) -> bool:
    if whole.source and target.source and whole.source != target.source:
        return False
    if found.reason:
        return True
    return adds(found) and (found.unit == goal.unit or not found.unit or not goal.unit)


def _promised(goal: Goal, direction: str) -> Decimal | None:
    if goal.direction != "range":
        return goal.value
    return goal.high if direction == "down" else goal.low
