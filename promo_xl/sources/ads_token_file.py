"""The newest pair of tokens of an account, in a file that only its user may read.

A refresh token works once. What it was exchanged for is on the disk before anything is asked with it, and two
programs never exchange the same one.
"""

import contextlib
import errno
import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from promo_xl import user_settings

LARGEST = 16 * 1024
MOST_REPLACES = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token, and the refresh token that brings the next pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenFile:
    """Where the pairs that came of `given` are kept; another authorization starts anew."""

    folder: Path
    given: str = field(repr=False)

    @property
    def path(self) -> Path:
        """The file; its name tells nothing of the tokens."""
        return self.folder / f"{self.given[:32]}.json"

    def newest(self) -> Pair | None:
        """The pair that was kept last; None if there is none or it cannot be read."""
        try:
            with self.path.open("rb") as stream:
                kept = json.loads(stream.read(LARGEST))
            return Pair(_token(kept["access_token"]), _token(kept["refresh_token"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, pair: Pair) -> None:
        """Write the pair whole or not at all; raises OSError."""
        content = json.dumps({"access_token": pair.access, "refresh_token": pair.refresh}).encode("ascii")
        temporary = self.path.with_name(f".{secrets.token_hex(6)}.tmp")
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            _replace(temporary, self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Only one program at a time, with a folder that can be written to; raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as stream:
            _lock(stream)
            try:
                yield
            finally:
                _unlock(stream)


def token_file(kind: str, given: Sequence[str]) -> TokenFile:
    """The file for an authorization, beside the user's settings."""
    mark = hashlib.sha256("\0".join((kind, *given)).encode("utf-8", "surrogatepass")).hexdigest()
    return TokenFile(user_settings.path().parent / "tokens", mark)


def is_token(text: str) -> bool:
    """True for a text that can stand in a header."""
    return 0 < len(text) <= 4096 and all("!" <= sign <= "~" for sign in text)


def _replace(new: Path, old: Path) -> None:
    """Put a file in the place of another, which a virus scanner may hold open for a moment."""
    for left in reversed(range(MOST_REPLACES)):
        try:
            new.replace(old)
        except PermissionError:
            if not left:
                raise
            time.sleep(0.1)
        else:
            return


def _token(value: object) -> str:
    if not isinstance(value, str) or not is_token(value):
        raise ValueError
    return value


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[bytes]) -> None:
        while True:
            try:
                msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)  # tries for ten seconds
            except OSError as error:
                if error.errno != errno.EDEADLK:
                    raise
            else:
                return

    def _unlock(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX)

    def _unlock(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)
