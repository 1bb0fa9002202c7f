"""Reads the cells of one row and keeps every problem with its place, so that a planner sees all at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from promo_xl.batches.cell_reading import FORBIDDEN, UnreadableError, is_blank
from promo_xl.batches.headings import Header
from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.grid import Cell, CellValue

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
        return all(is_blank(self.value(name)) for name in self.header.by_field)

    @property
    def failed(self) -> bool:
        """True if something was wrong that forbids to go on with this row."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def value(self, name: str) -> CellValue:
        """What stands in the cell of a field; None if the list has no such column."""
        heading = self.header.by_field.get(name)
        return self.header.grid.value(self.row, heading.column) if heading else None

    def has(self, name: str) -> bool:
        """True if the row holds something for a field."""
        return not is_blank(self.value(name))

    def place(self, name: str) -> str:
        """Where a person finds the cell of a field."""
        return self.header.grid.place(self.row, self.header.by_field[name].column)

    def read(self, name: str, reader: Callable[[Cell], T]) -> T | None:
        """What `reader` makes of a field's cell; None if blank, or unreadable (a finding)."""
        value = self.value(name)
        if is_blank(value):
            return None
        if isinstance(value, str):
            self._note_forbidden(name, value)
        number_format = self.header.grid.number_format(self.row, self.header.by_field[name].column)
        try:
            return reader(Cell(value, number_format, ""))  # a place is made only for findings
        except UnreadableError as problem:
            self.note(problem.code, name, problem.details)
            return None

    def _note_forbidden(self, name: str, text: str) -> None:
        if found := FORBIDDEN.findall(text):
            signs = " ".join(sorted({f"U+{ord(sign):04X}" for sign in found}))
            details = {"count": len(found), "found": signs}
            self.note("PRODUCT_CONTROL_CHARACTERS", name, details, Severity.WARNING)

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
