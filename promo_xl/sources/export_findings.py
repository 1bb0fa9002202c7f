"""The findings of one file, of each kind only the first few and a count of the rest."""

from collections import Counter
from dataclasses import dataclass, field

from promo_xl.plan.findings import Finding, Severity

MOST_OF_A_KIND = 20


@dataclass(slots=True)
class BoundedFindings:
    """Collects findings; a million faulty rows make no longer a list than twenty.

    `outside` counts the rows of days that nobody asked for.
    """

    place: str
    _kept: list[Finding] = field(default_factory=list)
    outside: int = 0
    _counts: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding, count: int = 1) -> None:
        """Take a finding that stands for `count` of its kind."""
        if self._counts[finding.code] < MOST_OF_A_KIND:
            self._kept.append(finding)
        self._counts[finding.code] += count

    def all(self) -> tuple[Finding, ...]:
        """What was kept, and for each kind that had more how many are not shown."""
        shown = Counter(finding.code for finding in self._kept)
        more = [
            Finding(
                "SOURCE_MORE_FINDINGS",
                Severity.INFO,
                details={"code": code, "count": str(total - shown[code]), "shown": str(shown[code])},
                place=self.place,
            )
            for code, total in self._counts.items()
            if total > shown[code]
        ]
        if self.outside:
            details: dict[str, object] = {"count": self.outside}
            more.append(Finding("SOURCE_ROWS_OUTSIDE", Severity.INFO, details=details, place=self.place))
        return (*self._kept, *more)
