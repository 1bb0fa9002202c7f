"""Computes formulas as Excel would, so that every computed cell carries its value in the file.

A formula is compiled once into closures and then run for each row.
"""

from collections.abc import Callable
from typing import Protocol

from promo_xl.sheetspec.formula.criteria import Matcher, combined
from promo_xl.sheetspec.formula.nodes import (
    Binary,
    Call,
    Cell,
    Choice,
    Columns,
    Constants,
    Literal,
    Name,
    Negative,
    Node,
)
from promo_xl.sheetspec.formula.operations import EAGER, OPERATIONS
from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.formula.values import DIV0, VALUE, Area, CellError, Result, Value, number, single, truth


class Sheetful(Protocol):
    """Where a formula finds what it refers to."""

    @property
    def matcher(self) -> Matcher:
        """The criteria finder that all formulas of a workbook share."""

    def cell(self, field: str, row: int) -> Value:
        """Row `row` of a column of the formula's own table."""

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> Area:
        """Columns of any table."""

    def name(self, name: str, row: int) -> Result:
        """A single value."""

    def choice(self, choices: str, code: str) -> str:
        """The label of a choice."""

    def own(self, function: str, arguments: list[Result]) -> Result:
        """The answer of a function of the add-in; raises CellError #NAME? where there is no add-in."""


Run = Callable[[Sheetful, int], Result]


def compile_formula(node: Node) -> Run:
    """A function of (what is there, row) that returns the value or raises CellError."""
    match node:
        case Literal(value=value):
            return lambda sheet, row: value
        case Constants(values=values):
            area = Area(tuple([v] for v in values))
            return lambda sheet, row: area
        case Cell(field=field):
            return lambda sheet, row: sheet.cell(field, row)
        case Columns(table=table, first=first, last=last, headers=headers):
            return lambda sheet, row: sheet.columns(table, first, last, headers=headers)
        case Name(name=name):
            return lambda sheet, row: sheet.name(name, row)
        case Choice(choices=choices, code=code):
            return lambda sheet, row: sheet.choice(choices, code)
        case Negative(operand=operand):
            inside = compile_formula(operand)
            return lambda sheet, row: _each("-", 0, inside(sheet, row))
        case Binary(operator=operator, left=left, right=right):
            return _binary(operator, compile_formula(left), compile_formula(right))
        case Call(function="POSITION"):
            return lambda sheet, row: row + 1
        case Call(function=function, arguments=arguments):
            runs = [(lambda sheet, row: None) if x is None else compile_formula(x) for x in arguments]
            if OWN in function:
                return _own(function, runs)
            return LAZY_RUNS[function](runs) if function in LAZY_RUNS else _eager(EAGER[function], runs)


def _own(function: str, runs: list[Run]) -> Run:
    def run(sheet: Sheetful, row: int) -> Result:
        arguments: list[Result] = []
        for argument in runs:
            try:
                arguments.append(argument(sheet, row))
            except CellError as error:
                arguments.append(error)
        return sheet.own(function, arguments)

    return run


def _binary(operator: str, left: Run, right: Run) -> Run:
    operate = OPERATIONS[operator]

    def run(sheet: Sheetful, row: int) -> Result:
        a, b = left(sheet, row), right(sheet, row)
        if type(a) is Area or type(b) is Area:
            return _each(operator, a, b)
        return operate(a, b)  # type: ignore[arg-type]

    return run


def _each(operator: str, left: Result, right: Result) -> Result:
    operate = OPERATIONS[operator]
    if not isinstance(left, Area) and not isinstance(right, Area):
        return operate(left, right)
    height = max(len(side.flat()) for side in (left, right) if isinstance(side, Area))
    sides = [side.flat() if isinstance(side, Area) else [side] * height for side in (left, right)]
    if len(sides[0]) != len(sides[1]):
        raise VALUE
    return Area(([operate(single(a), single(b)) for a, b in zip(*sides, strict=True)],))


def _eager(function: Callable[..., Result], runs: list[Run]) -> Run:
    return lambda sheet, row: function(*[run(sheet, row) for run in runs])


def _if(runs: list[Run]) -> Run:
    condition, yes = runs[0], runs[1]
    no = runs[2] if len(runs) > 2 else lambda sheet, row: False
    return lambda sheet, row: yes(sheet, row) if truth(condition(sheet, row)) else no(sheet, row)


def _iferror(runs: list[Run]) -> Run:
    value, otherwise = runs

    def run(sheet: Sheetful, row: int) -> Result:
        try:
            result = value(sheet, row)
            return result if isinstance(result, Area) else single(result)
        except CellError as error:
            error.__traceback__ = None  # which would keep all of the workings in memory
            return otherwise(sheet, row)

    return run


def _iserror(runs: list[Run]) -> Run:
    def run(sheet: Sheetful, row: int) -> Result:
        try:
            single(runs[0](sheet, row))
        except CellError:
            return True
        return False

    return run


def _choose(runs: list[Run]) -> Run:
    def run(sheet: Sheetful, row: int) -> Result:
        which = int(number(runs[0](sheet, row)))
        if not 1 <= which < len(runs):
            raise VALUE
        return runs[which](sheet, row)

    return run


def _all_of(runs: list[Run]) -> Run:
    return lambda sheet, row: all([truth(run(sheet, row)) for run in runs])


def _any_of(runs: list[Run]) -> Run:
    return lambda sheet, row: any([truth(run(sheet, row)) for run in runs])


def _pairs(runs: list[Run], sheet: Sheetful, row: int) -> list[Result]:
    """Areas and criteria; a criterion that is an error looks for that error."""
    found: list[Result] = []
    for run in runs:
        try:
            found.append(run(sheet, row))
        except CellError as error:
            found.append(error)
    return found


def _countifs(runs: list[Run]) -> Run:
    return lambda sheet, row: combined(sheet.matcher, _pairs(runs, sheet, row)).bit_count()


def _matching(runs: list[Run], sheet: Sheetful, row: int) -> list[float]:
    values = runs[0](sheet, row)
    if not isinstance(values, Area):
        raise VALUE
    return sheet.matcher.numbers(values, combined(sheet.matcher, _pairs(runs[1:], sheet, row)))


def _sumifs(runs: list[Run]) -> Run:
    return lambda sheet, row: sum(_matching(runs, sheet, row))


def _averageifs(runs: list[Run]) -> Run:
    def run(sheet: Sheetful, row: int) -> Result:
        found = _matching(runs, sheet, row)
        if not found:
            raise DIV0
        return sum(found) / len(found)

    return run


LAZY_RUNS: dict[str, Callable[[list[Run]], Run]] = {
    "IF": _if,
    "IFERROR": _iferror,
    "ISERROR": _iserror,
    "CHOOSE": _choose,
    "AND": _all_of,
    "OR": _any_of,
    "COUNTIFS": _countifs,
    "SUMIFS": _sumifs,
    "AVERAGEIFS": _averageifs,
}
