"""A Dask cluster as the crew of a batch: the templates travel with the jobs, and the workbooks go to one output.

Dask itself replaces workers that die and makes their jobs again; a job that kills one worker after the other is
given up. A scheduler that goes away takes everything along that was not made yet.
"""

from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from promo_xl.batches.crews import AHEAD, LARGEST_CHUNK, Closing, Crew, Fate, Making
from promo_xl.batches.jobs import Job, Order, Outcome, failed, make_all
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.version import VERSION

PATIENCE_SECONDS = 15
CLOSING_SECONDS = 5
_UNPACKED: dict[str, "TemporaryDirectory[str]"] = {}


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order as it travels: with the files of the planner's own templates, and the release that sends it."""

    order: Order
    templates: tuple[tuple[str, bytes], ...]
    version: str = VERSION

    @property
    def digest(self) -> str:
        """What tells these templates from others."""
        return sha256(repr(self.templates).encode()).hexdigest()


def parcel_of(order: Order) -> Parcel:
    """An order ready to travel; a folder is named so that other computers understand it."""
    if isinstance(order.folder, Path):
        order = replace(order, folder=order.folder.resolve())
    folder = order.templates
    if folder is None:
        return Parcel(order, ())
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return Parcel(order, tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files))


def make_parcel(jobs: Sequence[Job], parcel: Parcel) -> tuple[Outcome, ...]:
    """What a worker does: the outcomes of its jobs."""
    if parcel.version != VERSION:
        other = Finding("WORKER_VERSION", details={"found": VERSION, "expected": parcel.version})
        return tuple(failed(job, parcel.order, other) for job in jobs)
    return make_all(jobs, _unpacked(parcel))


def _unpacked(parcel: Parcel) -> Order:
    if not parcel.templates:
        return parcel.order
    if parcel.digest not in _UNPACKED:
        folder = TemporaryDirectory(prefix="promo_xl-templates-")
        for name, content in parcel.templates:
            path = Path(folder.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        # Of two threads that come at once, both have the same files; one of the folders goes.
        _UNPACKED.setdefault(parcel.digest, folder)
    return replace(parcel.order, templates=Path(_UNPACKED[parcel.digest].name))


class Cluster(Closing):
    """The workers of a Dask scheduler; raises RefusedError if it cannot be reached."""

    def __init__(self, address: str, products: int = LARGEST_CHUNK) -> None:
        """`products` is about how many there are to make, so that every worker gets its share."""
        try:
            from distributed import Client, KilledWorker
            from distributed.comm.addressing import get_address_host_port
        except ImportError:
            raise RefusedError([Finding("SCHEDULER_EXTRA", place=address)]) from None
        self._killed: type[Exception] = KilledWorker
        try:
            get_address_host_port(address)  # a client that refuses an address does not go quietly
            self._client = Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
            threads = sum(self._client.nthreads().values())
        except (OSError, ValueError, TimeoutError) as error:
            details = {"problem": f"{type(error).__name__}: {error}"}
            raise RefusedError([Finding("SCHEDULER_UNREACHABLE", details=details, place=address)]) from None
        self._executor = self._client.get_executor(pure=False)
        self._parcel: Parcel | None = None
        self.ahead = max(1, threads) * AHEAD
        self.chunk = max(1, min(LARGEST_CHUNK, products // self.ahead))

    def submit(self, jobs: Sequence[Job], order: Order) -> Making:
        """Have a chunk made."""
        if self._parcel is None:
            self._parcel = parcel_of(order)
        making: Making = self._executor.submit(make_parcel, jobs, self._parcel)
        return making

    def fate(self, error: Exception) -> Fate:
        """Dask says which jobs have killed its workers; what it takes back is lost with the scheduler."""
        if isinstance(error, self._killed):
            return Fate.DIED
        return Fate.GONE if isinstance(error, CancelledError | OSError | TimeoutError) else Fate.FAILED

    def alone(self) -> Crew:
        """One job at a time is alone."""
        return self

    def close(self) -> None:
        """Let go; what no worker has begun is taken back."""
        self._client.close(timeout=CLOSING_SECONDS)
