"""A brief: what a planner says of one product before there is a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Brief:
    """One product of a product list.

    `goals` are texts by metric (`orders` -> `5000单`); `rows` replace a sheet's default rows, by table;
    `place` says where the product stands in the list.
    """

    product: str
    launch: date
    start: date
    end: date
    code: str = ""
    owner: str = ""
    budget: float | None = None
    goals: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    place: str = ""
