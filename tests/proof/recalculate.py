"""Two engines recalculate a workbook; every formula cell must keep the value that the file carries.

Both throw the cached values away before they calculate. Neither is Excel: where they agree with the
file the formula says what was meant, in the dialect that both know.
"""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import ironcalc

from tests.proof.areas import cell_name
from tests.proof.book import Book, Cell
from tests.proof.office import convert
from tests.proof.values import CellError, Place, Value, Values, same

EXTERNAL_CALL = re.compile(rb"(<f[^>]*>[^<]*)")
EXTERNAL_PREFIX = re.compile(rb"\[\d+\]!(?=PROMO_)")


@dataclass(frozen=True, slots=True)
class Difference:
    """A formula cell whose value in the file is not what an engine finds."""

    sheet: str
    cell: str
    formula: str
    cached: Value
    recalculated: Value

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell} ={self.formula}: file {self.cached!r}, engine {self.recalculated!r}"


def libreoffice_values(paths: Iterable[str | Path], workdir: str | Path) -> dict[Path, Values]:
    """All values of all sheets after LibreOffice recalculated; one process for all files."""
    files = [Path(path) for path in paths]
    results = convert(files, Path(workdir))
    return {file: _values(Book(result)) for file, result in zip(files, results, strict=True)}


def ironcalc_values(path: str | Path) -> Values:
    """All values of all sheets after IronCalc recalculated.

    `[1]!PROMO_X(…)`, as Excel saves a call of an add-in, breaks the whole formula in IronCalc:
    it sees a private copy with the bare name. Array results are read from the whole range.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.xlsx"
        _with_bare_calls(Path(path), copy)
        model = ironcalc.load_from_xlsx(str(copy), "en", "UTC", "en")
    model.evaluate()
    names = [properties["name"] for properties in model.get_worksheets_properties()]
    found: Values = {}
    for sheet, row, column in model.get_all_cells():
        value: Value = model.get_cell_value(sheet, row, column)
        if model.get_cell_type(sheet, row, column) == ironcalc.CellType.ErrorValue:
            value = CellError(str(value))
        found[names[sheet], cell_name(row, column)] = value
    return found


def cached_values(path: str | Path) -> Values:
    """All values that the file itself carries."""
    return _values(Book(path))


def formula_cells(path: str | Path) -> dict[Place, str]:
    """Every cell that a formula fills, cells below an array formula included."""
    found: dict[Place, str] = {}
    for sheet in Book(path).sheets:
        for cell in sheet.cells:
            for name in cell.filled():
                found[sheet.name, name] = cell.formula or ""
    return found


def unequal(path: str | Path, values: Mapping[Place, Value]) -> list[Difference]:
    """The formula cells of the file whose cached value is not the engine's."""
    book = Book(path)
    found = []
    for sheet in book.sheets:
        cached = {cell.address: _value(book, cell) for cell in sheet.cells}
        for cell in sheet.cells:
            for name in cell.filled():
                before, after = cached.get(name), values.get((sheet.name, name))
                if not same(before, after):
                    found.append(Difference(sheet.name, name, cell.formula or "", before, after))
    return found


def _values(book: Book) -> Values:
    return {
        (sheet.name, cell.address): _value(book, cell)
        for sheet in book.sheets
        for cell in sheet.cells
        if cell.value is not None
    }


def _value(book: Book, cell: Cell) -> Value:
    if cell.value is None or (cell.value == "" and cell.type != "str"):
        return None
    if cell.type in ("s", "str", "inlineStr"):
        return book.text_of(cell)
    if cell.type == "b":
        return cell.value == "1"
    return CellError(cell.value) if cell.type == "e" else float(cell.value)


def _with_bare_calls(path: Path, copy: Path) -> None:
    with zipfile.ZipFile(path) as source:
        entries = {info.filename: source.read(info) for info in source.infolist()}
    if not any(EXTERNAL_PREFIX.search(data) for data in entries.values()):
        shutil.copyfile(path, copy)
        return
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries.items():
            bare = EXTERNAL_CALL.sub(lambda match: EXTERNAL_PREFIX.sub(b"", match[1]), data)
            target.writestr(name, bare if name.startswith("xl/worksheets/") else data)
