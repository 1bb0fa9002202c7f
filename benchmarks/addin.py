"""`python benchmarks/addin.py`: the add-in's build, a plan with macros, and what marks and a schedule cost.

Every time is one of a whole process by the clock; only the ratios mean anything.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.run import ratio
from promo_xl.addin.build import build_addin

BUILD = "from promo_xl.addin.build import build_addin; build_addin()"
SAME = "from promo_xl.addin.build import build_id; build_id()"
NEW = ("new", "新品", "--launch", "2027-06-01", "--lang", "zh", "--as-of", "2027-05-01", "--overwrite")
WELL = {0, 1}  # 1: a plan with findings


def python(*arguments: str) -> Callable[[], None]:
    """One run of Python with these arguments."""

    def work() -> None:
        code = subprocess.run([sys.executable, *arguments], check=False, stdout=subprocess.DEVNULL).returncode
        assert code in WELL, arguments

    return work


def promo(*arguments: str | Path) -> Callable[[], None]:
    """One run of a command of promo_xl."""
    return python("-m", "promo_xl", *map(str, arguments))


def wall(work: Callable[[], object]) -> float:
    """Seconds by the clock of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def said(name: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    """Measure and print one line of the report."""
    times, first, second = ratio(one, other, wall)
    print(f"{name:<66} {times:6.2f} x   ({first:7.1f} ms : {second:7.1f} ms)")


def measure(folder: Path) -> None:
    """Print every ratio, then the sizes of the files."""
    bare = python("-c", "pass")
    said("build the add-in / start of bare Python", python("-c", BUILD), bare)
    said("see whether it is this build / start of bare Python", python("-c", SAME), bare)
    macros, plain = (promo(*NEW, "--format", kind, "-o", folder / kind) for kind in ("xlsm", "xlsx"))
    said(".xlsm plan / .xlsx plan", macros, plain)
    xlsm, xlsx = next((folder / "xlsm").glob("*.xlsm")), next((folder / "xlsx").glob("*.xlsx"))

    def on_copy(*arguments: str) -> Callable[[], None]:
        fresh = folder / "fresh.xlsx"

        def work() -> None:
            shutil.copy(xlsx, fresh)
            promo(*arguments, fresh)()

        return work

    said("check --mark, with a copy in the history / check", on_copy("check", "--mark"), on_copy("check"))
    said("schedule, the same / check", on_copy("schedule"), on_copy("check"))
    print(
        f"promo_xl.xlam {len(build_addin()):,} bytes; .xlsm {xlsm.stat().st_size:,}, .xlsx {xlsx.stat().st_size:,}"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["PROMO_XL_HISTORY"] = str(Path(temporary) / "history")
        measure(Path(temporary))
