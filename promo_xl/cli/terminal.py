"""Where text meets the terminal: signs that would act on it are made visible, and output that fails is told."""

import errno
import json
import os
import re
import sys
from contextlib import suppress
from pathlib import PurePath
from typing import Any

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_ACTS = re.compile(f"[{_CONTROL}]")  # tabs and line feeds are layout
_IN_JSON = re.compile(f"[{_CONTROL}\ud800-\udfff]")
_LINE_FEED = "↵"


class OutputError(Exception):
    """Standard output takes no more; `closed` where its reader has gone, as `| head` does."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        gone = {errno.EPIPE, errno.EINVAL} if sys.platform == "win32" else {errno.EPIPE}
        self.closed = error.errno in gone


def visible(text: str) -> str:
    """Control signs and signs that turn the reading direction by their number: ESC -> <U+001B>."""
    return _ACTS.sub(lambda sign: f"<U+{ord(sign[0]):04X}>", text)


def on_one_line(value: Any) -> Any:
    """A detail of a sentence that cannot pass for a line of its own; what is no text stays as it is."""
    if isinstance(value, str | PurePath):
        return str(value).replace("\r\n", "\n").replace("\n", _LINE_FEED)
    return tuple(map(on_one_line, value)) if type(value) is tuple else value


def show(text: str) -> None:
    """A line on standard output."""
    _written(f"{visible(text)}\n")


def show_json(value: Any) -> None:
    """A value as JSON on standard output; reading it gives every sign back."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    _written(_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n")


def _written(text: str) -> None:
    try:
        print(text, end="")
    except OSError as error:
        raise OutputError(error) from None


def flush() -> None:
    """Everything shown so far reaches standard output, or OutputError."""
    try:
        print(end="", flush=True)
    except OSError as error:
        raise OutputError(error) from None


def let_go() -> None:
    """What is still waiting for standard output goes nowhere, so that Python does not complain at its end."""
    with suppress(OSError, ValueError):
        output = sys.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)


def complain(text: str) -> None:
    """Text on standard error, if that can be written."""
    with suppress(OSError):
        print(visible(text), file=sys.stderr, flush=True)
