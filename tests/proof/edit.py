"""What planners do to a generated workbook, done by LibreOffice; the result is recalculated and saved.

Cannot see: how Excel itself grows a table below its last row, fills, undoes or autocorrects. Formulas
and tables in the result are LibreOffice's rendering of them: read values from it, do not lint it.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.proof.book import Book
from tests.proof.office import profile, run, soffice
from tests.proof.validator import ToolMissingError

SCRIPT = Path(__file__).with_name("office_edits.py")
MAC_PYTHON = Path("/Applications/LibreOffice.app/Contents/Resources/python")


@dataclass(frozen=True, slots=True)
class InsertRow:
    """A new row after the table's data row `after` (from 1), filled by its calculated columns.

    `entire` inserts a row of the sheet, else only the table's cells move down.
    """

    table: str
    after: int
    entire: bool = False


@dataclass(frozen=True, slots=True)
class SortTable:
    """The data rows in the order of one column."""

    table: str
    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class MoveColumn:
    """A column of a table dragged to the place before another one, or to the end (None)."""

    table: str
    column: str
    before: str | None


@dataclass(frozen=True, slots=True)
class HideColumn:
    """A column of a sheet, by its letters, out of sight."""

    sheet: str
    column: str


@dataclass(frozen=True, slots=True)
class SetCell:
    """A number, a text, or nothing (None) typed into a cell; a date is its serial number."""

    sheet: str
    cell: str
    value: float | str | None


Step = InsertRow | SortTable | MoveColumn | HideColumn | SetCell


def edited(path: str | Path, steps: Sequence[Step], workdir: str | Path) -> Path:
    """The workbook after these steps, recalculated: read it with `cached_values`."""
    return edited_each([(path, steps)], workdir)[0]


def edited_each(tasks: Sequence[tuple[str | Path, Sequence[Step]]], workdir: str | Path) -> list[Path]:
    """The same for many workbooks, in one process; the results in the same order."""
    folder = Path(workdir).resolve() / "edits"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tasks_of_job = [_task(Path(path), steps, folder, number) for number, (path, steps) in enumerate(tasks)]
    job = {"office": [soffice(), profile(folder)], "tasks": tasks_of_job}
    script = folder / "job.json"
    script.write_text(json.dumps(job), encoding="utf-8")
    said = run([office_python(), "-I", str(SCRIPT), str(script)], folder / "said.txt", timeout=300)
    results = [Path(task["went"]) for task in tasks_of_job]
    if not all(result.is_file() for result in results):
        raise RuntimeError(f"LibreOffice could not edit, {said}")
    return results


def office_python() -> str:
    """A Python that can talk to LibreOffice."""
    for candidate in ("/usr/bin/python3", str(MAC_PYTHON), sys.executable):
        if Path(candidate).is_file():
            probe = subprocess.run([candidate, "-I", "-c", "import uno"], capture_output=True, check=False)
            if probe.returncode == 0:
                return candidate
    raise ToolMissingError("LibreOffice's Python bridge", "no Python here can `import uno`")


def _task(path: Path, steps: Sequence[Step], folder: Path, number: int) -> dict[str, Any]:
    came = folder / f"{number:04}_came{path.suffix.lower()}"
    shutil.copyfile(path, came)
    tables = {
        table.name: {
            "headers": table.header_rows,
            "totals": table.totals_rows,
            "calculated": [column.name for column in table.columns if column.formula is not None],
        }
        for _, table in Book(path).tables.values()
    }
    return {
        "came": str(came),
        "went": str(folder / f"{number:04}_went.xlsx"),
        "tables": tables,
        "steps": [{"do": type(step).__name__, **asdict(step)} for step in steps],
    }
