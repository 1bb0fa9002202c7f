"""The critical path method over arrows: earliest and latest positions, total and free slack.

Everything is in working days since some day; Kelley and Walker, Critical-Path Planning and Scheduling (1959).
"""

import operator
from typing import NamedTuple

from promo_xl.plan.arrows import Arrows


class Path(NamedTuple):
    """Node by node: the earliest and the latest start, and the start from which others are pushed.

    They count from the project's start, which is 0. The total slack of a node is `late` - `early`, its
    free slack `free` - `early`. The last node finishes at `finish`. `arrows` are those that demanded it.
    """

    early: list[int]
    late: list[int]
    free: list[int]
    finish: int
    arrows: Arrows


def critical_path(arrows: Arrows, lengths: list[int]) -> Path:
    """The schedule in which nothing starts before 0 and nothing ends after the last early finish.

    Lengths 3 and 2, the second after the first -> early [0, 3], late [0, 3], finish 5.
    """
    tasks = arrows.tasks
    early = [0] * arrows.count
    arrows = earliest(arrows, early)
    finish = max(map(operator.add, early, lengths), default=0)
    late = [finish - length for length in lengths]
    # A summary task's nodes hold nothing back by themselves, least of all one that a cycle has cut off.
    late += [max(early, default=0) + finish] * (arrows.count - tasks)
    free = late.copy()
    columns = zip(reversed(arrows.before), reversed(arrows.after), reversed(arrows.weight), strict=True)
    for before, after, weight in columns:
        latest = late[after] - weight
        if latest < late[before]:  # noqa: PLR1730 - min() takes three times as long
            late[before] = latest
        # A summary task's nodes are nobody's dates: what is pushed is what comes behind them.
        pushed = (early[after] if after < tasks else free[after]) - weight
        if pushed < free[before]:  # noqa: PLR1730
            free[before] = pushed
    return Path(early, late, free, finish, arrows)


def earliest(arrows: Arrows, positions: list[int]) -> Arrows:
    """Move `positions` up to what the arrows demand; the arrows that demand it.

    The others are those from all but the first tasks of a summary task to its start.
    """
    if not arrows.first_of:
        for before, after, weight in zip(arrows.before, arrows.after, arrows.weight, strict=True):
            position = positions[before] + weight
            if position > positions[after]:  # noqa: PLR1730 - max() takes three times as long
                positions[after] = position
        return arrows
    reached: set[int] = set()
    first_of = arrows.first_of
    for before, after, weight in zip(arrows.before, arrows.after, arrows.weight, strict=True):
        position = positions[before] + weight
        if after in first_of:
            if after not in reached or position < positions[after]:
                positions[after] = position
            reached.add(after)
        elif position > positions[after]:
            positions[after] = position
    return arrows.without_later_ones(positions)
