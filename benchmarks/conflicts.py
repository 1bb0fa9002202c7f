"""Finding every conflict of a plan, as a multiple of sorting its tasks by their start.

    python benchmarks/conflicts.py [--million] [--profile]

The plans are made: 20 tasks per owner, one after the other with a few overlaps, one owner in ten with units,
1.5 predecessors per task, a fault in every hundredth task, a division of labour, and rows in no order.
"""

import cProfile
import pstats
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.conflicts import find_conflicts
from promo_xl.plan.findings import Finding
from promo_xl.plan.people import Member
from promo_xl.plan.tasks import Link, Task

SMALL, LARGE, MILLION = (1_000, 10_000), (100_000,), 1_000_000
PER_OWNER = 20
FIRST = date(2026, 1, 5)
CALENDAR = WorkCalendar(holidays=frozenset(FIRST + timedelta(days=n) for n in range(60, 2000, 45)))
DAYS = [FIRST + timedelta(days=n) for n in range(2000)]
WORKING = [day for day in DAYS if CALENDAR.is_workday(day)]
LINKS = ("FS",) * 8 + ("SS", "FF")


def made(count: int) -> tuple[list[Task], list[Member]]:
    """A plan of `count` tasks and its people; the same one every time."""
    chance = random.Random(count)
    dated: list[tuple[int, int, str]] = []
    owners = [f"成员{number}" for number in range(-(-count // PER_OWNER))]
    for number, owner in enumerate(owners):
        day = chance.randrange(500)
        for _ in range(PER_OWNER):
            length = chance.randint(1, 5)
            dated.append((day, day + length, f"{owner}[40%]" if number % 10 == 0 else owner))
            day += length + chance.randint(0, 2) - (chance.random() < 0.02)
    dated = sorted(dated[:count])
    tasks = [_task(number, dated, chance) for number in range(len(dated))]
    chance.shuffle(tasks)
    members = [Member(owner, "", owner, available_from=DAYS[0], available_to=DAYS[-1]) for owner in owners]
    return tasks, members


def _task(number: int, dated: list[tuple[int, int, str]], chance: random.Random) -> Task:
    first, last, owner = dated[number]
    links = []
    for _ in range(chance.choice((1, 2))):
        earlier = chance.randrange(max(0, number - 2000), number + 1)
        if dated[earlier][1] <= first:
            links.append(Link(str(earlier), chance.choice(LINKS)))
    task = Task(
        str(number),
        f"任务{number}",
        WORKING[first],
        WORKING[last - 1],
        float(last - first),
        (owner,),
        tuple(links),
        "not_started",
        deadline=WORKING[last + 3],
    )
    if chance.random() > 0.01:
        return task
    return chance.choice(
        (
            replace(task, end=None),
            replace(task, duration=99.0),
            replace(task, owners=()),
            replace(task, predecessors=(Link("没有"),)),
            replace(task, start=task.start and task.start - timedelta(days=1)),
        )
    )


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(sizes: Iterable[int] = (*SMALL, *LARGE)) -> list[str]:
    """A line per size: the median of the ratios, and the medians of both times."""
    return [_measured(*made(size), rounds=7 if size < LARGE[0] else 3) for size in sizes]


def _measured(tasks: list[Task], members: list[Member], rounds: int) -> str:
    ours, sorting = [], []
    for _ in range(rounds):
        sorting.append(cpu(lambda: sorted(tasks, key=attrgetter("start"))))
        ours.append(cpu(lambda: found(tasks, members)))
    ratio = statistics.median(a / b for a, b in zip(ours, sorting, strict=True))
    first, second = statistics.median(ours) * 1000, statistics.median(sorting) * 1000
    count = len(found(tasks, members))
    return (
        f"conflicts of {len(tasks):>9,} tasks ({count:,} found) / sorting them by start"
        f" {ratio:6.1f} x   ({first:9.1f} ms : {second:7.1f} ms CPU)"
    )


def found(tasks: list[Task], members: list[Member]) -> list[Finding]:
    """All kinds of conflicts."""
    return find_conflicts(tasks, CALENDAR, (DAYS[0], DAYS[-1]), members=members)


def main(arguments: list[str]) -> None:
    """The measurements, or where the time goes."""
    if "--profile" in arguments:
        tasks, members = made(LARGE[0])
        with cProfile.Profile() as profile:
            found(tasks, members)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return
    for size in (*SMALL, *LARGE, *((MILLION,) if "--million" in arguments else ())):
        print(*measure((size,)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
