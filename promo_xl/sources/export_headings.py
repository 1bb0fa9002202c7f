"""Which column of an export means what, and in which row its headings stand."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promo_xl.plan.filled import DATE, READINGS, Filled
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sources.export_values import text_of
from promo_xl.sources.grid import CellValue, column_letters
from promo_xl.sources.source import Order

HEADER_ROWS = 30
IGNORED, TOTALS = "ignored", "totals"
SHOWN_HEADINGS = 20
SHOWN_LENGTH = 40
UNIT_FACTORS = {
    "千": 1e3, "千元": 1e3, "千次": 1e3, "万": 1e4, "万元": 1e4, "万次": 1e4, "亿": 1e8, "亿元": 1e8,
    **dict.fromkeys(["元", "次", "个", "人", "件", "单", "笔", "¥", "人民币", "cny", "rmb", "yuan"], 1.0),
}  # fmt: skip
PERCENT = "%"
NEEDED = {"keyword": "SOURCE_KEYWORD_COLUMN_MISSING"}
_UNIT = re.compile(r"(.+?)[(\[【<]([^()\[\]【】<>]*)[)\]】>]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading ready to be compared: as it stands, without its unit, and what the unit multiplies by."""

    whole: str
    bare: str
    factor: float = 1.0
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that are read, counted from 0.

    `names` stand in the table's order, `metrics` are field, column and factor.
    """

    date: int
    names: tuple[int | None, ...]
    metrics: tuple[tuple[str, int, float], ...]
    width: int
    table: Filled = READINGS

    @property
    def channel(self) -> int | None:
        """The column of the first name, which for readings is the channel."""
        return self.names[0]

    @property
    def campaign(self) -> int | None:
        """The column of the second name, which only readings have."""
        return self.names[1]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the headings stand (rows are counted from 1), what they mean, and what the planner should know."""

    row: int
    columns: Columns
    findings: tuple[Finding, ...]


def heading_of(value: CellValue) -> Heading:
    """A heading without regard to width, case and spaces; only a unit that is known is cut off."""
    whole = "".join(unicodedata.normalize("NFKC", text_of(value)).casefold().split()).strip(":*\ufeff")
    match = _UNIT.fullmatch(whole)
    if match is None:
        return Heading(whole, whole)
    if match[2] == PERCENT:
        return Heading(whole, match[1], is_percent=True)
    factor = UNIT_FACTORS.get(match[2])
    return Heading(whole, whole) if factor is None else Heading(whole, match[1], factor)


def totals_words(order: Order) -> frozenset[str]:
    """The words that mark a row as a sum."""
    return frozenset(heading_of(word).whole for word in order.headings.get(TOTALS, ()))


def find_header(
    rows: Sequence[Sequence[CellValue]], order: Order, place: str, tables: Sequence[Filled] = (READINGS,)
) -> Header:
    """The first row with all headings that one of `tables` needs, or a refusal that says what is missing."""
    check_mapping(order, tables)
    every = [_Known(order, table) for table in tables]
    best: list[str | None] = []
    best_row: Sequence[CellValue] = ()
    likest = every[0]
    for number, row in enumerate(rows[:HEADER_ROWS], 1):
        headings = [heading_of(cell) for cell in row]
        for known in every:
            fields = [known.field(heading) for heading in headings]
            if not known.lacking(fields):
                return _header(number, row, fields, known, place)
            if _score(fields, row) > _score(best, best_row):
                best, best_row, likest = fields, row, known
    found = _listed([text_of(cell) for cell in best_row if text_of(cell)])
    details = {"found": found, "rows": HEADER_ROWS, "reason": likest.table.table}
    raise RefusedError([Finding(code, place=place, details=details) for code in likest.lacking(best)])


def check_mapping(order: Order, tables: Sequence[Filled]) -> None:
    """Refuse an order whose mapping names a field that none of `tables` has."""
    fields = dict.fromkeys(field for table in tables for field in table.fields)
    wrong = sorted(field for field in order.mapping.values() if field and field not in fields)
    if wrong:
        details = {"fields": _listed(wrong), "known": _listed(list(fields))}
        raise RefusedError([Finding("SOURCE_MAPPING_FIELD_UNKNOWN", place=order.place, details=details)])


