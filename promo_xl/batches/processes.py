"""Processes that work for a batch, and end with it."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from threading import Thread


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
def processes(jobs: int) -> Iterator[Executor]:
    """So many processes; they have ended when the block is left."""
    executor = ProcessPoolExecutor(jobs, initializer=_end_with_parent)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=True, cancel_futures=True)
        raise
    executor.shutdown()
