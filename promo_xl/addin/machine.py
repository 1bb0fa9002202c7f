"""A computer as installing and examining see it: facts, and the few questions that only the system answers.

`this_machine` asks the real one; everything else takes a Machine, so that a test may describe any computer.
"""

import ctypes
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.places import MAC, WINDOWS, Places, places_of
from promo_xl.addin.registry import Recorded, Registry, WindowsRegistry
from promo_xl.refresh.history_files import history_folder

PACKAGES = ("xlwings", "pywin32", "pyOpenVBA", "openpyxl", "XlsxWriter", "PyYAML", "chinesecalendar", "tqdm")
SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
OLDEST_PYTHON = (3, 11)
_STORE = ("windowsapps", "pythonsoftwarefoundation.")


@dataclass(frozen=True, slots=True)
class Python:
    """The Python that runs, and that Excel shall start; `packages` are the versions of those that count."""

    executable: Path
    prefix: Path
    base_prefix: Path
    version: tuple[int, ...]
    bits: int
    packages: Mapping[str, str] = field(default_factory=dict)

    @property
    def store(self) -> bool:
        """True for the one of the Microsoft Store, and for environments made with it."""
        texts = (str(path).casefold() for path in (self.executable, self.prefix, self.base_prefix))
        return any(part in text for text in texts for part in _STORE)

    @property
    def kind(self) -> str:
        """`store`, `conda`, `venv` or `plain`."""
        if self.store:
            return "store"
        if (self.prefix / "conda-meta").is_dir():
            return "conda"
        return "venv" if self.prefix != self.base_prefix else "plain"

    def dlls(self) -> dict[int, Path]:
        """xlwings' DLLs by the bits of the Excel that takes them, where the add-in looks for them."""
        version, found = self.packages.get("xlwings", ""), {}
        for folder in (self.executable.parent.parent, self.executable.parent):
            for bits in (32, 64):
                if (path := folder / f"xlwings{bits}-{version}.dll").is_file():
                    found[bits] = path
        return found


@dataclass(frozen=True, slots=True)
class Machine:
    """One user's computer. `zone` answers the mark that Windows gives to files from the internet."""

    places: Places
    python: Python
    build_id: Callable[[], str]
    build: Callable[[], bytes]
    registry: Registry = field(default_factory=Recorded)
    environment: Mapping[str, str] = field(default_factory=dict)
    history: Path = Path()
    script: Path | None = None
    code_page: int = 65001
    short_path: Callable[[str], str] = lambda path: ""
    excel_runs: Callable[[], bool] = lambda: False
    zone: Callable[[Path], str] = lambda path: ""

    @property
    def system(self) -> str:
        """`win32`, `darwin`, or another on which Excel does not run."""
        return self.places.system

    @property
    def interpreter_key(self) -> str:
        """The setting that names Python here."""
        return user_settings.INTERPRETER_MAC if self.system == MAC else user_settings.INTERPRETER_WIN

    def work_folder(self, known: Mapping[str, str]) -> Path:
        """Where Excel and Python hand each other files: the whole path that the settings name, else the usual."""
        named = self._named_work(known)
        return Path(named) if Path(named).is_absolute() else self.places.work

    def unfit_work(self, known: Mapping[str, str]) -> str:
        """The folder of the settings that is passed over because it is no whole path; empty if there is none."""
        named = self._named_work(known)
        return named if named and not Path(named).is_absolute() else ""

    def _named_work(self, known: Mapping[str, str]) -> str:
        named = known.get(user_settings.WORK, "")
        return user_settings.expanded(named, self.environment) if self.system == WINDOWS else named


def this_machine() -> Machine:
    """The computer that this runs on."""
    from promo_xl.addin.build import build_addin, build_id

    user_settings.mend_environment()
    registry: Registry = WindowsRegistry() if sys.platform == WINDOWS else Recorded()
    moved = registry.values(SHELL_FOLDERS).get("personal")
    documents = Path(user_settings.expanded(moved)) if isinstance(moved, str) else None
    places = replace(places_of(sys.platform, Path.home(), os.environ, documents), settings=user_settings.path())
    python = _this_python()
    return Machine(
        places,
        python,
        build_id,
        build_addin,
        registry,
        os.environ,
        history_folder(),
        _script(python) if sys.platform == MAC else None,
        _code_page(),
        _short_path,
        _excel_runs,
        _zone,
    )


def _this_python() -> Python:
    executable = Path(sys.executable)
    if executable.name.casefold() == "pythonw.exe":
        executable = executable.with_name("python.exe")
    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return Python(
        executable,
        Path(sys.prefix),
        Path(sys.base_prefix),
        tuple(sys.version_info[:3]),
        struct.calcsize("P") * 8,
        packages,
    )


def _script(python: Python) -> Path | None:
    """The AppleScript by which the installed xlwings starts Python on a Mac."""
    from importlib.util import find_spec

    found = find_spec("xlwings")
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0]) / f"xlwings-{python.packages.get('xlwings', '')}.applescript"
    return path if path.is_file() else None


def _code_page() -> int:
    if sys.platform != "win32":
        return 65001
    return int(ctypes.windll.kernel32.GetACP())


def _short_path(path: str) -> str:
    """The 8.3 form of a path, whose end need not be there yet; empty where Windows keeps none."""
    if sys.platform != "win32":
        return ""
    there = Path(path)
    while not there.exists() and there != there.parent:
        there = there.parent
    found = ctypes.create_unicode_buffer(32768)
    if not ctypes.windll.kernel32.GetShortPathNameW(str(there), found, len(found)):
        return ""
    return str(Path(found.value) / Path(path).relative_to(there))


def _excel_runs() -> bool:
    """Whether this user has Excel open; a system that does not answer counts as no."""
    if sys.platform == "win32":
        session = ctypes.c_ulong()
        ctypes.windll.kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(session))
        tasklist = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "tasklist.exe"
        filters = ("/FI", "IMAGENAME eq EXCEL.EXE", "/FI", f"SESSION eq {session.value}")
        return b"excel.exe" in _answer(str(tasklist), *filters, "/NH", "/FO", "CSV").lower()
    if sys.platform == "darwin":
        return bool(_answer("/usr/bin/pgrep", "-U", str(os.getuid()), "-x", "Microsoft Excel").strip())
    return False


def _answer(*command: str) -> bytes:
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return run.stdout


def _zone(path: Path) -> str:
    try:
        return Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
