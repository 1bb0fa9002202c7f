"""`make bench`: ratios within one run; absolute times mean nothing on a shared machine."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import calling_cells, conflicts, functions, quantities, schedules
from benchmarks.plain_xlsxwriter import recorded
from promo_xl.batches.demo import in_progress, load_demo
from promo_xl.batches.products import read_products
from promo_xl.plan.brief import Brief
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.compose import Setting, compose
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.read import read_workbook
from promo_xl.workbook.write import Imprint, build

ROUNDS = 7
STAMP = Imprint(datetime(2026, 6, 1))
BRIEF = Brief("新品", date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 30), budget=4e5)
SETTING = Setting("zh", date(2026, 6, 10))


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


Clock = Callable[[Callable[[], object]], float]


def ratio(a: Callable[[], object], b: Callable[[], object], clock: Clock = cpu) -> tuple[float, float, float]:
    """Median of a/b over pairs whose order is swapped each time, with the medians of both in ms."""
    firsts, seconds = [], []
    for turn in range(ROUNDS):
        if turn % 2:
            seconds.append(clock(b))
            firsts.append(clock(a))
        else:
            firsts.append(clock(a))
            seconds.append(clock(b))
    ratios = [x / y for x, y in zip(firsts, seconds, strict=True)]
    return statistics.median(ratios), statistics.median(firsts) * 1000, statistics.median(seconds) * 1000


def said(name: str, measured: tuple[float, float, float]) -> None:
    """One line of the report."""
    times, first, second = measured
    print(f"{name:<66} {times:6.2f} x   ({first:7.1f} ms : {second:7.1f} ms CPU)")


def writing(folder: Path) -> None:
    """Workbooks written by the builder, values and all, and read back, against a plain XlsxWriter script."""
    demo = load_demo("zh")
    plain = compose(BRIEF, load_book(), SETTING)
    write_one("default plan", plain, folder)
    write_one("running campaign", in_progress(compose(demo.briefs[0], load_book(), SETTING), demo), folder)


def write_one(name: str, plan: Promotion, folder: Path) -> None:
    """One workbook: whole, and read back."""
    book, ours, theirs = load_book(), str(folder / "ours.xlsx"), str(folder / "theirs.xlsx")
    with recorded() as script:
        build(plan, book, "zh", ours, STAMP)

    def plain() -> None:
        script.play(theirs)

    plain()
    print(f"{name}: {len(script.calls)} calls, {Path(ours).stat().st_size / 1024:.0f} KiB")
    said("  the whole workbook / plain script", ratio(lambda: build(plan, book, "zh", ours, STAMP), plain))
    said("  reading it back / plain script", ratio(lambda: read_workbook(ours, book), plain))


def lists(folder: Path) -> None:
    """Reading a product list: ten times the rows, ten times the work."""

    def made(rows: int) -> Path:
        path = folder / f"{rows}.csv"
        path.write_text(
            "产品,上市日期\n" + "".join(f"产品{i},2026-06-01\n" for i in range(rows)), encoding="utf-8"
        )
        return path

    small, large = made(1_000), made(10_000)
    book = load_book()
    said(
        "product list: 10,000 rows / 1,000 rows",
        ratio(
            lambda: read_products(large, book, SETTING.as_of), lambda: read_products(small, book, SETTING.as_of)
        ),
    )


def main() -> None:
    """All measurements."""
    with tempfile.TemporaryDirectory() as name:
        writing(Path(name))
        lists(Path(name))
    for line in (
        *schedules.measure(),
        *conflicts.measure(),
        *quantities.measure(),
        *functions.measure(),
        *calling_cells.measure(),
    ):
        print(line)


if __name__ == "__main__":
    main()
