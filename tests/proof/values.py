"""Cell values as numbers, texts, truths, errors or nothing, and when two of them are equal."""

import math
from dataclasses import dataclass

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value; `CellError("#N/A")` is not the text "#N/A"."""

    code: str


Value = float | str | bool | CellError | None
Place = tuple[str, str]
Values = dict[Place, Value]


def same(left: Value, right: Value) -> bool:
    """Whether two engines agree on a cell: numbers to nine digits, "" like nothing, all else exactly."""
    left, right = (None if value == "" else value for value in (left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=1e-12)
    return left == right
