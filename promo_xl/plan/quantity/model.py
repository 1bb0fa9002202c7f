"""What a text says about an amount: a value that is exact, or the reason why there is none."""

from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow

DOWNWARD = frozenset({"≤", "<"})
# Sums and scales stay exact: what planners may type has 24 digits before and 24 after the point.
EXACT = Context(prec=120, traps=[Inexact, InvalidOperation, Overflow])
MOST_DIGITS = 24
SUMMED = frozenset({"count", "money", "percent"})  # the kinds that parts of a sum may have


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a text says; exact, shares as parts of 1: `≥5%` -> percent ≥ 0.05, `1000万次` -> count 10000000 次.

    - `kind`: count, percent, money, ratio, relative (a relative change), points (a change in percentage
      points), sum, none.
    - `op`: = ≥ ≤ > < ~ range. A range has `low` and `high`, everything else `value`.
    - `unit`: the text after the number; % for every share, 元 for CNY (元/次 for a price), 1:x for a ratio.
    - `parts`: name and amount of each part of a sum.
    - `needs_baseline`: the value is a change, and means nothing without the value before it.
    - `reason`: why nothing was read; then `at` is the offset of `found` in the text.
    - `note`: `ambiguous_times` (增长3倍 is read as a change of +300 %), `lowered` (降至5% is a level to
      come down to).
    - `name`: what is measured, where the text names it: `曝光量1000万次` -> 曝光量.
    """

    kind: str
    op: str = "="
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    parts: tuple[tuple[str, Decimal], ...] = ()
    needs_baseline: bool = False
    reason: str = ""
    note: str = ""
    name: str = ""
    at: int = 0
    found: str = ""


class RefusedTextError(Exception):
    """A text, or a part of one, that is no quantity: the reason and the span of what is in the way."""

    def __init__(self, reason: str, at: int = 0, end: int = -1) -> None:
        super().__init__(reason)
        self.reason, self.at, self.end = reason, at, end

    def moved(self, by: int) -> "RefusedTextError":
        """The same refusal in a text that has `by` characters more before it."""
        return RefusedTextError(self.reason, self.at + by, self.end + by if self.end >= 0 else -1)


def exact(digits: int, exponent: int) -> Decimal:
    """digits × 10^exponent without trailing zeros behind the point; (15, 3) -> 15000, (50, -2) -> 0.5."""
    if exponent >= 0:
        return Decimal(digits * 10**exponent)
    while exponent < 0 and digits % 10 == 0:
        digits //= 10
        exponent += 1
    return Decimal(digits) if exponent == 0 else Decimal(digits).scaleb(exponent, EXACT)


def plain(value: Decimal) -> Decimal:
    """The same number without an exponent and without trailing zeros: 1E+3 -> 1000, 2.50 -> 2.5."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    number = int("".join(map(str, digits)) or "0")
    return exact(-number if sign and number else number, exponent)


def fits(value: Decimal) -> bool:
    """True for a number of at most 24 digits before and after the point."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_DIGITS and value.adjusted() < MOST_DIGITS


def as_decimal(number: int | float | Decimal) -> Decimal | None:
    """The number exactly as it is shown, or None where it is none or too long: 0.1 -> 0.1, nan -> None."""
    if isinstance(number, int):
        return Decimal(number) if abs(number) < 10**MOST_DIGITS else None
    try:
        value = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    except (ValueError, DecimalException):
        return None
    return plain(value) if value.is_finite() and fits(value) else None
