"""What Excel itself would refuse in a book: names and sizes; and formulas that go round in a circle."""

import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from promo_xl.sheetspec.formula.evaluate import compile_formula
from promo_xl.sheetspec.formula.nodes import Cell, Columns, Name, walk
from promo_xl.sheetspec.model import Book, Sheet, Table
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.source import Entry, Problems, nearest

TABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,60}")
CELL_NAME = re.compile(r"[A-Za-z]{1,3}[0-9]+|[rR][0-9]*[cC][0-9]*")
PREFIX_OF_A_NAME = re.compile(r"[a-z][a-z_]{0,30}")
LONGEST_SHEET_NAME = 31
FORBIDDEN_IN_SHEET_NAMES = set("[]:*?/\\")
WIDEST, HIGHEST, MOST_ROWS = 255, 409, 5000
PAGES_ACROSS, ZOOM = (1, 9), (10, 400)


def examine_book(book: Book, problems: Problems) -> None:
    """Note every name, size and formula that would make a broken workbook."""
    _sheet_names(book, problems)
    names = Counter(table.name.casefold() for _, table in book.tables.values())
    for _, table in book.tables.values():
        entry = Entry(None, table.place, problems)
        if not TABLE_NAME.fullmatch(table.name) or CELL_NAME.fullmatch(table.name):
            problems.add(entry, table.name, "a table name of ASCII letters, digits and _, such as tblTasks")
        if names[table.name.casefold()] > 1:
            problems.add(entry, f"{table.name} twice", "a table name of its own for each table")
        _sizes(table, entry, problems)
    for sheet in book.sheets:
        _divided(sheet, Entry(None, sheet.place, problems))
    _answer_names(book, problems)
    _formulas(book, problems)


def _answer_names(book: Book, problems: Problems) -> None:
    """The names by which calls of the add-in read columns (`t.start`), and formulas answers (`schedule.slack`)."""
    shorts = [(table.short, table.place) for _, table in book.tables.values() if table.short]
    parts = [*shorts, *((call.call, call.place) for call in book.calls.values())]
    counts = Counter(name for name, _ in parts)
    for name, place in parts:
        entry = Entry(None, place, problems)
        if not PREFIX_OF_A_NAME.fullmatch(name):
            problems.add(entry, name, "a short name of small letters and _, such as t or schedule")
        if counts[name] > 1:
            problems.add(entry, f"{name} twice", "a short name of its own for each table and call")
    for call in book.calls.values():
        for column in call.columns:
            if not PREFIX_OF_A_NAME.fullmatch(column):
                problems.add(Entry(None, call.place, problems), column, "a column of small letters and _")


def _sheet_names(book: Book, problems: Problems) -> None:
    for language in book.languages:
        names = [sheet.name.text(language) for sheet in book.sheets]
        for sheet, name in zip(book.sheets, names, strict=True):
            entry = Entry(None, sheet.place, problems)
            legal = 0 < len(name) <= LONGEST_SHEET_NAME and not FORBIDDEN_IN_SHEET_NAMES & set(name)
            if not legal or name.startswith("'") or name.endswith("'"):
                problems.add(entry, name, "a sheet name of 1 to 31 characters without [ ] : * ? / \\ '")
            if sum(name.casefold() == other.casefold() for other in names) > 1:
                problems.add(entry, f"{name} twice", "a name of its own for each sheet")


def _divided(sheet: Sheet, entry: Entry) -> None:
    """How a sheet is divided on the screen and on paper."""
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    known = sorted({column.field for table in tables for column in table.columns})
    if sheet.freeze and sheet.freeze not in known:
        hint = nearest(sheet.freeze, known)
        entry.problems.add(entry, f"freeze {sheet.freeze}", f"{hint}?" if hint else "one of " + ", ".join(known))
    for key, value, (least, most) in (
        ("pages_across", sheet.pages_across, PAGES_ACROSS),
        ("row_height", sheet.row_height, (0, HIGHEST)),
        ("zoom", sheet.zoom, ZOOM),
    ):
        if not least <= value <= most:
            entry.problems.add(entry, f"{key} {value:g}", f"{least} to {most}")


def _sizes(table: Table, entry: Entry, problems: Problems) -> None:
    for name, value, most in (
        ("spare", table.spare, MOST_ROWS),
        ("least", table.least, MOST_ROWS),
        ("numbered", table.numbered, MOST_ROWS),
        *(("row_height", height, HIGHEST) for height in table.row_height.values()),
    ):
        if not 0 <= value <= most:
            problems.add(entry, f"{name} {value}", f"0 to {most}")
    for column in table.columns:
        if not 0 <= column.width <= WIDEST:
            problems.add(Entry(None, column.place, problems), f"width {column.width}", f"0 to {WIDEST}")


def _formulas(book: Book, problems: Problems) -> None:
    graph: dict[str, set[str]] = {}
    for node, table, formula in _computed(book):
        try:
            compile_formula(formula.node)
        except (IndexError, ValueError, KeyError, RecursionError):
            problems.add(Entry(None, formula.place, problems), formula.text, "a formula with all its arguments")
        graph.setdefault(node, set()).update(_read_by(book, table, formula))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        place = next(f.place for node, _, f in _computed(book) if node in error.args[1])
        problems.add(Entry(None, place, problems), circle, "formulas that do not depend on themselves")


def _computed(book: Book) -> Iterator[tuple[str, str, Formula]]:
    for name, (_, table) in book.tables.items():
        for column in table.columns:
            for formula in filter(None, (column.formula, column.as_written, column.live)):
                yield f"{name}[{column.field}]", name, formula
    for field, column in book.singles.items():
        for formula in filter(None, (column.formula, column.as_written, column.live)):
            yield field, "", formula
    for name, call in book.calls.items():
        yield name, "", call.formula


def _read_by(book: Book, table: str, formula: Formula) -> Iterator[str]:
    for part in walk(formula.node):
        match part:
            case Cell(field=field):
                yield f"{table}[{field}]"
            case Name(name=name):
                yield from (
                    (f.field for f in book.named_forms[name].fields) if name in book.named_forms else (name,)
                )
            case Columns(table=call) if call in book.calls:
                yield call
            case Columns(table=other, first=first, last=last, headers=False):
                fields = [column.field for column in book.tables[other][1].columns]
                for field in fields[fields.index(first) : fields.index(last) + 1]:
                    yield f"{other}[{field}]"
