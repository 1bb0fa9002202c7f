"""Targets: what the promotion is to reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """One row of the target sheet.

    `goal` and `path` and `window` are kept as typed (`≥5%`, `抖音500万+KOL200万`, `6月1日-6月30日`).
    `level` is `strategic` or `broken_down`; `source` is the metric of the monitoring sheet that
    shows the current value. `weight` is a share (0.4) or None.
    """

    id: str
    metric: str = ""
    goal: str = ""
    level: str = ""
    parent: str = ""
    dimension: str = ""
    source: str = ""
    baseline: float | None = None
    path: str = ""
    owner: str = ""
    window: str = ""
    channel: str = ""
    phase: str = ""
    weight: float | None = None
    note: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
