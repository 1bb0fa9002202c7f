"""One call with a column against a thousand with a cell, through the code of xlwings that Excel on Windows calls.

    python benchmarks/bridge.py

COM itself is left out: a stand-in passes the cells. What Windows adds to every call comes on top.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.functions import pywin32_stand_in as com

ROWS, ROUNDS = 1_000, 7
MODULE = "promo_xl.functions.com_host"


def measure() -> Iterator[str]:
    """CPU of both ways and of the bare core, medians of ratios, the order swapped in turn."""
    com.installed()
    from xlwings import com_server

    from promo_xl.plan.roi import roas

    server = com_server.XLPython()
    chance = random.Random(1)

    def call(*arguments: object) -> object:
        given = tuple(com.argument(one) for one in arguments)
        return server.CallUDF(MODULE, "PROMO_ROI", given, com.workbook(com.Book("promo_xl.xlam")), com.caller())

    def rows() -> list[tuple[float, float]]:
        return [(chance.random() * 1e6, 1 + chance.random() * 1e5) for _ in range(ROWS)]

    def column(cells: list[tuple[float, float]]) -> None:
        call(*(com.Cells(tuple((row[i],) for row in cells)) for i in (0, 1)))

    def single(cells: list[tuple[float, float]]) -> None:
        for revenue, cost in cells:
            call(com.Cells(revenue), com.Cells(cost))

    def core(cells: list[tuple[float, float]]) -> None:
        for revenue, cost in cells:
            roas(revenue, cost)

    call(1.0, 2.0)
    for name, one, other in (
        (f"{ROWS:,} calls of a cell / one call of a column", single, column),
        ("one call of a column / bare core", column, core),
        (f"{ROWS:,} calls of a cell / bare core", single, core),
    ):
        ratios = []
        for turn in range(ROUNDS):
            pair = [(one, rows()), (other, rows())]
            times = [_seconds(work, cells) for work, cells in (pair if turn % 2 else pair[::-1])]
            first, second = times if turn % 2 else times[::-1]
            ratios.append(first / second)
        yield f"{name:<46}{statistics.median(ratios):7.1f} x"


def _seconds(work: Callable[[list[tuple[float, float]]], None], cells: list[tuple[float, float]]) -> float:
    begin = time.process_time()
    work(cells)
    return time.process_time() - begin


if __name__ == "__main__":
    for line in measure():
        print(line)
