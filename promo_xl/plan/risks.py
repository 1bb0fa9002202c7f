"""Risks and what is prepared against them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Risk:
    """One row of the risk sheet; `likelihood` and `impact` run from 1 to 5.

    `indicator` is a metric of the monitoring sheet; it warns when it is `comparison` `threshold`.
    """

    id: str
    description: str = ""
    category: str = ""
    trigger: str = ""
    indicator: str = ""
    comparison: str = ""
    threshold: float | None = None
    likelihood: int | None = None
    impact: int | None = None
    affected: str = ""
    mitigation: str = ""
    response: str = ""
    reserve: str = ""
    reserve_budget: float | None = None
    owner: str = ""
    due: date | None = None
    status: str = ""
    outcome: str = ""
    residual: str = ""
    note: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
