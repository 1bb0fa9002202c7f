"""What a function is: its arguments, its help in every language, and the Python that answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from promo_xl.sheetspec.words import Words

Kind = Literal["number", "date", "text", "word", "flag", "any"]
Form = Literal["each", "rows", "list"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: an ASCII name that VBA takes, what kind of cell it reads, and its help.

    A `column` is read whole, blanks included; any other argument is one cell, or as many cells as the
    answer is to have. Columns of one `group` are equally long. A `word` is one of `words`, in lower
    case, or a drop-down's label of `choices`.
    The reference says the `unit` (`CNY`, `share`).
    """

    name: str
    kind: Kind
    help: Words
    column: bool = False
    optional: bool = False
    unit: str = ""
    group: str = ""
    words: tuple[str, ...] = ()
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of Excel.

    `each` answers one cell for one cell, and a column for a column. `rows` answers a row of `columns`
    for each row of its column arguments, `list` as many rows as it finds. `plan` names what of
    promo_xl.plan computes the answer.
    """

    name: str
    help: Words
    arguments: tuple[Argument, ...]
    answer: Callable[..., Any]
    form: Form = "each"
    columns: tuple[str, ...] = ()
    plan: str = ""
    steady: bool = True
    narrow: tuple[str, ...] = ()

    def width(self, *given: object) -> int:
        """How many columns the answer has; `narrow` ones where the last argument is TRUE."""
        return len(self.narrow if self.narrow and given and given[-1] is True else self.columns)

    @property
    def required(self) -> int:
        """How many arguments must be given."""
        return sum(not argument.optional for argument in self.arguments)


@dataclass(slots=True)
class Catalogue:
    """All functions by name, in the order of their entries."""

    functions: dict[str, Function] = field(default_factory=dict)

    def add(self, function: Function) -> None:
        """Enter a function; a name that is there already is a mistake of the program."""
        if function.name in self.functions:
            raise ValueError(f"{function.name} is in the catalogue twice")
        self.functions[function.name] = function


def said(zh: str, en: str) -> Words:
    """A help text in the two languages that every entry has; others come from `texts:` of their labels."""
    return Words({"zh": zh, "en": en})


CAPACITY = Argument(
    "capacity",
    "number",
    said(
        "返回多少行；不够补空，多出时最后一行说明。", "How many rows to answer; padded, and the last says if more."
    ),
    optional=True,
    unit="rows",
)
