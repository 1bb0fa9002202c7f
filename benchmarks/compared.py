"""Two ways of doing one thing, measured in turn: medians of ratios, by the CPU and by the clock."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7
Work = Callable[[int], object]
"""What is measured, given the number of the round."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of one run: of the CPU, and by the clock."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Compared:
    """How many times as long as the second the first takes, and the medians of what both took."""

    cpu: float
    wall: float
    first: Spent
    second: Spent


def spent(work: Work, turn: int, times: int = 1) -> Spent:
    """What one of `times` runs takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    for time_now in range(times):
        work(turn * times + time_now)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Spent(cpu * 1000 / times, wall * 1000 / times)


def compared(first: Work, second: Work, times: tuple[int, int] = (1, 1), rounds: int = ROUNDS) -> Compared:
    """Run both in turn, the order swapped each time; each as often in a round as `times` says."""
    pairs = []
    for turn in range(rounds):
        order = (0, 1) if turn % 2 else (1, 0)
        took = {one: spent((first, second)[one], turn, times[one]) for one in order}
        pairs.append((took[0], took[1]))
    return Compared(
        statistics.median(a.cpu / b.cpu for a, b in pairs),
        statistics.median(a.wall / b.wall for a, b in pairs),
        *(
            Spent(statistics.median(one.cpu for one in side), statistics.median(one.wall for one in side))
            for side in zip(*pairs, strict=True)
        ),
    )
