"""Workbooks of Excel: .xlsx and .xlsm, and the older .xls."""

import zipfile
from collections.abc import Collection
from io import BytesIO

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.archive import ENCRYPTED_STREAM, ArchiveLimits, check_archive_bytes
from promo_xl.sources.grid import GENERAL, OLD_XLS, Grid, GridBuilder, Limits
from promo_xl.sources.package_parts import PackageParts, read_parts
from promo_xl.sources.refusal import refused
from promo_xl.sources.sheet_xml import Legend, SheetScanner, read_shared_strings

XLS_STREAM, OLD_XLS_STREAM = "Workbook", "Book"
CONTENT_TYPES = "[Content_Types].xml"
SPREADSHEET_TYPES = (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")
MACRO_TYPES = (b"ms-excel.sheet.macroEnabled.main+xml", b"ms-excel.template.macroEnabled.main+xml")
ADDIN_TYPE = b"ms-excel.addin.macroEnabled.main+xml"
BINARY_TYPE = b"ms-excel.sheet.binary.macroEnabled.main"
OTHER_DOCUMENTS = {b"wordprocessingml": "Word", b"presentationml": "PowerPoint", b"ms-word": "Word"}


def read_package(data: bytes, file: str, limits: Limits) -> list[Grid]:
    """Every worksheet of an .xlsx or .xlsm file, hidden ones marked."""
    check_archive_bytes(data, file, ArchiveLimits())
    with zipfile.ZipFile(BytesIO(data)) as archive:
        check_kind(archive, file)
        try:
            return _read_sheets(archive, file, limits)
        except RefusedError:
            raise
        except Exception as error:  # a part that breaks the format can fail anywhere below
            reason = str(error) or type(error).__name__
            raise refused("FILE_CORRUPT", file, reason=reason, part="") from error


def check_kind(archive: zipfile.ZipFile, file: str) -> None:
    """Raises RefusedError for an archive that is no .xlsx or .xlsm."""
    names = set(archive.namelist())
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise refused("FILE_UNSUPPORTED", file, kind="OpenDocument (.ods)")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise refused("FILE_UNSUPPORTED", file, kind="Apple Numbers (.numbers)")
    types = archive.read(CONTENT_TYPES) if CONTENT_TYPES in names else b""
    if BINARY_TYPE in types:
        raise refused("FILE_UNSUPPORTED", file, kind="Excel Binary (.xlsb)")
    if ADDIN_TYPE in types:
        raise refused("FILE_ADDIN", file)
    if not any(kind in types for kind in SPREADSHEET_TYPES + MACRO_TYPES):
        found = next((name for mark, name in OTHER_DOCUMENTS.items() if mark in types), "ZIP")
        raise refused("FILE_NOT_TABLE", file, kind=found)


def _read_sheets(archive: zipfile.ZipFile, file: str, limits: Limits) -> list[Grid]:
    parts = read_parts(archive)
    legend = legend_of(archive, parts, limits)
    grids = []
    for sheet in parts.sheets:
        builder = GridBuilder(sheet.name, file, limits, GENERAL, sheet.hidden)
        scanner = SheetScanner(legend, builder)
        with archive.open(sheet.part) as stream:
            scanner.scan(stream)
        grids.append(builder.build(scanner.merged))
    return grids


def legend_of(archive: zipfile.ZipFile, parts: PackageParts, limits: Limits) -> Legend:
    """What turns the marks in the sheets of an archive into values."""
    strings: list[str] = []
    if parts.shared_strings in archive.namelist():
        with archive.open(parts.shared_strings) as stream:
            strings = read_shared_strings(stream, limits.cells)
    return Legend(strings, parts.formats, parts.epoch)


def read_ole(data: bytes, file: str, limits: Limits) -> list[Grid]:
    """Every worksheet of an .xls file, hidden ones marked."""
    from promo_xl.sources import biff, ole

    try:
        container = ole.Container(data)
        _check_streams(container.streams.keys(), file)
        return biff.read_workbook(container.read(XLS_STREAM), file, limits)
    except RefusedError:
        raise
    except Exception as error:  # as above
        reason = str(error) or type(error).__name__
        raise refused("FILE_CORRUPT", file, reason=reason, part=XLS_STREAM) from error


def _check_streams(names: Collection[str], file: str) -> None:
    if ENCRYPTED_STREAM in names:
        raise refused("FILE_ENCRYPTED", file)
    if XLS_STREAM in names:
        return
    if OLD_XLS_STREAM in names:
        raise refused("FILE_UNSUPPORTED", file, kind=OLD_XLS)
    raise refused("FILE_NOT_TABLE", file, kind="Word" if "WordDocument" in names else "OLE")
