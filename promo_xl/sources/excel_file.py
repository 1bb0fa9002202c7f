"""Workbooks of Excel: .xlsx and .xlsm, and the older .xls."""

import zipfile
from io import BytesIO

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.archive import ArchiveLimits, check_archive_bytes, ole_streams
from promo_xl.sources.grid import (
    GENERAL,
    CellValue,
    ErrorValue,
    Grid,
    GridBuilder,
    Limits,
    MergedRange,
)
from promo_xl.sources.refusal import refused

CONTENT_TYPES = "[Content_Types].xml"
SPREADSHEET_TYPES = (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")
MACRO_TYPES = (b"ms-excel.sheet.macroEnabled.main+xml", b"ms-excel.template.macroEnabled.main+xml")
BINARY_TYPE = b"ms-excel.sheet.binary.macroEnabled.main"
OTHER_DOCUMENTS = {b"wordprocessingml": "Word", b"presentationml": "PowerPoint", b"ms-word": "Word"}
ERROR_TEXTS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
LARGEST_EXACT_INTEGER = 2**53


def read_package(data: bytes, file: str, limits: Limits) -> list[Grid]:
    """Every worksheet of an .xlsx or .xlsm file, hidden ones marked."""
    check_archive_bytes(data, file, ArchiveLimits())
    with zipfile.ZipFile(BytesIO(data)) as archive:
        _check_kind(archive, file)
        try:
            return _read_sheets(archive, file, limits)
        except RefusedError:
            raise
        except Exception as error:  # a part that breaks the format can fail anywhere below
            reason = str(error) or type(error).__name__
            raise refused("FILE_CORRUPT", file, reason=reason, part="") from error


def _check_kind(archive: zipfile.ZipFile, file: str) -> None:
    names = set(archive.namelist())
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise refused("FILE_UNSUPPORTED", file, kind="OpenDocument (.ods)")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise refused("FILE_UNSUPPORTED", file, kind="Apple Numbers (.numbers)")
    types = archive.read(CONTENT_TYPES) if CONTENT_TYPES in names else b""
    if BINARY_TYPE in types:
        raise refused("FILE_UNSUPPORTED", file, kind="Excel Binary (.xlsb)")
    if not any(kind in types for kind in SPREADSHEET_TYPES + MACRO_TYPES):
        found = next((name for mark, name in OTHER_DOCUMENTS.items() if mark in types), "ZIP")
        raise refused("FILE_NOT_TABLE", file, kind=found)


def _read_sheets(archive: zipfile.ZipFile, file: str, limits: Limits) -> list[Grid]:
    from promo_xl.sources.package_parts import read_parts
    from promo_xl.sources.sheet_xml import Legend, SheetScanner, read_shared_strings

    parts = read_parts(archive)
    strings: list[str] = []
    if parts.shared_strings in archive.namelist():
        with archive.open(parts.shared_strings) as stream:
            strings = read_shared_strings(stream, limits.cells)
    legend = Legend(strings, parts.formats, parts.epoch)
    grids = []
    for sheet in parts.sheets:
        builder = GridBuilder(sheet.name, file, limits, GENERAL, sheet.hidden)
        scanner = SheetScanner(legend, builder)
        with archive.open(sheet.part) as stream:
            scanner.scan(stream)
        grids.append(builder.build(scanner.merged))
    return grids


def read_ole(data: bytes, file: str, limits: Limits) -> list[Grid]:
    """Every worksheet of an .xls file; calamine tells no number formats, so they stay unknown."""
    streams = ole_streams(data, ["EncryptedPackage", "Workbook", "Book", "WordDocument"])
    if "EncryptedPackage" in streams:
        raise refused("FILE_ENCRYPTED", file)
    if "WordDocument" in streams:
        raise refused("FILE_NOT_TABLE", file, kind="Word")
    return _read_xls(data, file, limits)


def _read_xls(data: bytes, file: str, limits: Limits) -> list[Grid]:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        grids = []
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ != SheetTypeEnum.WorkSheet:
                    continue
                content = workbook.get_sheet_by_name(sheet.name)
                hidden = sheet.visible != SheetVisibleEnum.Visible
                builder = GridBuilder(sheet.name, file, limits, hidden=hidden)
                for number, row in enumerate(content.to_python(skip_empty_area=False), 1):
                    builder.add(number, [_xls_value(value) for value in row])
                grids.append(builder.build(_merged(content.merged_cell_ranges)))
    except RefusedError:
        raise
    except PasswordError as error:
        raise refused("FILE_ENCRYPTED", file) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    # The reader's panics over broken files are no Exception.
    except BaseException as error:
        reason = str(error) or type(error).__name__
        raise refused("FILE_CORRUPT", file, reason=reason, part="") from error
    return grids


def _xls_value(value: CellValue) -> CellValue:
    from promo_xl.sources.sheet_xml import plain_date

    if value == "":
        return None
    if isinstance(value, str) and value in ERROR_TEXTS:
        return ErrorValue(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_EXACT_INTEGER:
        return int(value)
    return plain_date(value)


def _merged(ranges: list[tuple[tuple[int, int], tuple[int, int]]] | None) -> list[MergedRange]:
    return [MergedRange(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges or []]
