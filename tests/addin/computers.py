"""Computers in a temporary folder: a Windows and a Mac with Excel and a Python, and a registry from a text."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from promo_xl.addin.machine import Machine, Python
from promo_xl.addin.places import MAC, WINDOWS, places_of
from promo_xl.addin.registry import Recorded, Value

PACKAGES = {"xlwings": "0.37.8", "pyOpenVBA": "6.5.0", "pywin32": "308"}
BUILD = "b1" * 32
CONTENT = b"an add-in"
CLICK_TO_RUN = r"""
HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration
  VersionToReport = 16.0.17328.20162
  Platform = x64
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe
   = C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE
"""
XLSTART_TRUSTED = r"""
HKCU\Software\Microsoft\Office\16.0\Excel\Security\Trusted Locations\Location1
  Path = %APPDATA%\Microsoft\Excel\XLSTART
"""


def registry(*texts: str) -> Recorded:
    """A registry from indented texts: a key a line, below it `name = value`; whole numbers and `hex:01 02`."""
    known: dict[str, dict[str, Value]] = {}
    for line in "\n".join(texts).splitlines():
        if line and not line.startswith(" "):
            values = known.setdefault(line, {})
        elif line.strip():
            name, _, text = (part.strip() for part in line.partition("="))
            values[name] = _value(text)
    return Recorded(known)


def _value(text: str) -> Value:
    if text.startswith("hex:"):
        return bytes.fromhex(text[4:])
    return int(text) if text.isdecimal() else text


def windows(home: Path, *texts: str, **facts: Any) -> Machine:
    """A Windows on which all is well, with further registry; `facts` replace what the Machine says."""
    for folder in ("AppData/Roaming/Microsoft/Excel/XLSTART", "AppData/Roaming/Microsoft/AddIns", "Documents"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    prefix = home / "venv"
    (prefix / "Scripts").mkdir(parents=True, exist_ok=True)
    for name in ("Scripts/python.exe", "xlwings32-0.37.8.dll", "xlwings64-0.37.8.dll"):
        (prefix / name).write_bytes(name.encode())
    environment = {"APPDATA": str(home / "AppData/Roaming"), "LOCALAPPDATA": str(home / "AppData/Local")}
    made = Machine(
        places_of(WINDOWS, home, environment),
        Python(prefix / "Scripts" / "python.exe", prefix, home / "Python311", (3, 11, 9), 64, PACKAGES),
        lambda: BUILD,
        lambda: CONTENT,
        registry(CLICK_TO_RUN, *texts),
        environment,
        home / "AppData/Local/promo_xl/history",
        code_page=1252,
    )
    return replace(made, **facts)


def mac(home: Path, **facts: Any) -> Machine:
    """A Mac on which all is well."""
    prefix, applications = home / "venv", home / "Applications"
    for folder in (prefix / "bin", applications / "Microsoft Excel.app" / "Contents", home / "Documents"):
        folder.mkdir(parents=True, exist_ok=True)
    (prefix / "bin" / "python").write_bytes(b"python")
    (applications / "Microsoft Excel.app" / "Contents" / "Info.plist").write_text(
        '<plist version="1.0"><dict><key>CFBundleShortVersionString</key><string>16.89</string></dict></plist>'
    )
    script = prefix / "xlwings-0.37.8.applescript"
    script.write_text("-- starts Python\n")
    made = Machine(
        replace(places_of(MAC, home, {}), applications=(applications,)),
        Python(prefix / "bin" / "python", prefix, Path("/usr"), (3, 11, 9), 64, PACKAGES),
        lambda: BUILD,
        lambda: CONTENT,
        history=home / "Library/Application Support/promo_xl/history",
        script=script,
    )
    return replace(made, **facts)


def linux(home: Path, **facts: Any) -> Machine:
    """A computer on which Excel does not run."""
    python = Python(Path(sys.executable), Path(sys.prefix), Path(sys.base_prefix), (3, 11, 7), 64, PACKAGES)
    return replace(Machine(places_of("linux", home, {}), python, lambda: BUILD, lambda: CONTENT), **facts)


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder, and every folder as an entry without content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def another(build: str, content: bytes) -> dict[str, Callable[[], object]]:
    """What a Machine says about another version of the add-in."""
    return {"build_id": lambda: build, "build": lambda: content}
