"""Which cells a check marks, as an engine sees it: each rule is asked for each cell in a cell of its own."""

import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import ironcalc

from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.patch import Change, column_name, patch_workbook, replace_parts
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.repair import formats_in
from promo_xl.workbook.rules import GRADES
from promo_xl.workbook.tables_in_file import Area, area_of
from tests.proof.formula import moved
from tests.proof.recalculate import libreoffice_values

ASIDE = 600  # columns further right nothing stands
QUESTION = re.compile(rb't="inlineStr"><is><t>ask:([^<]*)</t></is></c>')
Place = tuple[str, str]


def questions(path: Path, table: str) -> Iterator[tuple[str, str, int, int, str]]:
    """Sheet, grade, row, column and formula for every cell of a table's filled rows."""
    book = load_book()
    opened = open_workbook(path, book)
    read = opened.tables[table]
    for grade in GRADES:
        rules = [
            f for f in formats_in(path, opened, book) if f.sheet == read.grid.name and f'&"{grade}"&' in f.formula
        ]
        for rule in rules:
            area = area_of(rule.sheet, rule.area)
            assert area is not None
            if area.top == read.first:
                yield from _asked(rule.sheet, grade, area, rule.formula, read.numbers)


def _asked(
    sheet: str, grade: str, area: Area, formula: str, rows: tuple[int, ...]
) -> Iterator[tuple[str, str, int, int, str]]:
    for row in rows:
        for column in range(area.left, area.right + 1):
            told = moved(formula.removeprefix("="), row - area.top, column - area.left)
            yield sheet, grade, row, column, told


def marked(path: Path, table: str) -> Mapping[str, str]:
    """The marked cells of a table with their grades, as IronCalc sees the file."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    names = [properties["name"] for properties in model.get_worksheets_properties()]
    asked = list(questions(path, table))
    assert asked
    for sheet, grade, row, column, formula in asked:
        at = ASIDE * (1 + GRADES.index(grade)) + column
        model.set_user_input(names.index(sheet), row, at, f"={formula}")
    model.evaluate()
    found: dict[str, str] = {}
    for sheet, grade, row, column, _ in asked:
        at = ASIDE * (1 + GRADES.index(grade)) + column
        if model.get_cell_value(names.index(sheet), row, at) is True:
            found.setdefault(f"{column_name(column)}{row}", grade)
    return found


def marked_in_libreoffice(path: Path, table: str, folder: Path) -> Mapping[str, str]:
    """The same as LibreOffice sees the file."""
    asked = list(questions(path, table))
    copy = Path(shutil.copy(path, folder / f"asked-{path.name}"))
    places = {
        (sheet, row, ASIDE * (1 + GRADES.index(grade)) + column): formula
        for sheet, grade, row, column, formula in asked
    }
    patch_workbook(copy, [Change(*at, f"ask:{formula}") for at, formula in places.items()])
    with zipfile.ZipFile(copy) as archive:
        sheets = {n: archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/sheet")}
    replace_parts(copy, {n: QUESTION.sub(rb"><f>\1</f></c>", part) for n, part in sheets.items()})
    values = libreoffice_values([copy], folder)[copy]
    found: dict[str, str] = {}
    for sheet, grade, row, column, _ in asked:
        at = f"{column_name(ASIDE * (1 + GRADES.index(grade)) + column)}{row}"
        if values.get((sheet, at)) is True:
            found.setdefault(f"{column_name(column)}{row}", grade)
    return found
