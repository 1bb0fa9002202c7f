"""What a product list is: the columns, sheets and words that workbook_templates/product_list.yml declares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as default
from pathlib import Path
from typing import Literal, cast

from promo_xl.batches.headings import Vocabulary, VocabularyBuilder
from promo_xl.plan.brief import Brief
from promo_xl.sheetspec.model import Book, Column, Type
from promo_xl.sheetspec.schema import Reader
from promo_xl.sheetspec.source import Entry, Problems, nearest, read_yaml
from promo_xl.sheetspec.words import Words

FILE = "product_list.yml"
BRIEF_FIELDS = {f.name for f in fields(Brief)} - {"goals", "rows", "place"}
ListType = Literal[
    "text", "long", "id", "choice", "names", "links", "date", "datetime", "count", "number", "money", "percent",
    "share", "ratio", "mark", "grade", "goal", "phases", "channels",
]  # fmt: skip
PARTED = frozenset({"phases", "channels"})
LOOKS: dict[str, Type] = {"goal": "id", "phases": "long", "channels": "long"}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list; a `needed` one may stay away where the column `instead` is there.

    Type `goal`: the goal of the metric `field`; `phases` and `channels`: the rows of that table in one
    text; any other: a single value of the cover.
    """

    field: str
    label: Words
    help: Words
    example: Words
    type: ListType = "text"
    aliases: Mapping[str, tuple[str, ...]] = default(default_factory=dict)
    width: float = 14
    needed: bool = False
    instead: str = ""
    place: str = ""

    @property
    def look(self) -> Type:
        """The type whose number format and alignment the column has in a workbook."""
        return LOOKS.get(self.type) or cast("Type", self.type)


@dataclass(frozen=True, slots=True)
class FurtherSheet:
    """A sheet beside the list that holds rows of one of the book's tables, each led by a product."""

    table: str
    name: Words
    aliases: Mapping[str, tuple[str, ...]] = default(default_factory=dict)
    intro: Words = default(default_factory=Words)
    offered: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """The words of the sheet that explains every column."""

    name: Words
    intro: Words
    sheet: Words
    column: Words
    needed: Words
    write: Words
    example: Words
    other: Words
    is_needed: Words
    is_needed_unless: Words
    is_optional: Words
    product: Words
    choose: Words
    hints: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Declaration:
    """The whole product list: its columns and all words that a planner or a reader needs."""

    name: Words
    intro: Words
    example_mark: Words
    columns: tuple[ListColumn, ...]
    further: tuple[FurtherSheet, ...]
    guide: Guide
    aliases: Mapping[str, tuple[str, ...]] = default(default_factory=dict)
    totals: Mapping[str, tuple[str, ...]] = default(default_factory=dict)
    other_currencies: tuple[str, ...] = ()
    prepared_rows: int = 500

    def column(self, field: str) -> ListColumn:
        """The column of a field."""
        return next(column for column in self.columns if column.field == field)

    def sheet_names(self) -> set[str]:
        """Every name that the list's own sheet may have."""
        return {*self.name.by_language.values(), *spoken(self.aliases)}


def spoken(by_language: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The words of all languages."""
    return (word for words in by_language.values() for word in words)


def load_declaration(book: Book) -> Declaration:
    """The declaration in the folder of `book`; raises RefusedError naming file and line."""
    problems = Problems()
    entry = read_yaml(Path(book.folder) / FILE, problems)
    translations = {
        language: cast("Mapping[str, str]", pack["texts"])
        for language, pack in book.labels.items()
        if "texts" in pack
    }
    declaration = Reader(book.languages, translations).read(Declaration, entry)
    problems.raise_if_any()
    assert declaration is not None
    _examine(declaration, book, problems)
    problems.raise_if_any()
    return declaration


def _examine(declaration: Declaration, book: Book, problems: Problems) -> None:
    """Note what leads nowhere: an unknown field, metric or table, a word that means two columns."""
    declared = [column.field for column in declaration.columns]
    for column in declaration.columns:
        _one_of(column.field, _fields_for(column, book), column.place, problems)
        if column.instead:
            _one_of(column.instead, declared, column.place, problems)
        if declared.count(column.field) > 1:
            _add(problems, column.place, f"field {column.field} twice", "each field once")
    for needed in ("product", "launch", "start", "end"):
        if needed not in declared:
            _add(problems, FILE, f"no column {needed}", f"a column with field: {needed}")
    _vocabulary(declaration, problems)
    for sheet in declaration.further:
        _one_of(sheet.table, book.tables, sheet.place, problems)


def vocabulary_of(declaration: Declaration) -> Vocabulary:
    """What every heading of a product list means, in all languages together."""
    return _vocabulary(declaration, Problems())


def _vocabulary(declaration: Declaration, problems: Problems) -> Vocabulary:
    builder = VocabularyBuilder()
    for column in declaration.columns:
        labels = [(language, text, True) for language, text in column.label.by_language.items()]
        aliases = [(language, text, False) for language, texts in column.aliases.items() for text in texts]
        for language, text, is_label in labels + aliases:
            if other := builder.add(column.field, text, language, is_label=is_label):
                _add(problems, column.place, f"{text}, which means {other.field} too", "a word for one column")
    return builder.words


def _fields_for(column: ListColumn, book: Book) -> list[str]:
    match column.type:
        case "goal":
            return [option.code for option in book.choices.get("metric", ())]
        case "phases" | "channels":
            return [column.type]
    return sorted(BRIEF_FIELDS | {field for field, single in book.singles.items() if not single.computed})


def _one_of(found: str, known: "list[str] | Mapping[str, object]", place: str, problems: Problems) -> None:
    if found not in known:
        hint = nearest(found, known)
        _add(problems, place, found, f"{hint}?" if hint else "one of " + ", ".join(known))


def _add(problems: Problems, place: str, found: str, expected: str) -> None:
    problems.add(Entry(None, place, problems), found, expected)


def typed_columns(book: Book, table: str) -> list[Column]:
    """The columns of a table that a planner types."""
    return [c for c in book.tables[table][1].columns if not c.computed and not c.hidden]
