"""Arguments in the planner's language: what argparse says by itself, and help that knows wide characters."""

import re
import sys
from argparse import Action, ArgumentParser, HelpFormatter
from collections.abc import Iterator
from functools import partial
from typing import Any
from unicodedata import east_asian_width

from promo_xl.cli.output import CANNOT
from promo_xl.cli.terminal import complain, on_one_line, show
from promo_xl.plan.findings import Severity
from promo_xl.sheetspec.wording import SIGNS, Wording

# What argparse says in English, and the text that says it to planners; anything else is shown as it is.
_SAID = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        ("the following arguments are required: (?P<names>.+)", "parser_required"),
        ("unrecognized arguments: (?P<names>.+)", "parser_unknown"),
        (
            r"argument (?P<name>.+?): invalid choice: (?P<value>.+?) \(choose from (?P<choices>.+)\)",
            "parser_choice",
        ),
        ("argument (?P<name>.+?): expected (?:one|at least one) argument", "parser_needs_value"),
        ("argument (?P<name>.+?): invalid int value: (?P<value>.+)", "parser_number"),
        ("argument (?P<name>.+?): ignored explicit argument (?P<value>.+)", "parser_no_value"),
        ("ambiguous option: (?P<value>.+) could match (?P<names>.+)", "parser_ambiguous"),
    )
)
_OPENING, _CLOSING = "（“‘《「", "，。；：！？、）”’》」…"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECE = re.compile(rf"[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}{_CLOSING}]+|[{_WIDE}])?[{_CLOSING}]*|\s+")


class Parser(ArgumentParser):
    """A parser, and its sub-parsers, that speak as `words` do."""

    def __init__(self, words: Wording, **options: Any) -> None:
        """The options are those of ArgumentParser."""
        super().__init__(**options, add_help=False, formatter_class=partial(_Help, words))
        self.words = words
        self.color = False  # newer versions of Python colour their help; here signs of control are made visible
        self._positionals.title = words.say("parser_arguments")
        self._optionals.title = words.say("parser_options")
        self.add_argument("-h", "--help", action="help", help=words.say("parser_help"))

    def add_subparsers(self, **options: Any) -> Any:
        """Sub-parsers of the same language."""
        return super().add_subparsers(**{"parser_class": partial(Parser, self.words), **options})

    def error(self, message: str) -> Any:
        """Say how the command is called and what is wrong; exits with 2."""
        said = next(((match, key) for pattern, key in _SAID if (match := pattern.fullmatch(message))), None)
        problem = self.words.say(said[1], **said[0].groupdict()) if said else message
        wrong = self.words.say("parser_wrong", problem=on_one_line(problem), command=self.prog)
        self.exit(CANNOT, f"{self.format_usage()}{SIGNS[Severity.ERROR]} {wrong}")

    def _print_message(self, message: str, file: Any = None) -> None:
        (complain if file is sys.stderr else show)(message.rstrip("\n"))


class _Help(HelpFormatter):
    """Help whose lines are as long as the terminal is wide."""

    def __init__(self, words: Wording, prog: str, **options: Any) -> None:
        super().__init__(prog, **options)
        self._words = words

    def _format_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any) -> str:
        if prefix is not None:  # part of the name of a sub-command
            return super()._format_usage(usage, actions, groups, prefix)
        said = self._words.say("parser_usage")
        stand_in = "_" * _width(said)  # the lines below are indented by it
        return super()._format_usage(usage, actions, groups, stand_in).replace(stand_in, said, 1)

    def add_argument(self, action: Action) -> None:
        """The names of sub-commands count with their indent."""
        super().add_argument(action)
        for command in self._iter_indented_subactions(action):
            length = len(self._format_action_invocation(command)) + self._current_indent
            self._action_max_length = max(self._action_max_length, length)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return list(wrapped(text, width))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrapped(text, width - len(indent)))


def wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns; a line may end behind any wide character, but none starts with 。."""
    line = ""
    for piece in filter(None, _PIECE.findall(text.strip())):
        if line and _width(line) + _width(piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    if line:
        yield line.rstrip()


def _width(text: str) -> int:
    """Columns on a terminal; signs that fonts draw either way, such as “, count as wide."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)
