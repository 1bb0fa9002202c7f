"""What a change did to a cell: what stood there, what stands there now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promo_xl.sheetspec.formula.values import CellError, Value


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


def from_data(data: Mapping[str, Any]) -> Written:
    """The change that `as_data` wrote; raises KeyError or TypeError for anything else."""
    at = str(data["sheet"]), int(data["row"]), int(data["column"])
    return Written(*at, _value(data["value"]), _value(data["was"]), bool(data["result"]))


def _plain(value: Value) -> Any:
    return {"error": value.code} if isinstance(value, CellError) else value


def _value(data: Any) -> Value:
    return CellError(str(data["error"])) if isinstance(data, dict) else data
