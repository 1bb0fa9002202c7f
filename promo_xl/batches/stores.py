"""Object stores as a place for workbooks: s3://, oss://, memory:// and whatever else fsspec knows by its address.

Credentials come from the environment or the files of the store's own library. They never stand in what is said or
written here.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from promo_xl.plan.findings import Finding, RefusedError

T = TypeVar("T")
TRIES = 5
FIRST_PAUSE_SECONDS = 0.2
LINES_AT_ONCE = 200
JOURNAL = ".jsonl"
LONGEST_REASON = 200
HIDDEN = "***"
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.IGNORECASE | re.DOTALL)
_SECRET_NAME = re.compile("KEY|SECRET|TOKEN|PASSW", re.IGNORECASE)
SHORTEST_SECRET = 6
# Tries within tries would take minutes; those here are enough.
OPTIONS: Mapping[str, Mapping[str, Any]] = {"s3": {"config_kwargs": {"retries": {"max_attempts": 0}}}}
# What another try cannot change.
FINAL = (PermissionError, IsADirectoryError, NotADirectoryError, ImportError, ValueError, TypeError)


def is_address(text: str) -> bool:
    """True for an address such as s3://bucket/folder, false for a folder."""
    return _ADDRESS.match(text) is not None


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of an object store; each file is put there as a whole."""

    address: str

    def __str__(self) -> str:
        """The address without what nobody is to see."""
        scheme, rest = _parts(self.address)
        host, slash, path = rest.partition("/")
        return f"{scheme}://{HIDDEN + '@' if '@' in host else ''}{host.rpartition('@')[2]}{slash}{path}".rstrip(
            "/"
        )

    @property
    def lines_at_once(self) -> int:
        """How many lines of a journal are worth an object of their own."""
        return LINES_AT_ONCE

    @property
    def shared(self) -> bool:
        """True if other processes see it too."""
        return _parts(self.address)[0] != "memory"

    def place(self, file: str) -> str:
        """The address of a file."""
        return f"{self}/{file}"

    def read(self, file: str) -> bytes | None:
        """What stands in a file; None if there is none."""
        try:
            return self._tried(file, lambda system, path: bytes(system.cat_file(path)))
        except FileNotFoundError:
            return None

    def size(self, file: str) -> int | None:
        """How many bytes a file has; None if there is none."""
        try:
            return self._tried(file, lambda system, path: int(system.info(path)["size"]))
        except FileNotFoundError:
            return None

    def write(self, file: str, content: bytes) -> None:
        """Put a file there in one step."""
        try:
            self._tried(file, lambda system, path: system.pipe_file(path, content))
        except FileNotFoundError as error:
            raise self._refused(error, file) from None

    def remove(self, file: str) -> None:
        """Take a file away; one that is not there is no problem."""
        if self.size(file) is not None:
            self._tried(file, lambda system, path: system.rm_file(path))

    def files(self) -> Iterator[str]:
        """The names of all files."""
        try:
            listed = self._tried("", lambda system, path: list(system.ls(path, detail=True)))
        except FileNotFoundError:
            return
        yield from (str(entry["name"]).rpartition("/")[2] for entry in listed if entry["type"] == "file")

    def add_lines(self, stem: str, lines: bytes) -> None:
        """Add lines to a journal: nothing can be added to an object, so they become one of their own."""
        self.write(f"{stem}-{time.time_ns():020d}-{secrets.token_hex(4)}{JOURNAL}", lines)

    def journal(self, stem: str) -> Iterator[bytes]:
        """The lines of a journal, from its first object to its last."""
        for file in sorted(
            name for name in self.files() if name.startswith(f"{stem}-") and name.endswith(JOURNAL)
        ):
            yield from (self.read(file) or b"").splitlines(keepends=True)

    def tidy(self) -> None:
        """Nothing is ever half there."""

    def _tried(self, file: str, action: Callable[[Any, str], T]) -> T:
        """What an action gives; a store that fails for a moment is asked again after a while."""
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, TRIES + 1):
            try:
                system, path = self._system()
                return action(system, f"{path.rstrip('/')}/{file}" if file else path)
            except FileNotFoundError:
                raise
            except RefusedError:
                raise
            except Exception as error:
                if attempt == TRIES or isinstance(error, FINAL):
                    raise self._refused(error, file) from None
            time.sleep(pause)
            pause *= 2
        raise AssertionError

    def _system(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise RefusedError([Finding("STORE_EXTRA", details={}, place=str(self))]) from None
        scheme = _parts(self.address)[0]
        try:
            system, path = url_to_fs(self.address, use_listings_cache=False, **OPTIONS.get(scheme, {}))
        except ImportError as error:
            details = {"scheme": scheme, "problem": _without_secrets(str(error))}
            raise RefusedError([Finding("STORE_LIBRARY", details=details, place=str(self))]) from None
        except ValueError:
            raise RefusedError([Finding("STORE_SCHEME", details={"scheme": scheme}, place=str(self))]) from None
        return system, str(path)

    def _refused(self, error: Exception, file: str) -> RefusedError:
        reason = " ".join(_without_secrets(f"{type(error).__name__}: {error}").split())[:LONGEST_REASON]
        details = {"store": str(self), "problem": reason.replace(self.address, str(self))}
        return RefusedError([Finding("OUTPUT_STORE", details=details, place=file or str(self))])


def _parts(address: str) -> tuple[str, str]:
    found = _ADDRESS.fullmatch(address)
    return (found[1].lower(), found[2]) if found else ("", address)


def _without_secrets(text: str) -> str:
    """The text without any value that the environment keeps under a name such as ...SECRET..."""
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name) and len(value) >= SHORTEST_SECRET:
            text = text.replace(value, HIDDEN)
    return re.sub(r"//[^/\s@]+@", f"//{HIDDEN}@", text)
