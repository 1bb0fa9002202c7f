"""Reads a calendar file: the rest days and make-up workdays of years that this release does not know yet."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from promo_xl import assets
from promo_xl.batches.cell_reading import FIRST_DAY, LAST_DAY, UnreadableError, shown, text_of
from promo_xl.batches.headings import (
    Header,
    Vocabulary,
    VocabularyBuilder,
    find_header,
    folded,
    header_at,
    likest,
)
from promo_xl.batches.row_reading import RowReading
from promo_xl.plan.calendar import RestDay
from promo_xl.plan.dates import parse_span
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.schema import Reader
from promo_xl.sheetspec.source import Problems, read_yaml
from promo_xl.sheetspec.words import FALLBACK
from promo_xl.sources.grid import Cell, ErrorValue, Grid
from promo_xl.sources.tabular import read_sheets

FILE = "calendar_file.yml"
TABLE, CHOICES = "rest_days", "rest_kind"
FIELDS, NEEDED = ("date", "kind", "name"), ("date", "kind")
KINDS = ("rest", "makeup", "unannounced")
LONGEST = 31  # days of one rest; a whole year is a slip
# A date that says its year is the same day seen from both.
FAR_APART = (dt.date(1952, 7, 1), dt.date(2148, 1, 1))
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """Other words for the columns of a calendar file and for the kinds of its days, by language."""

    columns: Mapping[str, Mapping[str, tuple[str, ...]]]
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What the words of a calendar file mean: the kind by its folded spelling, the label by the kind."""

    kinds: Mapping[str, str]
    labels: Mapping[str, str]


def read_calendar(path: Path, book: Book, language: str) -> tuple[RestDay, ...]:
    """The days of a calendar file in Excel, CSV or HTML, by date; a span in one row gives each of its days.

    Raises RefusedError with everything that is wrong at once: a calendar with a gap counts wrongly.
    """
    words = _words(book)
    meanings = _meanings(book, words, language)
    findings: list[Finding] = []
    days: dict[dt.date, tuple[RestDay, str]] = {}
    headers = _headers([grid for grid in read_sheets(path) if grid.values], book, words)
    for header in headers:
        if missing := list(_missing(header, book, language)):
            raise RefusedError(missing)
        for row in range(header.row + 1, len(header.grid.values) + 1):
            reading = RowReading(header, row)
            if not reading.blank:
                for day in _rest_days(reading, meanings):
                    _take(day, reading, days, meanings)
            findings += reading.findings
    if not days and not findings:
        header = headers[0]
        findings.append(Finding("CALENDAR_EMPTY", place=header.grid.place(header.row + 1, 1)))
    if findings:
        raise RefusedError(findings)
    return tuple(days[day][0] for day in sorted(days))


def _meanings(book: Book, words: CalendarWords, language: str) -> _Meanings:
    kinds = {
        folded(word): kind for kind in KINDS for texts in words.kinds.get(kind, {}).values() for word in texts
    }
    for option in book.choices.get(CHOICES, ()):
        if option.code in KINDS:
            kinds |= {folded(text): option.code for text in (option.code, *option.label.by_language.values())}
    return _Meanings(kinds, {kind: book.label_of(CHOICES, kind, language) for kind in KINDS})


def _words(book: Book) -> CalendarWords:
    """The words of the book's own folder, or the installed ones."""
    folders = (Path(book.folder), assets.workbook_templates())
    path = next((folder / FILE for folder in folders if (folder / FILE).is_file()), folders[-1] / FILE)
    problems = Problems()
    words = Reader(book.languages).read(CalendarWords, read_yaml(path, problems))
    problems.raise_if_any()
    assert words is not None
    return words


def _labels(book: Book) -> Mapping[str, Mapping[str, str]]:
    """What the rest-day sheet calls each column, by field and language."""
    columns = book.tables[TABLE][1].columns if TABLE in book.tables else ()
    return {column.field: column.label.by_language for column in columns if not column.hidden}


def _vocabulary(book: Book, words: CalendarWords) -> Vocabulary:
    builder = VocabularyBuilder()
    labels = _labels(book)
    for field in FIELDS:
        for language, text in labels.get(field, {}).items():
            builder.add(field, text, language, is_label=True)
        builder.add(field, field, FALLBACK, is_label=False)
        for language, texts in words.columns.get(field, {}).items():
            for text in texts:
                builder.add(field, text, language, is_label=False)
    return builder.words


