"""A file is written whole or not at all, and who is in the way is named."""

import contextlib
import errno
import os
import platform
import re
import secrets
import stat
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from promo_xl.plan.findings import Finding, RefusedError

TEMPORARY_PREFIX = ".promo_xl-"
TEMPORARY_SUFFIX = ".tmp"
DENIED = "denied"  # why a file counts as open: the system does not say more
ABANDONED_SECONDS = 3600.0  # no write takes as long
_WRITER = re.compile(r"\.promo_xl-([0-9a-f]{8})-([0-9]+)-[0-9a-f]{12}\.tmp")

# A program that syncs the folder holds a file for a moment only.
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.1
WINDOWS_NAME_TOO_LONG = 206
WINDOWS_NAME_ILLEGAL = 123
WINDOWS_DISK_FULL = 112
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}

Content = bytes | Callable[[IO[bytes]], object]


def write_atomically(
    path: Path,
    content: Content,
    patience: float = PATIENCE_SECONDS,
    check: Callable[[], object] = lambda: None,
) -> None:
    """Put `content`, bytes or what a function writes into a stream, at `path` in one step.

    Whatever happens, the file is either the old one or the new one. `patience` is how many seconds a
    lock on the old file is waited for. `check` is called right before each try to replace the old file; if it
    raises, that file stays.
    """
    try:
        target = Path(os.path.realpath(path))
        _check_target(target)
        temporary = target.with_name(_temporary_name())
    except (OSError, ValueError) as error:
        raise explained(error, path) from error
    try:
        _write(temporary, content, _mode(target))
        _check_not_open(target)
        _replace(temporary, target, time.monotonic() + patience, check)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        cause = next(_os_errors(error), None)
        # An error about another file, such as a picture that `content` reads, is not ours to explain.
        if cause is None or (cause.filename and str(cause.filename) != str(temporary)):
            raise
        raise explained(cause, path) from error
    _persist_folder(target.parent)


def remove_abandoned(folder: Path) -> None:
    """Take away files that a writer left half done when it was killed; those of living ones stay."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{TEMPORARY_PREFIX}*{TEMPORARY_SUFFIX}"):
            with contextlib.suppress(OSError):
                if _is_abandoned(path):
                    path.unlink()


def _is_abandoned(path: Path) -> bool:
    writer = _WRITER.fullmatch(path.name)
    if writer and writer[1] == _host() and os.name == "posix":
        try:
            os.kill(int(writer[2]), 0)
        except (ProcessLookupError, OverflowError):
            return True
        except OSError:
            return False
    return time.time() - path.stat().st_mtime > ABANDONED_SECONDS


def _temporary_name() -> str:
    """A name that says who writes: which computer, which process."""
    return f"{TEMPORARY_PREFIX}{_host()}-{os.getpid()}-{secrets.token_hex(6)}{TEMPORARY_SUFFIX}"


def _host() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"


def check_replaceable(path: Path) -> None:
    """Raises RefusedError if a file is open elsewhere or must not be written, before any work is done."""
    try:
        _check_target(Path(os.path.realpath(path)))
    except (OSError, ValueError) as error:
        raise explained(error, path) from error


def _check_target(target: Path) -> None:
    folder = target.parent
    if not folder.exists():
        raise _refused("OUTPUT_FOLDER_MISSING", target, folder=str(folder))
    if not folder.is_dir():
        raise _refused("OUTPUT_NOT_A_FOLDER", target, folder=str(folder))
    if target.is_dir():
        raise _refused("OUTPUT_IS_FOLDER", target, folder=str(target))
    # Renaming over a file asks nobody whether the file itself may be written.
    if target.exists() and not _writable(target):
        raise _refused("OUTPUT_READ_ONLY", target, folder=str(folder))
    _check_not_open(target)


def _check_not_open(target: Path) -> None:
    for owner_name in (f"~${target.name}", f".~lock.{target.name}#"):
        if target.exists() and target.with_name(owner_name).exists():
            raise _refused("OUTPUT_OPEN", target, owner_file=owner_name)


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _mode(target: Path) -> int | None:
    return stat.S_IMODE(target.stat().st_mode) if target.exists() else None


def _write(temporary: Path, content: Content, mode: int | None) -> None:
    # Not tempfile: its files are for their owner alone, and a shared folder needs the usual rights.
    with temporary.open("x+b") as stream:
        if callable(content):
            content(stream)
        else:
            stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if mode is not None:
        temporary.chmod(mode)


def _replace(temporary: Path, target: Path, deadline: float, check: Callable[[], object]) -> None:
    while True:
        check()
        try:
            temporary.replace(target)
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _persist_folder(folder: Path) -> None:
    # The new name is safe against a power cut only when the folder is; Windows has no such call.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _os_errors(error: BaseException | None) -> Iterator[OSError]:
    """The operating system's error in `error` or in what it came from; writers wrap it."""
    while error is not None:
        if isinstance(error, OSError):
            yield error
        error = error.__cause__


def explained(error: OSError | ValueError, path: Path) -> RefusedError:
    """What an error of the operating system means for whoever wants the file at `path`."""
    code = getattr(error, "errno", None)
    windows = getattr(error, "winerror", None)
    folder = path.parent.absolute()  # "." says nothing
    if code in NO_ROOM or windows == WINDOWS_DISK_FULL:
        return _refused("OUTPUT_DISK_FULL", path, folder=str(folder))
    if code == errno.ENAMETOOLONG or windows == WINDOWS_NAME_TOO_LONG:
        return _refused("OUTPUT_NAME_TOO_LONG", path, name=path.name, length=len(str(path)))
    if windows == WINDOWS_NAME_ILLEGAL or isinstance(error, ValueError):
        return _refused("OUTPUT_NAME_ILLEGAL", path, name=path.name)
    if code == errno.ENOENT and not os.path.exists(folder):  # noqa: PTH110 - the other raises
        return _refused("OUTPUT_FOLDER_MISSING", path, folder=str(folder))
    if code == errno.ENOTDIR:
        return _refused("OUTPUT_NOT_A_FOLDER", path, folder=str(folder))
    if code in READ_ONLY:
        if _writable(folder) and os.path.exists(path):  # noqa: PTH110 - the other raises
            return _refused("OUTPUT_OPEN", path, owner_file="", reason=DENIED, problem=error.strerror)
        return _refused("OUTPUT_FOLDER_READ_ONLY", path, folder=str(folder))
    return _refused("OUTPUT_FAILED", path, reason=error.strerror or str(error))


def _refused(code: str, path: Path, **details: object) -> RefusedError:
    return RefusedError([Finding(code=code, place=path.name, details=details)])
