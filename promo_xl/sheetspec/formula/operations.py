"""The Excel functions that formulas may use: what Excel 2016, WPS and LibreOffice all know.

Each takes evaluated arguments and returns a value; IF, IFERROR, CHOOSE and the like, which must
not touch the branch they do not take, stand in evaluate.py.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from promo_xl.sheetspec.formula.criteria import WILD_SIGNS, wildcard_pattern
from promo_xl.sheetspec.formula.values import (
    DIV0,
    NA,
    NUM,
    REF,
    VALUE,
    Area,
    CellError,
    Result,
    Value,
    compare,
    day_of,
    number,
    order,
    serial,
    single,
    text,
)

LONGEST_WANTED = 255  # characters that MATCH looks for


def numbers(arguments: tuple[Result, ...]) -> list[float]:
    """The numbers among the arguments as SUM sees them: texts and blanks of cells are passed over."""
    found: list[float] = []
    for argument in arguments:
        for cell in argument.flat() if isinstance(argument, Area) else [argument]:
            if isinstance(cell, CellError):
                raise cell
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                found.append(cell)
    return found


def _index(area: Result, row: Result, column: Result = None) -> Result:
    if not isinstance(area, Area):
        raise VALUE
    r, c = int(number(row)), int(number(column))
    if column is None and len(area.columns) > 1 and len(area.columns[0]) == 1:
        r, c = 1, r
    if not 0 <= c <= len(area.columns):
        raise REF
    chosen = area.columns[max(c - 1, 0)]
    if r == 0:
        return Area((chosen,))
    if not 1 <= r <= len(chosen):
        raise REF
    return single(chosen[r - 1])


def _match(wanted: Result, area: Result, kind: Result = 1) -> Result:
    if not isinstance(area, Area):
        raise VALUE
    value, cells = single(wanted), area.flat()
    if isinstance(value, str) and len(value) > LONGEST_WANTED:
        raise VALUE
    if number(kind) == 0:
        goal = order(value)
        if isinstance(value, str) and WILD_SIGNS.intersection(value):
            return _first(cells, wildcard_pattern(value))
        for i, cell in enumerate(cells):
            if cell is not None and not isinstance(cell, CellError) and order(cell) == goal:
                return i + 1
        raise NA
    return _last_not_above(value, cells) + 1


def _first(cells: list[Value], pattern: re.Pattern[str]) -> int:
    for i, cell in enumerate(cells):
        if isinstance(cell, str) and pattern.fullmatch(cell):
            return i + 1
    raise NA


def _last_not_above(value: Value, cells: list[Value]) -> int:
    goal, best = order(value), -1
    for i, cell in enumerate(cells):
        if cell is None or isinstance(cell, CellError):
            continue
        place = order(cell)
        if place[0] == goal[0] and place <= goal:
            best = i
    if best < 0:
        raise NA
    return best


def _lookup(wanted: Result, area: Result, results: Result = None) -> Result:
    if not isinstance(area, Area):
        raise VALUE
    found = results if isinstance(results, Area) else area
    return single(found.flat()[_last_not_above(single(wanted), area.flat())])


def _rank(value: Result, area: Result, ascending: Result = 0) -> Result:
    ranked, own = numbers((area,)), number(value)
    if own not in ranked:
        raise NA
    return 1 + sum(1 for n in ranked if (n < own if number(ascending) else n > own))


WHOLE = 1e15  # from here on a number has no decimals that a cell could show


def _round(value: Result, digits: Result) -> Result:
    if not abs(number(value)) < WHOLE:
        return number(value)
    step = Decimal(1).scaleb(-int(number(digits)))
    return float(Decimal(f"{number(value):.15g}").quantize(step, ROUND_HALF_UP))


def _mod(value: Result, divisor: Result) -> Result:
    d = number(divisor)
    if d == 0:
        raise DIV0
    n = number(value)
    return n - d * math.floor(n / d)


def _date(year: Result, month: Result, day: Result) -> Result:
    years, months = divmod(int(number(year)) * 12 + int(number(month)) - 1, 12)
    if not 1900 <= years <= 9999:
        raise NUM
    return serial(date(years, months + 1, 1)) + int(number(day)) - 1


def _edate(start: Result, months: Result) -> Result:
    day = day_of(number(start))
    years, month = divmod(day.year * 12 + day.month - 1 + int(number(months)), 12)
    last = serial(date(years + (month == 11), (month + 1) % 12 + 1, 1)) - 1
    return min(serial(date(years, month + 1, 1)) + day.day - 1, last)


def _weekday(value: Result, kind: Result = 1) -> Result:
    monday_first = day_of(number(value)).isoweekday()
    return monday_first if number(kind) == 2 else monday_first % 7 + 1


TEXT_FORMATS = {"0": 0, "0.0": 1, "0.00": 2, "0%": 0, "0.0%": 1, "0.00%": 2, "#,##0": 0, "#,##0.00": 2}


def _text(value: Result, pattern: Result) -> Result:
    form = text(pattern)
    if form not in TEXT_FORMATS:
        raise VALUE
    digits = TEXT_FORMATS[form]
    scaled = number(_round(number(value) * (100 if form.endswith("%") else 1), digits))
    return f"{scaled:{',' if ',' in form else ''}.{digits}f}" + ("%" if form.endswith("%") else "")


def _find(wanted: Result, inside: Result, start: Result = 1) -> Result:
    place = text(inside).find(text(wanted), int(number(start)) - 1)
    if place < 0:
        raise VALUE
    return place + 1


def _mid(value: Result, start: Result, count: Result) -> Result:
    first = int(number(start)) - 1
    return text(value)[first : first + int(number(count))]


def _sumproduct(*arguments: Result) -> Result:
    if len(arguments) == 1:
        return sum(numbers(arguments))
    rows = zip(*(a.flat() if isinstance(a, Area) else [a] for a in arguments), strict=True)
    return sum(math.prod(n if isinstance(n, (int, float)) else 0 for n in row) for row in rows)


def _is_number(value: Result) -> Result:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _bounds(best: Callable[[list[float]], float]) -> Callable[..., Result]:
    def of(*arguments: Result) -> Result:
        return best(numbers(arguments) or [0])

    return of


def _average(*arguments: Result) -> Result:
    found = numbers(arguments)
    if not found:
        raise DIV0
    return sum(found) / len(found)


def _na() -> Result:
    raise NA


EAGER: dict[str, Callable[..., Result]] = {
    "SUM": lambda *a: sum(numbers(a)),
    "MAX": _bounds(max),
    "MIN": _bounds(min),
    "AVERAGE": _average,
    "COUNT": lambda *a: len(numbers(a)),
    "COUNTA": lambda *a: sum(1 for x in a for c in (x.flat() if isinstance(x, Area) else [x]) if c is not None),
    "SUMPRODUCT": _sumproduct,
    "ABS": lambda v: abs(number(v)),
    "INT": lambda v: math.floor(number(v)),
    "MOD": _mod,
    "ROUND": _round,
    "RANK": _rank,
    "INDEX": _index,
    "MATCH": _match,
    "LOOKUP": _lookup,
    "DATE": _date,
    "EDATE": _edate,
    "YEAR": lambda v: day_of(number(v)).year,
    "MONTH": lambda v: day_of(number(v)).month,
    "DAY": lambda v: day_of(number(v)).day,
    "WEEKDAY": _weekday,
    "TEXT": _text,
    "LEN": lambda v: len(text(v)),
    "LEFT": lambda v, n=1: text(v)[: int(number(n))],
    "RIGHT": lambda v, n=1: text(v)[-int(number(n)) :] if number(n) else "",
    "MID": _mid,
    "FIND": _find,
    "TRIM": lambda v: " ".join(text(v).split(" ")) if "  " not in text(v) else " ".join(text(v).split()),
    "REPT": lambda v, n: text(v) * int(number(n)),
    "SUBSTITUTE": lambda v, old, new: text(v).replace(text(old), text(new)) if text(old) else text(v),
    "HYPERLINK": lambda place, shown=None: place if shown is None else shown,
    "NOT": lambda v: not single(v),
    "ISNUMBER": _is_number,
    "ISTEXT": lambda v: isinstance(v, str),
    "ISBLANK": lambda v: v is None,
    "NA": _na,
    "EXACT": lambda a, b: text(a) == text(b),
}
LAZY = frozenset({"IF", "IFERROR", "ISERROR", "CHOOSE", "AND", "OR", "COUNTIFS", "SUMIFS", "AVERAGEIFS"})
RULE_ONLY = frozenset({"TODAY"})  # volatile: for colour rules alone, never in a cell
IN_A_ROW = frozenset({"POSITION"})  # the number of the row in its table, from 1
FUNCTIONS = frozenset(EAGER) | LAZY | RULE_ONLY | IN_A_ROW

LAST_BITS = 2.0**-48


def _power(base: float, exponent: float) -> float:
    try:
        result: float | complex = float(base) ** float(exponent)
    except (OverflowError, ZeroDivisionError):
        raise NUM from None
    if isinstance(result, complex):
        raise NUM
    return float(result)


def _near_zero(result: float, operand: float) -> float:
    """A difference in the last bits of equal numbers is no difference: 1.2 * 3 - 3.6 is 0."""
    return 0 if abs(result) <= abs(operand) * LAST_BITS else result


def _minus(left: Value, right: Value) -> Value:
    a, b = number(left), number(right)
    return _near_zero(a - b, a)


def _plus(left: Value, right: Value) -> Value:
    a, b = number(left), number(right)
    return _near_zero(a + b, a)


def _divided(left: Value, right: Value) -> Value:
    a, b = number(left), number(right)
    if b == 0:
        raise DIV0
    return a / b


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "=": lambda a, b: compare(a, b) == 0,
    "<>": lambda a, b: compare(a, b) != 0,
    "<": lambda a, b: compare(a, b) < 0,
    ">": lambda a, b: compare(a, b) > 0,
    "<=": lambda a, b: compare(a, b) <= 0,
    ">=": lambda a, b: compare(a, b) >= 0,
    "&": lambda a, b: text(a) + text(b),
    "+": _plus,
    "-": _minus,
    "*": lambda a, b: number(a) * number(b),
    "^": lambda a, b: _power(number(a), number(b)),
    "/": _divided,
}
"""What each operator makes of two single values."""
