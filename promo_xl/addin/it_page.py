"""A page for the IT department: what runs, where it lies, which processes start, which policies matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.doctor_policy import COMMAND_PROMPT, COMMON_TRUSTED, SECURITY, TRUSTED
from promo_xl.addin.install import sha256
from promo_xl.addin.machine import PACKAGES, Machine
from promo_xl.addin.obstacles import interpreter
from promo_xl.addin.places import WINDOWS
from promo_xl.version import VERSION

# What has to hold for the add-in to run, below the policies of Office, and the name of its sentence:
# `it_policy_<name>` in the labels.
POLICIES = (
    ("trusted", rf"{TRUSTED}\AllLocationsDisabled"),
    ("locations", rf"{COMMON_TRUSTED}\Allow User Locations"),
    ("addins", rf"{SECURITY}\DisableAllAddins"),
    ("vba", r"Common\VBAOff"),
    ("untrusted", rf"{SECURITY}\VBAWarnings"),
    ("untrusted", rf"{SECURITY}\RequireAddinSig"),
    ("untrusted", rf"{SECURITY}\BlockContentExecutionFromInternet"),
    ("cmd", rf"{COMMAND_PROMPT}\DisableCMD"),
)
LICENCES = {
    "promo_xl": "MIT",
    "xlwings": "BSD-3-Clause",
    "pywin32": "PSF-2.0",
    "pyOpenVBA": "MIT",
    "openpyxl": "MIT",
    "XlsxWriter": "BSD-2-Clause",
    "PyYAML": "MIT",
    "chinesecalendar": "MIT",
    "tqdm": "MPL-2.0 AND MIT",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A file or folder of the add-in; `what` is the key of its name, without a checksum if it changes or lacks."""

    what: str
    path: Path
    sha256: str = ""


def files(machine: Machine) -> Iterator[Named]:
    """Everything on this computer that belongs to the add-in."""
    places, known = machine.places, user_settings.reading(machine.places.settings).known
    if places.startup is not None:
        yield Named("addin", places.addin, sha256(places.addin))
    yield Named("settings", places.settings)
    yield Named("work", machine.work_folder(known))
    yield Named("history", machine.history)
    yield Named(
        "python", Path(interpreter(machine) or machine.python.executable), sha256(machine.python.executable)
    )
    if machine.system == WINDOWS:
        for path in machine.python.dlls().values():
            yield Named("dll", path, sha256(path))
    if machine.script is not None and places.scripts is not None:
        script = places.scripts / machine.script.name
        yield Named("script", script, sha256(script))


def parts(machine: Machine) -> dict[str, tuple[str, str]]:
    """Version and licence of each part that is installed."""
    versions = {"promo_xl": VERSION, **machine.python.packages}
    return {name: (versions[name], LICENCES[name]) for name in ("promo_xl", *PACKAGES) if name in versions}
