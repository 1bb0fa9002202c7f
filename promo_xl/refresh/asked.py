"""Which sources a workbook asks, from its sheet of data sources or from the command line."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath

import yaml

from promo_xl import assets
from promo_xl.plan.filled import FILLED
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.model import Book, Column
from promo_xl.sources.export_headings import IGNORED, declared_headings, heading_of
from promo_xl.sources.source import DAILY, WEEKLY, Order, kinds
from promo_xl.workbook.read import Opened

SOURCES = "sources"
MOST_SOURCES = 200  # of one workbook; nobody confirms more than that with open eyes
HEADINGS = "source_headings.yml"
DATABASES = frozenset({".db", ".sqlite", ".sqlite3"})
DIALECTS = frozenset({"sqlite", "postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle"})
_PAIRS = re.compile("[;；\n]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_+]+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """An order with the place where a person finds it; `trusted` if the user named it at the command line."""

    order: Order
    place: str
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """The sources to ask, and what is wrong with the rows that name none."""

    asked: tuple[Asked, ...] = ()
    findings: tuple[Finding, ...] = ()


def sources_of(
    opened: Opened, book: Book, path: Path, given: Sequence[str] = (), channel: str = ""
) -> list[Asked]:
    """The sources to ask for a workbook: those that are `given`, else those of its sheet.

    `channel` is the one of given sources that name none.
    Raises RefusedError if there is none, or with everything that is wrong in the sheet.
    """
    if given:
        return [asked_at_once(one, channel, opened, book) for one in given]
    named = asked_by(opened, book, path.resolve().parent)
    if named.findings:
        raise RefusedError(named.findings)
    if not named.asked:
        raise RefusedError([Finding("REFRESH_NO_SOURCE", details={"file": path.name}, place=path.name)])
    return list(named.asked)


def asked_by(opened: Opened, book: Book, folder: Path | None) -> Asking:
    """The active rows of the sheet of data sources; relative places start from `folder`, if there is one."""
    table = opened.tables.get(SOURCES)
    if table is None:
        return Asking()
    asked: list[Asked] = []
    findings: list[Finding] = []
    rows = [(at, {field: _text(row.get(field)) for field in table.columns}) for at, row in enumerate(table.rows)]
    active = [(at, texts) for at, texts in rows if _is_active(texts)]
    if len(active) > MOST_SOURCES:
        details = {"count": len(active), "limit": MOST_SOURCES}
        return Asking((), (Finding("SOURCES_TOO_MANY", details=details, place=table.place(active[0][0], "kind")),))
    for at, texts in active:
        faults = list(_faults(texts, book, opened.language))
        findings += [Finding(code, field=field, details=details, place=table.place(at, field))
                     for code, field, details in faults]  # fmt: skip
        if not faults:
            order = _order(texts, opened, book, folder)
            asked.append(Asked(order, table.place(at, "kind")))
    return Asking(tuple(asked), tuple(findings))


def _is_active(texts: Mapping[str, str]) -> bool:
    return texts.get("active") != "no" and bool(texts.get("kind") or texts.get("source_place"))


def asked_at_once(given: str, channel: str, opened: Opened, book: Book) -> Asked:
    """The source that a file, a folder or an address such as `ga4:123456` names; the user's own word.

    Raises RefusedError for an address of no kind that there is.
    """
    match = _SCHEME.fullmatch(given)
    place, _, query = (given, "", "") if Path(given).exists() else given.partition("#")
    if match and match[1] in kinds():
        kind, place = match[1], place.partition(":")[2]
    elif PurePath(place).suffix.lower() in DATABASES or (match and match[1].lower().partition("+")[0] in DIALECTS):
        kind = "sql"
    elif match and not match[2].startswith("//") and not Path(given).exists():
        details = {"found": match[1], "known": ", ".join(kinds()), "reason": "argument"}
        raise RefusedError([Finding("SOURCE_KIND_UNKNOWN", details=details, place=given)])
    else:
        kind = "folder" if Path(place).is_dir() else "export"
    texts = {"kind": kind, "source_place": place, "query": query, "channel": channel}
    return Asked(_order(texts, opened, book, Path.cwd()), given, trusted=True)


def _order(texts: Mapping[str, str], opened: Opened, book: Book, folder: Path | None) -> Order:
    project = opened.promotion.project
    return Order(
        texts["kind"],
        texts["source_place"],
        query=texts.get("query", ""),
        mapping=dict(_mapping(texts.get("mapping", ""), book)),
        channel=texts.get("channel", ""),
        period=WEEKLY if texts.get("period") == WEEKLY else DAILY,
        start=_day(project.get("start")),
        end=_day(project.get("end")),
        folder=folder,
        headings=understood(book),
    )


def _faults(texts: Mapping[str, str], book: Book, language: str) -> Iterator[tuple[str, str, dict[str, object]]]:
    kind = texts.get("kind", "")
    if kind not in kinds():
        known = "、".join(book.label_of("source_kind", one, language) for one in kinds())
        yield ("SOURCE_KIND_UNKNOWN" if kind else "SOURCE_KIND_BLANK"), "kind", {"found": kind, "known": known}
    if not texts.get("source_place"):
        yield "SOURCE_PLACE_BLANK", "source_place", {}
    columns = _columns(book)
    unknown = [to for _, to in _mapping(texts.get("mapping", ""), book) if to and to not in columns]
    if unknown:
        known = "、".join(column.label.text(language) for column in columns.values())
        yield "SOURCE_MAPPING_FIELD_UNKNOWN", "mapping", {"fields": "、".join(unknown), "known": known}


def _columns(book: Book) -> dict[str, Column]:
    """The columns that a heading may mean, by field, as the first table names them that has it."""
    found: dict[str, Column] = {}
    for one in FILLED:
        table = book.tables[one.table][1] if one.table in book.tables else None
        for field in one.fields:
            if table is not None and (column := table.column_of(field)) is not None:
                found.setdefault(field, column)
    return found


def _mapping(text: str, book: Book) -> Iterator[tuple[str, str]]:
    """Heading of the source and field; a field that the table does not have stays as it is written."""
    labels = {
        label.casefold(): column.field
        for column in reversed(_columns(book).values())
        for label in (column.field, *column.label.by_language.values())
    }
    for pair in _PAIRS.split(text):
        heading, equals, column = pair.replace("＝", "=").partition("=")
        if heading.strip() and (equals or column):
            yield heading.strip(), labels.get(column.strip().casefold(), column.strip())
        elif heading.strip():
            yield heading.strip(), heading.strip()


def understood(book: Book) -> dict[str, tuple[str, ...]]:
    """The headings that are understood: the declared ones, then what the filled tables call their own columns."""
    declared = headings(Path(book.folder) if book.folder else None)
    taken = {heading_of(name).whole for names in declared.values() for name in names}
    found = {field: dict.fromkeys(names) for field, names in declared.items()}
    for one in FILLED:
        for column in book.tables[one.table][1].columns if one.table in book.tables else ():
            meant = column.field if column.field in one.fields else IGNORED
            labels = [label for label in column.label.by_language.values() if heading_of(label).whole not in taken]
            found.setdefault(meant, {}).update(dict.fromkeys(labels))
    return {field: tuple(names) for field, names in found.items()}


def headings(folder: Path | None) -> dict[str, tuple[str, ...]]:
    """The headings that are understood: of the planner's own templates, else of the shipped ones."""
    own = folder / HEADINGS if folder is not None else None
    path = own if own is not None and own.is_file() else assets.workbook_templates() / HEADINGS
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _: int) -> dict[str, tuple[str, ...]]:
    try:
        return declared_headings(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        details = {"found": str(error).splitlines()[0], "expected": "YAML"}
    except (AttributeError, TypeError, RecursionError):
        details = {"found": "…", "expected": "field: {zh: [花费], en: [cost]}"}
    raise RefusedError([Finding("TEMPLATE", details=details, place=path.name)])


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None
