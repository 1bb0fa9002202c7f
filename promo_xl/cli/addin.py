"""promo-xl addin: the Excel add-in. Each action is a module with `arguments` and `run`, as commands are."""

from argparse import ArgumentParser, Namespace
from importlib import import_module

from promo_xl.cli.output import Console
from promo_xl.sheetspec.wording import Wording

ACTIONS = ("install", "uninstall", "doctor", "build")


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the actions and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name in ACTIONS:
        said = words.say(f"addin_{name}")
        import_module(f"promo_xl.cli.addin_{name}").arguments(
            actions.add_parser(name, help=said, description=said), words
        )


def run(options: Namespace, console: Console) -> int:
    """Run the action."""
    return int(import_module(f"promo_xl.cli.addin_{options.action}").run(options, console))
