"""An .xlsx or .xlsm in memory: each part is unpacked and looked through when it is asked for, and once."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from io import BytesIO
from typing import TypeVar

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.archive import ArchiveLimits, check_archive_bytes
from promo_xl.sources.excel_file import check_kind, legend_of
from promo_xl.sources.grid import GENERAL, CellValue, Grid, GridBuilder, Limits
from promo_xl.sources.package_parts import PackageParts, SheetPart, read_parts
from promo_xl.sources.plain_sheet import (
    FORMULA,
    INLINE,
    KIND,
    STYLE,
    VALUE,
    PlainSheet,
    plain_sheet,
    plain_text,
)
from promo_xl.sources.refusal import refused
from promo_xl.sources.sheet_xml import Legend, SheetScanner

T = TypeVar("T")


class Package:
    """The parts of a workbook as it was when it was read; raises RefusedError for what is none or is damaged."""

    def __init__(self, data: bytes, file: str, limits: Limits | None = None) -> None:
        check_archive_bytes(data, file, ArchiveLimits())
        self.data, self.file, self.limits = data, file, limits or Limits()
        self.archive = zipfile.ZipFile(BytesIO(data))
        self._parts: dict[str, bytes] = {}
        self._plain: dict[str, PlainSheet | None] = {}

    def part(self, name: str) -> bytes:
        """The bytes of a part."""
        if name not in self._parts:
            self._parts[name] = self.archive.read(name)
        return self._parts[name]

    def plain(self, name: str) -> PlainSheet | None:
        """The cells of a sheet part if it is written as such parts mostly are."""
        if name not in self._plain:
            self._plain[name] = plain_sheet(self.part(name))
        return self._plain[name]

    @cached_property
    def sheets(self) -> Mapping[str, SheetPart]:
        """The worksheets by their names, in the order of their tabs."""
        return {sheet.name: sheet for sheet in self._parsed.sheets}

    def grid(self, name: str) -> Grid:
        """The values of a sheet."""
        return self._sound(lambda: self._grid(self.sheets[name]))

    @cached_property
    def _parsed(self) -> PackageParts:
        check_kind(self.archive, self.file)
        return self._sound(lambda: read_parts(self.archive))

    @cached_property
    def _legend(self) -> Legend:
        return legend_of(self.archive, self._parsed, self.limits)

    def _sound(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except RefusedError:
            raise
        except Exception as error:  # a part that breaks the format can fail anywhere below
            raise refused("FILE_CORRUPT", self.file, reason=str(error) or type(error).__name__, part="") from error

    def _grid(self, sheet: SheetPart) -> Grid:
        builder = GridBuilder(sheet.name, self.file, self.limits, GENERAL, sheet.hidden)
        scanner = SheetScanner(self._legend, builder)
        plain = self.plain(sheet.part)
        scanner.scan(BytesIO(self.part(sheet.part) if plain is None else plain.around))
        if plain is not None:
            for row, values, formats in _rows(plain, self._legend, GENERAL):
                builder.add(row, values, formats)
        return builder.build(scanner.merged)


def _rows(plain: PlainSheet, legend: Legend, default: str) -> Iterator[tuple[int, list[CellValue], list[str]]]:
    """The rows that hold cells with their values and number formats, cut behind the last value."""
    rows: dict[int, tuple[list[CellValue], list[str]]] = {}
    known: dict[tuple[bytes | None, ...], tuple[CellValue, str]] = {}
    for (row, column), match in plain.cells.items():
        if (match.lastindex or 0) < FORMULA:  # it has a style at most
            continue
        raw, inline, formula, kind, style = match.group(VALUE, INLINE, FORMULA, KIND, STYLE)
        if not raw and not inline and not formula:
            continue
        key = raw, inline, formula and b"", kind, style
        if key not in known:
            known[key] = _shown(legend, plain_text(raw or inline or b""), kind, int(style or 0), formula)
        value, code = known[key]
        if value is None:
            continue
        values, formats = rows.get(row) or rows.setdefault(row, ([], []))
        if len(values) != column - 1:
            values += [None] * (column - 1 - len(values))
        values.append(value)
        if code:
            formats += [default] * (column - 1 - len(formats))
            formats.append(code)
    for row, (values, formats) in rows.items():
        yield row, values, formats


def _shown(
    legend: Legend, text: str, kind: bytes | None, style: int, formula: bytes | None
) -> tuple[CellValue, str]:
    """A cell's value, and the code of its number format if it has one of its own."""
    value = legend.value(text, kind.decode() if kind else "n", style, has_formula=formula is not None)
    return value, legend.formats[style].code if style and value is not None else ""
