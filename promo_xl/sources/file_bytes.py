"""A file becomes bytes once; whatever stands in the way of that is named."""

import stat
from pathlib import Path

from promo_xl.sources.grid import Limits
from promo_xl.sources.refusal import refused

DEFAULT_LIMIT = Limits().file_bytes


def read_bytes(path: Path, limit: int = DEFAULT_LIMIT) -> bytes:
    """Everything in the file, which is closed again at once so that Excel can save it."""
    if path.name.startswith("~$"):
        raise refused("FILE_LOCK", path.name, original=path.name.removeprefix("~$"))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refused("FILE_IS_FOLDER", path.name, path=str(path))
        # A pipe or a device could deliver bytes for ever.
        if not stat.S_ISREG(status.st_mode):
            raise refused("FILE_UNREADABLE", path.name, path=str(path), reason=stat.filemode(status.st_mode))
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise refused("FILE_MISSING", path.name, path=str(path)) from error
    except PermissionError as error:
        raise refused("FILE_NO_PERMISSION", path.name, path=str(path)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refused("FILE_UNREADABLE", path.name, path=str(path), reason=reason) from error
    if len(data) > limit:
        found = round(max(status.st_size, len(data)) / 2**20, 1)
        raise refused("FILE_TOO_BIG", path.name, found_mb=found, limit_mb=round(limit / 2**20, 1))
    return data
