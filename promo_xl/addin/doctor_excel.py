"""Which Excel is there: its version, its bits, and how it was installed."""

import plistlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from promo_xl.addin.machine import Machine
from promo_xl.addin.places import MAC, WINDOWS
from promo_xl.addin.verdicts import unseen, well, wrong
from promo_xl.plan.findings import Finding

CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
APP_PATHS = tuple(
    rf"{root}\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe" for root in ("HKLM", "HKCU")
)
INSTALL_ROOT = r"HKLM\SOFTWARE\Microsoft\Office\16.0\Excel\InstallRoot"
OUTLOOK = r"HKLM\SOFTWARE\Microsoft\Office\16.0\Outlook"
CURRENT = r"HKCR\Excel.Application\CurVer"
OLDEST = 16
_BITS = {0x14C: 32, 0x8664: 64, 0xAA64: 64}  # machine types of the PE format
_WORDS = {"x86": 32, "x64": 64}


@dataclass(frozen=True, slots=True)
class Excel:
    """An Excel: `kind` is `click_to_run`, `msi`, `store` or `mac`; bits are 0 where nothing tells them."""

    path: Path
    version: str
    bits: int
    kind: str

    @property
    def major(self) -> int:
        """16 for Excel 2016 and everything since; 0 if the version is not known."""
        head = self.version.split(".")[0]
        return int(head) if head.isdecimal() else 0


def found_excel(machine: Machine) -> Excel | None:
    """The Excel that starts on this computer."""
    if machine.system == WINDOWS:
        return _windows_excel(machine)
    return _mac_excel(machine) if machine.system == MAC else None


def _windows_excel(machine: Machine) -> Excel | None:
    path = _windows_path(machine)
    if not path:
        return None
    office = machine.registry.values(CLICK_TO_RUN)
    version = str(office.get("versiontoreport", ""))
    if not version:
        version = str(machine.registry.values(CURRENT).get("", "")).rpartition(".")[2]
    kind = "click_to_run" if "versiontoreport" in office else "msi"
    if "windowsapps" in path.casefold():
        kind = "store"
    word = office.get("platform") or machine.registry.values(OUTLOOK).get("bitness", "")
    return Excel(Path(path), version, bits_of(Path(path)) or _WORDS.get(str(word).casefold(), 0), kind)


def _windows_path(machine: Machine) -> str:
    for key in APP_PATHS:
        if path := str(machine.registry.values(key).get("", "")).strip('"'):
            return path
    folder = str(machine.registry.values(INSTALL_ROOT).get("path", ""))
    return str(Path(folder) / "EXCEL.EXE") if folder else ""


def bits_of(program: Path) -> int:
    """32 or 64 by the head of a Windows program; 0 where it cannot be read."""
    try:
        with program.open("rb") as stream:
            head = stream.read(64)
            if head[:2] != b"MZ" or len(head) < 64:
                return 0
            stream.seek(int.from_bytes(head[60:64], "little"))
            signature = stream.read(6)
    except (OSError, ValueError):
        return 0
    if signature[:4] != b"PE\0\0":
        return 0
    return _BITS.get(int.from_bytes(signature[4:6], "little"), 0)


def _mac_excel(machine: Machine) -> Excel | None:
    for folder in machine.places.applications:
        app = folder / "Microsoft Excel.app"
        try:
            facts = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
            return Excel(app, str(facts["CFBundleShortVersionString"]), 64, "mac")
        except (OSError, ValueError, KeyError, TypeError, ExpatError):
            continue
    return None


def excel(machine: Machine) -> Iterator[Finding]:
    """Excel is there, is new enough, and is of a kind that loads add-ins from the user's folder."""
    if machine.places.startup is None:
        yield wrong("ADDIN_NO_EXCEL_HERE", system=machine.system)
        yield unseen("DOCTOR_NOT_WITHOUT", reason="without_excel")
        return
    found = found_excel(machine)
    if found is None:
        yield wrong("DOCTOR_NO_EXCEL")
        return
    details = {"path": str(found.path), "version": found.version or "?", "bits": found.bits or "?"}
    if found.major and found.major < OLDEST:
        yield wrong("DOCTOR_EXCEL_OLD", **details)
    elif found.kind == "store":
        yield unseen("DOCTOR_EXCEL_STORE", **details)
    else:
        yield well("DOCTOR_EXCEL", reason=f"excel_{found.kind}", **details)
