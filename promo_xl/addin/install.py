"""Installing the add-in: one file at one place, the user's settings, a folder for the talk with Excel.

A refusal changes nothing, even one that comes half way. A second run changes nothing either.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin import settings_file
from promo_xl.addin.ansi_path import usable
from promo_xl.addin.leftovers import doubles
from promo_xl.addin.machine import Machine
from promo_xl.addin.obstacles import interpreter, obstacles
from promo_xl.addin.places import WINDOWS
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.user_settings import Reading
from promo_xl.workbook.atomic import DENIED, write_atomically

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
    machine: Machine,
    plans_folder: str,
    *,
    settings_only: bool = False,
    work: Path | None = None,
    own: Mapping[str, str] | None = None,
) -> Installed:
    """Install; `plans_folder` is the name of the folder for new plans, used where none is set yet.

    `work` is where Excel and Python hand each other files, if not at its usual place; `own` are settings that
    go before those that are there. Raises RefusedError.
    """
    before = user_settings.reading(machine.places.settings)
    folder = work or _usual_work(machine, before)
    values = {
        **_needed(machine, folder),
        user_settings.OUTPUT: str(machine.places.documents / plans_folder),
        user_settings.LANGUAGE: user_settings.AUTO,
        **{key: value for key, value in before.known.items() if key in KEPT and value},
        **(own or {}),
    }
    there = bool(sha256(machine.places.addin))
    steps: list[_Step] = []
    for part in (_script,) if settings_only else (_addin, _script):
        wanted_files, facts = part(machine, before)
        steps += wanted_files
        values |= facts
    wanted = settings_file.content(before, values)
    notes = [*doubles(machine), *_work_note(machine, before, folder)]
    if settings_only and there:
        notes.append(Finding("ADDIN_STAYS", Severity.INFO, details={"file": str(machine.places.addin)}))
    fresh = not before.problem and sha256(machine.places.settings) == hashlib.sha256(wanted).hexdigest()
    if fresh and not steps and user_settings.folder_named(str(folder)):
        return Installed("same", values, tuple(notes))
    replaces = any(step.file == machine.places.addin for step in steps)
    if replaces and machine.excel_runs():
        raise RefusedError([Finding("ADDIN_EXCEL_RUNS", details={"file": str(machine.places.addin)})])
    with ExitStack() as undo:
        if before.problem:
            notes.append(_put_aside(machine, before, undo))
        _make(folder, undo)
        for step in [*steps, _Step(machine.places.settings, wanted)]:
            _write(step, undo)
        undo.pop_all()
    if not replaces:
        return Installed("settings", values, tuple(notes))
    return Installed("replaced" if there else "installed", values, tuple(notes))


def _needed(machine: Machine, folder: Path) -> dict[str, str]:
    """Python and the work folder as the settings name them; raises RefusedError where Excel could not use them."""
    written = str(folder)
    if machine.system == WINDOWS:  # on a Mac it passes no shell and no code page
        written = usable(written, machine.system, machine.code_page, machine.short_path).text
    findings = list(obstacles(machine))
    if not written:
        details = {"path": str(folder), "code_page": machine.code_page}
        findings.append(Finding("ADDIN_WORK_PATH", details=details))
    if findings:
        raise RefusedError(findings)
    return {machine.interpreter_key: interpreter(machine), user_settings.WORK: written}


def _usual_work(machine: Machine, before: Reading) -> Path:
    """The folder of before if it is still there, else the usual one."""
    return user_settings.folder_named(str(machine.work_folder(before.known))) or machine.places.work


def _work_note(machine: Machine, before: Reading, folder: Path) -> list[Finding]:
    relative = machine.unfit_work(before.known)
    details = {"found": relative, "folder": str(folder)}
    return [Finding("ADDIN_WORK_RELATIVE", Severity.WARNING, details=details)] if relative else []


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
    return steps, {user_settings.BUILD: build, user_settings.SHA256: digest}


def _script(machine: Machine, before: Reading) -> tuple[list[_Step], dict[str, str]]:
    """The script by which the buttons start Python on a Mac, those of an .xlsm workbook too; whose it is."""
    if machine.places.scripts is None or machine.script is None:
        return [], {}
    script, content = machine.places.scripts / machine.script.name, machine.script.read_bytes()
    digest, mine = hashlib.sha256(content).hexdigest(), before.known.get(user_settings.SCRIPTS, "")
    if not script.is_file():
        mine = f"{script.name}:{digest}"
    steps = [] if sha256(script) == digest else [_Step(script, content)]
    return steps, {user_settings.SCRIPTS: mine} if mine else {}


def sha256(file: Path) -> str:
    """The checksum of a file; empty where there is none."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _put_aside(machine: Machine, before: Reading, undo: ExitStack) -> Finding:
    settings, old = machine.places.settings, machine.places.old_settings
    try:
        settings.replace(old)
    except OSError as error:
        stuck = {"file": str(settings), "old": str(old), "problem": error.strerror or str(error)}
        raise RefusedError([Finding("ADDIN_SETTINGS_STUCK", details=stuck)]) from None
    undo.callback(_tried, old.replace, settings)
    details = {"file": str(settings), "old": str(old), **settings_file.why(before)}
    return Finding("ADDIN_SETTINGS_REPLACED", Severity.WARNING, details=details)


def _write(step: _Step, undo: ExitStack) -> None:
    _make(step.file.parent, undo)
    with contextlib.suppress(OSError):  # what a crash of Excel left; the one of an open file cannot be removed
        step.file.with_name(f"~${step.file.name}").unlink()
    try:
        before = step.file.read_bytes() if step.file.is_file() else None
        write_atomically(step.file, step.content, PATIENCE_SECONDS)
    except OSError as error:
        raise RefusedError([settings_file.unwritable(step.file, error)]) from None
    except RefusedError as refusal:
        raise RefusedError([_for_installing(finding, step.file) for finding in refusal.findings]) from None
    if before is None:
        undo.callback(_tried, step.file.unlink)
    else:
        undo.callback(_tried, step.file.write_bytes, before)


def _make(folder: Path, undo: ExitStack) -> None:
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            undo.callback(_tried, path.rmdir)
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise RefusedError([settings_file.unwritable(folder, error)]) from None


def _tried(action: Callable[..., object], *arguments: object) -> None:
    with contextlib.suppress(OSError):
        action(*arguments)


def _for_installing(finding: Finding, file: Path) -> Finding:
    """The same, with advice for a file that can have no other name."""
    own = {name: value for name, value in finding.details.items() if (name, value) != ("reason", DENIED)}
    return replace(finding, details={"reason": "install", **own, "file": str(file)})
