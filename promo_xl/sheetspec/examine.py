"""What a single declaration cannot see: names that refer to something that is not there."""

import re
from collections.abc import Iterable, Iterator

from promo_xl.plan.findings import Finding
from promo_xl.sheetspec.core import CORE
from promo_xl.sheetspec.formula.nodes import Call, Cell, Choice, Columns, Name, Node, walk
from promo_xl.sheetspec.formula.operations import IN_A_ROW, RULE_ONLY
from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.hosts import live_formulas
from promo_xl.sheetspec.model import Block, Book, Cards, Column, Form, Grid, LiveCall, Rule, Table, Timeline
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.source import Entry, Problems, nearest

LOCAL_NAMES: dict[type[Block], set[str]] = {
    LiveCall: {"capacity"},
    Grid: {"row_head", "column_head"},
    Timeline: {"k", "period", "period_end", "period_works"},
}
RULE_NAMES = {"here", "head"}


def examine(book: Book, problems: Problems) -> None:
    """Note every reference of `book` that leads nowhere."""
    tables: dict[str, Table | LiveCall] = {table: block for table, (_, block) in book.tables.items()}
    tables |= book.calls
    singles = book.singles.keys() | book.named_forms.keys()
    live = {id(formula) for formula in live_formulas(book)}
    for block, own, formula, is_rule in _formulas(book):
        fields = {column.field for column in own}
        local = LOCAL_NAMES.get(type(block), set())
        local = RULE_NAMES if is_rule and isinstance(block, Table) else local
        for node in walk(formula.node):
            wrong = _leads_nowhere(node, fields, tables, singles | local, book)
            if isinstance(node, Call) and node.function in RULE_ONLY and not is_rule:
                wrong = f"{node.function} in a cell", ["as_of"]
            if isinstance(node, Call) and node.function.startswith(OWN) and id(formula) not in live:
                wrong = f"{node.function} outside live:", ["live"]
            if isinstance(node, Call) and node.function in IN_A_ROW and (is_rule or not isinstance(block, Table)):
                wrong = f"{node.function} outside a table's column", ["INDEX"]
            if wrong:
                found, known = wrong
                hint = nearest(found, known)
                expected = f"{hint}?" if hint else "one of " + ", ".join(sorted(known))
                problems.add(Entry(None, formula.place, problems), found, expected)
    for _, table in book.tables.values():
        _examine_columns(book, table, problems)
    _examine_live(book, problems)
    _examine_shades(book, problems)
    _examine_looks(book, problems)


MARKS = ("mark_error", "mark_warning")  # where a check writes what it found
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
NEEDED_STYLES = (
    *("title", "intro", "nav", "section", "header", "header_computed", "cell", "computed", "label", "value"),
    *("value_computed", "card_label", "card_value", "card_note", "band_dates", "band_hidden", "timeline"),
    *("grid_head", "good", "watch", "bad", "muted", "stale"),
)


def _examine_looks(book: Book, problems: Problems) -> None:
    theme = book.theme
    wanted = [(name, "theme.yml") for name in (*NEEDED_STYLES, *(MARKS if book.reports else ()))]
    wanted += [(rule.style, rule.when.place) for *_, rule in _rules(book)]
    for name, place in wanted:
        if name not in theme.styles:
            _unknown(name, place, theme.styles, problems)
    colors = [(value, "theme.yml colors") for value in theme.colors.values()]
    for style, properties in theme.styles.items():
        colors += [(str(v), f"theme.yml {style}") for key, v in properties.items() if key.endswith("color")]
    colors += [(sheet.tab, sheet.place) for sheet in book.sheets if sheet.tab]
    for color, place in colors:
        if not COLOR.fullmatch(color) and color not in theme.colors:
            _unknown(color, place, theme.colors, problems)


def _unknown(found: str, place: str, known: Iterable[str], problems: Problems) -> None:
    hint = nearest(found, known) or ", ".join(sorted(known))
    problems.findings.append(Finding("STYLE_UNKNOWN", details={"found": found, "hint": hint}, place=place))


def _rules(book: Book) -> Iterator[tuple[Block, Rule]]:
    for block in (block for sheet in book.sheets for block in sheet.blocks):
        if isinstance(block, Table | Timeline):
            yield from ((block, rule) for rule in block.rules)


