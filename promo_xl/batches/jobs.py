"""Makes workbooks from briefs, several at once; one bad product never stops the others."""

import multiprocessing
import os
import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from threading import Thread

from promo_xl.batches.names import unique_stems
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.compose import PlacingError, Setting, compose
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.atomic import write_atomically
from promo_xl.workbook.macros import Macros, finished
from promo_xl.workbook.read import read_workbook
from promo_xl.workbook.write import Imprint, build

AHEAD = 4  # jobs waiting per process, so that memory stays flat however long the list is


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for every workbook of a run; with `macros` each is its own add-in, an .xlsm."""

    folder: Path
    setting: Setting
    templates: Path | None = None
    overwrite: bool = False
    tell_all: bool = False
    host: Host = "xlam"
    macros: Macros | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one product: `made`, `unchanged` or `failed` with the reasons."""

    product: str
    path: Path
    status: str
    findings: tuple[Finding, ...] = ()


def workbook_bytes(promotion: Promotion, order: Order) -> bytes:
    """The workbook of a plan; the same plan and as-of date give the same bytes."""
    book, language = load_book(order.templates), order.setting.language
    created = datetime.combine(order.setting.as_of, time())
    target = BytesIO()
    title = wording(language, order.templates).word("title")
    build(promotion, book, language, target, Imprint(created, title, order.host, order.macros))
    return finished(target.getvalue(), order.macros.ribbon) if order.macros else target.getvalue()


def make(brief: Brief, path: Path, order: Order) -> Outcome:
    """Make one workbook, or say why not; a file that is there with other content is kept."""
    try:
        promotion = compose(brief, load_book(order.templates), order.setting)
        return store(promotion, path, order)
    except RefusedError as refusal:
        return Outcome(brief.product, path, "failed", refusal.findings)
    except PlacingError as error:
        return Outcome(brief.product, path, "failed", (Finding("PLACING", details={"problem": str(error)}),))
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        return Outcome(brief.product, path, "failed", (Finding("BROKEN", details={"problem": problem}),))


def store(promotion: Promotion, path: Path, order: Order) -> Outcome:
    """Write the workbook of a plan to `path`, unless a file with other content stands there."""
    content = workbook_bytes(promotion, order)
    if path.is_file():
        if path.read_bytes() == content:
            return Outcome(promotion.product, path, "unchanged")
        if not order.overwrite:
            finding = Finding("OUTPUT_EXISTS", details={"file": path.name})
            return Outcome(promotion.product, path, "failed", (finding,))
        if (other := _product_in(path, order)) not in {None, promotion.product}:
            finding = Finding("OUTPUT_OTHER", details={"file": path.name, "other": other})
            return Outcome(promotion.product, path, "failed", (finding,))
    write_atomically(path, content)
    return Outcome(promotion.product, path, "made")


def _product_in(path: Path, order: Order) -> str | None:
    """Whose workbook stands there; None if it is nobody's."""
    try:
        return read_workbook(path, load_book(order.templates)).product
    except RefusedError:
        return None


def paths_of(briefs: Sequence[Brief], order: Order) -> list[Path]:
    """A path for every product, none in the way of another."""
    suffix = wording(order.setting.language, order.templates).word("file_title")
    ending = f"{suffix}.xlsm" if order.macros else f"{suffix}.xlsx"
    return [order.folder / f"{stem}-{ending}" for stem in unique_stems([brief.product for brief in briefs])]


def run(briefs: Sequence[Brief], order: Order, jobs: int) -> Generator[Outcome, None, None]:
    """Make all workbooks and yield each outcome, in their order. Closing stops it; what is begun ends."""
    paths = paths_of(briefs, order)
    if jobs <= 1 or len(briefs) <= 1:
        yield from (make(brief, path, order) for brief, path in zip(briefs, paths, strict=True))
        return
    with _processes(jobs) as executor:
        waiting: list[tuple[Brief, Path, Future[Outcome]]] = []
        for brief, path in zip(briefs, paths, strict=True):
            waiting.append((brief, path, executor.submit(make, brief, path, order)))
            if len(waiting) >= jobs * AHEAD:
                yield _settled(*waiting.pop(0))
        for job in waiting:
            yield _settled(*job)


def _settled(brief: Brief, path: Path, future: "Future[Outcome]") -> Outcome:
    try:
        return future.result()
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        return Outcome(brief.product, path, "failed", (Finding("BROKEN", details={"problem": problem}),))


def _end_with_parent() -> None:
    """A process whose parent was killed ends too, instead of waiting for work for ever.

    Ctrl+C in a terminal reaches all processes; the parent alone answers it, and says when to end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


@contextmanager
def _processes(jobs: int) -> Iterator[Executor]:
    executor = ProcessPoolExecutor(jobs, initializer=_end_with_parent)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=True, cancel_futures=True)
        raise
    executor.shutdown()
