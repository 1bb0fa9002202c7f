"""One row of the product list becomes one brief, or the findings that say why not."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b

from promo_xl.batches.cell_reading import (
    Share,
    UnreadableError,
    budget_of,
    cleaned,
    day_of,
    goal_of,
    id_of,
    is_blank,
    settled,
    text_of,
)
from promo_xl.batches.headings import Header, folded, note_of
from promo_xl.batches.parted_rows import Campaign, checked_rows, rows_of_parts
from promo_xl.batches.parted_text import parse_parts
from promo_xl.batches.product_declaration import BRIEF_FIELDS, PARTED, Declaration, spoken
from promo_xl.batches.row_reading import RowReading
from promo_xl.batches.table_cells import plan_value
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.quantity import parse_quantity
from promo_xl.sheetspec.model import Book, Column
from promo_xl.sources.grid import Cell

YEAR = dt.timedelta(days=365)
DAYS = dt.timedelta(days=29)  # a campaign of thirty days, its first included
LONGEST_PLACEHOLDER = 4  # 待定, n/a
SINGLES = "project"  # the form of the cover; its single values travel as one row


@dataclass(frozen=True, slots=True)
class ListContext:
    """What the reading of every row needs."""

    header: Header
    declaration: Declaration
    book: Book
    language: str
    as_of: dt.date
    totals: frozenset[str]
    example_marks: tuple[str, ...]
    budget_factor: Decimal
    goals: tuple[str, ...]
    parted: tuple[str, ...]
    singles: tuple[Column, ...]


def context_of(header: Header, declaration: Declaration, book: Book, language: str, as_of: dt.date) -> ListContext:
    """The context of a list: what is the same for every row is found once."""
    budget = header.by_field.get("budget")
    there = [column for column in declaration.columns if column.field in header.by_field]
    known = book.singles
    return ListContext(
        header,
        declaration,
        book,
        language,
        as_of,
        totals=frozenset(folded(word) for word in spoken(declaration.totals)),
        example_marks=tuple(name_key(mark) for mark in declaration.example_mark.by_language.values()),
        budget_factor=unit_factor(note_of(budget.text)) if budget else Decimal(1),
        goals=tuple(column.field for column in there if column.type == "goal"),
        parted=tuple(column.field for column in there if column.type in PARTED),
        singles=tuple(
            known[column.field]
            for column in there
            if column.field not in BRIEF_FIELDS and column.type != "goal" and column.type not in PARTED
        ),
    )


def digest(*texts: str) -> int:
    """A number that stands for the texts: small, and never the same for others in any list that there is."""
    whole = "\0".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(whole, digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A row that names a product: its brief if it is right, and what was found."""

    product: str
    code: str
    place: str
    launch: dt.date | None
    brief: Brief | None
    findings: tuple[Finding, ...]

    @property
    def day(self) -> str:
        """The launch as text; the empty one if the row does not say it."""
        return self.launch.isoformat() if self.launch else ""

    @property
    def identity(self) -> int:
        """What tells the product from all others: name, code and launch."""
        return identity_of(self.product, self.code, self.day)

    @property
    def key(self) -> str:
        """Equal for names that differ only in case, width or spaces around."""
        return name_key(self.product)


def name_key(name: str) -> str:
    """`Ａ款 ` and `a款` are the same name."""
    if name.isascii():
        return name.casefold().strip()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def identity_of(product: str, code: str, launch: str) -> int:
    """A number for a product, equal however its name is spelt."""
    return digest(name_key(product), name_key(code), launch)


def read_row(row: int, context: ListContext) -> ProductRow | tuple[Finding, ...]:
    """The product in a row of the list, or only findings if the row is blank, an example or a total."""
    reading = RowReading(context.header, row)
    if reading.blank and not _is_total(reading, context.totals):
        return ()
    product = reading.read("product", text_of) or ""
    reading.subject = product
    if _is_total(reading, context.totals):
        reading.note("PRODUCT_TOTAL_SKIPPED", "product", {"found": product}, Severity.INFO)
        return tuple(reading.findings)
    if name_key(product).startswith(context.example_marks):
        reading.note("PRODUCT_EXAMPLE_SKIPPED", "product", {"found": product}, Severity.INFO)
        return tuple(reading.findings)
    if not product and not reading.findings:
        reading.note("PRODUCT_NAME_MISSING", "product")
    return _product(reading, product, context)


def name_in(row: int, context: ListContext) -> str:
    """The product that a row names; a total and an example name none."""
    reading = RowReading(context.header, row)
    product = reading.read("product", text_of) or ""
    is_none = name_key(product).startswith(context.example_marks) or _is_total(reading, context.totals)
    return "" if is_none else product


