"""promo-xl schedule: dates of automatic tasks follow their predecessors."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl.cli import options as shared
from promo_xl.cli.acting import carried_out, told
from promo_xl.cli.output import Console
from promo_xl.refresh.work import Performed
from promo_xl.sheetspec.wording import Wording

MOVED = ("TASK_MOVED", "TASK_DATED")


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    shared.workbooks(parser, words)
    parser.add_argument("--dry-run", action="store_true", help=words.say("arg_dry_run"))
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Schedule every workbook and say what moved; 1 if a plan has errors, 2 if a workbook was refused."""
    outcome = carried_out("schedule", options, console, dry=options.dry_run)

    def say(path: Path, one: Performed, moved: int) -> None:
        key = "scheduled" if moved else "scheduled_computed" if one.changes else "scheduled_not"
        key += "_dry" if options.dry_run and one.changes else ""
        console.say(key, count=moved, cells=len(one.changes), file=path)

    told(outcome, console, MOVED, say)
    if not options.dry_run:
        for path in [path for path, one in outcome.done.items() if one.changes][:1]:
            console.say("can_revert", file=path)
    return outcome.code
