"""The options that several commands share; each command declares its own beside its `run`."""

from argparse import ArgumentParser

from promo_xl.sheetspec.host_names import HOSTS
from promo_xl.sheetspec.wording import Wording

FORMATS = ("xlsx", "xlsm")


def language(parser: ArgumentParser, words: Wording) -> None:
    """In which language a command speaks."""
    parser.add_argument("--lang", help=words.say("arg_lang"))


def as_json(parser: ArgumentParser, words: Wording) -> None:
    """JSON for programs."""
    parser.add_argument("--json", action="store_true", help=words.say("arg_json"))


def speaking(parser: ArgumentParser, words: Wording) -> None:
    """The language, the planner's own templates, and JSON for programs."""
    language(parser, words)
    parser.add_argument("--templates", metavar="FOLDER", help=words.say("arg_templates"))
    as_json(parser, words)


def making(parser: ArgumentParser, words: Wording, as_of: str = "arg_as_of") -> None:
    """What holds for every workbook that is made; `as_of` says which words explain its date."""
    parser.add_argument("--as-of", metavar="DATE", help=words.say(as_of))
    parser.add_argument("--calendar", metavar="FILE", help=words.say("arg_calendar"))
    parser.add_argument("--host", choices=HOSTS, default="xlam", help=words.say("arg_host"))


def file_format(parser: ArgumentParser, words: Wording) -> None:
    """Whether a workbook brings its own add-in."""
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help=words.say("arg_format"))


def jobs(parser: ArgumentParser, words: Wording) -> None:
    """How many processes work."""
    parser.add_argument("--jobs", type=int, metavar="N", help=words.say("arg_jobs"))


def overwrite(parser: ArgumentParser, words: Wording) -> None:
    """Whether files that are there may be replaced."""
    parser.add_argument("--overwrite", action="store_true", help=words.say("arg_overwrite"))


def workbooks(parser: ArgumentParser, words: Wording) -> None:
    """The workbooks to work on: files, folders or patterns."""
    parser.add_argument("workbooks", metavar="WORKBOOK", nargs="+", help=words.say("arg_workbooks"))


def all_findings(parser: ArgumentParser, words: Wording) -> None:
    """Whether every finding is shown."""
    parser.add_argument("--all", action="store_true", help=words.say("arg_all"))
