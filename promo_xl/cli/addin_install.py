"""promo-xl addin install: the add-in for the Excel of this user."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.install import install
from promo_xl.addin.machine import this_machine
from promo_xl.addin.setting_change import good
from promo_xl.cli import options as shared
from promo_xl.cli.output import DONE, Console, as_data
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("--settings-only", action="store_true", help=words.say("arg_settings_only"))
    parser.add_argument("--work-folder", metavar="FOLDER", help=words.say("arg_work_folder"))
    parser.add_argument("--lang", help=words.say("arg_addin_lang"))
    parser.add_argument("--templates", metavar="FOLDER", help=words.say("arg_addin_templates"))
    shared.as_json(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Install it, or say that there is nothing to do; 2 if it cannot be, with nothing changed."""
    machine = this_machine()
    work = Path(options.work_folder).absolute() if options.work_folder else None
    own, only = _own(options), options.settings_only
    done = install(machine, console.words.word("plans_folder"), settings_only=only, work=work, own=own)
    notes = [as_data(note, console.words) for note in done.notes]
    console.data({"state": done.state, "settings": dict(done.settings), "notes": notes})
    same = machine.places.settings if only else machine.places.addin
    console.say(f"addin_state_{done.state}", file=same, settings=machine.places.settings)
    for key, value in own.items():
        console.say(f"addin_{key.casefold()}", value=value)
    if done.state != "same":
        for key in (machine.interpreter_key, user_settings.OUTPUT):
            console.say(f"addin_{key.casefold()}", path=done.settings[key])
        console.say("addin_restart" if done.state == "settings" else "addin_next")
    console.findings(done.notes, whole=True)
    return DONE


def _own(options: Namespace) -> dict[str, str]:
    """The settings that were given; raises RefusedError for one that cannot be."""
    own = {}
    if options.lang:
        own[user_settings.LANGUAGE] = good(user_settings.LANGUAGE, options.lang)
    if options.templates:
        own[user_settings.TEMPLATES] = good(user_settings.TEMPLATES, str(Path(options.templates).absolute()))
    return own
