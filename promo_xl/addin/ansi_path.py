"""Which paths reach Python from Excel unharmed.

On Windows the path of Python goes through xlwings' DLL in the ANSI code page, into the command line
`cmd.exe /K ""PATH" -B -c "…""`. In there, `&`, `^`, brackets and spaces stand between quotes and do nothing;
a single `%` does nothing either. `%NAME%` is replaced by cmd.exe and by the add-in, which expands variables in
its settings; `!` by cmd.exe where delayed expansion is on; `$(` by the DLL. On a Mac the path stands bare in a
shell command.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from promo_xl.addin.places import MAC, WINDOWS

UTF8 = 65001
_ACTED_ON = re.compile(r'%[^%]*%|!|\$\(|"|[\0-\x1f]')
_BARE = re.compile(r"[A-Za-z0-9/._+@:=,-]+")


@dataclass(frozen=True, slots=True)
class Usable:
    """How a path may be written for Excel; empty where it may not: `letters`, `signs` or `bare`."""

    text: str
    reason: str = ""


def usable(path: str, system: str, code_page: int, short: Callable[[str], str]) -> Usable:
    """The path as it is if it gets through, else its short form (`C:\\Users\\E2F3~1`) if Windows keeps one."""
    if system == MAC:
        return Usable(path) if _BARE.fullmatch(path) else Usable("", "bare")
    if system != WINDOWS:
        return Usable(path)
    if held(path, code_page) and not _ACTED_ON.search(path):
        return Usable(path)
    shorter = short(path)
    if shorter and shorter.isascii() and not _ACTED_ON.search(shorter):
        return Usable(shorter)
    return Usable("", "signs" if held(path, code_page) else "letters")


def held(text: str, code_page: int) -> bool:
    """True if a code page gives the text back exactly as it was."""
    try:
        codec = codecs.lookup("utf-8" if code_page == UTF8 else f"cp{code_page}")
        return codec.decode(codec.encode(text)[0])[0] == text
    except LookupError:
        return text.isascii()
    except UnicodeError:
        return False
