"""What demo, new and batch share: the order from the options, the run, and the report."""

import os
from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from promo_xl.batches.calendar_file import read_calendar
from promo_xl.batches.cell_reading import FIRST_DAY, LAST_DAY, UnreadableError, day_of_text
from promo_xl.batches.jobs import Order, Outcome, run
from promo_xl.cli.output import DONE, FOUND, Console, as_data, progress
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.compose import Setting
from promo_xl.sheetspec.load import load_book

MOST_PROCESSES = 61  # what Windows can wait for


def day(text: str) -> date:
    """The date that an option gives; raises RefusedError."""
    try:
        found = day_of_text(text, date.today())
    except UnreadableError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise RefusedError([Finding("DATE_ARGUMENT", details={"found": text})])
    return found


def as_of(options: Namespace) -> date:
    """The as-of date of a run, today unless given."""
    return day(options.as_of) if options.as_of else date.today()


def templates(options: Namespace) -> Path | None:
    """The planner's own templates folder, if one is given."""
    return Path(options.templates).resolve() if options.templates else None


def order(options: Namespace, folder: Path, language: str, *, overwrite: bool = False) -> Order:
    """The order of a run; the folder is made once nothing else stands in the way: templates, dates, calendar."""
    book, calendar = load_book(templates(options)), getattr(options, "calendar", None)
    announced = read_calendar(Path(calendar), book, language) if calendar else ()
    setting = Setting(language, as_of(options), announced=announced)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        details = {"folder": str(folder), "problem": error.strerror or str(error)}
        raise RefusedError([Finding("OUTPUT_FOLDER", details=details, place=str(folder))]) from None
    return Order(folder, setting, templates(options), overwrite, getattr(options, "all", False), options.host)


def make_all(briefs: Sequence[Brief], whole: Order, jobs: int | None, quiet: bool) -> list[Outcome]:
    """All outcomes, with a progress bar."""
    if jobs is not None and jobs < 1:
        raise RefusedError([Finding("JOBS_ARGUMENT", details={"found": jobs})])
    processes = min(jobs or os.cpu_count() or 1, max(1, len(briefs) // 2), MOST_PROCESSES)
    return list(progress(run(briefs, whole, processes), len(briefs), quiet=quiet))


def report(
    outcomes: Sequence[Outcome], findings: Sequence[Finding], whole: Order, console: Console, rejected: int = 0
) -> int:
    """Say what was made and what was not and why; the exit code."""
    by_status = {
        status: [outcome for outcome in outcomes if outcome.status == status]
        for status in ("made", "unchanged", "failed")
    }
    errors = [finding for finding in findings if finding.severity == Severity.ERROR]
    console.data(
        {
            "folder": str(whole.folder),
            "made": [str(outcome.path) for outcome in by_status["made"]],
            "unchanged": [str(outcome.path) for outcome in by_status["unchanged"]],
            "failed": [
                {"product": outcome.product, "findings": [as_data(f, console.words) for f in outcome.findings]}
                for outcome in by_status["failed"]
            ],
            "findings": [as_data(finding, console.words) for finding in findings],
        }
    )
    console.findings([f for f in findings if f.severity != Severity.ERROR], whole=whole.tell_all)
    console.say("made", count=len(by_status["made"]), folder=whole.folder)
    if by_status["unchanged"]:
        console.say("unchanged", count=len(by_status["unchanged"]))
    there = [*by_status["made"], *by_status["unchanged"]]
    if there:
        console.say("contents", sheets=" · ".join(sheet_names(whole)))
        console.say("open_first", file=min(there, key=outcomes.index).path)
    if by_status["failed"] or rejected:
        console.say("failed", count=len(by_status["failed"]) + rejected)
    elif errors:
        console.say("unused")
    console.findings(errors, whole=True, indent="  ")
    for outcome in by_status["failed"]:
        console.line(f"  {outcome.product}")
        console.findings(outcome.findings, whole=True, indent="    ")
    return FOUND if by_status["failed"] or errors else DONE


def sheet_names(whole: Order) -> list[str]:
    """The names of the sheets that a planner sees."""
    book = load_book(whole.templates)
    return [sheet.name.text(whole.setting.language) for sheet in book.sheets if not sheet.hidden]
