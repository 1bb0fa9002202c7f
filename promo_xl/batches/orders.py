"""Orders for workbooks, from what a planner types: dates, amounts, templates, a calendar, the folder."""

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from promo_xl.batches.cell_reading import FIRST_DAY, LAST_DAY, UnreadableError, budget_of, day_of_text
from promo_xl.batches.jobs import Order
from promo_xl.batches.outputs import Output
from promo_xl.plan.brief import Brief
from promo_xl.plan.calendar import RestDay
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.compose import Setting
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.load import load_book
from promo_xl.sources.grid import Cell

DEFAULT_DAYS = 29  # after the first
MOST_PROCESSES = 61  # what Windows can wait for


def day(text: str) -> date:
    """The date that a text gives; raises RefusedError."""
    try:
        found = day_of_text(text, date.today())
    except UnreadableError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise RefusedError([Finding("DATE_ARGUMENT", details={"found": text})])
    return found


def typed_brief(product: str, typed: Mapping[str, str]) -> Brief:
    """A product with the texts for launch, start, end, budget, owner and code; raises RefusedError."""
    launch = day(typed.get("launch", ""))
    start = day(typed["start"]) if typed.get("start") else launch
    end = day(typed["end"]) if typed.get("end") else start + timedelta(days=DEFAULT_DAYS)
    findings = []
    if end < start:
        findings.append(Finding("WINDOW_REVERSED", details={"start": start, "end": end}))
    budget = None
    try:
        budget = budget_of(Cell(typed["budget"], "", "")) if typed.get("budget") else None
    except UnreadableError:
        findings.append(Finding("BUDGET_ARGUMENT", details={"found": typed["budget"]}))
    if findings:
        raise RefusedError(findings)
    code, owner = typed.get("code", ""), typed.get("owner", "")
    return Brief(product=product, launch=launch, start=start, end=end, code=code, owner=owner, budget=budget)


def language_of(product: str, spoken: str) -> str:
    """The language of a product's workbook: Chinese for one with a Chinese name, else the one spoken."""
    return "zh" if not product.isascii() else spoken


def prepared_order(
    folder: Path | Output,
    language: str,
    *,
    as_of: date | None = None,
    templates: Path | None = None,
    calendar: Path | None = None,
    overwrite: bool = False,
    tell_all: bool = False,
    host: Host = "xlam",
) -> Order:
    """The order of a run; the folder is made once nothing else stands in the way: templates, calendar."""
    setting = Setting(language, as_of or date.today(), announced=_announced(calendar, templates, language))
    load_book(templates)
    make_folder(folder)
    return Order(folder, setting, templates, overwrite, tell_all, host)


def make_folder(folder: Path | Output) -> None:
    """A folder is there, with those above it; raises RefusedError. A store needs none."""
    try:
        if isinstance(folder, Path):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        details = {"folder": str(folder), "problem": error.strerror or str(error)}
        raise RefusedError([Finding("OUTPUT_FOLDER", details=details, place=str(folder))]) from None


def _announced(calendar: Path | None, templates: Path | None, language: str) -> tuple[RestDay, ...]:
    """The days that a calendar's file announces."""
    if calendar is None:
        return ()
    from promo_xl.batches.calendar_file import read_calendar

    return read_calendar(calendar, load_book(templates), language)


def processes_for(products: int, wanted: int | None = None) -> int:
    """How many processes make so many workbooks; raises RefusedError for a wish that is no number of them."""
    if wanted is not None and wanted < 1:
        raise RefusedError([Finding("JOBS_ARGUMENT", details={"found": wanted})])
    return min(wanted or os.cpu_count() or 1, max(1, products // 2), MOST_PROCESSES)
