"""Reads a templates folder into a Book; every mistake is named with file, line and what was expected."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from promo_xl import assets
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.examine import examine
from promo_xl.sheetspec.examine_book import examine_book
from promo_xl.sheetspec.formula.parse import FormulaError, Macro, parse_formula
from promo_xl.sheetspec.model import BLOCKS, Block, Book, Option, Sheet, Table, Theme
from promo_xl.sheetspec.remembered import with_memory
from promo_xl.sheetspec.schema import Reader
from promo_xl.sheetspec.source import Entry, Problems, read_yaml
from promo_xl.version import VERSION


def load_book(folder: Path | None = None) -> Book:
    """The book that `folder` declares (the installed templates if None); raises RefusedError.

    It is read once, and again when a file of the folder has changed.
    """
    place = (folder or assets.workbook_templates()).resolve()
    files = sorted(place.rglob("*.yml"))
    return _load(place, tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files))


@cache
def _load(folder: Path, _: tuple[tuple[Path, int, int], ...]) -> Book:
    problems = Problems()
    if not list((folder / "sheets").glob("*.yml")):
        raise RefusedError([Finding("TEMPLATES_FOLDER", details={"folder": str(folder)}, place=str(folder))])
    packs = {path.name.split(".")[1]: read_yaml(path, problems) for path in sorted(folder.glob("labels.*.yml"))}
    labels = {language: cast("Mapping[str, object]", pack.plain()) for language, pack in packs.items()}
    translations = {
        language: cast("Mapping[str, str]", pack["texts"]) for language, pack in labels.items() if "texts" in pack
    }
    plain = Reader(tuple(packs), translations)
    reader = Reader(plain.languages, translations, _macros(read_yaml(folder / "formulas.yml", problems)))
    theme = plain.read(Theme, read_yaml(folder / "theme.yml", problems))
    choices = _choices(plain, read_yaml(folder / "choices.yml", problems))
    sheets = [_sheet(reader, read_yaml(path, problems)) for path in sorted((folder / "sheets").glob("*.yml"))]
    problems.raise_if_any()
    assert theme is not None
    whole = tuple(sorted((sheet for sheet in sheets if sheet), key=lambda sheet: sheet.order))
    book = Book(plain.languages, whole, choices, theme, labels, str(folder), VERSION)
    examine(book, problems)
    problems.raise_if_any()
    examine_book(book, problems)
    problems.raise_if_any()
    return book


def _macros(entry: Entry) -> dict[str, Macro]:
    macros: dict[str, Macro] = {}
    for name, macro in entry.mapping().items():
        parts = macro.mapping()
        try:
            arguments = tuple(str(a.value) for a in parts["arguments"].items())
            macros[name] = Macro(arguments, parse_formula(str(parts["formula"].value), macros))
        except (KeyError, FormulaError) as error:
            entry.problems.add(macro, name, f"arguments and a formula: {error}")
    return macros


def _choices(reader: Reader, entry: Entry) -> dict[str, tuple[Option, ...]]:
    return {
        name: tuple(
            Option(code, words)
            for code, label in options.mapping().items()
            if (words := reader._words(label)) is not None
        )
        for name, options in entry.mapping().items()
    }


def _sheet(reader: Reader, entry: Entry) -> Sheet | None:
    entries = dict(entry.mapping())
    blocks = entries.pop("blocks", None)
    read = [_block(reader, block) for block in blocks.items()] if blocks else []
    whole = tuple(block for block in read if block is not None)
    return reader.read(Sheet, Entry(entries, entry.place, entry.problems), blocks=whole)


def _block(reader: Reader, entry: Entry) -> Block | None:
    entries = entry.mapping()
    for key, cls in BLOCKS.items():
        if key in entries:
            block = cast("Block | None", reader.read(cls, entry))
            return with_memory(block) if isinstance(block, Table) else block
    entry.problems.add(entry, ", ".join(entries) or "nothing", "a block: one of " + ", ".join(BLOCKS))
    return None
