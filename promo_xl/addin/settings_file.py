"""Writing the user's settings, the same way from the command line and from the ribbon."""

from collections.abc import Mapping
from pathlib import Path

from promo_xl import user_settings
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.user_settings import Reading
from promo_xl.workbook.atomic import write_atomically


def content(before: Reading, values: Mapping[str, str]) -> bytes:
    """The whole file with these values, an empty one taken out: ours in their order, then those of newer versions.

    Of a key that stood there twice the first stays.
    """
    kept = {**user_settings.first_of_each(before.pairs), **values}
    own = [(key, kept[key]) for key in user_settings.KEYS if kept.get(key)]
    other = [(key, value) for key, value in kept.items() if key not in user_settings.KEYS]
    return user_settings.write_lines([*own, *other]).encode("ascii")


def save(file: Path, values: Mapping[str, str]) -> None:
    """Change these settings and no others. Raises RefusedError, also for a file that cannot be read: what stands
    in it would be lost, so only installing replaces it and puts it aside.
    """
    before = user_settings.reading(file)
    if before.problem:
        raise RefusedError([Finding("SETTING_UNREADABLE", details={"file": str(file), **why(before)})])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError([unwritable(file.parent, error)]) from None
    write_atomically(file, content(before, values))


def why(reading: Reading) -> dict[str, object]:
    """Why a settings file cannot be read, for a sentence."""
    known = reading.problem in {"size", "ascii", "line", "sign"}
    return {"reason": f"settings_{reading.problem}" if known else reading.problem, "line": reading.line}


def unwritable(path: Path, error: OSError | ValueError) -> Finding:
    """A folder that cannot be made, or a file that cannot be moved."""
    details = {"folder": str(path), "problem": getattr(error, "strerror", None) or str(error), "reason": "install"}
    return Finding("OUTPUT_FOLDER", details=details, place=str(path))
