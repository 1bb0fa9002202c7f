"""Makes the workbooks of many jobs with a crew; whoever dies meanwhile, every job has its outcome."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from promo_xl.batches.crews import Crew, Fate, Making
from promo_xl.batches.jobs import Job, Order, Outcome, broken, failed
from promo_xl.batches.names import unique_stems
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding
from promo_xl.sheetspec.wording import wording

MOST_DEATHS = 2  # of processes that worked on one product alone


class CrewLostError(Exception):
    """Those who made the workbooks are gone, and no others are to be had; what is left was not made."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A chunk and its outcomes to come."""

    jobs: tuple[Job, ...]
    making: Making


def ending_of(order: Order) -> str:
    """What every file's name ends with."""
    suffix = wording(order.setting.language, order.templates).word("file_title")
    return f"-{suffix}.xlsm" if order.macros else f"-{suffix}.xlsx"


def jobs_of(briefs: Sequence[Brief], order: Order) -> list[Job]:
    """A job for every product, none with a file in the way of another."""
    stems = unique_stems([brief.product for brief in briefs])
    return [Job(brief, f"{stem}{ending_of(order)}") for brief, stem in zip(briefs, stems, strict=True)]


def run(
    jobs: Iterable[Job], order: Order, crew: Crew, late: Callable[[Outcome], None] = lambda _: None
) -> Generator[Outcome, None, None]:
    """Make all workbooks and yield each outcome, in their order; raises CrewLostError.

    Closing stops it; what is begun ends whole. `late` hears of what ended after that, or after the crew was lost.
    """
    coming, waiting = iter(jobs), deque[_Sent]()
    try:
        with crew:
            try:
                while chunk := tuple(islice(coming, crew.chunk)):
                    waiting.append(_sent(chunk, order, crew))
                    if len(waiting) >= crew.ahead:
                        yield from _settled(waiting[0], order, crew)
                        waiting.popleft()
                while waiting:
                    yield from _settled(waiting[0], order, crew)
                    waiting.popleft()
            finally:
                for sent in waiting:
                    sent.making.cancel()
    finally:
        for sent in waiting:
            for outcome in _ended(sent.making):
                late(outcome)


def _ended(making: Making) -> tuple[Outcome, ...]:
    """The outcomes of a chunk that is made by now."""
    if not making.done() or making.cancelled() or making.exception() is not None:
        return ()
    return making.result()


def _sent(jobs: tuple[Job, ...], order: Order, crew: Crew) -> _Sent:
    try:
        return _Sent(jobs, crew.submit(jobs, order))
    except Exception as error:
        raise CrewLostError(_shown(error)) from error


def _settled(sent: _Sent, order: Order, crew: Crew) -> Iterator[Outcome]:
    """The outcomes of a chunk; where its process has died, each product is made again alone."""
    try:
        outcomes = sent.making.result()
    except Exception as error:
        if crew.fate(error) is Fate.GONE:
            raise CrewLostError(_shown(error)) from error
    else:
        yield from outcomes
        return
    alone = crew.alone()
    try:
        for job in sent.jobs:
            yield _alone(job, order, alone)
    finally:
        if alone is not crew:
            alone.close()


def _alone(job: Job, order: Order, crew: Crew) -> Outcome:
    """The outcome of one product; a process that dies now tells by which."""
    for _ in range(MOST_DEATHS):
        try:
            return crew.submit((job,), order).result()[0]
        except Exception as error:
            match crew.fate(error):
                case Fate.FAILED:
                    return failed(job, order, broken(error))
                case Fate.GONE:
                    raise CrewLostError(_shown(error)) from error
    return failed(job, order, Finding("KILLED", details={"times": MOST_DEATHS}))


def _shown(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
