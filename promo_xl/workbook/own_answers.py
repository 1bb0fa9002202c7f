"""What the program's own formulas show in a workbook that is there already, computed without an engine."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from promo_xl.sheetspec.formula.render import render
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sheetspec.host_names import HOSTS
from promo_xl.sheetspec.hosts import for_host
from promo_xl.sheetspec.model import Book, Cards, Column
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook.mend import InFile
from promo_xl.workbook.read import Opened
from promo_xl.workbook.references import CellReferences
from promo_xl.workbook.spelling import bare_calls

Cell = tuple[str, int, int]
_SPACE = re.compile(r'("(?:[^"]|"")*")|\s+|_xlfn\.(?:_xlws\.)?|_xldudf_', re.IGNORECASE)


class Answer(NamedTuple):
    """The value of a cell whose formula reads like one of `texts`, which `plain` has made comparable."""

    texts: frozenset[str]
    value: Value


@lru_cache(maxsize=4096)
def plain(formula: str) -> str:
    """A formula however Excel spells it: calls by bare names, no prefixes, no blanks outside of texts."""
    return _SPACE.sub(lambda match: match[1] or "", bare_calls(formula.removeprefix("="))).casefold()


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """The answers for the cells of tables and single values, and for formulas that are known by their text."""

    cells: Mapping[Cell, Answer]
    by_text: Mapping[str, Value]
    workings: Workings

    def of_plain(self, cell: Cell, text: str) -> Value:
        """What the `plain` formula in a cell shows; None if it is none of ours."""
        answer = self.cells.get(cell)
        if answer is not None and text in answer.texts:
            return "" if answer.value is None else answer.value
        return self.by_text.get(text)


def own_answers(
    opened: Opened,
    book: Book,
    lasts: Mapping[str, int],
    known: OwnAnswers | None = None,
) -> OwnAnswers:
    """What our formulas show; `lasts` is the last row of each table (by its id), blank ones included.

    `known` are the answers for the workbook before some cells changed.
    """
    texts = own_texts(book, opened.language)
    workings = Workings(
        opened.promotion, book, opened.language, InFile(opened), known=known.workings if known else None
    )
    cells = dict(_in_tables(opened, workings, texts, lasts))
    for field, cell in opened.cells.items():
        if book.singles[field].formula is not None:
            cells[cell] = Answer(texts.single(field), _value(workings.single(field)))
    notes = {text: _value(workings.note(column)) for column in _notes(book) for text in texts.of(column.note)}
    return OwnAnswers(cells, notes, workings)


def _in_tables(
    opened: Opened, workings: Workings, texts: "OwnTexts", lasts: Mapping[str, int]
) -> Iterator[tuple[Cell, Answer]]:
    for name, read in opened.tables.items():
        for column in read.table.columns:
            if column.formula is None or column.field not in read.columns:
                continue
            known = texts.column(name, column.field, read.first - 1)
            values = workings.column(name, column.field)
            by_row = dict(zip(read.numbers, values, strict=False))
            blank = values[-1] if len(values) > len(read.numbers) else None
            for row in range(read.first, lasts.get(name, read.last) + 1):
                value = by_row.get(row, blank)
                if row in by_row or blank is not None:
                    yield (read.grid.name, row, read.columns[column.field]), Answer(known, value)


def _notes(book: Book) -> Iterable[Column]:
    return (
        column
        for sheet in book.sheets
        for block in sheet.blocks
        if isinstance(block, Cards)
        for column in block.fields
        if column.note is not None
    )


def _value(value: Value) -> Value:
    return "" if value is None else value


class OwnTexts:
    """How the files of all hosts spell the formulas; each is spelled once."""

    def __init__(self, book: Book, language: str) -> None:
        self.book = book
        self._columns: dict[tuple[str, str, int], frozenset[str]] = {}
        self.books = [for_host(book, host) for host in HOSTS]
        self.language = language

    def of(self, formula: Formula | None) -> frozenset[str]:
        """One formula that no host spells otherwise."""
        if formula is None:
            return frozenset()
        references = CellReferences(self.books[0], self.language)
        return frozenset({plain(render(formula.node, references))})

    def single(self, field: str) -> frozenset[str]:
        """A single value's formula."""
        return frozenset(
            plain(render(column.formula.node, CellReferences(book, self.language)))
            for book in self.books
            if (column := book.singles.get(field)) is not None and column.formula is not None
        )

    def column(self, table: str, field: str, head: int) -> frozenset[str]:
        """The formula of a table's column whose head stands in the row `head`."""
        key = table, field, head
        if key not in self._columns:
            self._columns[key] = self._spelled(*key)
        return self._columns[key]

    def _spelled(self, table: str, field: str, head: int) -> frozenset[str]:
        found = set()
        for book in self.books:
            block = book.tables[table][1] if table in book.tables else None
            column = block.column_of(field) if block is not None else None
            if column is not None and column.formula is not None:
                references = CellReferences(book, self.language, block, head=head)
                found.add(plain(render(column.formula.node, references)))
        return frozenset(found)


_OWN_TEXTS: dict[tuple[int, str], OwnTexts] = {}


def own_texts(book: Book, language: str) -> OwnTexts:
    """The spellings of a book's formulas, which are worked out once per process."""
    known = _OWN_TEXTS.get((id(book), language))
    if known is None or known.book is not book:
        known = _OWN_TEXTS[id(book), language] = OwnTexts(book, language)
    return known
