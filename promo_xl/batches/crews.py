"""Those who make the workbooks of a run: this process, processes beside it, or somebody's own executor."""

import os
import signal
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from enum import Enum
from threading import Thread
from types import TracebackType
from typing import Protocol, Self

from promo_xl.batches.jobs import Job, Order, Outcome, make_all
from promo_xl.batches.outputs import Output
from promo_xl.plan.findings import Finding, RefusedError

Making = Future[tuple[Outcome, ...]]
AHEAD = 4  # chunks waiting per process, so that memory stays flat however long the list is
LARGEST_CHUNK = 8


class Fate(Enum):
    """What became of a job's maker: the job `FAILED` and nothing else, its process `DIED`, or all are `GONE`."""

    FAILED = "failed"
    DIED = "died"
    GONE = "gone"


class Crew(Protocol):
    """Takes chunks of jobs; at most `ahead` of them, of `chunk` jobs each, are to wait at a time."""

    ahead: int
    chunk: int

    def submit(self, jobs: Sequence[Job], order: Order) -> Making:
        """Have a chunk made; what it raises has a fate too."""

    def fate(self, error: Exception) -> Fate:
        """What an error that came instead of outcomes says of the crew."""

    def alone(self) -> "Crew":
        """A crew for one product at a time, so that a death tells by which."""

    def close(self) -> None:
        """End; what is begun ends whole, what waits is not begun."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Closing:
    """Closes a crew when its block is left."""

    def close(self) -> None:
        """End."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Here(Closing):
    """This process makes the workbooks, one after the other."""

    ahead = chunk = 1

    def submit(self, jobs: Sequence[Job], order: Order) -> Making:
        """Make the jobs now."""
        future: Making = Future()
        future.set_result(make_all(jobs, order))
        return future

    def fate(self, error: Exception) -> Fate:  # noqa: ARG002
        """Whatever it is, it concerns the job."""
        return Fate.FAILED

    def alone(self) -> Crew:
        """It is alone."""
        return self


class Processes(Closing):
    """So many processes on this computer; one that dies is replaced, and the others do not notice.

    Each has an executor of its own: processes that share a queue share its lock, and one that is killed while it
    holds the lock leaves the others waiting for ever.
    """

    def __init__(self, processes: int, products: int = LARGEST_CHUNK) -> None:
        """`products` is about how many there are to make, so that every process gets its share."""
        self.ahead = processes * AHEAD
        self.chunk = max(1, min(LARGEST_CHUNK, products // (self.ahead or 1)))
        self._hands = [_Hand() for _ in range(processes)]

    def submit(self, jobs: Sequence[Job], order: Order) -> Making:
        """Have a chunk made by the process with the least to do."""
        return min(self._hands, key=_Hand.load).submit(jobs, order)

    def fate(self, error: Exception) -> Fate:
        """A broken executor has lost its process, by one of its jobs or from outside."""
        return Fate.DIED if isinstance(error, BrokenExecutor) else Fate.FAILED

    def alone(self) -> Crew:
        """One process more."""
        return Processes(1)

    def close(self) -> None:
        """End all processes; what is begun ends whole."""
        for making in [making for hand in self._hands for making in hand.makings]:
            making.cancel()
        for hand in self._hands:
            hand.executor.shutdown(wait=True)


class _Hand:
    """One process, and what it has yet to do."""

    def __init__(self) -> None:
        self.executor = _process()
        self.makings: list[Making] = []

    def load(self) -> int:
        """How many chunks wait for it."""
        self.makings = [making for making in self.makings if not making.done()]
        return len(self.makings)

    def submit(self, jobs: Sequence[Job], order: Order) -> Making:
        """Have a chunk made; by a new process if the old one has died."""
        try:
            making = self.executor.submit(make_all, jobs, order)
        except BrokenExecutor:
            self.executor.shutdown(wait=True)
            self.executor = _process()
            making = self.executor.submit(make_all, jobs, order)
        self.makings.append(making)
        return making


def _process() -> Executor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(1, initializer=_end_with_parent)


class Borrowed(Closing):
    """An executor that somebody else has made, and will close."""

    def __init__(self, executor: Executor, hands: int) -> None:
        """`hands` is about how many jobs it works on at once."""
        self.ahead, self.chunk = hands * AHEAD, 1
        self._executor = executor

    def submit(self, jobs: Sequence[Job], order: Order) -> Making:
        """Have a chunk made."""
        return self._executor.submit(make_all, jobs, order)

    def fate(self, error: Exception) -> Fate:
        """What is not ours cannot be made anew."""
        return Fate.GONE if isinstance(error, BrokenExecutor | CancelledError) else Fate.FAILED

    def alone(self) -> Crew:
        """It takes one job at a time anyway."""
        return self


def crew_of(processes: int, products: int = LARGEST_CHUNK) -> Crew:
    """So many processes; one is this process itself."""
    return Processes(processes, products) if processes > 1 and products > 1 else Here()


def crew_for(
    output: Output,
    products: int,
    processes: int,
    *,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> Crew:
    """The crew that was asked for: an executor, a cluster, else processes; raises RefusedError.

    An output that other processes do not see is for this one.
    """
    if executor is not None:
        return Borrowed(executor, max(processes, os.cpu_count() or 1))
    if scheduler and not output.shared:
        raise RefusedError([Finding("STORE_NOT_SHARED", place=str(output))])
    if scheduler:
        from promo_xl.batches.cluster import Cluster

        return Cluster(scheduler, products)
    return crew_of(processes if output.shared else 1, products)


def _end_with_parent() -> None:
    """A process whose parent was killed ends too, instead of waiting for work for ever.

    Ctrl+C in a terminal reaches all processes; the parent alone answers it, and says when to end.
    """
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()
