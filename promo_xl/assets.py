"""Finds the folders that ship beside the code: workbook_templates/ and macros/."""

from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def folder(name: str) -> Path:
    """The folder `name`, from an installed package or from a bare checkout."""
    inside = Path(str(files("promo_xl"))) / name
    beside = Path(__file__).resolve().parent.parent / name
    for candidate in (inside, beside):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"promo_xl is installed without its folder {name!r}; install it again")


def workbook_templates() -> Path:
    """The folder of sheet declarations, theme and labels."""
    return folder("workbook_templates")


def macros() -> Path:
    """The folder of VBA modules for the add-in."""
    return folder("macros")
