"""Which cells a formula reads, as far as its text tells."""

import re
from collections.abc import Iterable, Iterator

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.tables_in_file import COLUMNS, ROWS, Area, area_of, column_number

ELSEWHERE = frozenset(
    {"INDIRECT(", "OFFSET(", "GETPIVOTDATA(", "NOW(", "TODAY(", "RAND(", "RANDBETWEEN(", "CELL(", "INFO("}
)
DEEPEST = 8  # names that stand for names
_WHOLE_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_WHOLE_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_STRUCTURED = re.compile(r"([^\[\]!:()]+)\[(.*)\]", re.DOTALL)
_INNER = re.compile(r"\[((?:[^\[\]']|'.)*)\]", re.DOTALL)


class Reads:
    """The areas that formulas of one file read."""

    def __init__(self, file: BookFile) -> None:
        self._tables = {
            name.casefold(): (area, {column.casefold(): at for at, column in enumerate(columns, area.left)})
            for name, area, columns in file.tables
        }
        self._known: dict[tuple[str, str, int], list[Area] | None] = {}
        self._names = {name.casefold(): text for name, text in file.defined.items()}

    def areas(self, formula: str, sheet: str, depth: int = 0) -> list[Area] | None:
        """The areas that a formula on `sheet` reads, at least; None if its text does not tell."""
        if not formula or depth > DEEPEST:
            return None
        try:
            tokens = Tokenizer(f"={formula}").items
        except (TokenizerError, IndexError, ValueError):
            return None
        found: list[Area] = []
        for token in tokens:
            if token.type == Token.FUNC and token.subtype == Token.OPEN and token.value.upper() in ELSEWHERE:
                return None
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                key = token.value, sheet, depth
                if key not in self._known:
                    self._known[key] = self._areas(*key)
                areas = self._known[key]
                if areas is None:
                    return None
                found += areas
        return found

    def _areas(self, text: str, sheet: str, depth: int) -> list[Area] | None:
        if match := _STRUCTURED.fullmatch(text):
            table = self._tables.get(match[1].casefold())
            return None if table is None else list(_columns(*table, match[2]))
        where, mark, cells = text.rpartition("!")
        if mark:
            sheet = where[1:-1].replace("''", "'") if where.startswith("'") else where
        plain = cells.replace("$", "").upper()
        if (area := area_of(sheet, plain)) is not None:
            return [area]
        if match := _WHOLE_COLUMNS.fullmatch(plain):
            return [Area(sheet, 1, column_number(match[1]), ROWS, min(column_number(match[2]), COLUMNS))]
        if match := _WHOLE_ROWS.fullmatch(plain):
            return [Area(sheet, int(match[1]), 1, min(int(match[2]), ROWS), COLUMNS)]
        return self.areas(self._names.get(cells.casefold(), ""), sheet, depth + 1)


def _columns(area: Area, columns: dict[str, int], inside: str) -> Iterator[Area]:
    """The columns that the brackets of a structured reference name; the whole table where they name none."""
    inner = _INNER.findall(inside) if "[" in inside else [inside.removeprefix("@")]
    named = [re.sub("'(.)", r"\1", one).casefold() for one in inner if one and not one.startswith("#")]
    at = [columns.get(one) for one in named]
    if not at or None in at:
        yield Area(area.sheet, area.top, area.left, area.bottom + 1, area.right)  # with a row of totals
    else:
        yield Area(area.sheet, area.top, *_ends(at, area.bottom + 1))


def _ends(at: Iterable[int | None], bottom: int) -> tuple[int, int, int]:
    known = [one for one in at if one is not None]
    return min(known), bottom, max(known)
