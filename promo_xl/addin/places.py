"""Where the add-in's files lie for a user, on Windows and on a Mac; nothing here looks at the disk."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from promo_xl import user_settings

WINDOWS, MAC = "win32", "darwin"
NAME = "promo_xl.xlam"
LEFTOVER = re.compile(r"(?:~\$)?promo_xl[^/\\]*\.xlam|\.promo_xl-[0-9a-f]+\.tmp", re.IGNORECASE)
TICKET_FILE = re.compile(r"\d{8}-\d{6}-\d{3}(?:-\d{1,10})?\.[^/\\]+|\.promo_xl-[0-9a-f]+\.tmp")
_OFFICE = Path("Library", "Group Containers", "UBF8T346G9.Office", "User Content.localized")
_CONTAINER = Path("Library", "Containers", "com.microsoft.Excel", "Data")


@dataclass(frozen=True, slots=True)
class Places:
    """The files and folders of one user. `startup` is what Excel opens at each start, None where it never runs.

    `others` are folders in which an add-in may lie besides; `scripts` is the Mac's folder of AppleScripts.
    """

    system: str
    settings: Path
    work: Path
    documents: Path
    startup: Path | None = None
    others: tuple[Path, ...] = ()
    scripts: Path | None = None
    applications: tuple[Path, ...] = ()

    @property
    def addin(self) -> Path:
        """The one place and name of the add-in."""
        assert self.startup is not None, "asked only where Excel runs"
        return self.startup / NAME

    @property
    def old_settings(self) -> Path:
        """A settings file that could not be read, put aside."""
        return self.settings.with_name(f"{self.settings.name}.old")


def places_of(
    system: str, home: Path, environment: Mapping[str, str] = os.environ, documents: Path | None = None
) -> Places:
    """The places of the owner of `home`; `documents` if Windows has moved that folder."""
    settings, documents = user_settings.path(home, system), documents or home / "Documents"
    if system == WINDOWS:
        roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "Microsoft"
        local = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
        return Places(
            system,
            settings,
            local / "promo_xl" / "work",
            documents,
            roaming / "Excel" / "XLSTART",
            (roaming / "AddIns",),
        )
    if system == MAC:
        return Places(
            system,
            settings,
            home / _CONTAINER / "promo_xl" / "work",
            documents,
            home / _OFFICE / "Startup.localized" / "Excel",
            (home / _OFFICE / "Add-Ins.localized",),
            home / "Library" / "Application Scripts" / "com.microsoft.Excel",
            (Path("/Applications"), home / "Applications"),
        )
    return Places(system, settings, home / ".promo_xl" / "work", documents)
