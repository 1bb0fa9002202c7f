"""What makes a workbook its own add-in: a VBA project, the ribbon, hidden sheets of texts."""

import zipfile
from dataclasses import dataclass
from io import BytesIO

from xlsxwriter.worksheet import Worksheet

from promo_xl.sheetspec.storable import storable
from promo_xl.workbook.xlsx import Workbook

RIBBON_PART = "customUI/customUI14.xml"
RIBBON_KIND = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
WORKBOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
TYPES, RELATIONSHIPS = "[Content_Types].xml", "_rels/.rels"
END_OF_RELATIONSHIPS = "</Relationships>"


@dataclass(frozen=True, slots=True)
class TextSheet:
    """A hidden sheet that holds texts alone."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Macros:
    """`project` is a vbaProject.bin with a document module for each sheet of the workbook, `sheets` included."""

    project: bytes
    ribbon: str
    sheets: tuple[TextSheet, ...]


def write_macros(workbook: Workbook, macros: Macros) -> None:
    """Add the hidden sheets and the project; the ribbon comes with `finished`."""
    for sheet in macros.sheets:
        _write_texts(workbook.add_worksheet(sheet.name), sheet)
    workbook.add_vba_project(BytesIO(macros.project), is_stream=True)
    workbook.set_vba_name()  # the sheets are named Sheet1, Sheet2 … as the project names them


def _write_texts(worksheet: Worksheet, sheet: TextSheet) -> None:
    for i, row in enumerate(sheet.rows):
        for j, text in enumerate(row):
            worksheet.write_string(i, j, storable(text))
    worksheet.very_hidden()


def finished(package: bytes, ribbon: str, kind: str = WORKBOOK_TYPE) -> bytes:
    """The workbook with its ribbon, as this kind of file."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, _changed(entry.filename, old.read(entry), kind))
            if entry.filename == RELATIONSHIPS:
                part = zipfile.ZipInfo(RIBBON_PART, entry.date_time)
                part.compress_type = entry.compress_type
                new.writestr(part, ribbon)
    return target.getvalue()


def _changed(name: str, content: bytes, kind: str) -> bytes:
    if name == TYPES:
        return content.decode().replace(WORKBOOK_TYPE, kind).encode()
    if name == RELATIONSHIPS:
        from xml.sax.saxutils import quoteattr

        added = f'<Relationship Id="promoRibbon" Type={quoteattr(RIBBON_KIND)} Target={quoteattr(RIBBON_PART)}/>'
        return content.decode().replace(END_OF_RELATIONSHIPS, added + END_OF_RELATIONSHIPS).encode()
    return content
