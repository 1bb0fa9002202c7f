"""What IronCalc finds in the formulas of a workbook."""

import re
import tempfile
import zipfile
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, unescape

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.workbook.places import FORMULA
from promo_xl.workbook.spelling import bare_calls
from promo_xl.workbook.tables_in_file import sheet_parts

Cell = tuple[str, int, int]
_VALUELESS = re.compile(rb"(</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(</(\w+:)?c>)")
_ANY_VALUE = rb"\1<\3v>0</\3v>\2"


def calculated(content: bytes, cells: Collection[Cell]) -> Mapping[Cell, Value]:
    """What the engine finds in these cells of a whole file; nothing where it cannot read the file."""
    try:
        import ironcalc

        with tempfile.TemporaryDirectory(prefix="promo_xl-copy-") as folder:
            copy = Path(folder) / "copy.xlsx"
            _with_bare_calls(content, copy)
            model = ironcalc.load_from_xlsx(str(copy), "en", "UTC", "en")
        model.evaluate()
        sheets = {one["name"]: number for number, one in enumerate(model.get_worksheets_properties())}
        return {cell: _found(ironcalc, model, sheets[cell[0]], cell) for cell in cells if cell[0] in sheets}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the engine is no Exception; without it nothing is known
        return {}


def _found(ironcalc: Any, model: Any, sheet: int, cell: Cell) -> Value:
    value: Value = model.get_cell_value(sheet, cell[1], cell[2])
    if model.get_cell_type(sheet, cell[1], cell[2]) == ironcalc.CellType.ErrorValue:
        return CellError(str(value))
    return "" if value is None else value


def _with_bare_calls(content: bytes, copy: Path) -> None:
    """A copy in which calls of the add-in stand by their bare names, which the engine answers with an error.

    Each formula has a value there: the engine complains of others on the standard output.
    """

    def bare(match: re.Match[bytes]) -> bytes:
        text = match[0]
        head, tail = text.index(b">") + 1, text.rindex(b"<")
        if head > tail:
            return text
        return text[:head] + escape(bare_calls(unescape(text[head:tail].decode()))).encode() + text[tail:]

    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target,
    ):
        sheets = {name for _, name in sheet_parts(source)}
        for name in source.namelist():
            part = source.read(name)
            if name in sheets:
                part = _VALUELESS.sub(_ANY_VALUE, FORMULA.sub(bare, part))
            target.writestr(name, part)
