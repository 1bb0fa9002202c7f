"""Resources that are booked for a time: a KOL, an advertising place, a venue, a supplier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Resource:
    """Something or somebody that tasks need and that is there only for a time.

    `available` holds spans of days, both ends included; none at all means that nothing is booked.
    `tasks` are the ids or names of the tasks that need it. `confirmed` is False while the contract is open.
    """

    id: str
    name: str = ""
    kind: str = ""
    available: tuple[tuple[date, date], ...] = ()
    tasks: tuple[str, ...] = ()
    confirmed: bool = True
    more: Mapping[str, object] = field(default_factory=dict)
