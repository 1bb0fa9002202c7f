"""Calls a function with cells and gives cells back: the one way in for every host.

Answers are remembered by content, so that Excel asking again for the same cells costs nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, repeat
from typing import Any

from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.cell_values import (
    Block,
    Cell,
    ColumnCells,
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
from promo_xl.functions.memory import Answer, Memory
from promo_xl.functions.model import Argument, Function
from promo_xl.sheetspec.formula.values import CellError

__all__ = ["Answer", "answer"]

MOST_ROWS = 1_000_000
REMEMBERED = Memory()
_UNREADABLE = object()


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
    known = REMEMBERED.get(key)
    if known is None:
        known = _answered(function, blocks)
        REMEMBERED.put(key, known)
    return [list(row) for row in known] if isinstance(known, list) else known


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
    return filled(function.answer(*given), width, capacity, _more)


def _more(hidden: int) -> str:
    return words().say("function_more", count=hidden)


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
        columns[i] = _column(cells, argument)
        if argument.group and (len(cells) > 1 or cells[0] is not None):
            height, other = heights.setdefault(argument.group, (len(cells), argument.name))
            if height != len(cells):
                expected = f"{height} cells, as many as {other}"
                raise WrongArgumentError(function.name, argument.name, f"{len(cells)} cells", expected)
    for i, cells in columns.items():
        height, _ = heights.get(function.arguments[i].group, (len(cells), ""))
        columns[i] = cells if len(cells) == height else ColumnCells((None,) * height)
    return columns


def _column(cells: list[Cell], argument: Argument) -> ColumnCells:
    """The cells of a column; one that cannot be read is as if nothing stood there."""
    if argument.kind == "any":
        return ColumnCells(cells)
    if argument.kind == "number":
        cells = [None if isinstance(cell, str) else cell for cell in cells]  # as SUM sees them
    read, values = _READERS[argument.kind], []
    for cell in cells:
        try:
            values.append(read(cell))
        except UnreadableCellError:
            values.append(None)
    return ColumnCells(values)


def _capacity(function: Function, argument: Argument, block: Block) -> int | None:
    wanted = _single(function, argument, block)
    if wanted is None:
        return None
    if not 1 <= wanted <= MOST_ROWS or wanted != int(wanted):
        raise WrongArgumentError(function.name, argument.name, wanted, f"a whole number from 1 to {MOST_ROWS}")
    return int(wanted)


def _single(function: Function, argument: Argument, block: Block) -> Any:
    if len(block) != 1 or len(block[0]) != 1:
        found = f"{len(block)} × {len(block[0])} cells"
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
    arguments, capacity = function.arguments, None
    if arguments[-1].name == "capacity":
        capacity = _capacity(function, arguments[-1], blocks[-1])
        arguments, blocks = arguments[:-1], blocks[:-1]
    height, width = _shape(function, arguments, blocks)
    columns = _whole_columns(function, blocks)
    readings = [
        repeat(columns[i]) if argument.column else _readings(function, argument, blocks[i])
        for i, argument in enumerate(arguments)
    ]
    given = islice(zip(*readings, strict=False), height * width)
    found = [
        None if any(value is _UNREADABLE for value in values) else function.answer(*values) for values in given
    ]
    several = any(type(parts) is tuple for parts in found)
    if height == width == 1 and not several and capacity is None:
        return cell_out(found[0])
    rows = _rows(found, width)
    return rows if capacity is None else _padded(rows, max(len(function.columns), 1), capacity)


def _readings(function: Function, argument: Argument, block: Block) -> Iterable[Any]:
    """What the cells of an argument say, row by row; one cell says it for all, and is refused for all."""
    if len(block) == len(block[0]) == 1:
        return repeat(_read(function, argument, block[0][0]))
    return [_one_of_many(function, argument, cell) for row in block for cell in row]


def _one_of_many(function: Function, argument: Argument, cell: Cell) -> Any:
    """What a cell among others says; one that cannot be read is as if nothing stood there.

    A word that is none leaves its answer blank instead: without it another one would be given.
    A text where a number may be left out is no number, as when the workbook is read.
    """
    if argument.optional and argument.kind == "number" and isinstance(cell, str):
        return None
    try:
        return _read(function, argument, cell)
    except WrongArgumentError:
        return _UNREADABLE if argument.kind == "word" else _READERS[argument.kind](None)


def _rows(found: Sequence[Any], width: int) -> list[list[Any]]:
    """The answers as rows of `width` answers; each has as many cells as the widest, a blank one too."""
    parts = [[cell_out(part) for part in (one if type(one) is tuple else (one,))] for one in found]
    cells = max(map(len, parts))
    whole = [cell for part in parts for cell in (*part, *[""] * (cells - len(part)))]
    return [whole[start : start + width * cells] for start in range(0, len(whole), width * cells)]


def _padded(rows: list[list[Any]], width: int, capacity: int) -> list[list[Any]]:
    """The answers as an array formula wants them; blank ones at the end count for nothing."""
    height = max((i for i, row in enumerate(rows, 1) if any(cell != "" for cell in row)), default=0)
    return filled(rows[:height], width, capacity, _more)


def _shape(function: Function, arguments: Sequence[Argument], blocks: Sequence[Block]) -> tuple[int, int]:
    shape = (1, 1)
    for argument, block in zip(arguments, blocks, strict=True):
        own = (len(block), len(block[0]))
        if argument.column or own == (1, 1):
            continue
        if shape not in {(1, 1), own}:
            expected = f"{shape[0]} × {shape[1]} cells, as many as the arguments before it"
            raise WrongArgumentError(function.name, argument.name, f"{own[0]} × {own[1]} cells", expected)
        shape = own
    return shape
