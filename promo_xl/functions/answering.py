"""Calls a function with cells and gives cells back: the one way in for every host.

Answers are remembered by content, so that Excel asking again for the same cells costs nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.cell_values import (
    Block,
    Cell,
    UnreadableCellError,
    block_of,
    cell_out,
    date_of,
    filled,
    flag_of,
    number_of,
    text_of,
)
from promo_xl.functions.faults import WrongArgumentError
from promo_xl.functions.installed import book, words
from promo_xl.functions.model import Argument, Function
from promo_xl.sheetspec.formula.values import CellError

REMEMBERED_ANSWERS, REMEMBERED_CELLS = 256, 500_000
MOST_ROWS = 1_000_000
Answer = bool | float | int | str | list[list[Any]]


def _as_it_is(cell: Cell) -> Cell:
    return cell


_READERS: dict[str, Callable[[Cell], Any]] = {
    "number": number_of,
    "date": date_of,
    "text": text_of,
    "flag": flag_of,
    "any": _as_it_is,
}


def answer(name: str, *given: object) -> Answer:
    """The answer of a function: one cell for cells, a block (a list of rows) for columns.

    Raises WrongArgumentError for arguments that it cannot work with; never returns None, NaN or an error.
    """
    function = CATALOGUE[name]
    blocks = tuple(block_of(argument) for argument in given)
    if not function.steady:
        return _answered(function, blocks)
    key = f"{name}{blocks!r}"
    known = _REMEMBERED.get(key)
    if known is None:
        known = _answered(function, blocks)
        _REMEMBERED.put(key, known, sum(len(row) for block in blocks for row in block))
    return [list(row) for row in known] if isinstance(known, list) else known


class _Memory:
    """The last answers, bounded by their number and by how many cells they came from."""

    def __init__(self) -> None:
        self.known: OrderedDict[str, tuple[Answer, int]] = OrderedDict()
        self.cells = 0
        self.lock = Lock()

    def get(self, key: str) -> Answer | None:
        with self.lock:
            if key not in self.known:
                return None
            self.known.move_to_end(key)
            return self.known[key][0]

    def put(self, key: str, found: Answer, cells: int) -> None:
        with self.lock:
            if cells > REMEMBERED_CELLS or key in self.known:
                return
            self.known[key] = (found, cells)
            self.cells += cells
            while len(self.known) > REMEMBERED_ANSWERS or self.cells > REMEMBERED_CELLS:
                self.cells -= self.known.popitem(last=False)[1][1]


_REMEMBERED = _Memory()


def _answered(function: Function, blocks: Sequence[Block]) -> Answer:
    if len(blocks) > len(function.arguments):
        raise WrongArgumentError(function.name, "", len(blocks), f"{len(function.arguments)} arguments at most")
    missing: Block = ((None,),)
    whole = [*blocks, *[missing] * (len(function.arguments) - len(blocks))]
    if function.form == "each":
        return _each(function, whole)
    return _table(function, whole)


def _table(function: Function, blocks: Sequence[Block]) -> Answer:
    values = _whole_columns(function, blocks)
    capacity: int | None = None
    for i, argument in enumerate(function.arguments):
        if argument.name == "capacity":
            capacity = _capacity(function, argument, blocks[i])
        elif not argument.column:
            values[i] = _single(function, argument, blocks[i])
    given = [values[i] for i, argument in enumerate(function.arguments) if argument.name != "capacity"]
    width = function.width(*given)
    return filled(function.answer(*given), width, capacity, words().say("function_more"))


def _whole_columns(function: Function, blocks: Sequence[Block]) -> dict[int, Any]:
    """The column arguments by position; those of one group have one height, a blank cell stands for blanks."""
    columns: dict[int, Any] = {}
    heights: dict[str, tuple[int, str]] = {}
    for i, argument in enumerate(function.arguments):
        if not argument.column:
            continue
        cells = [cell for row in blocks[i] for cell in row]
        if len(blocks[i]) > 1 and len(blocks[i][0]) > 1:
            raise WrongArgumentError(function.name, argument.name, f"{len(blocks[i][0])} columns", "one column")
        columns[i] = tuple(_readable(cell, argument) for cell in cells)
        if argument.group and (len(cells) > 1 or cells[0] is not None):
            height, other = heights.setdefault(argument.group, (len(cells), argument.name))
            if height != len(cells):
                expected = f"{height} cells, as many as {other}"
                raise WrongArgumentError(function.name, argument.name, f"{len(cells)} cells", expected)
    for i, cells in columns.items():
        height, _ = heights.get(function.arguments[i].group, (len(cells), ""))
        columns[i] = cells if len(cells) == height else (None,) * height
    return columns


def _readable(cell: Cell, argument: Argument) -> Any:
    """A cell of a column; one that cannot be read is as if nothing stood there."""
    try:
        return _READERS[argument.kind](cell)
    except UnreadableCellError:
        return None


def _capacity(function: Function, argument: Argument, block: Block) -> int | None:
    wanted = _single(function, argument, block)
    if wanted is None:
        return None
    if not 1 <= wanted <= MOST_ROWS or wanted != int(wanted):
        raise WrongArgumentError(function.name, argument.name, wanted, f"a whole number from 1 to {MOST_ROWS}")
    return int(wanted)


def _single(function: Function, argument: Argument, block: Block) -> Any:
    if len(block) != 1 or len(block[0]) != 1:
        found = f"{len(block)} × {len(block[0]) if block else 0} cells"
        raise WrongArgumentError(function.name, argument.name, found, "one cell")
    return _read(function, argument, block[0][0])


def _read(function: Function, argument: Argument, cell: Cell) -> Any:
    if isinstance(cell, CellError):
        raise WrongArgumentError(function.name, argument.name, cell.code, argument.kind)
    if argument.kind == "word":
        return _word(function, argument, cell)
    try:
        return _READERS[argument.kind](cell)
    except UnreadableCellError:
        raise WrongArgumentError(function.name, argument.name, cell, argument.kind) from None


def _word(function: Function, argument: Argument, cell: Cell) -> str | None:
    word = text_of(cell).strip()
    if not word:
        return None
    code = book().code_of(argument.choices, word) if argument.choices else None
    found = code or word.casefold()
    if found not in argument.words:
        raise WrongArgumentError(function.name, argument.name, word, ", ".join(argument.words))
    return found


def _each(function: Function, blocks: Sequence[Block]) -> Answer:
    columns = _whole_columns(function, blocks)
    shape, wide = _shape(function, blocks), None
    rows: list[list[Any]] = []
    for r in range(shape[0]):
        row: list[Any] = []
        for c in range(shape[1]):
            cells = [
                columns[i] if argument.column else _at(blocks[i], r, c)
                for i, argument in enumerate(function.arguments)
            ]
            found = _one(function, cells, alone=shape == (1, 1))
            wide = wide or type(found) is tuple
            row += [cell_out(part) for part in found] if type(found) is tuple else [cell_out(found)]
        rows.append(row)
    return rows[0][0] if shape == (1, 1) and not wide else _squared(rows)


def _squared(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows of equal length: a row that could not be read has blanks."""
    width = max(len(row) for row in rows)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _at(block: Block, row: int, column: int) -> Cell:
    return block[row if len(block) > 1 else 0][column if len(block[0]) > 1 else 0]


def _one(function: Function, cells: Sequence[Any], *, alone: bool) -> Any:
    """The answer for one cell; in a column, a cell that cannot be read answers with a blank."""
    try:
        values = [
            cell if argument.column else _read(function, argument, cell)
            for argument, cell in zip(function.arguments, cells, strict=True)
        ]
        return function.answer(*values)
    except WrongArgumentError:
        if alone:
            raise
        return None


def _shape(function: Function, blocks: Sequence[Block]) -> tuple[int, int]:
    shape = (1, 1)
    for argument, block in zip(function.arguments, blocks, strict=True):
        own = (len(block), len(block[0]) if block else 0)
        if argument.column or own == (1, 1):
            continue
        if 0 in own or shape not in {(1, 1), own}:
            expected = f"{shape[0]} × {shape[1]} cells, as many as the arguments before it"
            raise WrongArgumentError(function.name, argument.name, f"{own[0]} × {own[1]} cells", expected)
        shape = own
    return shape
