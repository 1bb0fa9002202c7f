"""promo-xl batch: the workbooks of a product list."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl.batches.products import read_products
from promo_xl.cli import options as shared
from promo_xl.cli.making import as_of, make_all, order, report, templates
from promo_xl.cli.output import Console
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("products", metavar="PRODUCTS", help=words.say("arg_products"))
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER", help=words.say("arg_output"))
    shared.all_findings(parser, words)
    shared.making(parser, words)
    shared.file_format(parser, words)
    shared.jobs(parser, words)
    shared.overwrite(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Make a workbook for every good product; report the others."""
    listed = read_products(Path(options.products), load_book(templates(options)), as_of(options))
    language = options.lang or listed.language
    whole = order(options, Path(options.output), language, overwrite=options.overwrite)
    outcomes = make_all(listed.briefs, whole, options.jobs, console.as_json)
    return report(outcomes, listed.findings, whole, console, rejected=listed.rows - len(listed.briefs))
