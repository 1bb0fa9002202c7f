"""Where the workbooks of a batch go: a folder, or whatever else takes whole files by name."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from promo_xl.batches.stores import Store, is_address
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.workbook.atomic import explained, remove_abandoned, write_atomically

LONGEST_LINE = 1 << 19  # bytes; a name and a code that fill their cells, every sign as \\uXXXX
NO_WAITING = getattr(os, "O_NONBLOCK", 0)  # for whoever is at the other end of a pipe
NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class Output(Protocol):
    """A place for files, each of which is there whole or not at all; raises RefusedError where it fails."""

    @property
    def lines_at_once(self) -> int:
        """How many lines of a journal are worth writing together."""

    @property
    def shared(self) -> bool:
        """True if other processes see it too."""

    def place(self, file: str) -> str:
        """Where a person finds a file."""

    def read(self, file: str) -> bytes | None:
        """What stands in a file; None if there is none."""

    def size(self, file: str) -> int | None:
        """How many bytes a file has; None if there is none."""

    def write(self, file: str, content: bytes) -> None:
        """Put a file there in one step."""

    def remove(self, file: str) -> None:
        """Take a file away; one that is not there is no problem."""

    def files(self) -> Iterator[str]:
        """The names of all files, in no order."""

    def add_lines(self, stem: str, lines: bytes) -> None:
        """Add lines to a journal, behind those that are there."""

    def journal(self, stem: str) -> Iterator[bytes]:
        """The lines of a journal from the first; one that a crash has torn comes as it is."""

    def tidy(self) -> None:
        """Take away what writers that are no more have left half done."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this computer or of its network."""

    path: Path

    def __str__(self) -> str:
        """The folder as a person knows it."""
        return str(self.path)

    @property
    def lines_at_once(self) -> int:
        """Each line is written at once."""
        return 1

    @property
    def shared(self) -> bool:
        """Other processes see it too."""
        return True

    def place(self, file: str) -> str:
        """Where a person finds a file."""
        return str(self.path / file)

    def read(self, file: str) -> bytes | None:
        """What stands in a file; None if there is none."""
        path = self.path / file
        try:
            with _opened(path, "rb") as stream:
                return bytes(stream.read())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise explained(error, path) from error

    def size(self, file: str) -> int | None:
        """How many bytes a file has; None if there is none."""
        with suppress(OSError):
            return (self.path / file).stat().st_size
        return None

    def write(self, file: str, content: bytes) -> None:
        """Put a file there in one step."""
        write_atomically(self.path / file, content)

    def remove(self, file: str) -> None:
        """Take a file away; one that is not there is no problem."""
        path = self.path / file
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise explained(error, path) from error

    def files(self) -> Iterator[str]:
        """The names of all files, in no order."""
        with os.scandir(self.path) as entries:
            yield from (entry.name for entry in entries if entry.is_file())

    def add_lines(self, stem: str, lines: bytes) -> None:
        """Add lines to a journal; a line that a crash has torn is ended first, so that it spoils no other."""
        path = self._journal(stem)
        try:
            with _opened(path, "a+b", NO_LINK, buffering=0) as stream:
                if stream.tell():
                    stream.seek(-1, os.SEEK_END)
                    lines = lines if stream.read(1) == b"\n" else b"\n" + lines
                rest = memoryview(lines)
                while rest:
                    rest = rest[stream.write(rest) or 0 :]
        except OSError as error:
            raise explained(error, path) from error

    def journal(self, stem: str) -> Iterator[bytes]:
        """The lines of a journal from the first."""
        path = self._journal(stem)
        try:
            with _opened(path, "rb", NO_LINK) as stream:
                while line := stream.readline(LONGEST_LINE):
                    yield line
        except FileNotFoundError:
            return
        except OSError as error:
            raise explained(error, path) from error

    def tidy(self) -> None:
        """Take away what writers that are no more have left half done."""
        remove_abandoned(self.path)

    def _journal(self, stem: str) -> Path:
        return self.path / f"{stem}.jsonl"


def _opened(path: Path, mode: str, flags: int = 0, buffering: int = -1) -> Any:
    """An ordinary file, opened; raises RefusedError for anything else, and with NO_LINK for a link."""

    def opener(name: str, wanted: int) -> int:
        return os.open(name, wanted | flags | NO_WAITING, 0o666)

    if flags & NO_LINK and path.is_symlink():
        raise _no_file(path)
    try:
        stream = open(path, mode, buffering, opener=opener)  # noqa: SIM115 - the caller closes; Path knows no opener
    except OSError as error:
        if error.errno in {errno.ENXIO, errno.ELOOP, errno.EISDIR}:
            raise _no_file(path) from error
        raise
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise _no_file(path)
    return stream


def _no_file(path: Path) -> RefusedError:
    details = {"folder": str(path.parent.absolute())}
    return RefusedError([Finding("OUTPUT_NOT_A_FILE", details=details, place=path.name)])


def output_at(text: str) -> "Path | Output":
    """The folder or the store that a text names."""
    if not is_address(text):
        return Path(text)
    local = text.removeprefix("file://").removeprefix("local://")
    return Path(local) if local != text else Store(text)
