"""A promotion: everything that one workbook says about one product."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from promo_xl.plan.budget import Channel, Phase
from promo_xl.plan.calendar import RestDay
from promo_xl.plan.people import Member
from promo_xl.plan.readings import Reading
from promo_xl.plan.risks import Risk
from promo_xl.plan.targets import Target
from promo_xl.plan.tasks import Task


@dataclass(frozen=True, slots=True)
class Promotion:
    """The plan of one product.

    `project` holds the single values of the cover by field (product, code, owner, start, end,
    budget, as_of, settings …); `more` holds the rows of sheets that the plan knows nothing about,
    by table.
    """

    project: Mapping[str, object]
    phases: tuple[Phase, ...] = ()
    channels: tuple[Channel, ...] = ()
    targets: tuple[Target, ...] = ()
    tasks: tuple[Task, ...] = ()
    members: tuple[Member, ...] = ()
    risks: tuple[Risk, ...] = ()
    readings: tuple[Reading, ...] = ()
    rest_days: tuple[RestDay, ...] = ()
    more: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)

    @property
    def product(self) -> str:
        """The product's name."""
        return str(self.project.get("product") or "")

    @property
    def window(self) -> tuple[date | None, date | None]:
        """First and last day of the campaign."""
        start, end = self.project.get("start"), self.project.get("end")
        return (start if isinstance(start, date) else None, end if isinstance(end, date) else None)
