"""Files of promo_xl beside its add-in: copies of older versions, and what crashes leave."""

import re
from collections.abc import Iterator
from pathlib import Path

from promo_xl.addin.machine import Machine
from promo_xl.addin.places import LEFTOVER, NAME
from promo_xl.plan.findings import Finding, Severity


def leftovers(machine: Machine) -> Iterator[Path]:
    """Everything of ours by its name in the folders for add-ins, the add-in at its place left out."""
    if machine.places.startup is None:
        return
    for folder in (machine.places.startup, *machine.places.others):
        for path in listed(folder, LEFTOVER):
            if path != machine.places.addin:
                yield path


def doubles(machine: Machine) -> tuple[Finding, ...]:
    """Add-ins that Excel would load besides ours: the functions would be there twice."""
    return tuple(
        Finding("ADDIN_TWICE", Severity.WARNING, details={"file": str(path), "addin": NAME})
        for path in leftovers(machine)
        if path.suffix.lower() == ".xlam" and not path.name.startswith("~$")
    )


def listed(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    """The files of a folder whose whole name fits a pattern; none where the folder cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name) and not path.is_dir())
    except (OSError, ValueError):
        return []
