"""What a sheet is: the declarations of workbook_templates/ as frozen dataclasses.

Every field here is a key that may stand in a sheet's YAML file; README in that folder explains them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from functools import cached_property
from typing import Literal

from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.words import Words

Kind = Literal["native", "live", "remembered"]
Type = Literal[
    "text", "long", "id", "choice", "names", "links", "date", "datetime", "month_day", "weekday", "count",
    "number", "money", "percent", "share", "ratio", "mark", "grade", "version",
]  # fmt: skip
TEXT_TYPES = frozenset({"text", "long", "id", "choice", "names", "links", "mark", "version"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, a field of a form, or a card of the cover.

    `formula` with `kind` makes it computed. A remembered one names the core computation (`compute`)
    and says when its value holds: while the formula `inputs` (of its own row) gives what it gave, or
    while the formula `fresh` (over whole tables) is true; otherwise it shows `fallback`.
    `as_written` makes a constant: what its formula gave when the workbook was written.
    `live` calls the add-in or reads what it answered; where it cannot, `formula` answers (hosts.py).
    """

    field: str
    label: Words
    type: Type = "text"
    width: float = 0
    help: Words = default(default_factory=Words)
    choices: str = ""
    suggest: str = ""
    formula: Formula | None = None
    kind: Kind = "native"
    compute: str = ""
    inputs: Formula | None = None
    fresh: Formula | None = None
    fallback: Formula | None = None
    as_written: Formula | None = None
    live: Formula | None = None
    note: Formula | None = None
    link: str = ""
    hidden: bool = False
    fold: bool = False
    needed: bool = False
    value: object = None
    place: str = ""

    @property
    def computed(self) -> bool:
        """True if the planner does not type it."""
        return self.formula is not None or self.as_written is not None or bool(self.compute)


