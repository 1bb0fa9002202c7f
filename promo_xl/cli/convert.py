"""promo-xl convert: gives workbooks to another add-in, or to none."""

from argparse import ArgumentParser, Namespace

from promo_xl.cli import options as shared
from promo_xl.cli.check import all_workbooks
from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, Console, as_data, progress
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.changing import changed_file
from promo_xl.sheetspec.host_names import HOSTS
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.convert import Converted, convert_workbook


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    shared.workbooks(parser, words)
    parser.add_argument("--host", choices=HOSTS, required=True, help=words.say("arg_host"))
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Convert every workbook; 2 if one could not be, the others are converted all the same."""
    book = load_book(templates(options))
    paths = all_workbooks(options.workbooks)
    done: dict[str, Converted] = {}
    refused: dict[str, tuple[Finding, ...]] = {}
    for path in progress(paths, len(paths), console):
        try:
            done[str(path)] = changed_file(
                path, "convert", lambda copy: convert_workbook(copy, book, options.host)
            )
        except RefusedError as refusal:
            refused[str(path)] = refusal.findings
    console.data(
        {
            "changed": {path: one.count for path, one in done.items()},
            "left": {path: [as_data(f, console.words) for f in one.findings] for path, one in done.items()},
            "refused": {path: [as_data(f, console.words) for f in found] for path, found in refused.items()},
        }
    )
    for file, one in done.items():
        console.say("converted" if one.count else "converted_not", count=one.count, file=file)
        console.findings(one.findings, whole=True)
    for found in refused.values():
        console.findings(found, whole=True)
    return CANNOT if refused else DONE
