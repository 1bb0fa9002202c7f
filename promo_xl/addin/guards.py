"""What keeps a button from changing the open workbook: everything that can be said is said at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from promo_xl.addin.tickets import Request
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.obstacles import missing
from promo_xl.workbook.read import Opened, open_workbook
from promo_xl.workbook.template_version import newer


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and the workbook that it is about; `opened` is None where its copy is no plan."""

    request: Request
    opened: Opened | None


def opened_copy(request: Request, path: Path, book: Book) -> tuple[Asked, list[Finding]]:
    """What a guard looks at, and why the copy could not be read."""
    try:
        return Asked(request, open_workbook(path, book)), []
    except RefusedError as refusal:
        return Asked(request, None), list(refusal.findings)


def guarded(asked: Asked, guards: tuple[str, ...]) -> list[Finding]:
    """What the guards with these names have to say."""
    return [finding for name in guards for finding in GUARDS[name](asked)]


def _read_only(asked: Asked) -> Iterator[Finding]:
    if asked.request.flag("readonly"):
        yield Finding("BOOK_READ_ONLY", details={"file": asked.request.book}, place=asked.request.book)


def _structure(asked: Asked) -> Iterator[Finding]:
    if asked.request.flag("protected_structure"):
        yield Finding("BOOK_STRUCTURE_PROTECTED", place=asked.request.book)


def _sheets(asked: Asked) -> Iterator[Finding]:
    """Sheets that are protected, for actions that touch all of them; others look at those they change."""
    for name, sheet in asked.request.facts:
        if name == "protected":
            yield Finding("SHEET_PROTECTED", details={"sheet": sheet}, place=f"{asked.request.book} › {sheet}")


def _signed(asked: Asked) -> Iterator[Finding]:
    if asked.request.flag("signed"):  # the copy has lost its signature
        yield Finding("BOOK_SIGNED", place=asked.request.book)


def _date_1904(asked: Asked) -> Iterator[Finding]:
    if asked.request.flag("date1904"):
        yield Finding("BOOK_DATE_1904", place=asked.request.book)


def _newer(asked: Asked) -> Iterator[Finding]:
    if asked.opened:
        yield from newer(asked.opened, asked.request.book)


def _missing(asked: Asked) -> Iterator[Finding]:
    if asked.opened:
        yield from missing(asked.opened.findings)


GUARDS: dict[str, Callable[[Asked], Iterator[Finding]]] = {
    "read_only": _read_only,
    "structure": _structure,
    "sheets": _sheets,
    "signed": _signed,
    "date_1904": _date_1904,
    "newer": _newer,
    "missing": _missing,
}
