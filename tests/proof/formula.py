"""Reads a formula as a file stores it: its references, its calls, and the first thing wrong with it.

Operators are not ranked, for no proof here asks in which order they apply.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from tests.proof.areas import Area, column_letters, column_number, read_area

TOKEN = re.compile(
    r"""
    (?P<space>[ \n\r\t]+)
  | (?P<text>"(?:[^"]|"")*")
  | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA))
  | (?P<sheet>(?:'(?:[^']|'')+'|\[\d+\][\w.]*(?::[\w.]+)?|[\w.]+(?::[\w.]+)?)!)
  | (?P<table>(?:[^\W\d][\w.]*)?\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
  | (?P<area>\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}\$?[0-9]+)?(?![\w.(!\[])
          |  \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!\[])
          |  \$?[0-9]+:\$?[0-9]+(?![\w.(!\[]))
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![\w\[]))
  | (?P<call>[^\W\d][\w.]*\()
  | (?P<name>(?:[^\W\d]|\\)[\w.?\\]*)
  | (?P<sign><>|<=|>=|[-+*/^&=<>%:,;(){}@])
  | (?P<fault>.)
    """,
    re.VERBOSE | re.DOTALL,
)
SELECTOR = re.compile(r"\s*\[((?:[^\[\]']|'.)*)\]\s*(,|:|$)")
ESCAPED = re.compile(r"'(.)")
# One corner of an area; a row alone has its $ in the third group.
CORNER = re.compile(r"(?:(\$?)([A-Za-z]{1,3}))?(\$?)(\d*)")
MOVABLE = re.compile(r"[A-Za-z]\$?\d|[A-Za-z]:\$?[A-Za-z]|\d:\$?\d")
ITEMS = {"#all", "#data", "#headers", "#totals", "#this row"}
BINARY = {"+", "-", "*", "/", "^", "&", "=", "<", ">", "<>", "<=", ">="}


class FormulaError(ValueError):
    """A formula that Excel would not accept."""


@dataclass(frozen=True, slots=True)
class CellRef:
    """Cells by address; `sheet` is None for the formula's own sheet, `book` for its own workbook."""

    area: Area
    sheet: str | None = None
    book: str | None = None


@dataclass(frozen=True, slots=True)
class NameRef:
    """A defined name, or a table by its bare name."""

    name: str
    sheet: str | None = None
    book: str | None = None


@dataclass(frozen=True, slots=True)
class TableRef:
    """A structured reference; no columns means all of them, no items the data rows.

    `table` is "" for the table around the formula: Excel stores totals as `SUBTOTAL(109,[金额])`.
    """

    table: str
    items: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    book: str | None = None


@dataclass(frozen=True, slots=True)
class SpanRef:
    """What `a:b` spans where `a` or `b` is more than an address, as in `A1:INDEX(A:A,9)`."""

    ends: tuple["Reference", ...]


Reference = CellRef | NameRef | TableRef | SpanRef


@dataclass(frozen=True, slots=True)
class Call:
    """A function with the number of its arguments; `nesting` 1 is the outermost."""

    name: str
    arguments: int
    nesting: int
    book: str | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """What a formula says, flat."""

    references: tuple[Reference, ...]
    calls: tuple[Call, ...]
    longest_text: int
    has_ref_error: bool


@lru_cache(maxsize=50_000)
def read_formula(text: str, *, unions: bool = False) -> Formula:
    """Reads `SUM(tbl[金额])*2`; raises FormulaError where Excel would refuse it.

    `unions` allows `A:A,1:1` without brackets, as the names of print titles have it.
    """
    return _Reader(text).read(unions)


def moved(text: str, rows: int, columns: int) -> str:
    """The formula as a copy so many rows further down reads: `A1*$B$2` one row down -> `A2*$B$2`."""
    if not MOVABLE.search(text):
        return text
    tokens = TOKEN.finditer(text)
    return "".join(_moved_area(m[0], rows, columns) if m.lastgroup == "area" else m[0] for m in tokens)


def _moved_area(text: str, rows: int, columns: int) -> str:
    def shift(match: re.Match[str]) -> str:
        letters, number = match[2] or "", match[4]
        if letters and not match[1]:
            letters = column_letters(column_number(letters) + columns)
        if number and not match[3]:
            number = str(int(number) + rows)
        return f"{match[1] or ''}{letters}{match[3]}{number}"

    return ":".join(CORNER.sub(shift, corner, count=1) for corner in text.split(":"))


def read_selectors(inner: str) -> tuple[tuple[str, ...], str | None, str | None]:
    """`[#This Row],[a]:[b]` -> (("#this row",), "a", "b"); `a` and `#Data` as well."""
    if not inner.strip():
        return (), None, None
    if "[" not in re.sub("'.", "", inner):
        return ((inner.lower(),), None, None) if inner.lower() in ITEMS else ((), _plain(inner), _plain(inner))
    items: list[str] = []
    columns: list[str] = []
    place, before = 0, ","
    while place < len(inner):
        match = SELECTOR.match(inner, place)
        if match is None:
            raise FormulaError(f"[{inner}] is no structured reference")
        word = match[1]
        if word.lower() in ITEMS and not columns and before == ",":
            items.append(word.lower())
        elif word.startswith("#") or (columns and before != ":") or len(columns) > 1 or not word:
            raise FormulaError(f"[{inner}] is no structured reference")
        else:
            columns.append(_plain(word))
        place, before = match.end(), match[2]
    if before:
        raise FormulaError(f"[{inner}] ends in {before}")
    return tuple(items), columns[0] if columns else None, columns[-1] if columns else None


def _plain(word: str) -> str:
    return ESCAPED.sub(r"\1", word)


class _Reader:
    """One pass over one formula; `index` stands on the next token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0
        self.nesting = 0
        self.references: list[Reference] = []
        self.calls: list[Call] = []
        self.longest_text = 0
        self.has_ref_error = False
        self.tokens = self._tokens()

    def _tokens(self) -> list[tuple[str, str]]:
        found = []
        for match in TOKEN.finditer(self.text):
            if match.lastgroup == "fault":
                raise FormulaError(f"cannot read on from {self.text[match.start() : match.start() + 20]!r}")
            found.append((match.lastgroup or "", match[0]))
        found.append(("end", ""))
        return found

    def read(self, unions: bool) -> Formula:
        if self.text.startswith("="):
            raise FormulaError("a stored formula has no leading =")
        self._expression(unions)
        if self.tokens[self.index][0] != "end":
            raise FormulaError(f"unexpected {self.tokens[self.index][1]!r}")
        return Formula(tuple(self.references), tuple(self.calls), self.longest_text, self.has_ref_error)

    def _skip_space(self) -> bool:
        if self.tokens[self.index][0] == "space":
            self.index += 1
            return True
        return False

    def _expression(self, unions: bool = False) -> None:
        while True:
            self._operand()
            spaced = self._skip_space()
            kind, text = self.tokens[self.index]
            if kind == "sign" and (text in BINARY or (unions and text == ",")):
                self.index += 1
            elif not (spaced and kind in ("area", "name", "table", "sheet", "call")):
                return  # a space between references is the intersection operator

    def _operand(self) -> None:
        self._skip_space()
        while self.tokens[self.index] in (("sign", "-"), ("sign", "+"), ("sign", "@")):
            self.index += 1
            self._skip_space()
        start = len(self.references)
        self._primary()
        spans = False
        while self.tokens[self.index] == ("sign", ":"):
            self.index += 1
            self._primary()
            spans = True
        if spans:
            ends = tuple(self.references[start:])
            self.references[start:] = [SpanRef(ends)]
        while self._next_is_percent():
            self.index += 1

    def _next_is_percent(self) -> bool:
        after = self.index + (self.tokens[self.index][0] == "space")
        if self.tokens[after] == ("sign", "%"):
            self.index = after
            return True
        return False

    def _primary(self, book: str | None = None, sheet: str | None = None, prefixed: bool = False) -> None:
        kind, text = self.tokens[self.index]
        self.index += 1
        if kind == "area":
            area = read_area(text)
            # ABC99999999 is a name, for no sheet has so many rows
            self.references.append(CellRef(area, sheet, book) if area else NameRef(text, sheet, book))
        elif kind == "name":
            if prefixed or text.upper() not in ("TRUE", "FALSE"):
                self.references.append(NameRef(text, sheet, book))
        elif kind == "call":
            self._call(text[:-1], book)
        elif kind == "table" and sheet is None:
            self.references.append(_table_reference(text, book))
        elif kind == "error":
            self.has_ref_error |= text == "#REF!"
        elif kind == "sheet" and not prefixed:
            self._primary(*_book_and_sheet(text[:-1]), prefixed=True)
        elif prefixed:
            raise FormulaError(f"{text!r} cannot follow a sheet name")
        elif kind == "text":
            self.longest_text = max(self.longest_text, len(text[1:-1].replace('""', '"')))
        elif (kind, text) == ("sign", "("):
            self._nest()
            self._expression(unions=True)
            self._close(")")
        elif (kind, text) == ("sign", "{"):
            self._array()
        elif kind != "number":
            raise FormulaError(f"{text!r} where a value should stand" if text else "a value is missing at the end")

    def _nest(self) -> None:
        self.nesting += 1
        if self.nesting > 200:
            raise FormulaError("brackets nested too deep to read")

    def _close(self, closer: str) -> None:
        self._skip_space()
        if self.tokens[self.index] != ("sign", closer):
            found = self.tokens[self.index][1] or "the end"
            raise FormulaError(f"{closer} is missing before {found!r}")
        self.index += 1
        self.nesting -= 1

    def _call(self, name: str, book: str | None) -> None:
        self._nest()
        nesting, arguments = self.nesting, 0
        self._skip_space()
        if self.tokens[self.index] != ("sign", ")"):
            while True:
                arguments += 1
                self._skip_space()
                if self.tokens[self.index] not in (("sign", ","), ("sign", ")")):
                    self._expression()
                if self.tokens[self.index] != ("sign", ","):
                    break
                self.index += 1
        self._close(")")
        self.calls.append(Call(name.upper(), arguments, nesting, book))

    def _array(self) -> None:
        self._nest()
        widths, width = set(), 0
        while True:
            self._skip_space()
            if self.tokens[self.index] in (("sign", "-"), ("sign", "+")):
                self.index += 1
            kind, text = self.tokens[self.index]
            if kind not in ("number", "text", "error") and text.upper() not in ("TRUE", "FALSE"):
                raise FormulaError(f"{text!r} cannot stand in an array constant")
            self._primary()
            width += 1
            self._skip_space()
            separator = self.tokens[self.index][1]
            if separator != ",":
                widths.add(width)
                width = 0
            if separator not in (",", ";"):
                break
            self.index += 1
        self._close("}")
        if len(widths) > 1:
            raise FormulaError("the rows of an array constant differ in length")


@lru_cache(maxsize=10_000)
def _table_reference(text: str, book: str | None) -> TableRef:
    table, _, inner = text.partition("[")
    if inner.startswith("@"):
        raise FormulaError(f"{text} is the short form: a file stores {table}[[#This Row],[…]]")
    return TableRef(table, *read_selectors(inner[:-1]), book)


def _book_and_sheet(prefix: str) -> tuple[str | None, str | None]:
    """`[1]甲` -> ("1", "甲"); `[1]` -> ("1", None); `'a''b'` -> (None, "a'b")."""
    if prefix.startswith("'"):
        prefix = prefix[1:-1].replace("''", "'")
    if "[" in prefix:
        book, _, sheet = prefix.partition("]")
        return book.partition("[")[2], sheet or None
    return None, prefix