@dataclass(frozen=True, slots=True)
class Rule:
    """A colour rule: `style` of the theme where `when` is true, on some columns of the table.

    One that goes `across` covers all that stands between its columns too. In a table the formula may read
    the cell itself (`here`) and the head of its column (`head`).
    """

    when: Formula
    style: str
    columns: tuple[str, ...] = ()
    across: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind of thing: an Excel table with spare rows.

    `key` is what a row is known by, wherever it goes; what a check finds in a table with one is marked.
    """

    table: str
    name: str
    columns: tuple[Column, ...]
    defaults: tuple[Mapping[str, object], ...] = ()
    numbered: int = 0
    spare: int = 20
    least: int = 0
    fixed: bool = False
    rules: tuple[Rule, ...] = ()
    title: Words = default(default_factory=Words)
    beside: bool = False
    column: int = 0
    row_height: Mapping[str, float] = default(default_factory=dict)
    filters: bool = True
    short: str = ""
    key: Formula | None = None
    place: str = ""

    def column_of(self, name: str) -> Column | None:
        """The column of a field, if there is one."""
        return next((column for column in self.columns if column.field == name), None)


@dataclass(frozen=True, slots=True)
class Form:
    """Single values with their labels, `across` pairs in a row; each value is a defined name.

    With `named` (and one pair in a row) the form's id means all its values, one below the other.
    """

    form: str
    fields: tuple[Column, ...]
    across: int = 3
    title: Words = default(default_factory=Words)
    beside: bool = False
    column: int = 0
    named: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """The figures that a leader wants to see: number, what it is, how it stands, link to its sheet."""

    cards: str
    fields: tuple[Column, ...]
    across: int = 4
    title: Words = default(default_factory=Words)
    beside: bool = False
    column: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A small matrix computed from its row and column heads, such as the risk heat map."""

    grid: str
    title: Words
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    row_label: Words
    column_label: Words
    formula: Formula
    shade: Formula
    beside: bool = False
    column: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A row of a timeline's head: one formula for each period, `k` counts them from 0."""

    field: str
    formula: Formula
    type: Type = "text"
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars beside a table, drawn by colour rules from its dates.

    On paper it ends before the first period for which `printed` is not true.
    """

    timeline: str
    beside_table: str
    periods: int
    bands: tuple[Band, ...]
    rules: tuple[Rule, ...]
    mark: str = "◆"
    width: float = 2.3
    printed: Formula | None = None
    beside: bool = True
    column: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class LiveCall:
    """One call of the add-in that answers a row for each row of the table `rows_of`, in these `columns`.

    Formulas read `call[column]`. Below the last row stands one more, for what does not fit.
    """

    call: str
    rows_of: str
    formula: Formula
    columns: tuple[str, ...]
    beside: bool = False
    column: int = 0
    place: str = ""


Block = Table | Form | Cards | Grid | Timeline | LiveCall
BLOCKS: dict[str, type[Block]] = {
    "table": Table,
    "form": Form,
    "cards": Cards,
    "grid": Grid,
    "timeline": Timeline,
    "call": LiveCall,
}


@dataclass(frozen=True, slots=True)
class Series:
    """One line, bar or column of a chart, from a column of the chart's table."""

    values: str
    type: Literal["column", "line", "bar"] = "column"
    color: str = "accent"
    labels: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over a table; placed right of a block, `shift` pixels from its corner."""

    title: Words
    table: str
    categories: str
    series: tuple[Series, ...]
    beside_block: str
    rows: int = 0
    shift: tuple[int, ...] = (0, 0)
    size: tuple[int, ...] = (420, 220)
    number_format: str = ""
    log: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its blocks from top to bottom. A `live` one is in workbooks that call the add-in only.

    A `report` holds what an action found or did, nothing of the plan, and is out of sight until then. A plan
    without an `optional` one is whole.
    Columns up to `freeze` stay in sight when scrolling, and stand on each of the `pages_across` that are printed
    beside each other. `zoom` is in percent; `row_height` (points) holds for rows that have no height of their own.
    """

    sheet: str
    order: int
    name: Words
    intro: Words = default(default_factory=Words)
    hidden: bool = False
    live: bool = False
    report: bool = False
    optional: bool = False
    tab: str = ""
    freeze: str = ""
    blocks: tuple[Block, ...] = ()
    charts: tuple[Chart, ...] = ()
    widths: tuple[float, ...] = ()
    landscape: bool = True
    one_page: bool = False
    pages_across: int = 1
    row_height: float = 0
    zoom: int = 100
    place: str = ""

    @property
    def in_sight(self) -> bool:
        """True if planners see it in a new workbook."""
        return not self.hidden and not self.report


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a drop-down: the code that the program uses and the words that a planner sees."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by name, cell styles by role, number formats by type and language."""

    fonts: Mapping[str, str]
    width_scale: Mapping[str, float]
    colors: Mapping[str, str]
    styles: Mapping[str, Mapping[str, object]]
    formats: Mapping[str, Words]
    align: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Book:
    """All declarations together: what a workbook of promo_xl is; two books are equal if they are one."""

    languages: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    choices: Mapping[str, tuple[Option, ...]]
    theme: Theme
    labels: Mapping[str, Mapping[str, object]]
    folder: str = ""
    version: str = ""
    host: str = ""

    @cached_property
    def tables(self) -> dict[str, tuple[Sheet, Table]]:
        """Every table by its id, with its sheet."""
        return {
            block.table: (sheet, block)
            for sheet in self.sheets
            for block in sheet.blocks
            if isinstance(block, Table)
        }

    @cached_property
    def singles(self) -> dict[str, Column]:
        """Every single value (fields of forms and cards) by its field."""
        return {
            column.field: column
            for sheet in self.sheets
            for block in sheet.blocks
            if isinstance(block, Form | Cards)
            for column in block.fields
        }

    @cached_property
    def reports(self) -> frozenset[str]:
        """Tables and single values that actions write; they are no part of a plan."""
        blocks = [block for sheet in self.sheets if sheet.report for block in sheet.blocks]
        tables = {block.table for block in blocks if isinstance(block, Table)}
        return frozenset(tables | {c.field for b in blocks if isinstance(b, Form | Cards) for c in b.fields})

    @cached_property
    def calls(self) -> dict[str, LiveCall]:
        """Every call of the add-in that answers a whole table, by its id."""
        return {b.call: b for sheet in self.sheets for b in sheet.blocks if isinstance(b, LiveCall)}

    @cached_property
    def named_forms(self) -> dict[str, Form]:
        """The forms whose id means all their values."""
        return {b.form: b for sheet in self.sheets for b in sheet.blocks if isinstance(b, Form) and b.named}

    def label_of(self, choices: str, code: str, language: str) -> str:
        """What a planner sees for a choice; the code itself where it is unknown."""
        for option in self.choices.get(choices, ()):
            if option.code == code:
                return option.label.text(language)
        return code

    def code_of(self, choices: str, label: str) -> str | None:
        """The code of a label in any language, or None."""
        wanted = label.strip().casefold()
        for option in self.choices.get(choices, ()):
            if wanted in {option.code.casefold(), *(t.casefold() for t in option.label.by_language.values())}:
                return option.code
        return None
