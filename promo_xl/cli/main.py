"""promo-xl: the command line. Each command is a module with `run`; nothing heavy loads before it is needed."""

import sys
from argparse import Namespace
from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path

from promo_xl.cli.output import CANNOT, FOUND, INTERRUPTED, Console, as_data, console
from promo_xl.cli.parser import Parser
from promo_xl.cli.terminal import OutputError, complain, flush, let_go
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import Wording, languages
from promo_xl.version import VERSION

COMMANDS = (
    "demo",
    "init",
    "new",
    "batch",
    "check",
    "schedule",
    "repair",
    "refresh",
    "revert",
    "convert",
    "addin",
    "serve",
    "templates",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 findings or some products failed, 2 cannot run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = _language_in(given)
    words: Wording | None = None
    try:
        words = console(asked if asked in languages() else None).words
        try:
            return _run(given, asked, words)
        finally:
            flush()
    except OutputError as error:
        let_go()
        if error.closed:
            return FOUND
        complain(words.say("output_failed", problem=error) if words else str(error))
        return CANNOT
    except KeyboardInterrupt:
        complain(words.say("stopped") if words else "")
        return INTERRUPTED


def _run(given: list[str], asked: str | None, words: Wording) -> int:
    parser = command_parser(words, given)
    if not given:
        parser.print_help()
        return CANNOT
    options = parser.parse_args(_language_last(given))
    speaker = Console(words, getattr(options, "json", False))
    try:
        _check_language(options)
        if getattr(options, "templates", None):
            speaker = console(asked, Path(options.templates), as_json=speaker.as_json)
        return int(import_module(f"promo_xl.cli.{options.command}").run(options, speaker))
    except RefusedError as refusal:
        speaker.data({"findings": [as_data(finding, speaker.words) for finding in refusal.findings]})
        speaker.findings(refusal.findings, whole=True)
        return CANNOT


def _language_last(arguments: list[str]) -> list[str]:
    """`promo-xl --lang zh check …` means `promo-xl check … --lang zh`."""
    if arguments[:1] == ["--lang"]:
        return [*arguments[2:], *arguments[:2]]
    if arguments and arguments[0].startswith("--lang="):
        return [*arguments[1:], arguments[0]]
    return arguments


def _check_language(options: Namespace) -> None:
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


def command_parser(words: Wording, commands: Collection[str] = COMMANDS) -> Parser:
    """The parser, with the options of these commands; of the others it knows the names alone."""
    parser = Parser(words, prog="promo-xl", description=words.say("about"))
    version = f"promo_xl {VERSION}"
    parser.add_argument("--version", action="version", version=version, help=words.say("parser_version"))
    known = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        made = known.add_parser(name, help=words.say(name), description=words.say(name))
        if name in commands:
            import_module(f"promo_xl.cli.{name}").arguments(made, words)
    return parser