def _is_total(reading: RowReading, totals: frozenset[str]) -> bool:
    """True if a total stands where the product should be, or before it, and no day is given."""
    if reading.has("launch") or reading.has("start"):
        return False
    grid, heading = reading.header.grid, reading.header.by_field["product"]
    values = grid.row_values(reading.row)[: heading.column]
    first = next((v for v in reversed(values) if isinstance(v, str) and cleaned(v)), "")
    return folded(first) in totals


def _product(reading: RowReading, product: str, context: ListContext) -> ProductRow:
    campaign, launch = _campaign(reading, context)
    code = reading.read("code", id_of) or ""
    owner = reading.read("owner", text_of) or ""
    budget = reading.read("budget", lambda cell: budget_of(cell, context.budget_factor))
    goals = {metric: goal for metric in context.goals if (goal := reading.read(metric, goal_of))}
    rows = _rows(reading, context, campaign)
    place = reading.place("product")
    brief = None
    if campaign is not None and not reading.failed:
        brief = Brief(
            product, campaign.launch, campaign.start, campaign.end, code, owner, budget, goals, rows, place
        )
    return ProductRow(product, code, place, launch, brief, tuple(reading.findings))


def _campaign(reading: RowReading, context: ListContext) -> tuple[Campaign | None, dt.date | None]:
    """Launch and window; what is not given follows from the other: thirty days from the launch."""

    reference = _reference(reading, context.as_of)

    def day(cell: Cell) -> dt.date:
        return day_of(cell, reference)

    launch, start, end = (reading.read(name, day) for name in ("launch", "start", "end"))
    first = start or launch
    if first is None:
        if not reading.has("launch") and not reading.has("start"):
            other = context.declaration.column("start").label.text(context.language)
            reading.note("PRODUCT_DATE_MISSING", _dated_field(reading), {"other": other})
        return None, launch
    if any(reading.has(name) and value is None for name, value in (("launch", launch), ("start", start))):
        return None, launch
    if reading.has("end") and end is None:
        return None, launch
    campaign = Campaign(launch or first, first, end or first + DAYS)
    if campaign.end < campaign.start:
        details = {"start": str(campaign.start), "end": str(campaign.end)}
        reading.note("PRODUCT_WINDOW_REVERSED", "end", details)
        return None, launch
    if campaign.launch > campaign.end:
        details = {"launch": str(campaign.launch), "end": str(campaign.end)}
        reading.note("PRODUCT_LAUNCH_AFTER_END", "launch", details, Severity.WARNING)
    return campaign, campaign.launch


def _reference(reading: RowReading, as_of: dt.date) -> dt.date:
    """The first date of the row that has a year of its own, else the as-of date: one row means one season."""
    for name in ("launch", "start", "end"):
        value = reading.value(name)
        if is_blank(value):
            continue
        try:
            near, far = (day_of(Cell(value, "", ""), day) for day in (as_of, as_of + 4 * YEAR))
        except UnreadableError:
            continue
        if near == far:
            return near
    return as_of


def _dated_field(reading: RowReading) -> str:
    return "launch" if "launch" in reading.header.by_field else "start"


def unit_factor(unit: str) -> Decimal:
    """What a number under a heading with this note counts: 万元 -> 10000, 元 and 必填 -> 1."""
    quantity = parse_quantity(f"1{unit}") if unit else None
    if quantity is None or quantity.value is None or quantity.kind not in {"count", "money"}:
        return Decimal(1)
    return quantity.value if quantity.kind == "money" or not quantity.unit else Decimal(1)


def _rows(
    reading: RowReading, context: ListContext, campaign: Campaign | None
) -> dict[str, tuple[dict[str, object], ...]]:
    rows: dict[str, tuple[dict[str, object], ...]] = {}
    for kind in context.parted:
        if found := _parts(reading, kind, context, campaign):
            rows[kind] = found
    singles = _singles(reading, context) if context.singles else {}
    return {**rows, SINGLES: (singles,)} if singles else rows


def _parts(
    reading: RowReading, kind: str, context: ListContext, campaign: Campaign | None
) -> tuple[dict[str, object], ...]:
    text = reading.read(kind, text_of)
    if not text or (len(text) <= LONGEST_PLACEHOLDER and parse_quantity(text).reason == "blank"):
        return ()
    parts, problems = parse_parts(text, kind, campaign.start if campaign else context.as_of)
    for problem in problems:
        reading.note(problem.code, kind, problem.details)
    if problems:
        return ()
    rows, doubts = checked_rows(rows_of_parts(parts, kind), kind, context.book, campaign)
    for doubt in doubts:
        reading.note(doubt.code, kind, doubt.details, doubt.severity)
    return tuple(dict(row) for row in rows)


def _singles(reading: RowReading, context: ListContext) -> dict[str, object]:
    """Values of the cover beyond those that every brief has, for columns that were added to the list."""
    values: dict[str, object] = {}
    for column in context.singles:
        value = plan_value(reading, column, context.book, context.language, context.as_of)
        if isinstance(value, Share):
            value = settled([value])[0]
        if value is not None:
            values[column.field] = value
    return values
