"""The user's own settings: one small file, which the Excel add-in (VBA) and Python both read.

The format is made for VBA: ASCII, one `KEY=value` a line, `\\uXXXX` (UTF-16) for everything else. A file that
cannot be read is as if absent: no function in a cell may fail because of it. `reading` says what is wrong.
Of a key that stands there twice the first counts, for VBA and for Python.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

VARIABLE = "PROMO_XL_SETTINGS"  # names another file; for tests
LANGUAGE, TEMPLATES, OUTPUT, WORK = "LANGUAGE", "TEMPLATES", "OUTPUT_FOLDER", "WORK_FOLDER"
INTERPRETER_WIN, INTERPRETER_MAC = "INTERPRETER_WIN", "INTERPRETER_MAC"
BUILD, SHA256, SCRIPTS = "ADDIN_BUILD", "ADDIN_SHA256", "APPLESCRIPTS"
KEYS = (INTERPRETER_WIN, INTERPRETER_MAC, WORK, OUTPUT, LANGUAGE, TEMPLATES, BUILD, SHA256, SCRIPTS)
AUTO = "auto"  # the language of Office
LARGEST = 64 * 1024
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.?))")
_NAMED = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_SPELLED = {character: f"\\{letter}" for letter, character in _NAMED.items()}
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_VARIABLE = re.compile(r"%([^%]+)%")


class LinesError(ValueError):
    """A line that is not `KEY=value` in this format."""

    def __init__(self, line: int, found: str) -> None:
        self.line, self.found = line, found[:60].encode("ascii", "backslashreplace").decode()
        super().__init__(f"line {line}: {self.found}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A settings file as it is: its settings, and what is wrong with it.

    `problem` is empty, or "size", "ascii", "line", "sign" or what the system said; `line` counts from 1.
    """

    there: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    line: int = 0
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Keys that mean nothing here."""
        return tuple(dict.fromkeys(key for key, _ in self.pairs if key not in KEYS))

    @property
    def doubled(self) -> tuple[str, ...]:
        """Settings that stand there more than once."""
        counts = Counter(key for key, _ in self.pairs)
        return tuple(key for key, count in counts.items() if count > 1 and key in KEYS)


def read_lines(text: str) -> list[tuple[str, str]]:
    """The keys and values of a text in the format; a key may repeat. Raises LinesError."""
    pairs = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip(" ") or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals or not _KEY.fullmatch(key) or not all(" " <= sign <= "~" for sign in value):
            raise LinesError(number, line)
        pairs.append((key, _unescaped(value, number)))
    return pairs


def write_lines(pairs: Iterable[tuple[str, str]]) -> str:
    """The text that `read_lines` reads back, with CR LF; raises ValueError for a key that is none."""
    lines = []
    for key, value in pairs:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
        lines.append(f"{key}={''.join(map(_escaped, value))}\r\n")
    return "".join(lines)


def first_of_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first value of each key, in their order."""
    found: dict[str, str] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def folder_named(text: str) -> Path | None:
    """The folder of a whole path, which may begin with `~`; None where there is none or the text cannot be one."""
    try:
        folder = Path(text).expanduser()
        return folder if folder.is_absolute() and folder.is_dir() else None
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, nobody of that name
        return None


def _escaped(sign: str) -> str:
    if sign in _SPELLED:
        return _SPELLED[sign]
    if " " <= sign <= "~":
        return sign
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _unescaped(value: str, line: int) -> str:
    def sign(found: re.Match[str]) -> str:
        unit, letter = found.groups()
        if unit:
            return chr(int(unit, 16))
        if letter not in _NAMED:
            raise LinesError(line, value)
        return _NAMED[letter]

    def joined(found: re.Match[str]) -> str:
        return found[0].encode("utf-16-be", "surrogatepass").decode("utf-16-be")

    return _PAIR.sub(joined, _ESCAPE.sub(sign, value))


def path(home: Path | None = None, system: str = sys.platform) -> Path:
    """Where the settings lie on a system, for whoever runs this or for the owner of `home`."""
    named = os.environ.get(VARIABLE)
    if named and home is None:
        return Path(named)
    home = Path.home() if home is None else home
    if system == "darwin":  # the one folder that Excel's sandbox lets VBA read without asking
        return home / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / "promo_xl.conf"
    return home / ".promo_xl" / "promo_xl.conf"


def reading(file: Path) -> Reading:
    """What a settings file holds; never raises."""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return Reading()
    except (OSError, ValueError) as error:
        return Reading(there=True, problem=getattr(error, "strerror", None) or str(error))
    if len(content) > LARGEST:
        return Reading(there=True, problem="size")
    try:
        pairs = tuple(read_lines(content.decode("ascii")))
    except UnicodeDecodeError as error:
        return Reading(there=True, problem="ascii", line=content[: error.start].count(b"\n") + 1)
    except LinesError as error:
        return Reading(there=True, problem="line", line=error.line)
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for _, value in pairs for sign in value):
        return Reading(there=True, problem="sign")
    known = {key: value for key, value in first_of_each(pairs).items() if key in KEYS}
    return Reading(there=True, pairs=pairs, known=known)


def settings(home: Path | None = None) -> Mapping[str, str]:
    """The settings, with `%NAME%` replaced on Windows as the add-in does it; none where they cannot be read."""
    try:
        known = reading(path(home)).known
    except (OSError, RuntimeError):  # no home folder
        return {}
    return {key: expanded(value) for key, value in known.items()} if sys.platform == "win32" else known


def expanded(value: str, environment: Mapping[str, str] = os.environ) -> str:
    """A text with its environment variables: `%APPDATA%\\x`; a name that is not known stays."""
    return _VARIABLE.sub(lambda found: environment.get(found[1], found[0]), value)


def mend_environment() -> None:
    """Give this process the true folders of its user, in USERPROFILE, APPDATA, LOCALAPPDATA, TEMP and TMP.

    xlwings' DLL hands Python the environment in the code page of the console: C:\\Users\\Müller arrives as
    C:\\Users\\M³ller. Windows itself still knows the folders. Nothing to do on other systems.
    """
    if sys.platform != "win32":
        return
    import ctypes

    folders = {"USERPROFILE": 0x28, "APPDATA": 0x1A, "LOCALAPPDATA": 0x1C}  # CSIDL numbers
    for name, number in folders.items():
        found = ctypes.create_unicode_buffer(260)
        if ctypes.windll.shell32.SHGetFolderPathW(None, number, None, 0, found) == 0 and found.value:
            os.environ[name] = found.value
    own = Path(os.environ.get("LOCALAPPDATA", "")) / "Temp"
    for name in ("TEMP", "TMP"):
        named = os.environ.get(name)
        if not (named and Path(named).is_dir()) and own.is_dir():
            os.environ[name] = str(own)
