"""The yardstick of the benchmarks writes what our builder writes, else they would compare two different things."""

from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellBooleanTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
)

from benchmarks.plain_xlsxwriter import as_call, recorded
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.write import build
from tests.workbook.files import PLANS, STAMP

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LIVE = "_live"  # XlsxWriter has no cell for an error that a formula shows, and no calls wait for an answer there
TEXT_TABLE = "xl/sharedStrings.xml"


def cells(package: ZipFile) -> dict[tuple[str, str], object]:
    """Style, kind, formula and value of each cell, by part and place."""
    texts = ["".join(si.itertext()) for si in ElementTree.fromstring(package.read(TEXT_TABLE))]
    found: dict[tuple[str, str], object] = {}
    for name in package.namelist():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        for cell in ElementTree.fromstring(package.read(name)).iter(f"{MAIN}c"):
            value, kind = cell.findtext(f"{MAIN}v"), cell.get("t")
            shown = texts[int(value)] if kind == "s" and value else value
            found[name, cell.get("r", "")] = (cell.get("s"), kind, cell.findtext(f"{MAIN}f"), shown)
    return found


def visible(package: ZipFile) -> dict[tuple[str, str], object]:
    """The cells of all sheets but the one of the add-in's answers."""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    live = next(n for n, sheet in enumerate(book.iter(f"{MAIN}sheet"), 1) if sheet.get("name") == LIVE)
    return {at: cell for at, cell in cells(package).items() if at[0] != f"xl/worksheets/sheet{live}.xml"}


@pytest.mark.parametrize("name", ["running_zh", "hostile"])
def test_a_plain_script_writes_the_cells_that_we_write(name: str, tmp_path: Path) -> None:
    plan, language = PLANS[name]()
    ours = BytesIO()
    with recorded() as script:
        build(plan, load_book(), language, ours, STAMP)
    script.play(str(tmp_path / "plain.xlsx"))
    with ZipFile(ours) as one, ZipFile(tmp_path / "plain.xlsx") as other:
        assert visible(one) == visible(other)
        assert len(visible(one)) > 10_000
        assert one.namelist() == other.namelist()
        for part in one.namelist():
            if part.startswith(("xl/tables/", "xl/charts/", "xl/styles")):
                assert one.read(part) == other.read(part), part


def test_each_cell_is_written_by_the_method_of_its_kind() -> None:
    cells_of_each_kind = [
        CellBlankTuple(None),
        CellStringTuple("甲", None),
        CellBooleanTuple(1, None),
        CellNumberTuple(0.5, None),
        CellFormulaTuple("A1+1", None, 2),
    ]
    assert [as_call(cell) for cell in cells_of_each_kind] == [
        ("write_blank", (None, None)),
        ("write_string", ("甲", None)),
        ("write_boolean", (True, None)),
        ("write_number", (0.5, None)),
        ("write_formula", ("=A1+1", None, 2)),
    ]
