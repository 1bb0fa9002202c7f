"""The guide to the product list: which columns are needed, what to write, how they may be headed."""

from collections.abc import Iterable, Iterator

from promo_xl.batches.product_declaration import (
    Declaration,
    FurtherSheet,
    ListColumn,
    spoken,
    typed_columns,
)
from promo_xl.sheetspec.model import Book, Column
from promo_xl.sheetspec.words import Words

GuideRow = tuple[str, str, str, str, str, str]
"""Sheet, column, needed, what to write, example, other headings."""


def guide_rows(declaration: Declaration, book: Book, language: str) -> list[GuideRow]:
    """A row for every column of the list and of the sheets beside it."""
    rows = [_list_row(column, declaration, language) for column in declaration.columns]
    for sheet in declaration.further:
        rows += _further_rows(sheet, declaration, book, language)
    return rows


def _list_row(column: ListColumn, declaration: Declaration, language: str) -> GuideRow:
    guide = declaration.guide
    needed = guide.is_optional.text(language)
    if column.instead:
        other = declaration.column(column.instead).label.text(language)
        needed = guide.is_needed_unless.text(language).format(other=other)
    elif column.needed:
        needed = guide.is_needed.text(language)
    label = column.label.text(language)
    others = [*column.label.by_language.values(), *spoken(column.aliases)]
    return (
        declaration.name.text(language),
        label,
        needed,
        column.help.text(language),
        column.example.text(language),
        _others(label, others),
    )


def _further_rows(sheet: FurtherSheet, declaration: Declaration, book: Book, language: str) -> Iterator[GuideRow]:
    guide, product = declaration.guide, declaration.column("product")
    name, label = sheet.name.text(language), product.label.text(language)
    others = _others(label, [*product.label.by_language.values(), *spoken(product.aliases)])
    example = product.example.text(language)
    yield name, label, guide.is_needed.text(language), guide.product.text(language), example, others
    for column in typed_columns(book, sheet.table):
        needed = guide.is_needed if column.needed and column.type != "id" else guide.is_optional
        label = column.label.text(language)
        write = _what_to_write(column, declaration, book, language)
        yield name, label, needed.text(language), write, "", _others(label, column.label.by_language.values())


def _what_to_write(column: Column, declaration: Declaration, book: Book, language: str) -> str:
    if column.help:
        return column.help.text(language)
    if column.choices:
        options = book.choices[column.choices]
        return declaration.guide.choose.text(language) + " / ".join(o.label.text(language) for o in options)
    return declaration.guide.hints.get(column.type, Words()).text(language)


def _others(label: str, words: Iterable[str]) -> str:
    """The words other than the label, each once."""
    return " / ".join(word for word in dict.fromkeys(words) if word != label)
