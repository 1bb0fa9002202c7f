"""The colour rules of a table: those it declares, and those that every table of its kind has."""

from collections.abc import Iterator
from functools import cache

from promo_xl.sheetspec.formula.nodes import Literal, Node, replace_names
from promo_xl.sheetspec.formula.parse import parse_formula
from promo_xl.sheetspec.model import Book, Rule, Table
from promo_xl.sheetspec.schema import Formula

FINDINGS = "findings"
"""The table that a check writes; its column `mark` holds a text for each marked cell."""
MARKS = "check_marks"
"""The name of that column: older versions of Excel take no other sheet in a colour rule, but a name."""
GRADES = ("error", "warning")
MARKED = f'SUMPRODUCT(({MARKS}=row_key&"|"&head&"|"&grade&"|"&IF(ISNUMBER(here),"#","")&here)*1)>0'


def rules_of(book: Book, table: Table, *, marked: bool = True) -> Iterator[Rule]:
    """All colour rules of a table, the first ones first in effect; without marks where nobody writes them."""
    if marked and has_marks(book):
        yield from mark_rules(table)
    yield from stale_rules(table)
    yield from table.rules


def has_marks(book: Book) -> bool:
    """True if a check has a place for its marks."""
    return FINDINGS in book.tables and book.tables[FINDINGS][1].column_of("mark") is not None


def mark_rules(table: Table) -> Iterator[Rule]:
    """The marks of what a check found: one rule across the table for each grade.

    A mark is known by the key of its row, the head of its column and what the cell held, so it stays
    with its row when the table is sorted and goes as soon as the cell is changed.
    """
    if table.key is None:
        return
    typed = tuple(column.field for column in table.columns if not column.computed and not column.hidden)
    for grade in GRADES:
        node = replace_names(_parsed(MARKED), {"row_key": table.key.node, "grade": Literal(grade)})
        yield Rule(Formula(MARKED, node), f"mark_{grade}", typed, across=True)


def mark(key: str, head: str, grade: str, held: str, *, number: bool) -> str:
    """What the column `mark` holds for a cell: the very text that the rule of its table looks for."""
    return f"{key}|{head}|{grade}|{'#' if number else ''}{held}"


def stale_rules(table: Table) -> Iterator[Rule]:
    """The colour rules of remembered columns, for when they say that they are stale."""
    for column in table.columns:
        if column.kind == "remembered":
            text = f"ISNUMBER(FIND(stale.stale,[{column.field}]))"
            yield Rule(Formula(text, _parsed(text)), "stale", (column.field,))


@cache
def _parsed(text: str) -> Node:
    return parse_formula(text)
