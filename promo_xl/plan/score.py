"""One number for many KPIs: their achievements, weighed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from promo_xl.plan.defined import EXACT, Defined, Number, known

Kpi = tuple[str, Number | Defined | None, Number | None]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A KPI that takes no part in a score, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """The score, or None with a reason; `dropped` names every KPI that is not in it."""

    value: Decimal | None = None
    dropped: tuple[Dropped, ...] = ()
    reason: str = ""


def weighted_score(kpis: Iterable[Kpi], cap: Number | None = Decimal(1)) -> Score:
    """Σ w·min(a, cap) / Σ w over the KPIs that are defined: (1.2, 30 %), (0.5, 70 %) -> 0.65.

    Each KPI is (name, achievement, weight). Weights may be shares or percent numbers; when no KPI has
    one, all weigh the same. Without `cap` (None) nothing is cut. Dropped: an undefined achievement with
    its own reason, `no_weight` beside KPIs that have one, `zero_weight`, `negative_weight`.
    Undefined: `no_kpi` when the list is empty, `nothing_defined` when every KPI was dropped.
    """
    rows = list(kpis)
    limit = Defined() if cap is None else known(cap, "")
    if cap is not None and limit.value is None:
        return Score(reason=limit.reason)
    weights = _weights([weight for _, _, weight in rows])
    dropped: list[Dropped] = []
    total, points = Decimal(0), Decimal(0)
    with localcontext(EXACT):
        for (name, achieved, _), weight in zip(rows, weights, strict=True):
            reached = achieved if isinstance(achieved, Defined) else known(achieved, "no_actual")
            if reached.value is None or weight.value is None:
                dropped.append(Dropped(name, reached.reason or weight.reason))
                continue
            total += weight.value
            counted = reached.value if limit.value is None else min(reached.value, limit.value)
            points += weight.value * counted
        if total:
            return Score(points / total, tuple(dropped))
    return Score(None, tuple(dropped), "nothing_defined" if rows else "no_kpi")


def _weights(stated: list[Number | None]) -> list[Defined]:
    found = [_weight(weight) for weight in stated]
    if any(weight.value for weight in found):
        return found
    return [Defined(Decimal(1)) if weight.reason == "no_weight" else weight for weight in found]


def _weight(stated: Number | None) -> Defined:
    weight = known(stated, "no_weight")
    if weight.value is None or weight.value > 0:
        return weight
    return Defined(reason="negative_weight" if weight.value else "zero_weight")
