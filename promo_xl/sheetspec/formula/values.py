"""What a cell can hold, and how Excel turns one kind into another.

A value is None (blank), a number, a text, a bool, or a CellError; a date is its serial number.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


class CellError(Exception):
    """An Excel error such as #DIV/0!: raised while computing, stored as a value in columns."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)


DIV0, NA, VALUE, NUM, REF, NAME = (
    CellError(code) for code in ("#DIV/0!", "#N/A", "#VALUE!", "#NUM!", "#REF!", "#NAME?")
)

Value = None | bool | float | str | CellError


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """A block of cells, column by column; `eq=False`, since a criterion is looked up by identity."""

    columns: tuple[list[Value], ...]

    def flat(self) -> list[Value]:
        """All cells: of the only column, or row by row."""
        if len(self.columns) == 1:
            return self.columns[0]
        return [cell for row in zip(*self.columns, strict=True) for cell in row]


Result = Value | Area

NUMBERS = frozenset({int, float})
NEAR = 1e-12  # numbers that are further apart, in proportion, differ in their first fifteen digits
DAY_ZERO = datetime(1899, 12, 30)


def serial(day: date) -> float:
    """Excel's number of a day (2024-06-01 -> 45444); a datetime has its time as the fraction."""
    if not isinstance(day, datetime):
        return (day - DAY_ZERO.date()).days
    gap = day - DAY_ZERO
    return gap.days + round(gap.seconds / 86400, 10)


def day_of(number: float) -> date:
    """The day of a serial number; raises CellError outside 1900 to 9999."""
    if not 1 <= number < 2958466:
        raise NUM
    return (DAY_ZERO + timedelta(days=int(number))).date()


def single(value: Result) -> Value:
    """The value itself; an area where one value is needed is an error, never a guess."""
    if isinstance(value, Area):
        raise VALUE
    if isinstance(value, CellError):
        raise value
    return value


def number(value: Result) -> float:
    """A number as arithmetic sees it: blank is 0, TRUE is 1, numeric text is read, other text is an error."""
    if type(value) in NUMBERS:
        return value  # type: ignore[return-value]
    value = single(value)
    if value is None:
        return 0
    if isinstance(value, str):
        parsed = numeric_text(value)
        if parsed is None:
            raise VALUE
        return parsed
    return int(value) if isinstance(value, bool) else value  # type: ignore[return-value]


def numeric_text(text: str) -> float | None:
    """The number that a text spells plainly, or None."""
    try:
        parsed = float(text.replace("_", "x"))
    except ValueError:
        return None
    return parsed if parsed - parsed == 0 else None


def text(value: Result) -> str:
    """A value as & sees it."""
    if type(value) is str:
        return value
    value = single(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}".upper()
    return str(value)


def truth(value: Result) -> bool:
    """A value as IF and AND see it."""
    if value is True or value is False:
        return value
    value = single(value)
    if isinstance(value, str):
        raise VALUE
    return bool(value)


def order(value: Value) -> tuple[int, float | str]:
    """The place of a value in Excel's order: numbers, then text (case ignored), then FALSE, TRUE."""
    if isinstance(value, bool):
        return (2, value)
    if isinstance(value, str):
        return (1, value.lower())
    assert not isinstance(value, CellError)
    return (0, value or 0)


def compare(left: Result, right: Result) -> int:
    """-1, 0 or 1; a blank equals 0 and the empty text."""
    if type(left) is str and type(right) is str:
        low, other = left.lower(), right.lower()
        return (low > other) - (low < other)
    a, b = single(left), single(right)
    if type(a) in NUMBERS and type(b) in NUMBERS:
        gap = a - b  # type: ignore[operator]
        if not abs(gap) <= abs(a) * NEAR:  # type: ignore[arg-type]
            return 1 if gap > 0 else -1
        if not gap:
            return 0
    if a is None:
        a = _blank_like(b)
    if b is None:
        b = _blank_like(a)
    if isinstance(a, float) and isinstance(b, (int, float)) and not isinstance(b, bool):
        a, b = fifteen_digits(a), fifteen_digits(b)
    elif isinstance(b, float) and isinstance(a, int) and not isinstance(a, bool):
        b = fifteen_digits(b)
    x, y = order(a), order(b)
    return (x > y) - (x < y)


def fifteen_digits(value: float) -> float:
    """The number as comparisons see it: 0.1 + 0.2 equals 0.3."""
    return float(f"{value:.15g}")


def _blank_like(other: Value) -> Value:
    if isinstance(other, bool):
        return False
    return "" if isinstance(other, str) else 0
