"""How long and how often an API is asked before it is given up."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from promo_xl.plan.findings import RefusedError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an API is waited for, in seconds, how often it is asked, how many bytes it may answer."""

    connect: float = 10
    read: float = 30
    tries: int = 4
    first_wait: float = 1
    longest_wait: float = 30
    deadline: float = 600
    most_bytes: int = 4 * 1024 * 1024


class AgainError(Exception):
    """A failure that may pass; `refusal` is what is said if it does not, `wait` the seconds to wait before."""

    def __init__(self, refusal: RefusedError, wait: float | None = None) -> None:
        super().__init__()
        self.refusal, self.wait = refusal, wait


def persist(action: Callable[[], T], patience: Patience, end: float, tries: int | None = None) -> T:
    """What the action gives, tried again after each AgainError, but not past the moment `end` (monotonic)."""
    left = patience.tries if tries is None else tries
    wait = patience.first_wait
    while True:
        try:
            return action()
        except AgainError as error:
            failure = error
        left -= 1
        pause = min(wait if failure.wait is None else failure.wait, patience.longest_wait)
        if left <= 0 or time.monotonic() + pause >= end:
            raise failure.refusal
        time.sleep(pause)
        wait *= 2
