"""Waits for what may never answer, so that whoever waits can still stop, and does not wait for ever."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_SECONDS = 0.1


class OverdueError(Exception):
    """The work took longer than it was given."""


def waited_for(work: Callable[[], T], seconds: float, look: Callable[[], None] = lambda: None) -> T:
    """What `work` gives or raises, done in a thread of its own; `look` is called now and then, and may raise.

    Work that is left (Ctrl+C, what `look` raises, OverdueError after so many seconds) goes on unheard and keeps no
    process from ending. No C library that waits without end keeps anybody from leaving.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            ended.set()

    deadline = time.monotonic() + seconds
    threading.Thread(target=run, daemon=True).start()
    while not ended.wait(LOOK_SECONDS):
        look()
        if time.monotonic() >= deadline:
            raise OverdueError
    for error in errors:
        raise error
    return results[0]
