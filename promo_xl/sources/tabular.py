"""A planner's list, in whatever file it comes; the content decides, never the file's name."""

import re
from pathlib import Path

from promo_xl.sources import ole
from promo_xl.sources.file_bytes import read_bytes
from promo_xl.sources.grid import OLD_XLS, Grid, Limits
from promo_xl.sources.refusal import refused

ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
OTHER_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
)
XML_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
WEB_ARCHIVE = re.compile(rb"\s*MIME-Version:", re.IGNORECASE)
WEB_PAGE = re.compile(rb"<(!DOCTYPE\s+html|html|head|body|meta|table|style)\b", re.IGNORECASE)
# Excel 4 and older wrote their records without a container, beginning with this one.
RAW_XLS = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00", re.DOTALL)
HEAD_LENGTH = 4096


def read_sheets(path: Path, limits: Limits | None = None) -> list[Grid]:
    """Every sheet of an Excel, CSV or text file, or a refusal that says what stands in the way."""
    limits = limits or Limits()
    data = read_bytes(path, limits.file_bytes)
    grids = read_content(data, path.name, limits)
    if not any(grid.values for grid in grids):
        raise refused("FILE_EMPTY", path.name, bytes=len(data))
    return grids


def is_text(path: Path) -> bool:
    """True unless it cannot be opened or its first bytes say that it is a package, markup or another kind."""
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_LENGTH)
    except OSError:
        return False
    if head.startswith((*ZIP_SIGNATURES, ole.SIGNATURE)) or RAW_XLS.match(head):
        return False
    if any(head.startswith(signature) for signature, _ in OTHER_KINDS):
        return False
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return not plain.startswith(b"<") and not WEB_ARCHIVE.match(plain)


def read_content(data: bytes, file: str, limits: Limits) -> list[Grid]:
    """The same for bytes that were read already and the name to call them by."""
    if data.startswith(ZIP_SIGNATURES):
        from promo_xl.sources.excel_file import read_package

        return read_package(data, file, limits)
    if data.startswith(ole.SIGNATURE):
        from promo_xl.sources.excel_file import read_ole

        return read_ole(data, file, limits)
    if RAW_XLS.match(data):
        raise refused("FILE_UNSUPPORTED", file, kind=OLD_XLS)
    for signature, kind in OTHER_KINDS:
        if data.startswith(signature):
            raise refused("FILE_NOT_TABLE", file, kind=kind)
    head = data[:HEAD_LENGTH].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"<"):
        return _read_markup(data, head, file, limits)
    if WEB_ARCHIVE.match(head):
        raise refused("FILE_UNSUPPORTED", file, kind="MHTML")
    from promo_xl.sources.text_file import read_text

    return [read_text(data, file, limits)]


def _read_markup(data: bytes, head: bytes, file: str, limits: Limits) -> list[Grid]:
    if XML_SPREADSHEET in head and b"<Workbook" in head:
        raise refused("FILE_UNSUPPORTED", file, kind="Excel 2003 XML")
    if WEB_PAGE.search(head):
        from promo_xl.sources.html_file import read_html

        return read_html(data, file, limits)
    if head.startswith(b"<?xml"):
        raise refused("FILE_NOT_TABLE", file, kind="XML")
    from promo_xl.sources.text_file import read_text

    return [read_text(data, file, limits)]
