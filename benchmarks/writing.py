"""Filling and writing one workbook, against other ways to write the same; then its values, and all of a batch.

    python benchmarks/writing.py

In the first part each way knows every value beforehand. Each round takes other products: default plans in Chinese
whose launch days are spread over a year, stamped from traces of others.
"""

import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import plain_openpyxl, templated_xltpl
from benchmarks.compared import ROUNDS, Compared, Work, compared
from benchmarks.plain_xlsxwriter import Script, recorded
from benchmarks.products import SETTING, Known, brief_of, plan_of
from promo_xl.batches.jobs import Job, Order, make_all
from promo_xl.batches.specs import basis_of
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.recalled import Recalled
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook import deflate, pieces
from promo_xl.workbook.press import Press
from promo_xl.workbook.write import Edition, Imprint, write

MANY = 8  # workbooks in a round of what takes milliseconds
PRODUCTS = ROUNDS * MANY
EDITION = Edition.of(load_book(), "zh", Imprint(datetime(2026, 6, 10), "推广计划", "xlam"))


class MemoisedWorksheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet, which prepares each formula once."""

    _prepare_formula = lru_cache(maxsize=None)(Worksheet._prepare_formula)


class MemoisedWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook with such worksheets."""

    worksheet_class = MemoisedWorksheet


@contextmanager
def packing_with(library: Any, level: int) -> Iterator[None]:
    """Pack with this library, whatever is installed."""
    with ExitStack() as patches:
        patches.enter_context(patch.multiple(deflate, _library=library, LEVEL=level))
        patches.enter_context(patch.object(pieces, "crc32", library.crc32))
        yield


def libraries() -> dict[str, tuple[Any, int]]:
    """What packs, by name; isal only where it is installed."""
    found: dict[str, tuple[Any, int]] = {"zlib": (zlib, 6)}
    try:
        from isal import isal_zlib
    except ImportError:
        return found
    return {**found, "isal": (isal_zlib, 2)}


@dataclass(frozen=True, slots=True)
class Stamping:
    """A press with its traces made, and the values of products to be stamped."""

    press: Press
    values: list[Known]
    target: Path

    def work(self, number: int) -> None:
        """Stamp a product and write the file."""
        self.target.write_bytes(self.press.stamped(self.values[number % len(self.values)]))


def stamping(values: list[Known], target: Path) -> Stamping:
    """A press that has traced a product of each shape, and stamped all once."""
    press = Press(EDITION)
    made = Stamping(press, values, target)
    for number in range(len(values)):
        made.work(number)
    return made


def scripts_of(values: list[Known]) -> list[Script]:
    """Plain scripts of the first products, one for each round."""
    scripts = []
    for one in values[:ROUNDS]:
        with recorded() as script:
            write(one, EDITION, BytesIO())
        scripts.append(script)
    return scripts


def measure() -> Iterator[str]:
    """All lines of the report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        values = [Known(Workings(plan_of(number), EDITION.book, "zh")) for number in range(PRODUCTS)]
        scripts = scripts_of(values)
        for one in values:
            write(one, EDITION, BytesIO())  # every value is computed now

        def plain(number: int) -> None:
            scripts[number % ROUNDS].play(str(folder / "plain.xlsx"))

        plain(0)
        calls, size = len(scripts[0].calls), (folder / "plain.xlsx").stat().st_size
        yield f"one workbook, its values known: {calls:,} calls of XlsxWriter, {size / 1024:.0f} KiB"
        yield f"{'':<52}{'CPU ms':>8}{'wall ms':>9}{'plain / it: CPU':>17}{'wall':>7}"
        for title, work, times in ways(folder, values, scripts):
            yield line(title, compared(plain, work, (1, times)))
        yield from whole(folder, plain)


def ways(folder: Path, values: list[Known], scripts: list[Script]) -> Iterator[tuple[str, Work, int]]:
    """Every way to write the workbook: what it is, one run, runs in a round."""
    target = str(folder / "other.xlsx")

    def script(number: int) -> Script:
        return scripts[number % ROUNDS]

    yield (
        "XlsxWriter, each formula prepared once, in memory",
        lambda n: script(n).play(target, MemoisedWorkbook, in_memory=True),
        1,
    )
    yield "our builder", lambda n: write(values[n % ROUNDS], EDITION, target), 1
    for name, (library, level) in libraries().items():
        with packing_with(library, level):
            stamps = stamping(values, folder / "stamped.xlsx")
            yield f"stamped, packed with {name}", stamps.work, MANY
    yield (
        "openpyxl: no cached values, charts, colours by text",
        lambda n: plain_openpyxl.written(script(n), target),
        1,
    )
    template = str(folder / "ours.xlsx")
    write(values[-1], EDITION, template)
    yield (
        "openpyxl fills a template: no cached values",
        lambda n: plain_openpyxl.filled(template, script(n), target),
        1,
    )
    yield from _xltpl(folder, template, scripts)


def _xltpl(folder: Path, workbook: str, scripts: list[Script]) -> Iterator[tuple[str, Work, int]]:
    try:
        import xltpl  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        return
    template = str(folder / "template.xlsx")
    templated_xltpl.made_template(workbook, scripts[0], template)
    render = templated_xltpl.rendering(template)
    render(scripts[0], str(folder / "rendered.xlsx"))  # the first one compiles the template
    yield (
        "xltpl: no tables, colours, charts, cached values",
        lambda n: render(scripts[n % ROUNDS], str(folder / "rendered.xlsx")),
        1,
    )


def whole(folder: Path, plain: Work) -> Iterator[str]:
    """The values of plans alone, and products of a batch from their briefs to their files."""
    plans = [plan_of(number) for number in range(PRODUCTS)]
    recalled = Recalled()

    def values(number: int, memory: Recalled | None) -> None:
        values = Workings(plans[number % PRODUCTS], EDITION.book, "zh", recalled=memory)
        for sheet_asks in asks:
            sheet_asks.of(values)

    asks = next(iter(_pressed(plans)._masters.values())).trace.asks  # type: ignore[union-attr]
    for number in range(PRODUCTS):
        values(number, recalled)
    yield "values of a plan, all formulas and conclusions, nothing written"
    yield line("alone", compared(plain, lambda n: values(n, None), (1, MANY)))
    yield line("in a batch", compared(plain, lambda n: values(n, recalled), (1, MANY)))
    yield "a product in a batch: brief, plan, values, workbook, digest, file safe on disk"
    out = folder / "out"
    out.mkdir()
    order = Order(out, SETTING, many=True)
    order = replace(order, basis=basis_of(order))
    for name, (library, level) in libraries().items():
        with packing_with(library, level):
            make = _making(order, name)
            for number in range(PRODUCTS):
                make(-1 - number)
            yield line(f"packed with {name}", compared(plain, make, (1, MANY)))


def _pressed(plans: list[Any]) -> Press:
    press = Press(EDITION)
    press.workbook(plans[0])
    return press


def _making(order: Order, name: str) -> Callable[[int], None]:
    from promo_xl.batches import jobs

    jobs._press.cache_clear()

    def make(number: int) -> None:
        (outcome,) = make_all([Job(brief_of(number % PRODUCTS), f"{name}{number}.xlsx")], order)
        assert outcome.status == "made", outcome

    return make


def line(title: str, found: Compared) -> str:
    """A line of the table."""
    return f"{title:<52}{found.second.cpu:>8.1f}{found.second.wall:>9.1f}{found.cpu:>15.2f} x{found.wall:>5.1f} x"


if __name__ == "__main__":
    for text in measure():
        print(text, flush=True)
