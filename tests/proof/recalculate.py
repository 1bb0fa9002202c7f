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
from xml.sax.saxutils import escape, unescape

import ironcalc

from tests.proof.areas import cell_name
from tests.proof.book import Book, Cell
from tests.proof.formula import TOKEN
from tests.proof.functions import OWN_PREFIXES
from tests.proof.office import convert
from tests.proof.values import CellError, Place, Value, Values, same

FORMULA = re.compile(rb"(<f\b[^>]*>)([^<]*)(</f>)")


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
    it sees a private copy with bare names. Array results are read from the whole range.
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


def bare_calls(formula: str) -> str:
    """The formula with calls of the add-in by their bare names, however Excel saved them.

    `[1]!PROMO_X(1)`, `'C:\\…\\promo_xl.xlam'!PROMO_X(1)`, `_xldudf_PROMO_X(1)`, `@PROMO_X(1)` and
    `_xlfn.SINGLE(PROMO_X(1))` are all `PROMO_X(1)`.
    """
    tokens = [(match.lastgroup, match[0]) for match in TOKEN.finditer(formula)]
    kept: list[str] = []
    dropped_brackets: list[bool] = []
    for number, (kind, text) in enumerate(tokens):
        ahead = [token for token in tokens[number + 1 : number + 3] if not _is_book(*token)][:1]
        before_own = bool(ahead) and _is_own(*ahead[0])
        if kind == "call" or text == "(":
            single = text.upper() == "_XLFN.SINGLE(" and before_own
            dropped_brackets.append(single)
            kept.append("" if single else text.removeprefix("_xldudf_") if _is_own(kind, text) else text)
        elif text == ")" and dropped_brackets:
            kept.append("" if dropped_brackets.pop() else text)
        else:
            kept.append("" if before_own and (text == "@" or _is_book(kind, text)) else text)
    return "".join(kept)


def _is_own(kind: str | None, text: str) -> bool:
    return kind == "call" and text.upper().startswith(OWN_PREFIXES)


def _is_book(kind: str | None, text: str) -> bool:
    return kind == "sheet" and (re.fullmatch(r"\[\d+\]!", text) is not None or "promo_xl" in text.lower())


def _with_bare_calls(path: Path, copy: Path) -> None:
    with zipfile.ZipFile(path) as source:
        entries = {info.filename: source.read(info) for info in source.infolist()}
    sheets = {name: data for name, data in entries.items() if name.startswith("xl/worksheets/")}
    bare = {name: FORMULA.sub(_bare_formula, data) for name, data in sheets.items()}
    if bare == sheets:
        shutil.copyfile(path, copy)
        return
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries.items():
            target.writestr(name, bare.get(name, data))


def _bare_formula(match: re.Match[bytes]) -> bytes:
    text = match[2].decode()
    if "PROMO_" not in text:
        return match[0]
    return match[1] + escape(bare_calls(unescape(text))).encode() + match[3]
