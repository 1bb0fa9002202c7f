"""Whole commands from a fresh process, as multiples of the start of bare Python with `import xlsxwriter`.

    python benchmarks/starting.py

Modules are compiled beforehand, as installing does.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.compared import Work, compared

PARTS = {
    "bare Python": ["-c", "pass"],
    "promo-xl --help": ["-m", "promo_xl", "--help"],
    "importing what promo-xl new needs": ["-c", "import promo_xl.cli.new"],
    "… and reading the templates": ["-c", "import promo_xl.cli.new, promo_xl.sheetspec.load as l; l.load_book()"],
}
NEW = ["-m", "promo_xl", "new", "新品", "--launch", "2026-06-01", "--overwrite", "-o"]


def started(arguments: list[str], environment: dict[str, str]) -> Work:
    """A fresh process; a file that is there is taken away, so that it is made again."""

    def work(_: int) -> None:
        if "-o" in arguments:
            for old in Path(arguments[-1]).glob("*.xlsx"):
                old.unlink()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)

    return work


def measure() -> Iterator[str]:
    """All lines of the report; by the clock, since the CPU is that of other processes."""
    with tempfile.TemporaryDirectory() as name:
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment = {**kept, "PYTHONPYCACHEPREFIX": f"{name}/compiled"}
        out = Path(name) / "out"
        out.mkdir()
        bare = started(["-c", "import xlsxwriter"], environment)
        for title, arguments in {**PARTS, "promo-xl new, a workbook": [*NEW, str(out)]}.items():
            work = started(arguments, environment)
            work(0)
            found = compared(work, bare)
            yield (
                f"{title:<40}{found.wall:>6.2f} x import xlsxwriter   "
                f"({found.first.wall:6.1f} ms : {found.second.wall:6.1f} ms by the clock)"
            )


if __name__ == "__main__":
    for line in measure():
        print(line, flush=True)
