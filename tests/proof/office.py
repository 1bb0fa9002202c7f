"""Runs LibreOffice with a profile of its own that recalculates every workbook it loads."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.proof.validator import ToolMissingError

MAC_OFFICE = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def soffice() -> str:
    """The LibreOffice program."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None and MAC_OFFICE.is_file():
        found = str(MAC_OFFICE)
    if found is None:
        raise ToolMissingError("LibreOffice", "no soffice on the path")
    return found


def profile(workdir: Path) -> str:
    """A fresh user profile inside `workdir`, as the option that LibreOffice takes.

    Without it LibreOffice keeps the cached values of most files: a mere load proves nothing.
    """
    user = workdir / "profile" / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    return f"-env:UserInstallation={(workdir / 'profile').resolve().as_uri()}"


def run(command: Sequence[str], said: Path, timeout: float) -> str:
    """Runs a program and all that it starts, ends them all after the time, and tells what they said."""
    with said.open("wb") as output:
        # soffice is a script around the real program, which would outlive it and hold a pipe open
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            process.wait(timeout)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return f"exit code {process.returncode}: {said.read_text(encoding='utf-8', errors='replace').strip()}"


def convert(files: Sequence[Path], workdir: Path, *, timeout: float = 300) -> list[Path]:
    """Loads, recalculates and saves every file as .xlsx, in one process; the results in the same order."""
    came, went = workdir / "came", workdir / "went"
    for folder in (came, went):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    copies = [came / f"{number:04}{file.suffix.lower()}" for number, file in enumerate(files)]
    for file, copy in zip(files, copies, strict=True):
        shutil.copyfile(file, copy)
    command = [soffice(), profile(workdir), "--headless", "--norestore", "--convert-to", "xlsx", "--outdir"]
    said = run([*command, str(went), *map(str, copies)], workdir / "said.txt", timeout)
    results = [went / f"{copy.stem}.xlsx" for copy in copies]
    lost = [str(file) for file, result in zip(files, results, strict=True) if not result.is_file()]
    if lost:
        raise RuntimeError(f"LibreOffice did not write {', '.join(lost)}: {said}")
    return results
