"""What programs put into the fields of a task, as what the fields hold: an id 3 is the text `3`."""

import math
from datetime import date
from decimal import Decimal

from promo_xl.plan.people import parse_names


def text_in(given: object) -> str:
    """`given` as a text: None -> "", 3 -> "3", 3.0 -> "3"."""
    if given is None:
        return ""
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    return str(given)


def names_in(given: object) -> tuple[str, ...]:
    """Names from the text of a cell, from a list of texts, or from nothing; `张三、李四` -> two names."""
    if isinstance(given, list | tuple | set | frozenset):
        return tuple(name for part in given if (name := text_in(part).strip()))
    return parse_names(text_in(given))


def day_in(given: object) -> date | None:
    """A date or a datetime as it is; None for whatever is neither."""
    return given if isinstance(given, date) else None


def number_in(given: object) -> float | None:
    """A number from a number or its text: Decimal("2.5") -> 2.5, "5" -> 5.0; None for whatever is none."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal | str):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def whole_days(given: object) -> int:
    """A lag in whole days, rounded up: 2.5 -> 3, None -> 0; raises ValueError for what is no number."""
    number = 0.0 if given is None else number_in(given)
    if number is None:
        raise ValueError(f"{given!r} is no number of days")
    return math.ceil(number)
