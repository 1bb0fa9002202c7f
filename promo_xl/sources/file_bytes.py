"""A file becomes bytes once; whatever stands in the way of that is named."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from promo_xl.sources.grid import Limits
from promo_xl.sources.refusal import refused

DEFAULT_LIMIT = Limits().file_bytes


def read_bytes(path: Path, limit: int = DEFAULT_LIMIT) -> bytes:
    """Everything in the file, which is closed again at once so that Excel can save it."""
    if path.name.startswith("~$"):
        raise refused("FILE_LOCK", path.name, original=path.name.removeprefix("~$"))
    status, data = beginning(path, limit + 1)
    if len(data) > limit:
        found = round(max(status.st_size, len(data)) / 2**20, 1)
        raise refused("FILE_TOO_BIG", path.name, found_mb=found, limit_mb=round(limit / 2**20, 1))
    return data


def beginning(path: Path, length: int) -> tuple[os.stat_result, bytes]:
    """The state of an ordinary file and its first bytes; raises RefusedError for anything else."""
    with _explained(path):
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refused("FILE_IS_FOLDER", path.name, path=str(path))
        # A pipe or a device could deliver bytes for ever.
        if not stat.S_ISREG(status.st_mode):
            raise refused("FILE_UNREADABLE", path.name, path=str(path), reason=stat.filemode(status.st_mode))
        with path.open("rb") as stream:
            return status, stream.read(length)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise refused("FILE_MISSING", path.name, path=str(path)) from error
    except PermissionError as error:
        raise refused("FILE_NO_PERMISSION", path.name, path=str(path)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refused("FILE_UNREADABLE", path.name, path=str(path), reason=reason) from error
