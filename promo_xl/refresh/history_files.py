"""The files of the history: where they lie, and reading and writing that trusts nothing it finds there."""

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import sys
from pathlib import Path
from typing import IO

FOLDER_VARIABLE = "PROMO_XL_HISTORY"
KEY_LENGTH = 32
# Not to wait at a pipe, not to follow a link, not to change line ends: each where the system knows of it.
CAREFULLY = sum(getattr(os, name, 0) for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK"))
JUNCTION = 0xA0000003  # how Windows marks a folder that is another one


def history_folder() -> Path:
    """The folder of the history: PROMO_XL_HISTORY, else the one for data of the user on this system."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        return Path(given)
    home = Path.home()
    if sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = home / "Library" / "Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return data / "promo_xl" / "history"


def key_of(workbook: Path | str) -> str:
    """The name of a workbook in the history: of a file by its real path, of a text (URL, name) as it is."""
    text = os.path.normcase(os.path.realpath(workbook)) if isinstance(workbook, Path) else workbook
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]


def sha256(content: bytes) -> str:
    """The checksum by which a file is known again."""
    return hashlib.sha256(content).hexdigest()


def check_folder(path: Path) -> Path:
    """The folder itself; raises OSError if it is missing, a link or anything else."""
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or getattr(status, "st_reparse_tag", 0) == JUNCTION:
        raise _foreign(path, status)
    return path


def opened(path: Path, flags: int, mode: str) -> IO[bytes]:
    """An open file; raises OSError for a link, a pipe, a device or a folder, without touching it."""
    with contextlib.suppress(FileNotFoundError):
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise _foreign(path, status)
    stream = os.fdopen(os.open(path, flags | CAREFULLY, 0o666), mode)
    status = os.fstat(stream.fileno())
    if not stat.S_ISREG(status.st_mode):
        stream.close()
        raise _foreign(path, status)
    return stream


def _foreign(path: Path, status: os.stat_result) -> OSError:
    return OSError(errno.EINVAL, f"{path.name}: {stat.filemode(status.st_mode)}", str(path))


def read_within(path: Path, limit: int) -> bytes:
    """All of a file; raises OSError if it is no file or holds more than `limit` bytes."""
    with opened(path, os.O_RDONLY, "rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise _too_big(path, limit)
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all; raises OSError."""
    temporary = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def append_line(path: Path, line: bytes, limit: int) -> None:
    """Add a line; one that was cut off before it does not swallow it.

    Raises OSError, also if the file would hold more than `limit` bytes.
    """
    with opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, "a+b") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size + len(line) + 2 > limit:
            raise _too_big(path, limit)
        if size:
            stream.seek(-1, os.SEEK_END)
            line = line if stream.read(1) == b"\n" else b"\n" + line
        stream.write(line + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def _too_big(path: Path, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"{path.name}: > {limit >> 20} MB", str(path))
