"""Installing the add-in: one file at one place, the user's settings, a folder for the talk with Excel.

Everything is examined first; a refusal changes nothing. A second run changes nothing either.
"""

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.ansi_path import usable
from promo_xl.addin.leftovers import doubles
from promo_xl.addin.machine import Machine
from promo_xl.addin.obstacles import interpreter, obstacles
from promo_xl.addin.places import WINDOWS
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.user_settings import Reading
from promo_xl.workbook.atomic import write_atomically

KEPT = (
    user_settings.LANGUAGE,
    user_settings.TEMPLATES,
    user_settings.OUTPUT,
    user_settings.BUILD,
    user_settings.SHA256,
    user_settings.SCRIPTS,
)
PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Installed:
    """What was done: `state` is `installed`, `replaced`, `settings` or `same`; `notes` are worth telling."""

    state: str
    settings: Mapping[str, str]
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    file: Path
    content: bytes


def install(
    machine: Machine, plans_folder: str, *, settings_only: bool = False, work: Path | None = None
) -> Installed:
    """Install; `plans_folder` is the name of the folder for new plans, used where none is set yet.

    `work` is where Excel and Python hand each other files, if not at its usual place. Raises RefusedError.
    """
    before = user_settings.reading(machine.places.settings)
    folder = str(work or _usual_work(machine, before))
    written = folder
    if machine.system == WINDOWS:  # on a Mac it passes no shell and no code page
        written = usable(folder, machine.system, machine.code_page, machine.short_path).text
    findings = list(obstacles(machine))
    if not written:
        details = {"path": folder, "code_page": machine.code_page}
        findings.append(Finding("ADDIN_WORK_PATH", details=details))
    if findings:
        raise RefusedError(findings)
    values = {
        machine.interpreter_key: interpreter(machine),
        user_settings.WORK: written,
        user_settings.OUTPUT: str(machine.places.documents / plans_folder),
        user_settings.LANGUAGE: user_settings.AUTO,
        **{key: value for key, value in before.known.items() if key in KEPT},
    }
    there = machine.places.addin.is_file()
    steps: list[_Step] = []
    if not settings_only:
        steps, facts = _addin(machine, before)
        values |= facts
    wanted = _settings(before, values)
    fresh = not (before.there and not before.problem and machine.places.settings.read_bytes() == wanted)
    if not steps and not fresh and Path(folder).is_dir():
        return Installed("same", values, doubles(machine))
    if any(step.file == machine.places.addin for step in steps) and machine.excel_runs():
        raise RefusedError([_excel_runs(machine)])
    notes = list(doubles(machine))
    if before.problem:
        notes.append(_put_aside(machine, before))
    _make(Path(folder))
    for step in [*steps, _Step(machine.places.settings, wanted)]:
        _write(machine, step)
    if settings_only or not any(step.file == machine.places.addin for step in steps):
        return Installed("settings", values, tuple(notes))
    return Installed("replaced" if there else "installed", values, tuple(notes))


def _usual_work(machine: Machine, before: Reading) -> Path:
    """The folder of before if it is still there, else the usual one."""
    known = machine.work_folder(before.known)
    return known if known.is_dir() else machine.places.work


def _settings(before: Reading, values: Mapping[str, str]) -> bytes:
    """The whole file: ours in their order, then what a newer version may have put there."""
    own = [(key, values[key]) for key in user_settings.KEYS if key in values]
    other = [(key, value) for key, value in before.pairs if key not in user_settings.KEYS]
    return user_settings.write_lines([*own, *other]).encode("ascii")


def _addin(machine: Machine, before: Reading) -> tuple[list[_Step], dict[str, str]]:
    """The files to write, and what the settings say about them. An add-in of this build is not built again."""
    steps, build = [], machine.build_id()
    digest = sha256(machine.places.addin)
    known = (before.known.get(user_settings.BUILD), before.known.get(user_settings.SHA256))
    if not digest or known != (build, digest):
        content = machine.build()
        if digest != hashlib.sha256(content).hexdigest():
            digest = hashlib.sha256(content).hexdigest()
            steps.append(_Step(machine.places.addin, content))
    facts = {user_settings.BUILD: build, user_settings.SHA256: digest}
    if machine.places.scripts is not None and machine.script is not None:
        script, content = machine.places.scripts / machine.script.name, machine.script.read_bytes()
        mine = before.known.get(user_settings.SCRIPTS, "")
        if not script.is_file():
            mine = f"{script.name}:{hashlib.sha256(content).hexdigest()}"
        if not script.is_file() or script.read_bytes() != content:
            steps.append(_Step(script, content))
        if mine:
            facts[user_settings.SCRIPTS] = mine
    return steps, facts


def sha256(file: Path) -> str:
    """The checksum of a file; empty where there is none."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _put_aside(machine: Machine, before: Reading) -> Finding:
    old = machine.places.old_settings
    try:
        machine.places.settings.replace(old)
    except OSError as error:
        raise RefusedError([_unwritable(machine.places.settings, error)]) from None
    details = {"file": str(machine.places.settings), "old": str(old), **why(before)}
    return Finding("ADDIN_SETTINGS_REPLACED", Severity.WARNING, details=details)


def why(reading: Reading) -> dict[str, object]:
    """Why a settings file cannot be read, for a sentence."""
    known = reading.problem in {"size", "ascii", "line", "sign"}
    return {"reason": f"settings_{reading.problem}" if known else reading.problem, "line": reading.line}


def _write(machine: Machine, step: _Step) -> None:
    _make(step.file.parent)
    with contextlib.suppress(OSError):  # what a crash of Excel left; the one of an open file cannot be removed
        step.file.with_name(f"~${step.file.name}").unlink()
    try:
        write_atomically(step.file, step.content, PATIENCE_SECONDS)
    except RefusedError as refusal:
        if step.file == machine.places.addin and any(f.code == "OUTPUT_OPEN" for f in refusal.findings):
            raise RefusedError([_excel_runs(machine)]) from None
        raise


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError([_unwritable(folder, error)]) from None


def _unwritable(path: Path, error: OSError) -> Finding:
    details = {"folder": str(path), "problem": error.strerror or str(error)}
    return Finding("OUTPUT_FOLDER", details=details, place=str(path))


def _excel_runs(machine: Machine) -> Finding:
    return Finding("ADDIN_EXCEL_RUNS", details={"file": str(machine.places.addin)})
