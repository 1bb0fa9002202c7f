"""The add-in's files: the settings, the add-in itself, doubles of it, the folder of tickets."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.doctor_excel import found_excel
from promo_xl.addin.install import sha256
from promo_xl.addin.leftovers import leftovers, listed
from promo_xl.addin.machine import Machine
from promo_xl.addin.obstacles import interpreter as this_interpreter
from promo_xl.addin.places import LEFTOVER, NAME, TICKET_FILE, WINDOWS
from promo_xl.addin.settings_file import why
from promo_xl.addin.verdicts import unseen, well, wrong
from promo_xl.plan.findings import Finding, RefusedError

OPTIONS = r"HKCU\Software\Microsoft\Office\16.0\Excel\Options"
_OPEN = re.compile(r"open\d*")


def installed(machine: Machine) -> bool:
    """Whether anything was installed: an add-in or settings, in whatever state."""
    places = machine.places
    if user_settings.reading(places.settings).there:
        return True
    with contextlib.suppress(OSError):
        return places.startup is not None and places.addin.exists()
    return True


def settings(machine: Machine) -> Iterator[Finding]:
    """The settings can be read, mean one thing each, and name folders that are there."""
    file, reading = str(machine.places.settings), user_settings.reading(machine.places.settings)
    if not reading.there:
        if installed(machine):
            yield wrong("DOCTOR_NO_SETTINGS", file=file)
        elif machine.places.startup is not None:
            yield wrong("DOCTOR_NOT_INSTALLED")
    elif reading.problem:
        yield wrong("DOCTOR_SETTINGS", file=file, **why(reading))
    else:
        yield from _folders(machine, reading)
        if reading.unknown:
            yield unseen("DOCTOR_SETTINGS_UNKNOWN", file=file, keys=", ".join(reading.unknown))
        else:
            yield well("DOCTOR_SETTINGS_WELL", file=file)


def _folders(machine: Machine, reading: user_settings.Reading) -> Iterator[Finding]:
    named = reading.known.get(user_settings.TEMPLATES, "")
    file, folder = str(machine.places.settings), user_settings.expanded(named, machine.environment)
    if folder and not user_settings.folder_named(folder):
        yield wrong("DOCTOR_TEMPLATES", folder=folder, file=file)
    if relative := machine.unfit_work(reading.known):
        yield wrong("DOCTOR_WORK_RELATIVE", found=relative, file=file, folder=str(machine.places.work))
    if reading.doubled:
        yield wrong("DOCTOR_SETTINGS_DOUBLED", file=file, keys=", ".join(reading.doubled))


def interpreter(machine: Machine) -> Iterator[Finding]:
    """Excel starts the Python that runs now."""
    named = user_settings.reading(machine.places.settings).known.get(machine.interpreter_key, "")
    if not named:
        yield unseen("DOCTOR_NOT_WITHOUT", reason="without_settings")
    elif not _is_file(named):
        yield wrong("DOCTOR_PYTHON_GONE", path=named, now=str(machine.python.executable))
    elif named != this_interpreter(machine) and not _same(Path(named), machine.python.executable):
        yield wrong("DOCTOR_PYTHON_OTHER", path=named, now=str(machine.python.executable))
    else:
        yield well("DOCTOR_PYTHON_SAME", path=named)


def _is_file(text: str) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return Path(text).is_file()
    return False


def _same(one: Path, other: Path) -> bool:
    """Whether two paths name one environment's Python; those of two environments may be links to one file."""
    with contextlib.suppress(OSError):
        return one.parent.samefile(other.parent) and one.name.casefold() == other.name.casefold()
    return False


def addin(machine: Machine) -> Iterator[Finding]:
    """The add-in is there, is the one that was installed, and is of this version."""
    file = machine.places.addin
    known = user_settings.reading(machine.places.settings).known
    digest = sha256(file)
    if not file.exists() and known and user_settings.SHA256 not in known:
        yield well("DOCTOR_SETTINGS_ONLY", file=str(file))
    elif not file.is_file():
        yield wrong("DOCTOR_NO_ADDIN", file=str(file))
    elif not digest:
        yield unseen("DOCTOR_ADDIN_UNREADABLE", file=str(file))
    elif user_settings.SHA256 not in known:
        yield unseen("DOCTOR_ADDIN_NOT_RECORDED", file=str(file))
    elif known[user_settings.SHA256] != digest:
        yield wrong("DOCTOR_ADDIN_CHANGED", file=str(file), found=digest, expected=known[user_settings.SHA256])
    else:
        yield from _build(machine, known.get(user_settings.BUILD, ""), digest)


