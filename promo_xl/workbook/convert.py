"""Gives a closed workbook to another add-in, or to none: only formulas change, everything else keeps its bytes.

With no add-in the calls for whole tables go, and with them the names of their answers and the order of
calculation, which names their cells; the hidden sheet stays.
"""

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.model import Book
from promo_xl.sources.archive import check_archive
from promo_xl.workbook.links import BOOK, CALCULATION_CHAIN, without_add_in_link, without_mention
from promo_xl.workbook.obstacles import obstacles
from promo_xl.workbook.patch import calculated_on_opening, replace_parts
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.references import answer_name
from promo_xl.workbook.spelling import calls, spelled_calls, without_calls
from promo_xl.workbook.tables_in_file import sheet_parts, utf8_part
from promo_xl.workbook.template_version import newer

SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
TABLES = re.compile(r"xl/tables/[^/]+\.xml")
FORMULA = re.compile(rb"(<(?:\w+:)?f\b[^>]*?(?<!/)>)(.*?)(</(?:\w+:)?f>)", re.DOTALL)
COLUMN_FORMULA = re.compile(
    rb"(<(?:\w+:)?calculatedColumnFormula\b[^>]*?(?<!/)>)(.*?)(</(?:\w+:)?calculatedColumnFormula>)", re.DOTALL
)
ARRAY = re.compile(rb"\bt=[\"']array[\"']")
NAME = re.compile(rb"<(?:\w+:)?definedName\b[^>]*\bname=[\"']([^\"']*)[\"'][^>]*>[^<]*</(?:\w+:)?definedName>")
ADDRESS = re.compile(rb"\br=[\"']([A-Z]+[0-9]+)[\"']")
QUOTES = {"&quot;": '"', "&apos;": "'"}
MACROS = "xl/vbaProject.bin"
CELLS_TOLD = 10


@dataclass(frozen=True, slots=True)
class Converted:
    """How many formulas differ now, and what could not be given up."""

    count: int
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Conversion:
    """What happens to the formulas of one file, and what they turned out to be."""

    host: Host
    answers: frozenset[str]
    live: bool = False
    changed: int = 0
    gone: int = 0
    left: list[str] = field(default_factory=list)

    def sheet(self, content: bytes, name: str, *, unanswered: bool) -> bytes:
        """A sheet's part; the array formulas of one that is `unanswered` go."""

        def changed(match: re.Match[bytes]) -> bytes:
            formula = _plain(match[2])
            if not self._calls(formula):
                return match[0]
            self.live = True
            if unanswered and ARRAY.search(match[1]):
                self.gone += 1
                return b""
            after = self._after(formula)
            if self.host == "none" and self._calls(after):
                at = content.rfind(b"<row", 0, match.start())
                cells = ADDRESS.findall(content, max(content.rfind(b"<c ", at, match.start()), at), match.start())
                self.left.append(f"{name}!{cells[-1].decode() if cells else '?'}")
                return match[0]
            self.changed += after != formula
            return match[0] if after == formula else match[1] + escape(after).encode() + match[3]

        return FORMULA.sub(changed, content)

    def table(self, content: bytes) -> bytes:
        """A table's part: the formulas that fill its columns."""

        def changed(match: re.Match[bytes]) -> bytes:
            formula = _plain(match[2])
            after = self._after(formula) if self._calls(formula) else formula
            return match[0] if after == formula else match[1] + escape(after).encode() + match[3]

        return COLUMN_FORMULA.sub(changed, content)

    def _calls(self, formula: str) -> bool:
        return calls(formula, self.answers)

    def _after(self, formula: str) -> str:
        if self.host != "none":
            return spelled_calls(formula, self.host)
        plain = without_calls(formula, self.answers)
        return formula if plain is None else plain


def _looked_through(part: str) -> bool:
    return part in (BOOK, CALCULATION_CHAIN) or bool(SHEETS.fullmatch(part) or TABLES.fullmatch(part))


def convert_workbook(path: Path, book: Book, host: Host) -> Converted:
    """Make the live formulas of a file call `host`; with `none`, ordinary formulas take their place.

    Raises RefusedError if the file is none of ours or of a newer version, is its own add-in, has no live
    formulas, must not be changed, is open elsewhere or cannot be written; then it is as it was.
    """
    check_archive(path)
    found = newer(open_workbook(path, book), path.name)
    with zipfile.ZipFile(path) as archive:
        contents = {
            name: utf8_part(archive, name) if _looked_through(name) else archive.read(name)
            for name in archive.namelist()
        }
        sheets = {part: sheet for sheet, part in sheet_parts(archive)}
    if MACROS in contents and host != "xlam":
        found.append(Finding("FORMAT_HOST", details={"host": host, "reason": "convert"}, place=path.name))
    answers = {answer_name(call.call, column) for call in book.calls.values() for column in call.columns}
    given_up = {name for s in book.sheets if s.live for name in map(s.name.text, book.languages)}
    conversion = _Conversion(host, frozenset(answers))
    patched: dict[str, bytes] = {}
    for part, content in contents.items():
        after = content
        if SHEETS.fullmatch(part):
            name = sheets.get(part, part)
            after = conversion.sheet(content, name, unanswered=host == "none" and name in given_up)
        elif TABLES.fullmatch(part):
            after = conversion.table(content)
        if after != content:
            patched[part] = after
    if not conversion.live and host != "none":
        found.append(Finding("CONVERT_NO_CALLS", details={"file": path.name, "host": host}, place=path.name))
    if patched:
        found += obstacles(path, {sheet for part, sheet in sheets.items() if part in patched})
    if found:
        raise RefusedError(found)
    if patched:
        _write(path, contents, patched, answers if conversion.gone else set())
    count = conversion.changed + conversion.gone
    return Converted(max(count, bool(patched)), _left(conversion.left, path))


def _write(path: Path, contents: dict[str, bytes], patched: dict[str, bytes], names: set[str]) -> None:
    """Write the parts that differ; `names` are those of answers that nobody gives any more."""
    book, gone = contents[BOOK], set[str]()
    if names:
        book = NAME.sub(lambda match: b"" if _plain(match[1]) in names else match[0], book)
        if CALCULATION_CHAIN in contents:
            gone.add(CALCULATION_CHAIN)
            patched |= without_mention(contents, gone)
    patched[BOOK] = calculated_on_opening(book)
    relinked, links = without_add_in_link({**contents, **patched})
    replace_parts(path, patched | relinked, gone | links)


def _left(cells: list[str], path: Path) -> tuple[Finding, ...]:
    if not cells:
        return ()
    told = ", ".join(cells[:CELLS_TOLD]) + (" …" if len(cells) > CELLS_TOLD else "")
    details = {"count": len(cells), "cells": told}
    return (Finding("CONVERT_LEFT", Severity.WARNING, details=details, place=path.name),)


def _plain(text: bytes) -> str:
    return unescape(text.decode("utf-8"), QUOTES)
