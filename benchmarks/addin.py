"""The add-in's build, a plan with macros, and a check's marks and schedule on a plan, as ratios within one run.

python benchmarks/addin.py
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ROUNDS = 7
BUILD = "from promo_xl.addin.build import build_addin; build_addin()"
SAME = "from promo_xl.addin.build import build_id; build_id()"


def wall(work: Callable[[], object]) -> float:
    """Seconds by the clock of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(name: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    """Print the median of the ratios over pairs whose order is swapped each time."""
    ratios = []
    for turn in range(ROUNDS):
        pair = (one, other) if turn % 2 else (other, one)
        times = [wall(work) for work in pair]
        ratios.append(times[0] / times[1] if turn % 2 else times[1] / times[0])
    print(f"{name:<66} {statistics.median(ratios):6.2f} x   ({min(ratios):.2f} to {max(ratios):.2f})")


def main() -> None:
    """Print every ratio, then the sizes of the files."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PROMO_XL_HISTORY"] = str(Path(folder) / "history")
        measure(Path(folder))


def measure(folder: Path) -> None:
    """Measure with files in `folder`."""
    from promo_xl.addin.build import build_addin

    def python(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)

    def promo(*arguments: str | Path) -> None:
        command = [sys.executable, "-m", "promo_xl", *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def new(kind: str, target: str) -> Sequence[str | Path]:
        made = ("new", "新品", "--launch", "2027-06-01", "--lang", "zh", "--as-of", "2027-05-01")
        return (*made, "--format", kind, "--overwrite", "-o", folder / target)

    def bare() -> None:
        python("pass")

    ratio("build the add-in / start of bare Python", lambda: python(BUILD), bare)
    ratio("see whether it is this build / start of bare Python", lambda: python(SAME), bare)
    ratio(".xlsm plan / .xlsx plan", lambda: promo(*new("xlsm", "m")), lambda: promo(*new("xlsx", "x")))
    plan, macros = next((folder / "x").glob("*.xlsx")), next((folder / "m").glob("*.xlsm"))
    size = plan.stat().st_size
    fresh = folder / "fresh.xlsx"

    def on_copy(*arguments: str) -> Callable[[], None]:
        def work() -> None:
            shutil.copy(plan, fresh)
            subprocess.run(
                [sys.executable, "-m", "promo_xl", *arguments, str(fresh)], check=False, stdout=subprocess.DEVNULL
            )

        return work

    read = on_copy("check")
    ratio("check --mark (with a copy in the history) / check", on_copy("check", "--mark"), read)
    ratio("schedule (the same) / check", on_copy("schedule"), read)
    print(f"promo_xl.xlam {len(build_addin()):,} bytes; .xlsm {macros.stat().st_size:,}, .xlsx {size:,} bytes")


if __name__ == "__main__":
    main()
