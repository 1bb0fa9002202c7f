"""promo-xl batch: the workbooks of a product list."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from promo_xl.batches.batch import begin
from promo_xl.batches.crews import crew_for
from promo_xl.batches.open_list import open_list
from promo_xl.batches.orders import processes_for
from promo_xl.batches.outputs import Folder, Output, output_at
from promo_xl.cli import options as shared
from promo_xl.cli.batch_report import Report
from promo_xl.cli.making import as_of, order, templates
from promo_xl.cli.output import DONE, FOUND, INTERRUPTED, Console, as_data, progress
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("products", metavar="PRODUCTS", nargs="?", help=words.say("arg_products"))
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER", help=words.say("arg_output"))
    parser.add_argument("--resume", action="store_true", help=words.say("arg_resume"))
    parser.add_argument("--verify", action="store_true", help=words.say("arg_verify"))
    shared.all_findings(parser, words)
    shared.making(parser, words)
    shared.file_format(parser, words)
    shared.jobs(parser, words)
    parser.add_argument("--scheduler", metavar="ADDRESS", help=words.say("arg_scheduler"))
    shared.overwrite(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Make a workbook for every good product and report the others; or verify what was made."""
    folder = output_at(options.output)
    output = Folder(folder) if isinstance(folder, Path) else folder
    if options.verify:
        return _verify(output, options, console)
    if not options.products:
        raise RefusedError([Finding("PRODUCTS_ARGUMENT")])
    if options.resume and not options.as_of:
        options.as_of = _as_of_before(output)
    listed = open_list(Path(options.products), load_book(templates(options)), as_of(options))
    language = options.lang or listed.language
    whole = order(options, folder, language, overwrite=options.overwrite)
    batch = begin(listed, replace(whole, resume=options.resume))
    crew = crew_for(output, batch.total, processes_for(batch.total, options.jobs), scheduler=options.scheduler)
    report = Report(batch, console)
    making = batch.outcomes(crew)
    try:
        for outcome in progress(making, batch.total, console):
            report.take(outcome)
    except KeyboardInterrupt:
        making.close()
        for outcome in batch.late:
            report.take(outcome)
        report.tell()
        console.say("batch_go_on")
        return INTERRUPTED
    return report.tell()


def _as_of_before(output: Output) -> str | None:
    """The as-of date of the run that goes on, so that what it made is not made again for another day."""
    from promo_xl.batches.manifest import read_manifest

    found = read_manifest(output).as_of
    return found.isoformat() if found else None


def _verify(output: Output, options: Namespace, console: Console) -> int:
    """List what is not as it was made."""
    from promo_xl.batches.manifest import read_manifest
    from promo_xl.batches.verifying import Verified, verify

    count = Verified()
    listed = None
    options.as_of = options.as_of or _as_of_before(output)
    if options.products:
        listed = open_list(Path(options.products), load_book(templates(options)), as_of(options))
    findings = list(verify(output, read_manifest(output), count, listed))
    console.data(
        {
            "folder": str(output),
            "files": count.files,
            "right": count.right,
            "findings": [as_data(finding, console.words) for finding in findings],
        }
    )
    console.findings(findings, whole=options.all)
    console.say("verified", right=count.right, count=count.files, folder=output)
    return FOUND if findings else DONE
