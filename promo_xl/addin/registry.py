"""Windows' registry, only read: a port, the real one, and one that is a mapping."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Value = str | int | bytes | tuple[str, ...]


class Registry(Protocol):
    """Keys are texts such as `HKCU\\Software\\Microsoft\\Office`; names do not tell small from capital letters."""

    def values(self, key: str) -> Mapping[str, Value]:
        """The values of a key, by their names in small letters; none where there is no such key."""

    def keys(self, key: str) -> tuple[str, ...]:
        """The names of the keys below a key."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A registry as a mapping of keys to values; empty, it is the one of a system that has none."""

    known: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def values(self, key: str) -> Mapping[str, Value]:
        """The values of a key."""
        for name, values in self.known.items():
            if name.casefold() == key.casefold():
                return {each.casefold(): value for each, value in values.items()}
        return {}

    def keys(self, key: str) -> tuple[str, ...]:
        """The names of the keys below a key."""
        start = f"{key.casefold()}\\"
        below = (name[len(start) :].split("\\")[0] for name in self.known if name.casefold().startswith(start))
        return tuple(dict.fromkeys(below))


class WindowsRegistry:
    """The registry of this computer, with what a 32-bit Office wrote; a key that is denied is not there."""

    def values(self, key: str) -> Mapping[str, Value]:
        """The values of a key."""
        found: dict[str, Value] = {}
        for winreg, opened in _opened(key):
            with opened:
                for i in range(winreg.QueryInfoKey(opened)[1]):
                    name, value, _ = winreg.EnumValue(opened, i)
                    if isinstance(value, (str, int, bytes)):
                        found.setdefault(name.casefold(), value)
        return found

    def keys(self, key: str) -> tuple[str, ...]:
        """The names of the keys below a key."""
        found: dict[str, None] = {}
        for winreg, opened in _opened(key):
            with opened:
                found |= dict.fromkeys(winreg.EnumKey(opened, i) for i in range(winreg.QueryInfoKey(opened)[0]))
        return tuple(found)


def _opened(key: str) -> list[tuple[Any, Any]]:
    if sys.platform != "win32":
        return []
    import winreg

    root, _, below = key.partition("\\")
    hive = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCR": winreg.HKEY_CLASSES_ROOT}
    opened = []
    for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
        try:
            opened.append((winreg, winreg.OpenKey(hive[root], below, 0, winreg.KEY_READ | view)))
        except OSError:
            continue
    return opened
