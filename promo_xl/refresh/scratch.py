"""Work on copies: each lies in a folder of its own that goes afterwards, that of a killed run a day later."""

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from promo_xl.plan.findings import Finding, RefusedError

PREFIX = "promo_xl-copy-"
OWN = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")  # as tempfile names folders
KEPT_SECONDS = 86400


@contextlib.contextmanager
def copied(name: str, content: bytes) -> Iterator[Path]:
    """A copy of a workbook under its name; raises RefusedError where there is no place for one."""
    with contextlib.ExitStack() as stack:
        try:
            remove_leftovers(Path(tempfile.gettempdir()))
            folder = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
            copy = Path(stack.enter_context(folder)) / name
            copy.write_bytes(content)
        except OSError as error:
            details = {"file": name, "folder": _place(), "problem": error.strerror or str(error)}
            raise RefusedError([Finding("TEMPORARY_UNWRITABLE", details=details, place=name)]) from None
        try:
            yield copy
        except RefusedError as refusal:
            raise RefusedError([_named(one, copy) for one in refusal.findings]) from None


def _named(finding: Finding, copy: Path) -> Finding:
    """A full disk by the folder that somebody can do something about: that of the copy is gone by then."""
    full = finding.code == "OUTPUT_DISK_FULL" and finding.details.get("folder") == str(copy.parent.absolute())
    if not full:
        return finding
    details = {"file": copy.name, "folder": _place(), "problem": os.strerror(errno.ENOSPC)}
    return Finding("TEMPORARY_UNWRITABLE", details=details, place=copy.name)


def remove_leftovers(place: Path) -> None:
    """Remove the folders that killed runs of ours left in `place`; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        for path in place.iterdir():
            if OWN.fullmatch(path.name) and _is_left(path):
                shutil.rmtree(path, ignore_errors=True)


def _is_left(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return own and stat.S_ISDIR(status.st_mode) and status.st_mtime < time.time() - KEPT_SECONDS


def _place() -> str:
    """The folder for temporary files, as far as it is known."""
    try:
        return tempfile.gettempdir()
    except OSError:
        return os.environ.get("TMPDIR") or os.environ.get("TEMP") or "TMPDIR"
