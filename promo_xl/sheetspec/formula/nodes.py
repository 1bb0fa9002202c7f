"""The parts that a formula is made of."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text or TRUE/FALSE."""

    value: float | str | bool


@dataclass(frozen=True, slots=True)
class Cell:
    """This row's cell of a column."""

    field: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns `first` to `last` of a table: their data, or their headers."""

    table: str
    first: str
    last: str
    headers: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A single value of the workbook, or an argument of a macro."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice's label in the workbook's language."""

    choices: str
    code: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; an argument left out is None."""

    function: str
    arguments: tuple["Node | None", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Negative:
    """An operand with a minus sign."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Constants:
    """An array constant of one row: {1,5,10}."""

    values: tuple[float | str, ...]


Node = Literal | Cell | Columns | Name | Choice | Call | Binary | Negative | Constants


def children(node: Node) -> tuple[Node, ...]:
    """The parts directly inside `node`."""
    match node:
        case Call(arguments=arguments):
            return tuple(argument for argument in arguments if argument is not None)
        case Binary(left=left, right=right):
            return (left, right)
        case Negative(operand=operand):
            return (operand,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything inside it."""
    yield node
    for child in children(node):
        yield from walk(child)


def replace_names(node: Node, values: dict[str, Node]) -> Node:
    """`node` with the names in `values` replaced: how a macro gets its arguments."""
    match node:
        case Name(name=name):
            return values.get(name, node)
        case Call(function=function, arguments=arguments):
            return Call(function, tuple(a and replace_names(a, values) for a in arguments))
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, replace_names(left, values), replace_names(right, values))
        case Negative(operand=operand):
            return Negative(replace_names(operand, values))
    return node
