"""Excel on Windows answers what Python answers, and Office.js too: the same table of calls for each host."""

from typing import Any

import pytest

from promo_xl.functions.answering import answer
from promo_xl.functions.faults import WrongArgumentError
from tests.functions.com_process import ComProcess, RefusedError
from tests.functions.pywin32_stand_in import MISSING, Cells
from tests.office_js.calls import CALLS, LEFT_OUT, Call, Error

COM_ERRORS = {
    "#N/A": -2146826246,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
}


def as_excel_passes(argument: object) -> object:
    """A range for a block, a value for a cell, the mark of a missing argument for one that is left out."""
    if argument is LEFT_OUT:
        return MISSING
    if isinstance(argument, list):
        return Cells(tuple(tuple(_cell(cell) for cell in row) for row in argument))
    return _cell(argument)


def _cell(cell: object) -> object:
    if isinstance(cell, Error):
        return COM_ERRORS[cell.code]
    return None if cell == "" else float(cell) if type(cell) is int else cell


def as_block(found: Any) -> list[list[Any]]:
    """xlwings gives a single cell as a value and a single row as a flat list."""
    if not isinstance(found, list | tuple):
        return [[found]]
    return (
        [list(row) if isinstance(row, list | tuple) else row for row in found] if _rows(found) else [list(found)]
    )


def _rows(found: Any) -> bool:
    return all(isinstance(row, list | tuple) for row in found)


@pytest.mark.parametrize("call", CALLS, ids=[f"{n}-{call.function}" for n, call in enumerate(CALLS)])
def test_excel_on_windows_answers_as_python_does(excel: ComProcess, call: Call) -> None:
    arguments = [as_excel_passes(argument) for argument in call.arguments]
    if call.wrong:
        with pytest.raises(WrongArgumentError):
            answer(call.function, *call.plain)
        with pytest.raises(RefusedError):
            excel.call(call.function, *arguments)
        return
    found, wanted = as_block(excel.call(call.function, *arguments)), as_block(answer(call.function, *call.plain))
    if call.function == "PROMO_VERSION":
        found, wanted = (
            [[str(cell).partition(" · ")[0] for cell in row] for row in rows] for rows in (found, wanted)
        )
    assert found == wanted
