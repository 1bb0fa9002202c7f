"""Batches by one process and by two, and of two hundred, a thousand and ten thousand products.

    python benchmarks/scaling.py [PRODUCTS ...]

Each batch is a run of its own, from the list to the manifest; nothing of it stays. What else the computer does
meanwhile takes from two processes more than from one: the best of several runs is told besides the median.
"""

import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ROUNDS, PRODUCTS, FIRST = 5, 300, 100
SIZES = (200, 1_000, 10_000)
RUN = "--run"


@dataclass(frozen=True, slots=True)
class Ran:
    """A batch that was made: workbooks a second, CPU, and the most memory of parent and worker in MB.

    The clock runs from the hundredth workbook on, when every worker has its traces. `cpu` is in milliseconds for
    each workbook, of all processes, and `leading` the part of it that the parent spends.
    """

    rate: float
    cpu: float
    leading: float
    parent: float
    worker: float


def run(products: int, processes: int) -> Ran:
    """Make a batch in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, RUN, str(products), str(processes), folder]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Ran(**json.loads(said))


def made_here(products: int, processes: int, folder: Path) -> Ran:
    """Make a batch with processes of this one."""
    from benchmarks.products import SETTING, brief_of
    from promo_xl.batches.batch import begin
    from promo_xl.batches.crews import crew_of
    from promo_xl.batches.jobs import Order
    from promo_xl.batches.open_list import open_list
    from promo_xl.sheetspec.load import load_book

    listed = folder / "products.csv"
    rows = (brief_of(number) for number in range(products))
    listed.write_text(
        "产品,上市日期,预算\n" + "".join(f"{one.product},{one.launch},{one.budget:.0f}\n" for one in rows),
        encoding="utf-8",
    )
    out = folder / "out"
    out.mkdir()
    batch = begin(open_list(listed, load_book(), SETTING.as_of), Order(out, SETTING))
    made = begun = 0.0
    for outcome in batch.outcomes(crew_of(processes, batch.total)):
        assert outcome.status == "made", outcome
        made += 1
        begun = time.perf_counter() if made == FIRST else begun
    rate = (made - FIRST) / (time.perf_counter() - begun)
    for worker in multiprocessing.active_children():
        worker.join()  # only then the system counts it
    parent, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = [who.ru_utime + who.ru_stime for who in (parent, workers)]
    each = [1000 * one / products for one in seconds]
    return Ran(rate, sum(each), each[0], parent.ru_maxrss / 1024, workers.ru_maxrss / 1024)


def measure(sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """All lines of the report."""
    yield f"workbooks a second from the {FIRST}th on, by one process and by two; each pair measured in turn"
    ratios, shares = [], []
    for turn in range(ROUNDS):
        ran = {}
        for processes in (1, 2) if turn % 2 else (2, 1):
            ran[processes] = run(PRODUCTS, processes)
        one, two = ran[1], ran[2]
        ratios.append(two.rate / one.rate)
        shares.append(2 * one.cpu / two.cpu)
        yield (
            f"  {one.rate:5.1f} and {two.rate:5.1f}: {ratios[-1]:.2f} x; "
            f"CPU of each {one.cpu:.1f} and {two.cpu:.1f} ms, {two.leading:.1f} of it in the parent: "
            f"{shares[-1]:.2f} x"
        )
    for name, found in (("by the clock", ratios), ("by the CPU", shares)):
        yield f"  {name}: best {max(found):.2f} x, median {statistics.median(found):.2f} x"
    for size in sizes:
        many = run(size, 2)
        yield (
            f"{size:>6,} products by two processes: {1000 / many.rate:5.1f} ms each, {many.cpu:.1f} ms CPU; "
            f"at most {many.parent:4.0f} MB in the parent, {many.worker:4.0f} MB in a worker"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == [RUN]:
        print(json.dumps(asdict(made_here(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))))
    else:
        for line in measure([int(one) for one in sys.argv[1:]] or SIZES):
            print(line, flush=True)
