"""Taking the add-in off: everything that installing, older versions and running left; files of others stay."""

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.install import sha256
from promo_xl.addin.leftovers import leftovers, listed
from promo_xl.addin.machine import Machine
from promo_xl.addin.places import LEFTOVER, TICKET_FILE
from promo_xl.addin.settings_file import why
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.user_settings import Reading

_SCRIPT = re.compile(r"xlwings-[0-9A-Za-z.]+\.applescript")
_TEMPORARY = re.compile(r"\.promo_xl-[0-9a-f]+\.tmp")
_ANY = re.compile(r".*", re.DOTALL)
_HISTORY_FOLDER = re.compile(r"[0-9a-f]{32}")
_HISTORY_FILE = re.compile(r"\d{20}-[0-9a-f]{8}\.snapshot|index\.jsonl|\.[0-9a-f]{12}\.tmp|lock")


@dataclass(frozen=True, slots=True)
class Removed:
    """What is gone, and what was left for a reason."""

    files: tuple[Path, ...]
    notes: tuple[Finding, ...] = ()


def uninstall(machine: Machine, *, with_history: bool = False) -> Removed:
    """Remove what is ours; raises RefusedError, with nothing changed, while Excel is open.

    The add-in goes first and the settings last: what cannot be removed leaves an add-in that works, or
    settings from which a second run knows what is left.
    """
    reading = user_settings.reading(machine.places.settings)
    known = reading.known
    work = {machine.places.work, machine.work_folder(known)}
    addin, settings = _addin(machine), _settings(machine)
    others = list(_others(machine, known.get(user_settings.SCRIPTS, ""), work))
    if with_history:
        others += _history(machine.history)
    files = [*addin, *others, *settings]
    if files and machine.excel_runs():
        raise RefusedError([Finding("ADDIN_EXCEL_RUNS", details={"file": str(files[0])})])
    for step, paths in (("addin", addin), ("others", others), ("settings", settings)):
        problems = [finding for path in paths if (finding := _removed(path, step))]
        if problems:
            raise RefusedError(problems)
    above = [folder.parent for folder in work if folder.parent.name == "promo_xl"]
    for folder in (*_copies(machine), *work, *above):
        _without(folder)
    if machine.places.settings.parent.name == ".promo_xl":
        _without(machine.places.settings.parent)
    if with_history:
        for folder in (*_history_folders(machine.history), machine.history, machine.history.parent):
            if folder != machine.history.parent or folder.name == "promo_xl":
                _without(folder)
    return Removed(tuple(files), (*_unread(reading), *_left(machine, work)))


def _addin(machine: Machine) -> list[Path]:
    startup = machine.places.startup
    return [] if startup is None else [path for path in listed(startup, LEFTOVER) if path == machine.places.addin]


def _settings(machine: Machine) -> list[Path]:
    places = machine.places
    present = listed(places.settings.parent, _ANY)
    return [path for path in (places.old_settings, places.settings) if path in present]


def _others(machine: Machine, scripts: str, work: Iterable[Path]) -> Iterator[Path]:
    yield from leftovers(machine)
    for folder in work:
        yield from listed(folder, TICKET_FILE)
    for folder in _copies(machine):
        yield from listed(folder, _ANY)
    yield from listed(machine.places.settings.parent, _TEMPORARY)
    if machine.places.scripts is not None:
        yield from listed(machine.places.scripts, _TEMPORARY)
        yield from _own_scripts(machine.places.scripts, scripts)


def _copies(machine: Machine) -> list[Path]:
    """Folders with the copy of a workbook, which a button that was broken off left at the usual place."""
    with contextlib.suppress(OSError):
        found = (path for path in machine.places.work.iterdir() if TICKET_FILE.fullmatch(path.name))
        return [path for path in found if path.is_dir() and not path.is_symlink()]
    return []


def _own_scripts(folder: Path, scripts: str) -> Iterator[Path]:
    """AppleScripts that installing put there, where nobody had one, and that are still the same."""
    for entry in filter(None, scripts.split(",")):
        name, _, digest = entry.partition(":")
        if _SCRIPT.fullmatch(name) and sha256(folder / name) == digest:
            yield folder / name


def _history_folders(history: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in history.iterdir() if _HISTORY_FOLDER.fullmatch(path.name) and path.is_dir())
    return []


def _history(history: Path) -> list[Path]:
    return [path for folder in (history, *_history_folders(history)) for path in listed(folder, _HISTORY_FILE)]


def _removed(path: Path, step: str) -> Finding | None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        details = {"file": str(path), "problem": error.strerror or str(error), "reason": step}
        return Finding("ADDIN_NOT_REMOVED", details=details, place=path.name)
    return None


def _without(folder: Path) -> None:
    """Remove a folder that is empty."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def _unread(reading: Reading) -> Iterator[Finding]:
    if reading.problem:
        yield Finding("ADDIN_SETTINGS_UNREAD", Severity.INFO, details=why(reading))


def _left(machine: Machine, work: Iterable[Path]) -> Iterator[Finding]:
    if _history(machine.history):
        yield Finding("ADDIN_HISTORY_KEPT", Severity.INFO, details={"folder": str(machine.history)})
    own = [machine.places.settings.parent] if machine.places.settings.parent.name == ".promo_xl" else []
    for folder in (*work, *own):
        if user_settings.folder_named(str(folder)):
            yield Finding("ADDIN_FOLDER_KEPT", Severity.INFO, details={"folder": str(folder)})
    if machine.places.scripts is not None:
        for path in listed(machine.places.scripts, _SCRIPT):
            yield Finding("ADDIN_SCRIPT_KEPT", Severity.INFO, details={"file": str(path)})
