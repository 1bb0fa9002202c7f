"""promo-xl new: the workbook of one product."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl.batches.orders import language_of, typed_brief
from promo_xl.cli import options as shared
from promo_xl.cli.making import make_all, order, report
from promo_xl.cli.output import Console
from promo_xl.sheetspec.wording import Wording


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
    shared.file_format(parser, words)
    shared.overwrite(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Make one workbook in the output folder."""
    brief = typed_brief(options.product, vars(options))
    language = options.lang or language_of(options.product, console.words.language)
    whole = order(options, Path(options.output), language, overwrite=options.overwrite)
    return report(make_all([brief], whole, 1, console), whole, console)
