"""Which files and folders may be read as an export: local ones, named plainly."""

import re
from pathlib import Path, PurePath

from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Order

EXPORT_ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xls", ".xlsx", ".xlsm", ".html"})
LONGEST_PLACE = 4096
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:[. ].*)?", re.IGNORECASE
)
_DEVICE_FOLDERS = ("/dev/", "/proc/", "/sys/")


def local_path(order: Order) -> Path:
    """The absolute path of the order's place, or a refusal: no network, no URL, no device is ever asked."""
    place = order.place.strip()
    if not place:
        raise refused("SOURCE_PLACE_BLANK", order.kind)
    if len(place) > LONGEST_PLACE or any(sign < " " for sign in place):
        raise refused("SOURCE_PLACE_DEVICE", place[:80].replace("\0", " "))
    shown = place[:200]
    if place.replace("\\", "/").startswith("//"):
        raise refused("SOURCE_PLACE_NETWORK", shown)
    # A scheme has two letters at least, a drive one.
    if _SCHEME.match(place):
        raise refused("SOURCE_PLACE_URL", shown)
    if any(_DEVICE.fullmatch(part) for part in re.split(r"[\\/]", place)):
        raise refused("SOURCE_PLACE_DEVICE", shown)
    if order.folder is None and not Path(place).is_absolute():
        raise refused("SOURCE_PLACE_NO_FOLDER", shown)
    try:
        path = ((order.folder or Path()) / place).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise refused("FILE_UNREADABLE", shown, path=shown, reason=type(error).__name__) from error
    # A link may lead where a name may not.
    if str(path).replace("\\", "/").startswith("//"):
        raise refused("SOURCE_PLACE_NETWORK", shown)
    if path.as_posix().startswith(_DEVICE_FOLDERS):
        raise refused("SOURCE_PLACE_DEVICE", shown)
    return path


def is_export_name(name: str) -> bool:
    """True for the files that a watched folder is read for; Excel's lock files are none."""
    return not name.startswith(("~$", ".")) and PurePath(name).suffix.lower() in EXPORT_ENDINGS