def _headers(grids: Sequence[Grid], book: Book, words: CalendarWords) -> list[Header]:
    """The header of the rest-day sheet if there is one, else of every sheet that has days and kinds."""
    vocabulary = _vocabulary(book, words)
    visible = [grid for grid in grids if not grid.hidden] or list(grids)
    sheets = [book.tables[TABLE][0]] if TABLE in book.tables else []
    own = {folded(name) for sheet in sheets for name in sheet.name.by_language.values()}
    named = [grid for grid in visible if folded(grid.name) in own] or visible
    found = [header for grid in named if (header := find_header(grid, vocabulary))]
    whole = [header for header in found if all(field in header.by_field for field in NEEDED)]
    if whole:
        return whole
    if found:
        return [max(found, key=lambda header: len(header.by_field))]
    first = next((n for n, row in enumerate(named[0].values, 1) if any(v is not None for v in row)), 1)
    return [header_at(named[0], first, vocabulary)]


def _missing(header: Header, book: Book, language: str) -> Iterator[Finding]:
    labels = _labels(book)
    for field in NEEDED:
        if field in header.by_field:
            continue
        label = labels.get(field, {}).get(language, field)
        known = [field, *labels.get(field, {}).values()]
        near = next(((h, near) for h in header.unknown if (near := likest(h.text, known))), None)
        if near:
            details = {"column": label, "found": near[0].text, "suggestion": near[1]}
            yield Finding("CALENDAR_COLUMN_MISSPELT", field=field, details=details, place=header.place(near[0]))
            continue
        values = header.grid.values[header.row - 1]
        found = " / ".join(shown(value) for value in values if value is not None)
        place = header.grid.place(header.row, 1)
        yield Finding(
            "CALENDAR_COLUMN_MISSING", field=field, details={"column": label, "found": found}, place=place
        )


def _rest_days(reading: RowReading, meanings: _Meanings) -> list[RestDay]:
    """The days that a row names; its problems stay with the reading."""
    for field in NEEDED:
        if not reading.has(field):
            reading.note("CALENDAR_CELL_MISSING", field)
    span = reading.read("date", _span)
    kind = reading.read("kind", lambda cell: _kind(cell, meanings))
    name = reading.read("name", text_of) or ""
    if span is None or kind is None:
        return []
    first, last = span
    if kind == "unannounced":
        return [RestDay(dt.date(year, 1, 1), name, kind) for year in range(first.year, last.year + 1)]
    if (last - first).days >= LONGEST:
        details = {"found": f"{first} – {last}", "days": (last - first).days + 1, "limit": LONGEST}
        reading.note("CALENDAR_SPAN_LONG", "date", details)
        return []
    return [RestDay(first + n * ONE_DAY, name, kind) for n in range((last - first).days + 1)]


def _span(cell: Cell) -> tuple[dt.date, dt.date]:
    """First and last day of a cell; a year must be said, for a calendar is no place for guesses."""
    value = cell.value
    if isinstance(value, ErrorValue):
        text_of(cell)  # raises what there is to say about it
    near, far = (parse_span(value, reference) for reference in FAR_APART)
    if near.reason == "no_such_day":
        raise UnreadableError("CALENDAR_DATE_NO_SUCH_DAY", found=shown(value))
    if near != far:
        raise UnreadableError("CALENDAR_DATE_NO_YEAR", found=shown(value))
    if near.start is None or near.end is None or near.blurred:
        raise UnreadableError("CALENDAR_DATE_UNREADABLE", found=shown(value))
    for day in (near.start, near.end):
        if not FIRST_DAY <= day <= LAST_DAY:
            first, last = str(FIRST_DAY), str(LAST_DAY)
            raise UnreadableError("CALENDAR_DATE_FAR", found=str(day), first=first, last=last)
    return near.start, near.end


def _kind(cell: Cell, meanings: _Meanings) -> str:
    found = text_of(cell)
    if kind := meanings.kinds.get(folded(found)):
        return kind
    allowed = list(meanings.labels.values())
    details = {"found": found, "allowed": " / ".join(allowed)}
    if near := likest(found, allowed):
        raise UnreadableError("CALENDAR_KIND_NEAR", **details, suggestion=near)
    raise UnreadableError("CALENDAR_KIND_UNKNOWN", **details)


def _take(
    rest: RestDay, reading: RowReading, days: dict[dt.date, tuple[RestDay, str]], meanings: _Meanings
) -> None:
    """Keep a day; one that stands there already must be of the same kind."""
    assert rest.date is not None
    there, place = days.setdefault(rest.date, (rest, reading.place("date")))
    if there.kind != rest.kind:
        kind, other = meanings.labels[rest.kind], meanings.labels[there.kind]
        details = {"found": str(rest.date), "kind": kind, "first": place, "other": other}
        reading.note("CALENDAR_DAY_TWICE", "date", details)
    elif rest.name and not there.name:
        days[rest.date] = (rest, place)
