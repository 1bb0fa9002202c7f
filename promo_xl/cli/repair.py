"""promo-xl repair: ids and remembered values of workbooks."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl.cli import options as shared
from promo_xl.cli.acting import carried_out, told
from promo_xl.cli.output import Console
from promo_xl.refresh.work import Performed
from promo_xl.sheetspec.wording import Wording

GIVEN = ("ID_GIVEN",)


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    shared.workbooks(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Repair every workbook; 2 if one was refused, the others are repaired all the same."""
    outcome = carried_out("repair", options, console)

    def say(path: Path, one: Performed, given: int) -> None:
        console.say("repaired" if one.changes else "repaired_not", count=given, cells=len(one.changes), file=path)

    told(outcome, console, GIVEN, say)
    if any(one.changes or one.extensions for one in outcome.done.values()):
        console.say("repair_in_excel")
    for path in [path for path, one in outcome.done.items() if one.changes][:1]:
        console.say("can_revert", file=path)
    return outcome.code
