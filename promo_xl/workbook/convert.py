"""Gives a closed workbook to another add-in, or to none: only formulas change, everything else keeps its bytes."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.model import Book
from promo_xl.sources.archive import check_archive
from promo_xl.workbook.links import without_add_in_link
from promo_xl.workbook.patch import calculated_on_opening, replace_parts
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.references import answer_name
from promo_xl.workbook.spelling import calls, spelled_calls, without_calls

SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
TABLES = re.compile(r"xl/tables/[^/]+\.xml")
FORMULA = re.compile(rb"(<(?:\w+:)?f\b[^>]*?(?<!/)>)(.*?)(</(?:\w+:)?f>)", re.DOTALL)
COLUMN_FORMULA = re.compile(
    rb"(<(?:\w+:)?calculatedColumnFormula\b[^>]*?(?<!/)>)(.*?)(</(?:\w+:)?calculatedColumnFormula>)", re.DOTALL
)
ARRAY_CALL = re.compile(rb"<(?:\w+:)?f\b[^>]*?t=\"array\"[^>]*>[^<]*</(?:\w+:)?f>")
QUOTES = {"&quot;": '"', "&apos;": "'"}


def convert_workbook(path: Path, book: Book, host: Host) -> int:
    """Make the live formulas of a file call `host`; how many formulas differ now.

    Raises RefusedError if the file is none of ours, has no live formulas, is open elsewhere or cannot be
    written; then it is as it was.
    """
    check_archive(path)
    open_workbook(path, book)
    answers = {answer_name(call.call, column) for call in book.calls.values() for column in call.columns}
    change = _changing(host, answers)
    with zipfile.ZipFile(path) as archive:
        contents = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    patched: dict[str, bytes] = {}
    count, live = 0, False
    for name, content in contents.items():
        pattern = FORMULA if SHEETS.fullmatch(name) else COLUMN_FORMULA if TABLES.fullmatch(name) else None
        if pattern is None:
            continue
        live = live or any(calls(_plain(found[2]), answers) for found in pattern.finditer(content))
        after, differing = _changed(content, pattern, change, host)
        if differing:
            patched[name] = after
            count += differing if pattern is FORMULA else 0
    if not live and host != "none":
        raise RefusedError(
            [Finding("CONVERT_NO_CALLS", details={"file": path.name, "host": host}, place=path.name)]
        )
    if not patched:
        return 0
    relinked, dropped = without_add_in_link({**contents, **patched})
    patched |= relinked
    book_part = "xl/workbook.xml"
    patched[book_part] = calculated_on_opening(patched.get(book_part, contents[book_part]))
    replace_parts(path, patched, dropped)
    return count


def _changing(host: Host, answers: set[str]) -> Callable[[str], str]:
    def change(formula: str) -> str:
        if host == "none":
            plain = without_calls(formula, answers)
            return formula if plain is None else plain
        return spelled_calls(formula, host)

    return change


def _plain(text: bytes) -> str:
    return unescape(text.decode("utf-8"), QUOTES)


def _changed(
    content: bytes, pattern: re.Pattern[bytes], change: Callable[[str], str], host: Host
) -> tuple[bytes, int]:
    count = 0

    def changed(match: re.Match[bytes]) -> bytes:
        nonlocal count
        formula = _plain(match[2])
        after = change(formula)
        if after == formula:
            return match[0]
        count += 1
        return match[1] + escape(after).encode("utf-8") + match[3]

    content = pattern.sub(changed, content)
    if host == "none" and pattern is FORMULA:
        content, gone = ARRAY_CALL.subn(lambda m: b"" if calls(_plain(m[0])) else m[0], content)
        count += gone
    return content, count
