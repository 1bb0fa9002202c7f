"""Packages made by hand, part by part, where Excel would never write such a one."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROOT_RELATIONS = (
    f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="表1" sheetId="1" r:id="s"/></sheets></workbook>'
)
WORKBOOK_RELATIONS = (
    f'<Relationships xmlns="{RELATIONS}"><Relationship Id="s" Type="{OFFICE}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/>'
    "</Relationships>"
)


def styles(*format_ids: int) -> str:
    """Cell formats 0, 1, 2 … with these number formats."""
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in format_ids)
    return f'<styleSheet xmlns="{MAIN}"><cellXfs>{formats}</cellXfs></styleSheet>'


def sheet(rows: str, after: str = "") -> str:
    """A sheet with these `<row>` elements."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def package(sheet_xml: str | bytes, style_xml: str = styles(0), **extra: str | bytes) -> bytes:
    """A workbook with one sheet; `extra` parts replace or add to the usual ones."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS,
        "xl/styles.xml": style_xml,
        "xl/worksheets/sheet1.xml": sheet_xml,
    }
    return zipped(parts | extra)


def with_declared_size(data: bytes, size: int) -> bytes:
    """The archive with a lie about the unpacked size of its last part, in both of its headers."""
    changed = bytearray(data)
    local, central = data.rindex(b"PK\x03\x04"), data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", changed, local + 22, size)
    struct.pack_into("<I", changed, central + 24, size)
    return bytes(changed)