def _leads_nowhere(
    node: Node, fields: set[str], tables: dict[str, Table | LiveCall], names: set[str], book: Book
) -> tuple[str, Iterable[str]] | None:
    match node:
        case Cell(field=field) if field not in fields:
            return field, fields
        case Columns(table=table) if table not in tables:
            return table, tables
        case Columns(table=table, first=first, last=last):
            known = {str(getattr(column, "field", column)) for column in tables[table].columns}
            return next(((f, known) for f in (first, last) if f not in known), None)
        case Name(name=name) if name not in names:
            return name, names
        case Choice(choices=choices) if choices not in book.choices:
            return choices, book.choices
        case Choice(choices=choices, code=code):
            codes = [option.code for option in book.choices[choices]]
            return (code, codes) if code not in codes else None
    return None


def _examine_live(book: Book, problems: Problems) -> None:
    """A live column needs an ordinary formula behind it, a call a table whose rows it answers."""
    for _, table in book.tables.values():
        for column in table.columns:
            if column.live and column.formula is None:
                problems.add(Entry(None, column.place, problems), f"live {column.field}", "a formula beside live")
    for field in book.singles.values():
        if field.live and field.formula is None:
            problems.add(Entry(None, field.place, problems), f"live {field.field}", "a formula beside live")
    for call in book.calls.values():
        if call.rows_of not in book.tables:
            problems.add(Entry(None, call.place, problems), call.rows_of, "one of " + ", ".join(book.tables))


def _examine_shades(book: Book, problems: Problems) -> None:
    """The colour of a grid's cell stands in its style: it cannot follow a value that changes later."""
    heads = LOCAL_NAMES[Grid]
    for grid in (block for sheet in book.sheets for block in sheet.blocks if isinstance(block, Grid)):
        for node in walk(grid.shade.node):
            if isinstance(node, Columns | Choice) or (isinstance(node, Name) and node.name not in heads):
                found = f"a shade that depends on {node.name if isinstance(node, Name) else 'cells'}"
                problems.add(Entry(None, grid.shade.place, problems), found, " and ".join(sorted(heads)))


def _examine_columns(book: Book, table: Table, problems: Problems) -> None:
    fields = [column.field for column in table.columns]
    for column in table.columns:
        entry = Entry(None, column.place, problems)
        if fields.count(column.field) > 1:
            problems.add(entry, f"field {column.field} twice", "each field once in a table")
        if column.choices and column.choices not in book.choices:
            problems.add(entry, column.choices, "one of " + ", ".join(book.choices))
        if (column.kind == "remembered") != bool(column.compute) and not column.hidden:
            problems.add(entry, column.field, "kind: remembered together with compute")
        if column.compute and column.compute not in CORE:
            problems.add(entry, column.compute, "one of " + ", ".join(sorted(CORE)))
    for language in book.languages:
        labels = [column.label.text(language).casefold() for column in table.columns]
        for column in table.columns:
            if labels.count(column.label.text(language).casefold()) > 1:
                entry = Entry(None, column.place, problems)
                problems.add(entry, f"label {column.label.text(language)} twice", "each label once in a table")


def _formulas(book: Book) -> Iterator[tuple[Block, tuple[Column, ...], Formula, bool]]:
    for block in (block for sheet in book.sheets for block in sheet.blocks):
        own: tuple[Column, ...] = ()
        rules: tuple[Rule, ...] = ()
        formulas: Iterable[Formula | None] = ()
        match block:
            case Table(columns=own, rules=rules, key=key):
                formulas = [f for column in own for f in (column.formula, column.as_written, column.live)]
                formulas = [*formulas, key]
            case Form(fields=fields) | Cards(fields=fields):
                formulas = [f for c in fields for f in (c.formula, c.note, c.as_written, c.live)]
            case LiveCall(formula=formula):
                formulas = [formula]
            case Grid(formula=formula, shade=shade):
                formulas = [formula, shade]
            case Timeline(beside_table=table, bands=bands, rules=rules, printed=printed):
                own = book.tables[table][1].columns if table in book.tables else ()
                formulas = [*(band.formula for band in bands), printed]
        yield from ((block, own, formula, False) for formula in formulas if formula is not None)
        yield from ((block, own, rule.when, True) for rule in rules)
