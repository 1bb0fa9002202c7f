"""Reads the cells of one row and keeps every problem with its place, so that a planner sees all at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from promo_xl.batch.cell_reading import FORBIDDEN, UnreadableError, is_blank
from promo_xl.batch.headings import Header, note_of
from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.grid import Cell

T = TypeVar("T")


@dataclass(slots=True)
class RowReading:
    """One row under a header, and what has been found wrong in it; `subject` is its product."""

    header: Header
    row: int
    subject: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        """True if no column that is understood holds anything."""
        values = self.header.grid.values[self.row - 1]
        return all(is_blank(values[heading.column - 1]) for heading in self.header.by_field.values())

    @property
    def failed(self) -> bool:
        """True if something was wrong that forbids to go on with this row."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def has(self, name: str) -> bool:
        """True if the row holds something for a field."""
        heading = self.header.by_field.get(name)
        return heading is not None and not is_blank(self.header.grid.values[self.row - 1][heading.column - 1])

    def cell(self, name: str) -> Cell:
        """The cell of a field."""
        return self.header.grid.cell(self.row, self.header.by_field[name].column)

    def read(self, name: str, reader: Callable[[Cell], T]) -> T | None:
        """What `reader` makes of a field's cell; None if blank, or unreadable (a finding)."""
        if not self.has(name):
            return None
        cell = self.cell(name)
        self._note_forbidden(name, cell)
        try:
            return reader(cell)
        except UnreadableError as problem:
            self.note(problem.code, name, problem.details)
            return None

    def _note_forbidden(self, name: str, cell: Cell) -> None:
        if isinstance(cell.value, str) and (found := FORBIDDEN.findall(cell.value)):
            signs = " ".join(sorted({f"U+{ord(sign):04X}" for sign in found}))
            details = {"count": len(found), "found": signs}
            self.note("PRODUCT_CONTROL_CHARACTERS", name, details, Severity.WARNING)

    def unit_of(self, name: str) -> str:
        """The note in brackets in a field's heading."""
        heading = self.header.by_field.get(name)
        return note_of(heading.text) if heading else ""

    def note(
        self,
        code: str,
        name: str,
        details: Mapping[str, object] | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Keep a finding about a field of this row; details name the column as the list does."""
        heading = self.header.by_field.get(name)
        column = heading.column if heading else 1
        facts = {"column": heading.text if heading else name.strip(), **(details or {})}
        place = self.header.grid.place(self.row, column)
        self.findings.append(Finding(code, severity, self.subject, name.strip(), facts, place))
