"""promo-xl addin install: the add-in for the Excel of this user."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.install import install
from promo_xl.addin.machine import this_machine
from promo_xl.cli import options as shared
from promo_xl.cli.output import DONE, Console, as_data
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("--settings-only", action="store_true", help=words.say("arg_settings_only"))
    parser.add_argument("--work-folder", metavar="FOLDER", help=words.say("arg_work_folder"))
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Install it, or say that there is nothing to do; 2 if it cannot be, with nothing changed."""
    machine = this_machine()
    work = Path(options.work_folder).absolute() if options.work_folder else None
    done = install(machine, console.words.word("plans_folder"), settings_only=options.settings_only, work=work)
    notes = [as_data(note, console.words) for note in done.notes]
    console.data({"state": done.state, "settings": dict(done.settings), "notes": notes})
    console.say(f"addin_state_{done.state}", file=machine.places.addin, settings=machine.places.settings)
    if done.state != "same":
        for key in (machine.interpreter_key, user_settings.OUTPUT):
            console.say(f"addin_{key.casefold()}", path=done.settings[key])
        console.say("addin_restart" if done.state == "settings" else "addin_next")
    console.findings(done.notes, whole=True)
    return DONE