def _build(machine: Machine, known: str, digest: str) -> Iterator[Finding]:
    try:
        expected = machine.build_id()
    except RefusedError as refusal:
        yield from refusal.findings
        return
    if known != expected:
        yield wrong("DOCTOR_ADDIN_OLD", file=str(machine.places.addin), found=known[:12], expected=expected[:12])
    else:
        yield well("DOCTOR_ADDIN", file=str(machine.places.addin), build=known[:12], sha256=digest)


def twice(machine: Machine) -> Iterator[Finding]:
    """Excel loads one promo_xl, and no older one."""
    found = [*map(str, leftovers(machine)), *map(str, _elsewhere(machine)), *_opened(machine)]
    for file in found:
        yield wrong("DOCTOR_TWICE", file=file, addin=str(machine.places.addin))
    if not found:
        yield well("DOCTOR_ONCE")


def _elsewhere(machine: Machine) -> Iterator[Path]:
    """In Excel's own XLSTART for all users, and in the folder that a user may have named besides."""
    office = found_excel(machine)
    if machine.system != WINDOWS:
        return
    folders = [office.path.parent / "XLSTART"] if office else []
    named = machine.registry.values(OPTIONS).get("altstartup", "")
    if isinstance(named, str) and named:
        folders.append(Path(user_settings.expanded(named, machine.environment)))
    for folder in folders:
        if folder != machine.places.startup:
            yield from listed(folder, LEFTOVER)


def _opened(machine: Machine) -> Iterator[str]:
    """What Excel's list of add-ins opens: values OPEN, OPEN1, …"""
    for name, value in machine.registry.values(OPTIONS).items():
        if _OPEN.fullmatch(name) and isinstance(value, str) and "promo_xl" in value.casefold():
            yield f"{OPTIONS}\\{name.upper()}: {value}"


def work(machine: Machine) -> Iterator[Finding]:
    """Excel and Python can hand each other files."""
    folder = machine.work_folder(user_settings.reading(machine.places.settings).known)
    probe = folder / f".promo_xl-{secrets.token_hex(6)}.tmp"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield wrong("DOCTOR_WORK", folder=str(folder), problem=error.strerror or str(error))
    else:
        yield well("DOCTOR_WORK_WELL", folder=str(folder))


def script(machine: Machine) -> Iterator[Finding]:
    """On a Mac an AppleScript starts Python; it belongs to one version of xlwings."""
    assert machine.places.scripts is not None, "checked on a Mac alone"
    if machine.script is None:
        yield unseen("DOCTOR_NOT_WITHOUT", reason="without_xlwings")
        return
    file = machine.places.scripts / machine.script.name
    if not file.is_file():
        yield wrong("DOCTOR_NO_SCRIPT", file=str(file))
    elif sha256(file) != sha256(machine.script):
        yield wrong("DOCTOR_SCRIPT_CHANGED", file=str(file))
    else:
        yield well("DOCTOR_SCRIPT", file=str(file))


def fault(machine: Machine) -> Iterator[Finding]:
    """The last fault that the functions in Excel told of, with the newest request of a button."""
    folder = machine.work_folder(user_settings.reading(machine.places.settings).known)
    requests = [path for path in listed(folder, TICKET_FILE) if path.suffix == ".request"]
    if not requests:
        yield unseen("DOCTOR_NO_REQUEST", addin=NAME)
        return
    told = user_settings.first_of_each(user_settings.reading(requests[-1]).pairs)
    said, when = told.get("fault") or told.get("last_error") or "", _when(requests[-1])
    yield wrong("DOCTOR_FAULT", fault=said, when=when) if said else well("DOCTOR_NO_FAULT", when=when)


def _when(ticket: Path) -> str:
    """20260601-090000-001.request as 2026-06-01 09:00."""
    day, hour = ticket.name[:8], ticket.name[9:13]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {hour[:2]}:{hour[2:]}"
