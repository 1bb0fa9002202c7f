"""Which add-in a workbook calls: the declarations of a book as one host takes them.

A live cell is `IFERROR(live, formula)`: without its add-in, Excel's #NAME? is caught and the ordinary
formula answers. Files differ by host in how they spell the functions, so a file serves one host.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from promo_xl.sheetspec.formula.nodes import Binary, Call, Negative, Node
from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.model import Block, Book, Cards, Column, Form, LiveCall, Table
from promo_xl.sheetspec.schema import Formula

SPELLED: dict[Host, str] = {"xlam": OWN, "officejs": "_xldudf_" + OWN}
"""How a file spells the beginning of the functions' names for each add-in."""


@cache
def for_host(book: Book, host: Host) -> Book:
    """`book` for one add-in; for `none` its live formulas and sheets are left out."""
    if book.host == host:
        return book
    assert not book.host, f"a book for {book.host} cannot be one for {host}"
    sheets = tuple(
        replace(sheet, blocks=tuple(_block(block, host) for block in sheet.blocks))
        for sheet in book.sheets
        if host != "none" or not sheet.live
    )
    return replace(book, sheets=sheets, host=host)


def _block(block: Block, host: Host) -> Block:
    match block:
        case Table(columns=columns):
            return replace(block, columns=tuple(_column(column, host) for column in columns))
        case Form(fields=fields) | Cards(fields=fields):
            return replace(block, fields=tuple(_column(column, host) for column in fields))
        case LiveCall(formula=formula):
            return replace(block, formula=replace(formula, node=_spelled(formula.node, host)))
    return block


def _column(column: Column, host: Host) -> Column:
    if column.live is None:
        return column
    if host == "none":
        return replace(column, live=None)
    assert column.formula is not None, column.field
    node = Call("IFERROR", (_spelled(column.live.node, host), column.formula.node))
    formula = Formula(f"live: {column.live.text}, else {column.formula.text}", node, column.live.place)
    return replace(column, formula=formula)


def _spelled(node: Node, host: Host) -> Node:
    match node:
        case Call(function=function, arguments=arguments):
            whole = tuple(a and _spelled(a, host) for a in arguments)
            if function.startswith(OWN):
                function = SPELLED[host] + function.removeprefix(OWN)
            return Call(function, whole)
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, _spelled(left, host), _spelled(right, host))
        case Negative(operand=operand):
            return Negative(_spelled(operand, host))
    return node


def live_formulas(book: Book) -> Iterator[Formula]:
    """Every formula of a book as declared that may call the add-in."""
    for block in (block for sheet in book.sheets for block in sheet.blocks):
        match block:
            case Table(columns=columns) | Form(fields=columns) | Cards(fields=columns):
                yield from (column.live for column in columns if column.live is not None)
            case LiveCall(formula=formula):
                yield formula
