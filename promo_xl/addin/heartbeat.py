"""How a process of its own shows every few seconds that it lives, and how far it is."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from promo_xl.addin.jobs import write_progress
from promo_xl.addin.tickets import Request

BEAT_SECONDS = 5.0
LOOK_SECONDS = 0.2


@contextmanager
def heartbeat(request: Request, now: Callable[[], tuple[int, int, str]]) -> Iterator[None]:
    """Say what `now` gives (done, total, text) when it changes, and every few seconds while a step takes long."""
    ended = Event()

    def beat() -> None:
        said: tuple[int, int, str] | None = None
        due = 0.0
        while not ended.is_set():
            with suppress(Exception):  # Excel may be reading; the next beat comes soon
                if (told := now()) != said or time.monotonic() >= due:
                    said, due = told, time.monotonic() + BEAT_SECONDS
                    write_progress(request, *told, os.getpid())
            ended.wait(LOOK_SECONDS)

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
