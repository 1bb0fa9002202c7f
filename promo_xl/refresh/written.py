"""What a change did to a cell: what stood there, what stands there now."""

import math
from dataclasses import dataclass
from typing import Any

from promo_xl.sheetspec.formula.values import NUM, CellError, Value

NOT_WRITTEN = (ValueError, KeyError, TypeError, OverflowError, RecursionError)  # what JSON of others may raise
ROWS, COLUMNS = 1 << 20, 1 << 14  # of a sheet


@dataclass(frozen=True, slots=True)
class Written:
    """A cell (row and column from 1) that was given `value`; `was` stood there before, None is blank.

    A date is its serial number. A `result` is what a formula shows: the formula itself stays.
    """

    sheet: str
    row: int
    column: int
    value: Value
    was: Value = None
    result: bool = False


def as_data(written: Written) -> dict[str, Any]:
    """A change as JSON."""
    data = {"sheet": written.sheet, "row": written.row, "column": written.column, "result": written.result}
    return {**data, "value": _plain(written.value), "was": _plain(written.was)}


def from_data(data: Any) -> Written:
    """The change that `as_data` wrote; raises one of NOT_WRITTEN for anything else."""
    result = data["result"]
    if type(result) is not bool:
        raise TypeError
    at = whole_text(data["sheet"]), _whole(data["row"], ROWS), _whole(data["column"], COLUMNS)
    return Written(*at, _value(data["value"]), _value(data["was"]), result)


def _plain(value: Value) -> Any:
    if isinstance(value, float) and not math.isfinite(value):  # no cell holds it
        value = NUM
    return {"error": value.code} if isinstance(value, CellError) else value


def _whole(data: Any, most: int) -> int:
    if type(data) is not int or not 1 <= data <= most:
        raise ValueError
    return data


def whole_text(data: Any) -> str:
    """A text of JSON; raises TypeError for anything else and ValueError for half a character."""
    if not isinstance(data, str):
        raise TypeError
    data.encode()  # half a character is none
    return data


def _value(data: Any) -> Value:
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, (int, float)):
        if not math.isfinite(data):
            raise ValueError
        return data
    return CellError(whole_text(data["error"])) if isinstance(data, dict) else whole_text(data)
