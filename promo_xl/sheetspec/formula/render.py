"""From the parts of a formula to the text that Excel stores."""

from typing import Protocol

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
from promo_xl.sheetspec.formula.parse import PRECEDENCE

FUTURE_FUNCTIONS = frozenset({"AGGREGATE", "STDEV.S"})  # stored with a prefix


class References(Protocol):
    """How cells, columns, names and choices are called in one place of one workbook."""

    def cell(self, field: str) -> str:
        """This row's cell of a column."""

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> str:
        """Whole columns of a table."""

    def name(self, name: str) -> str:
        """A single value."""

    def choice(self, choices: str, code: str) -> str:
        """The label of a choice."""

    def position(self) -> str:
        """The number of this row in its table, from 1."""


def render(node: Node, references: References, power: int = 0) -> str:
    """The stored text of `node`, without the equals sign; brackets only where they are needed."""
    match node:
        case Literal(value=value):
            return _constant(value)
        case Cell(field=field):
            return references.cell(field)
        case Columns(table=table, first=first, last=last, headers=headers):
            return references.columns(table, first, last, headers=headers)
        case Name(name=name):
            return references.name(name)
        case Choice(choices=choices, code=code):
            return _constant(references.choice(choices, code))
        case Constants(values=values):
            return "{" + ",".join(map(_constant, values)) + "}"
        case Negative(operand=operand):
            return "-" + render(operand, references, 6)
        case Binary(operator=operator, left=left, right=right):
            own = PRECEDENCE[operator]
            text = f"{render(left, references, own - 1)}{operator}{render(right, references, own)}"
            return f"({text})" if own <= power else text
        case Call(function="POSITION"):
            return references.position()
        case Call(function=function, arguments=arguments):
            inside = ",".join("" if a is None else render(a, references) for a in arguments)
            prefix = "_xlfn." if function in FUTURE_FUNCTIONS else ""
            return f"{prefix}{function}({inside})"


def _constant(value: float | str | bool) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value)
