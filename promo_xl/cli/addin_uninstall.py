"""promo-xl addin uninstall: takes off what installing and running the add-in left."""

from argparse import ArgumentParser, Namespace

from promo_xl.addin.machine import this_machine
from promo_xl.addin.uninstall import uninstall
from promo_xl.cli import options as shared
from promo_xl.cli.output import DONE, Console, as_data
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("--with-history", action="store_true", help=words.say("arg_with_history"))
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Remove it, or say that nothing is there."""
    done = uninstall(this_machine(), with_history=options.with_history)
    notes = [as_data(note, console.words) for note in done.notes]
    console.data({"removed": [str(path) for path in done.files], "notes": notes})
    console.say("addin_removed" if done.files else "addin_nothing", count=len(done.files))
    for path in done.files:
        console.line(f"  {path}")
    console.findings(done.notes, whole=True)
    return DONE