def _score(fields: Sequence[str | None], row: Sequence[CellValue]) -> tuple[int, int]:
    return sum(field is not None for field in fields), sum(cell is not None for cell in row)


class _Known:
    """What each heading means for a table: the order's own mapping first, then the aliases."""

    def __init__(self, order: Order, table: Filled) -> None:
        self.table = table
        self.mapping = {heading_of(name).whole: field for name, field in order.mapping.items()}
        self.named = {heading_of(name).whole: name for name in order.mapping}
        self.aliases = {
            heading_of(name).whole: field
            for field in (IGNORED, *table.fields)
            for name in order.headings.get(field, ())
        }

    def field(self, heading: Heading) -> str | None:
        """The field, IGNORED or "" for a column that is left out, None for a heading nobody knows."""
        for key in (heading.whole, heading.bare):
            if key in self.mapping:
                field = self.mapping[key]
                return field if field in ("", *self.table.fields) else None
        found = self.aliases.get(heading.whole, self.aliases.get(heading.bare))
        return IGNORED if heading.is_percent and found in self.table.values else found

    def lacking(self, fields: Sequence[str | None]) -> list[str]:
        """What a row with these headings lacks to be the header: the codes of findings."""
        missing = [] if DATE in fields else ["SOURCE_DATE_COLUMN_MISSING"]
        missing += [NEEDED[name] for name in self.table.needs if name not in fields]
        has_value = any(field in self.table.values for field in fields)
        return [*missing, *([] if has_value else ["SOURCE_METRIC_COLUMN_MISSING"])]

    def is_mapped(self, heading: Heading) -> bool:
        return heading.whole in self.mapping or heading.bare in self.mapping


def _header(
    number: int, row: Sequence[CellValue], fields: Sequence[str | None], known: _Known, place: str
) -> Header:
    headings = [heading_of(cell) for cell in row]
    table = known.table
    used: dict[str, int] = {}
    findings: list[Finding] = []
    # A heading that the order maps is chosen before one that only an alias knows.
    for column in sorted(range(len(row)), key=lambda column: not known.is_mapped(headings[column])):
        field = fields[column]
        if field not in table.fields:
            continue
        if field in used:
            details = {"found": _shown(row[column]), "used": _shown(row[used[field]])}
            details["used_column"] = column_letters(used[field] + 1)
            at = f"{place} › {column_letters(column + 1)}{number}"
            findings.append(Finding("SOURCE_COLUMN_TWICE", Severity.WARNING, "", field, details, at))
        else:
            used[field] = column
    unknown = [_shown(cell) for cell, field in zip(row, fields, strict=True) if field is None and text_of(cell)]
    if unknown:
        details = {"columns": _listed(unknown), "count": str(len(unknown))}
        findings.append(Finding("SOURCE_COLUMNS_UNKNOWN", Severity.INFO, details=details, place=place))
    present = {key for heading in headings for key in (heading.whole, heading.bare)}
    absent = [name for key, name in known.named.items() if key not in present]
    if absent:
        details = {"columns": _listed(absent)}
        findings.append(Finding("SOURCE_MAPPED_COLUMN_MISSING", Severity.WARNING, details=details, place=place))
    width = max((column + 1 for column, cell in enumerate(row) if text_of(cell)), default=0)
    metrics = tuple((field, used[field], headings[used[field]].factor) for field in table.values if field in used)
    columns = Columns(used[DATE], tuple(map(used.get, table.names)), metrics, width, table)
    return Header(number, columns, tuple(findings))


def _shown(value: CellValue) -> str:
    return text_of(value)[:SHOWN_LENGTH]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:SHOWN_LENGTH] for name in names[:SHOWN_HEADINGS])
    return shown + (" …" if len(names) > SHOWN_HEADINGS else "")


def declared_headings(document: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """The aliases of source_headings.yml as an order carries them: the lists of all languages together."""
    return {
        field: tuple(str(name) for names in languages.values() for name in names)
        for field, languages in document.items()
    }
