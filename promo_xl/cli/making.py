"""What demo, new and batch share: the order from the options; and how the first two run and report."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from promo_xl.batches.crews import crew_of
from promo_xl.batches.jobs import Order, Outcome
from promo_xl.batches.orders import day, prepared_order, processes_for
from promo_xl.batches.outputs import Output
from promo_xl.batches.runs import jobs_of, run
from promo_xl.cli.output import DONE, FOUND, Console, as_data, progress
from promo_xl.cli.terminal import on_one_line
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.hosts import for_host
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.macros import Macros


def as_of(options: Namespace) -> date:
    """The as-of date of a run, today unless given."""
    return day(options.as_of) if options.as_of else date.today()


def templates(options: Namespace) -> Path | None:
    """The planner's own templates folder, if one is given."""
    return Path(options.templates).resolve() if options.templates else None


def order(options: Namespace, folder: Path | Output, language: str, *, overwrite: bool = False) -> Order:
    """The order of a run; the folder is made once nothing else stands in the way."""
    calendar, macros = getattr(options, "calendar", None), _macros(options)
    whole = prepared_order(
        folder,
        language,
        as_of=as_of(options),
        templates=templates(options),
        calendar=Path(calendar) if calendar else None,
        overwrite=overwrite,
        tell_all=getattr(options, "all", False),
        host=options.host,
    )
    return replace(whole, macros=macros)


def _macros(options: Namespace) -> Macros | None:
    """What every workbook brings along if it is to be its own add-in; nothing of it loads otherwise."""
    if getattr(options, "format", "xlsx") != "xlsm":
        return None
    if options.host != "xlam":
        raise RefusedError([Finding("FORMAT_HOST", details={"host": options.host})])
    from promo_xl.addin.build import macros

    return macros(len(for_host(load_book(templates(options)), options.host).sheets))


def make_all(briefs: Sequence[Brief], whole: Order, jobs: int | None, console: Console) -> list[Outcome]:
    """All outcomes, with a progress bar."""
    crew = crew_of(processes_for(len(briefs), jobs), len(briefs))
    return list(progress(run(jobs_of(briefs, whole), whole, crew), len(briefs), console))


def report(outcomes: Sequence[Outcome], whole: Order, console: Console) -> int:
    """Say what was made and what was not and why; the exit code."""
    by_status = {
        status: [outcome for outcome in outcomes if outcome.status == status]
        for status in ("made", "unchanged", "failed")
    }
    console.data(
        {
            "folder": str(whole.folder),
            "made": [str(outcome.place) for outcome in by_status["made"]],
            "unchanged": [str(outcome.place) for outcome in by_status["unchanged"]],
            "failed": [
                {"product": outcome.product, "findings": [as_data(f, console.words) for f in outcome.findings]}
                for outcome in by_status["failed"]
            ],
            "findings": [],
        }
    )
    console.say("made", count=len(by_status["made"]), folder=whole.folder)
    if by_status["unchanged"]:
        console.say("unchanged", count=len(by_status["unchanged"]))
    there = [*by_status["made"], *by_status["unchanged"]]
    if there:
        console.say("contents", sheets=" · ".join(sheet_names(whole)))
        console.say("open_first", file=min(there, key=outcomes.index).place)
    if by_status["failed"]:
        console.say("failed", count=len(by_status["failed"]))
    for outcome in by_status["failed"]:
        console.line(f"  {on_one_line(outcome.product)}")
        console.findings(outcome.findings, whole=True, indent="    ")
    return FOUND if by_status["failed"] else DONE


def sheet_names(whole: Order) -> list[str]:
    """The names of the sheets that a planner sees."""
    book = load_book(whole.templates)
    return [sheet.name.text(whole.setting.language) for sheet in book.sheets if sheet.in_sight]
