"""The products that were not made, as a product list like theirs, to be corrected and run again."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

from promo_xl.batches.further_sheets import SheetReading
from promo_xl.batches.open_list import ListedRow, OpenList, is_reason
from promo_xl.batches.outputs import Output
from promo_xl.batches.product_declaration import FurtherSheet
from promo_xl.batches.product_rows import digest, name_key
from promo_xl.batches.spool import Spool
from promo_xl.plan.findings import RefusedError
from promo_xl.sheetspec.wording import Wording, languages, wording
from promo_xl.sources.grid import CellValue, ErrorValue

MOST_NAMES = 10
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xltx"}
LONGEST_TEXT = 32_767  # what a cell of Excel takes
WIDTH, REASON_WIDTH = 16, 60
DAY, MOMENT, TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "[h]:mm"
Cells = Sequence[CellValue]


def stems() -> set[str]:
    """What the file's name may begin with, in every language."""
    return {wording(language).word("failed_list") for language in languages()}


@dataclass(slots=True)
class FailedList:
    """Takes the rows of products that were not made; `finish` writes them, and takes the file of before away."""

    listed: OpenList
    output: Output
    words: Wording
    rows: int = 0
    _lines: Spool = field(default_factory=Spool)
    _named: set[int] = field(default_factory=set)

    def add(self, row: ListedRow, reasons: str) -> None:
        """Take a row, and why its product was not made."""
        self.rows += 1
        self._lines.add((row.cells, row.formats, reasons))
        self._named |= {digest(name_key(text)) for text in (row.product.product, row.product.code) if text}

    def finish(self) -> str | None:
        """Write the list; where it stands, or None if there is nothing to write. Raises RefusedError."""
        is_text = self.listed.path.suffix.casefold() not in WORKBOOKS or not self.listed.header.grid.name
        ending = ".csv" if is_text else ".xlsx"
        stem = self.words.word("failed_list")
        for old in {f"{word}{kind}" for word in stems() for kind in (".csv", ".xlsx")} - {f"{stem}{ending}"}:
            self.output.remove(old)
        if not self.rows:
            self.output.remove(f"{stem}{ending}")
            return None
        content = self._text() if is_text else self._workbook()
        problem: RefusedError | None = None
        for number in range(1, MOST_NAMES):
            file = f"{stem}{f'-{number}' if number > 1 else ''}{ending}"
            try:
                self.output.write(file, content)
            except RefusedError as error:  # it may be open in Excel
                problem = problem or error
            else:
                return self.output.place(file)
        assert problem is not None
        raise problem

    @property
    def _columns(self) -> list[int]:
        """The columns that are copied: all but a reason of before."""
        header = self.listed.header
        reasons = {heading.column for heading in header.unknown if is_reason(heading.text)}
        return [n for n in range(header.grid.width) if n + 1 not in reasons]

    def _heads(self) -> list[CellValue]:
        header = self.listed.header
        values = header.grid.row_values(header.row)
        return [*(_at(values, n) for n in self._columns), self.words.word("why_not_made")]

    def _text(self) -> bytes:
        target = StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow(self._heads())
        for values, _, reasons in self._lines:
            writer.writerow([*(_at(values, n) for n in self._columns), reasons])
        return target.getvalue().encode("utf-8-sig", "replace")

    def _workbook(self) -> bytes:
        import xlsxwriter

        target = BytesIO()
        with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
            writing, columns, grid = _Writing(workbook), self._columns, self.listed.header.grid
            sheet = writing.sheet(grid.name, len(columns))
            writing.row(sheet, 0, self._heads(), ())
            for number, (values, codes, reasons) in enumerate(self._lines, 1):
                formats = [_code(codes, n, grid.default_format) for n in columns]
                writing.row(sheet, number, [*(_at(values, n) for n in columns), reasons], formats)
            for name, (further, other) in self.listed.further.items():
                rows = list(self._reading(further).rows_of(other, self._is_named))
                if len(rows) > 1:
                    sheet = writing.sheet(name, other.width)
                    for number, (at, cells) in enumerate(rows):
                        codes = other.row_formats(at)
                        writing.row(sheet, number, cells, [_code(codes, n, "") for n in range(len(cells))])
        return target.getvalue()

    def _reading(self, further: FurtherSheet) -> SheetReading:
        context = self.listed.context
        return SheetReading(further, context.declaration, context.book, context.language, context.as_of)

    def _is_named(self, name: str) -> bool:
        return digest(name_key(name)) in self._named


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes cells as they stood in the list."""

    workbook: Any
    formats: dict[str, Any] = field(default_factory=dict)

    def sheet(self, name: str, columns: int) -> Any:
        """A sheet with its header frozen, and room for reasons behind its columns."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_column(0, max(columns - 1, 0), WIDTH)
        sheet.set_column(columns, columns, REASON_WIDTH)
        sheet.freeze_panes(1, 0)
        return sheet

    def row(self, sheet: Any, row: int, values: Cells, codes: Sequence[str]) -> None:
        """Write one row."""
        for column, value in enumerate(values):
            code = (codes[column] if column < len(codes) else "") or _usual_format(value)
            if code and code not in self.formats:
                self.formats[code] = self.workbook.add_format({"num_format": code})
            _write(sheet, row, column, value, self.formats.get(code))


def _at(values: Cells, column: int) -> CellValue:
    return values[column] if column < len(values) else None


def _code(codes: Sequence[str], column: int, usual: str) -> str:
    code = codes[column] if column < len(codes) else usual
    return "" if code == "General" else code


def _usual_format(value: CellValue) -> str:
    match value:
        case datetime():
            return MOMENT
        case date():
            return DAY
        case time() | timedelta():
            return TIME
    return ""


def _write(sheet: Any, row: int, column: int, value: CellValue, look: Any) -> None:
    match value:
        case None:
            return
        case ErrorValue(text=text):
            sheet.write_string(row, column, text, look)
        case bool():
            sheet.write_boolean(row, column, value, look)
        case str():
            sheet.write_string(row, column, value[:LONGEST_TEXT], look)
        case datetime() | date() | time() | timedelta():
            sheet.write_datetime(row, column, value, look)
        case _:
            sheet.write_number(row, column, value, look)
