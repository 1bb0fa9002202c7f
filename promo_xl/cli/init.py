"""promo-xl init: a product list to fill in."""

from argparse import ArgumentParser, Namespace
from io import BytesIO
from pathlib import Path

from promo_xl.batches.product_template import write_product_list
from promo_xl.cli import options as shared
from promo_xl.cli.making import templates
from promo_xl.cli.output import DONE, Console
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.atomic import write_atomically


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("output", metavar="FILE", help=words.say("arg_output"))
    shared.overwrite(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Write the list; a file that is there is kept."""
    path = Path(options.output)
    if path.suffix.lower() != ".xlsx":
        raise RefusedError([Finding("OUTPUT_EXTENSION", details={"file": path.name}, place=str(path))])
    if path.exists() and not options.overwrite:
        raise RefusedError([Finding("LIST_EXISTS", details={"file": path.name}, place=str(path))])
    target = BytesIO()
    write_product_list(target, load_book(templates(options)), options.lang or console.words.language)
    write_atomically(path, target.getvalue())
    console.say("wrote_list", file=path)
    console.data({"file": str(path)})
    return DONE
