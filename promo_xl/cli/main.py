"""promo-xl: the command line. Each command is a module with `run`; nothing heavy loads before it is needed."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from promo_xl.cli.output import CANNOT, FOUND, INTERRUPTED, Console, as_data, console
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.host_names import HOSTS
from promo_xl.sheetspec.wording import Wording, languages
from promo_xl.version import VERSION

COMMANDS = ("demo", "init", "new", "batch", "check", "convert", "serve", "templates")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 findings or some products failed, 2 cannot run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = _language_in(given)
    words = console(asked if asked in languages() else None).words
    options = _parser(words).parse_args(_language_last(given))
    speaker = Console(words, getattr(options, "json", False))
    try:
        _check_language(options)
        if getattr(options, "templates", None):
            speaker = console(asked, Path(options.templates), as_json=speaker.as_json)
            words = speaker.words
        return int(import_module(f"promo_xl.cli.{options.command}").run(options, speaker))
    except RefusedError as refusal:
        speaker.data({"findings": [as_data(finding, words) for finding in refusal.findings]})
        speaker.findings(refusal.findings, whole=True)
        return CANNOT
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - until the process ends
        return FOUND
    except KeyboardInterrupt:
        print(words.say("stopped"), file=sys.stderr)
        return INTERRUPTED


def _language_last(arguments: list[str]) -> list[str]:
    """`promo-xl --lang zh check …` means `promo-xl check … --lang zh`."""
    if arguments[:1] == ["--lang"]:
        return [*arguments[2:], *arguments[:2]]
    if arguments and arguments[0].startswith("--lang="):
        return [*arguments[1:], arguments[0]]
    return arguments


def _check_language(options: argparse.Namespace) -> None:
    folder = Path(options.templates) if getattr(options, "templates", None) else None
    known = languages(folder)
    if options.lang and options.lang not in known:
        details = {"found": options.lang, "known": ", ".join(known)}
        raise RefusedError([Finding("LANGUAGE_ARGUMENT", details=details)])


def _language_in(arguments: Sequence[str]) -> str | None:
    for i, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and i + 1 < len(arguments):
            return arguments[i + 1]
    return None


def _parser(words: Wording) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="promo-xl", description=words.say("about"))
    parser.add_argument("--version", action="version", version=f"promo_xl {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = {
        name: commands.add_parser(name, help=words.say(name), description=words.say(name)) for name in COMMANDS
    }
    made["demo"].add_argument("-o", "--output", default="promo_xl_demo", help=words.say("arg_output"))
    made["init"].add_argument("output", metavar="FILE", help=words.say("arg_output"))
    _new(made["new"], words)
    made["batch"].add_argument("products", metavar="PRODUCTS", help=words.say("arg_products"))
    made["batch"].add_argument("-o", "--output", required=True, metavar="FOLDER", help=words.say("arg_output"))
    made["convert"].add_argument("workbooks", metavar="WORKBOOK", nargs="+", help=words.say("arg_workbooks"))
    made["convert"].add_argument("--host", choices=HOSTS, required=True, help=words.say("arg_host"))
    made["check"].add_argument("workbooks", metavar="WORKBOOK", nargs="+", help=words.say("arg_workbooks"))
    for name in ("fix_ids", "recalculate"):
        option = f"--{name.replace('_', '-')}"
        made["check"].add_argument(option, action="store_true", help=words.say(f"arg_{name}"))
    for name in ("batch", "check"):
        made[name].add_argument("--all", action="store_true", help=words.say("arg_all"))
    _serve(made["serve"], words)
    actions = made["templates"].add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export", help=words.say("export"))
    export.add_argument("folder", metavar="FOLDER", help=words.say("arg_folder"))
    export.add_argument("--lang", help=words.say("arg_lang"))
    for name in ("demo", "new", "batch"):
        made[name].add_argument("--as-of", metavar="DATE", help=words.say("arg_as_of"))
        made[name].add_argument("--calendar", metavar="FILE", help=words.say("arg_calendar"))
        made[name].add_argument("--host", choices=HOSTS, default="xlam", help=words.say("arg_host"))
    for name in ("demo", "batch"):
        made[name].add_argument("--jobs", type=int, metavar="N", help=words.say("arg_jobs"))
    for name in ("init", "new", "batch"):
        made[name].add_argument("--overwrite", action="store_true", help=words.say("arg_overwrite"))
    for name in ("demo", "init", "new", "batch", "check", "convert"):
        made[name].add_argument("--lang", help=words.say("arg_lang"))
        made[name].add_argument("--templates", metavar="FOLDER", help=words.say("arg_templates"))
        made[name].add_argument("--json", action="store_true", help=words.say("arg_json"))
    return parser


def _new(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("product", metavar="PRODUCT", help=words.say("arg_product"))
    parser.add_argument("--launch", required=True, metavar="DATE", help=words.say("arg_launch"))
    for name in ("start", "end"):
        parser.add_argument(f"--{name}", metavar="DATE", help=words.say(f"arg_{name}"))
    for name in ("budget", "owner", "code"):
        parser.add_argument(f"--{name}", default="", help=words.say(f"arg_{name}"))
    parser.add_argument("-o", "--output", default=".", metavar="FOLDER", help=words.say("arg_output"))


def _serve(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar="N", help=words.say("arg_port"))
    parser.add_argument("--address", default="127.0.0.1", metavar="ADDRESS", help=words.say("arg_address"))
    parser.add_argument("--project", default="promo_xl_server", metavar="FOLDER", help=words.say("arg_project"))
    for name in ("certificate", "key"):
        parser.add_argument(f"--{name}", default="", metavar="FILE", help=words.say(f"arg_{name}"))
    parser.add_argument("--license-key", default="", metavar="KEY", help=words.say("arg_license_key"))
    parser.add_argument("--write-only", action="store_true", help=words.say("arg_write_only"))
    parser.add_argument("--lang", help=words.say("arg_lang"))
