"""The schedule of random plans against sorting their tasks by start, and against networkx; ratios within one run.

python benchmarks/schedules.py [--million]
"""

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path

import networkx as nx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from promo_xl.plan.calendar import WorkCalendar
from promo_xl.plan.schedule import plan_schedule
from promo_xl.plan.tasks import Link, Task

CALENDAR = WorkCalendar(holidays=frozenset(date(2026, 10, day) for day in range(1, 9)))
TYPES = ("FS", "FS", "FS", "SS", "FF", "SF")
SMALL, LARGE = 10_000, 100_000


def random_plan(count: int) -> list[Task]:
    """Tasks within two years, each after one or two random earlier ones, by links of all types."""
    chance = random.Random(count)
    tasks = []
    for number in range(count):
        start = date(2026, 1, 1) + timedelta(chance.randrange(700))
        links = tuple(
            Link(str(chance.randrange(number)), chance.choice(TYPES), chance.randrange(-2, 4))
            for _ in range(chance.choice((1, 2)) if number else 0)
        )
        end = start + timedelta(chance.randrange(12))
        tasks.append(Task(str(number), f"任务{number}", start, end, predecessors=links))
    return tasks


def with_networkx(tasks: Iterable[Task]) -> tuple[dict[str, int], dict[str, int]]:
    """Early and late starts by networkx: a graph of the links, longest paths over it both ways."""
    graph = nx.DiGraph()
    for task in tasks:
        graph.add_node(task.id, days=CALENDAR.workdays(task.start, task.end) if task.start and task.end else 0)
    days = graph.nodes(data="days")
    for task in tasks:
        for link in task.predecessors:
            weight = link.lag + (days[link.predecessor] if link.type[0] == "F" else 0)
            weight -= days[task.id] if link.type[1] == "F" else 0
            known = graph.get_edge_data(link.predecessor, task.id)
            graph.add_edge(link.predecessor, task.id, weight=max(weight, known["weight"]) if known else weight)
    order = list(nx.topological_sort(graph))
    early: dict[str, int] = {}
    for node in order:
        early[node] = max((early[before] + arc["weight"] for before, arc in graph.pred[node].items()), default=0)
        early[node] = max(early[node], 0)
    finish = max(early[node] + days[node] for node in order)
    late: dict[str, int] = {}
    for node in reversed(order):
        late[node] = min((late[after] - arc["weight"] for after, arc in graph.succ[node].items()), default=finish)
        late[node] = min(late[node], finish - days[node])
    return early, late


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one run; what it made is thrown away outside of them."""
    gc.collect()
    start = time.process_time()
    made = work()
    spent = time.process_time() - start
    del made
    return spent


def times(work: Callable[[], object], unit: Callable[[], object], rounds: int) -> float:
    """The median of work/unit over pairs."""
    return statistics.median(seconds(work) / seconds(unit) for _ in range(rounds))


def measure(sizes: Iterable[int] = (1_000, 10_000, 100_000)) -> list[str]:
    """A line per size: the schedule, the schedule with every task read, and networkx, in sorts of the tasks.

    From 100,000 tasks on a third of the reading is Python's garbage collector, which walks all tasks again.
    """
    return [_measured(size) for size in sizes]


def _measured(size: int) -> str:
    tasks = random_plan(size)
    rounds = 7 if size <= SMALL else 3

    def by_start() -> object:
        return sorted(tasks, key=attrgetter("start"))

    def computed() -> object:
        return plan_schedule(tasks, CALENDAR)

    def read() -> object:
        schedule = plan_schedule(tasks, CALENDAR)
        return schedule, list(schedule.values())

    if size <= SMALL:
        slacks = [row.total_slack for row in plan_schedule(tasks, CALENDAR).values()]
        early, late = with_networkx(tasks)
        assert slacks == [late[task.id] - early[task.id] for task in tasks]
    core, whole = times(computed, by_start, rounds), times(read, by_start, rounds)
    graph = times(lambda: with_networkx(tasks), by_start, rounds if size <= LARGE else 1)
    milliseconds = seconds(computed) * 1000
    return (
        f"schedule of {size:>9,} tasks: {core:5.1f} x sorting them ({milliseconds:,.0f} ms), "
        f"every task read {whole:5.1f} x, networkx {graph:6.1f} x = {graph / whole:4.1f} times as long"
    )


def main() -> None:
    """All measurements; a million tasks only if asked for."""
    sizes = [1_000, 10_000, 100_000, *([1_000_000] if "--million" in sys.argv[1:] else [])]
    for size in sizes:
        print(*measure([size]), sep="\n", flush=True)


if __name__ == "__main__":
    main()
