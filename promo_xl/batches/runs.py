"""Makes the workbooks of many briefs, several at once."""

from collections.abc import Generator, Sequence
from concurrent.futures import Future
from pathlib import Path

from promo_xl.batches.jobs import Order, Outcome, make
from promo_xl.batches.names import unique_stems
from promo_xl.batches.processes import processes
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding
from promo_xl.sheetspec.wording import wording

AHEAD = 4  # jobs waiting per process, so that memory stays flat however long the list is


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
    with processes(jobs) as executor:
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
