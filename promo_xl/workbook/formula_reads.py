"""Which cells a formula reads, as far as its text tells."""

import re
from collections.abc import Iterable, Iterator

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

_PLAIN = re.compile(
    r"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<function>[A-Za-z_][A-Za-z0-9_.]*\()
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.:$!\[]))
    | (?P<operand>(?:\$?[A-Za-z]{1,3}\$?[0-9]+:\$?[A-Za-z]{1,3}\$?[0-9]+|\$?[A-Za-z]{1,3}\$?[0-9]+|[^\W\d][\w.]*
        (?:\[(?:[^\[\]'@]|\[[^\[\]'@]*\])*\])?)(?![\w.:$!\[(]))
    | (?P<sign>[-+*/^&=<>,()])
    """,
    re.VERBOSE,
)


def _simply(formula: str) -> tuple[list[str], list[str]] | None:
    """The functions, each with its bracket, and what else is named in a formula; None where that is not plain."""
    functions, operands, at = [], [], 0
    for match in _PLAIN.finditer(formula):
        if match.start() != at:
            return None
        at = match.end()
        if match.lastgroup == "function":
            functions.append(match[0])
        elif match.lastgroup == "operand" and match[0].upper() not in ("TRUE", "FALSE"):
            operands.append(match[0])
    return (functions, operands) if at == len(formula) else None


def _tokens(formula: str) -> tuple[list[str], list[str]] | None:
    """The same of any formula; None for what is none."""
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import Token, TokenizerError

    try:
        tokens = Tokenizer(f"={formula}").items
    except (TokenizerError, IndexError, ValueError):
        return None
    functions = [one.value for one in tokens if one.type == Token.FUNC and one.subtype == Token.OPEN]
    return functions, [one.value for one in tokens if one.type == Token.OPERAND and one.subtype == Token.RANGE]


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
        told = _simply(formula) or _tokens(formula)
        if told is None or not ELSEWHERE.isdisjoint(map(str.upper, told[0])):
            return None
        found: list[Area] = []
        for operand in told[1]:
            key = operand, sheet, depth
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
