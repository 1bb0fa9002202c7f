"""A lock that dies with its process, and that nobody waits for without end."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from promo_xl.refresh.history_files import opened

LOCK = "lock"
PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.02


class BusyError(OSError):
    """Another process did not let go of a lock."""


@contextlib.contextmanager
def locked(folder: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Only one process at a time; the system lets go of the lock of one that is killed.

    Raises BusyError after `patience` seconds, OSError if there can be no lock. A process that holds the lock
    waits for itself if it asks again.
    """
    with opened(folder / LOCK, os.O_RDWR | os.O_CREAT, "r+b") as stream:
        deadline = time.monotonic() + patience
        while not _taken(stream):
            if time.monotonic() >= deadline:
                raise BusyError
            time.sleep(PAUSE_SECONDS)
        try:
            yield
        finally:
            _let_go(stream)


if sys.platform == "win32":
    import msvcrt

    def _taken(stream: IO[bytes]) -> bool:
        stream.seek(0)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:  # somebody has it
            return False
        return True

    def _let_go(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _taken(stream: IO[bytes]) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # somebody has it; on a network drive it may be the latter
            return False
        return True

    def _let_go(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)
