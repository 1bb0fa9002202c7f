"""What was done to workbooks, each change with a copy of the workbook from before it.

A folder for each workbook holds the copies and an index with a JSON line for each event; a line that was
cut off or damaged counts as not written, and stays. The newest entries of each workbook are kept, within a
bound for all of them. What lies there may have been changed by anybody: nothing outside is read or removed.
"""

import contextlib
import re
import secrets
import stat
import time
import zlib
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history_files import (
    append_line,
    check_folder,
    history_folder,
    read_within,
    sha256,
    write_whole,
)
from promo_xl.refresh.history_lines import ID, Entry, begun_by, entries_in, line_of, line_of_undone, named_in
from promo_xl.refresh.locks import PATIENCE_SECONDS, BusyError, locked
from promo_xl.refresh.written import Written
from promo_xl.sources.file_bytes import DEFAULT_LIMIT

__all__ = ["Entry", "History"]
KEPT_PER_WORKBOOK = 20
KEPT_BYTES = 500 * 1024 * 1024
INDEX = "index.jsonl"
INDEX_BYTES = 256 * 1024 * 1024
SNAPSHOT = ".snapshot"
SNAPSHOT_BYTES = DEFAULT_LIMIT  # what is read of a workbook at all
PACKED_BYTES = SNAPSHOT_BYTES + 1024 * 1024  # what cannot be packed grows a little
KEY = re.compile(r"[0-9a-f]{32}")
CUT_OFF = re.compile(r"\.[0-9a-f]{12}\.tmp")


class History:
    """The history in a folder; without one it is the user's own. `patience` is for locks, in seconds."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        most: int = KEPT_PER_WORKBOOK,
        most_bytes: int = KEPT_BYTES,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.folder = history_folder() if folder is None else folder
        self.most, self.most_bytes, self.patience = most, most_bytes, patience

    @contextlib.contextmanager
    def alone(self, key: str, name: str) -> Iterator[None]:
        """Only one command at a time changes a workbook; raises RefusedError if another does not end."""
        with contextlib.ExitStack() as stack:
            with self._explained(name):
                stack.enter_context(locked(self._made(key), self.patience))
            yield

    def record(
        self,
        key: str,
        name: str,
        action: str,
        content: bytes,
        changes: Iterable[Written] = (),
        *,
        after: str = "",
        undone: bool = False,
    ) -> Entry:
        """Keep a copy of the workbook as it is before a change, and what the change will be.

        Raises RefusedError if that fails: then the change must not be made.
        """
        now = f"{time.time_ns():020}-{secrets.token_hex(4)}"
        when = datetime.now().replace(microsecond=0)
        entry = Entry(now, key, name, action, when, sha256(content), after, tuple(changes), undone)
        with self._explained(name):
            folder = self._made(key)
            with locked(self.folder, self.patience):
                copy = folder / f"{entry.id}{SNAPSHOT}"
                write_whole(copy, zlib.compress(content, 0))  # a workbook is packed already
                try:
                    append_line(folder / INDEX, line_of(entry), INDEX_BYTES)
                except BaseException:
                    copy.unlink(missing_ok=True)
                    raise
                with contextlib.suppress(OSError):  # the copy is kept, and that was asked
                    self._bounded(entry)
        return entry

    def entries(self, key: str) -> list[Entry]:
        """What is known of a workbook, the oldest first."""
        try:
            return self._entries(key)
        except OSError:
            return []

    def last(self, key: str) -> Entry | None:
        """The newest change of a workbook that was not undone."""
        return next((entry for entry in reversed(self.entries(key)) if not entry.undone), None)

    def undone(self, entry: Entry) -> None:
        """Note that a change was taken back, or was never made; a note that cannot be written is left out."""
        with contextlib.suppress(OSError), locked(self.folder, self.patience):
            append_line(check_folder(self.folder / entry.key) / INDEX, line_of_undone(entry), INDEX_BYTES)

    def forget(self, entry: Entry) -> None:
        """Strike out an entry whose change was not made after all."""
        with contextlib.suppress(OSError), locked(self.folder, self.patience):
            self._without(entry.key, {entry.id})

    def snapshot(self, entry: Entry) -> bytes | None:
        """The workbook as it was before a change; None if the copy is gone or damaged."""
        unpacking = zlib.decompressobj()
        try:
            folder = check_folder(self.folder / entry.key)
            packed = read_within(folder / f"{entry.id}{SNAPSHOT}", PACKED_BYTES)
            content = unpacking.decompress(packed, SNAPSHOT_BYTES + 1)
        except (OSError, zlib.error):
            return None
        whole = unpacking.eof and len(content) <= SNAPSHOT_BYTES and sha256(content) == entry.before
        return content if whole else None

    @contextlib.contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except BusyError:
            details: dict[str, object] = {"file": name, "seconds": round(self.patience)}
            raise RefusedError([Finding("BUSY_ELSEWHERE", details=details, place=name)]) from None
        except OSError as error:
            details = {"folder": str(self.folder), "problem": error.strerror or str(error), "file": name}
            raise RefusedError([Finding("HISTORY_UNWRITABLE", details=details, place=name)]) from None

    def _made(self, key: str) -> Path:
        folder = self.folder / key
        folder.mkdir(parents=True, exist_ok=True)
        return check_folder(folder)

    def _lines(self, key: str) -> list[bytes]:
        try:
            content = read_within(check_folder(self.folder / key) / INDEX, INDEX_BYTES)
        except FileNotFoundError:
            return []
        return [line for line in content.split(b"\n") if line]

    def _entries(self, key: str) -> list[Entry]:
        return entries_in(self._lines(key), key)

    def _bounded(self, newest: Entry) -> None:
        """Drop what is beyond the bounds, the oldest first, of copies that no line names too."""
        folder = check_folder(self.folder / newest.key)
        ids = begun_by(self._lines(newest.key))
        unnamed = sorted(_copies(folder).keys() - set(ids))
        beyond = {*ids[: -self.most], *unnamed[: -self.most]}
        if beyond:
            self._without(newest.key, beyond)
        for path in folder.iterdir():
            if CUT_OFF.fullmatch(path.name):
                path.unlink(missing_ok=True)
        copies = {(name, one): size for one in self._folders() for name, size in _copies(one).items()}
        total = sum(copies.values())
        for name, one in sorted(copies):
            if total <= self.most_bytes or name == newest.id:
                break
            with contextlib.suppress(OSError):
                self._without(one.name, {name})
                total -= copies[name, one]

    def _folders(self) -> Iterator[Path]:
        for path in self.folder.iterdir():
            if KEY.fullmatch(path.name):
                with contextlib.suppress(OSError):
                    yield check_folder(path)

    def _without(self, key: str, dropped: Collection[str]) -> None:
        folder = check_folder(self.folder / key)
        lines = self._lines(key)
        kept = [line for line in lines if named_in(line) not in dropped]
        if len(kept) < len(lines):
            write_whole(folder / INDEX, b"".join(line + b"\n" for line in kept))
        for name in dropped:
            (folder / f"{name}{SNAPSHOT}").unlink(missing_ok=True)


def _copies(folder: Path) -> dict[str, int]:
    """The ids and the bytes of the copies in a folder; what is no copy of ours is passed over."""
    found = {}
    for path in folder.iterdir():
        if path.suffix == SNAPSHOT and ID.fullmatch(path.stem):
            with contextlib.suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode):
                    found[path.stem] = status.st_size
    return found
