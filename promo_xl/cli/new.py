"""promo-xl new: the workbook of one product."""

from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path

from promo_xl.batches.cell_reading import UnreadableError, budget_of
from promo_xl.cli import options as shared
from promo_xl.cli.making import day, make_all, order, report
from promo_xl.cli.output import Console
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import Wording
from promo_xl.sources.grid import Cell

DEFAULT_DAYS = 29  # after the first


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("product", metavar="PRODUCT", help=words.say("arg_product"))
    parser.add_argument("--launch", required=True, metavar="DATE", help=words.say("arg_launch"))
    for name in ("start", "end"):
        parser.add_argument(f"--{name}", metavar="DATE", help=words.say(f"arg_{name}"))
    for name in ("budget", "owner", "code"):
        parser.add_argument(f"--{name}", default="", help=words.say(f"arg_{name}"))
    parser.add_argument("-o", "--output", default=".", metavar="FOLDER", help=words.say("arg_output"))
    shared.making(parser, words)
    shared.overwrite(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Make one workbook in the output folder."""
    brief = _brief(options)
    language = options.lang or ("zh" if not options.product.isascii() else console.words.language)
    whole = order(options, Path(options.output), language, overwrite=options.overwrite)
    return report(make_all([brief], whole, 1, quiet=True), (), whole, console)


def _brief(options: Namespace) -> Brief:
    launch = day(options.launch)
    start = day(options.start) if options.start else launch
    end = day(options.end) if options.end else start + timedelta(days=DEFAULT_DAYS)
    findings = []
    if end < start:
        findings.append(Finding("WINDOW_REVERSED", details={"start": start, "end": end}))
    budget = None
    try:
        budget = budget_of(Cell(options.budget, "", "")) if options.budget else None
    except UnreadableError:
        findings.append(Finding("BUDGET_ARGUMENT", details={"found": options.budget}))
    if findings:
        raise RefusedError(findings)
    return Brief(
        product=options.product,
        launch=launch,
        start=start,
        end=end,
        code=options.code,
        owner=options.owner,
        budget=budget,
    )
