"""A number that is known exactly, or the reason why there is none.

Reasons are codes (`no_target`, `zero_cost`); their wording stands in the labels, never here.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from typing import NamedTuple, TypeAlias

Number: TypeAlias = int | float | Decimal

EXACT = Context(prec=50, traps=[])
FURTHEST = 400  # powers of ten; beyond every float, near enough that no product overflows


class Defined(NamedTuple):
    """A value, or None with a reason code; true when there is a value, 0 included.

    Unpacks as `value, reason = roas(80000, 10000)`.
    """

    value: Decimal | None = None
    reason: str = ""

    def __bool__(self) -> bool:
        return self.value is not None


def known(number: object, missing: str) -> Defined:
    """`number` as an exact Decimal: 0.1 -> 0.1; None has the reason `missing`.

    A float is what it shows, not its binary neighbour. Whatever is no number (a truth value, a text,
    nan, an infinity) is `not_a_number`; what lies beyond 10^±400 is `out_of_range`.
    """
    if number is None:
        return Defined(reason=missing)
    if isinstance(number, bool):
        return Defined(reason="not_a_number")
    if isinstance(number, int):
        # Longer integers than any float would be slow to convert before they are refused.
        found = Decimal(number) if number.bit_length() < 4 * FURTHEST else Decimal("Infinity")
        return _within(found) if found.is_finite() else Defined(reason="out_of_range")
    if isinstance(number, float):
        return _within(Decimal(float.__repr__(number)))
    return _within(number) if isinstance(number, Decimal) else Defined(reason="not_a_number")


def _within(found: Decimal) -> Defined:
    if not found.is_finite():
        return Defined(reason="not_a_number")
    if found and abs(found.adjusted()) > FURTHEST:
        return Defined(reason="out_of_range")
    return Defined(EXACT.plus(found))


def known_sum(numbers: Iterable[object], missing: str) -> Defined:
    """The sum of the numbers that are there: 3, None, 4 -> 7; none at all has the reason `missing`.

    One entry that is no number leaves the sum undefined: a total must not hide it.
    """
    total: Decimal | None = None
    with localcontext(EXACT):
        for number in numbers:
            found = known(number, missing)
            if found.value is not None:
                total = found.value if total is None else total + found.value
            elif found.reason != missing:
                return found
    return Defined(reason=missing) if total is None else Defined(total)
