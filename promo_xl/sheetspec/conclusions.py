"""What the plan's core concludes from one promotion; each conclusion is drawn once, and only if asked for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from promo_xl.plan.achievement import Goal, goal_of
from promo_xl.plan.calendar import WorkCalendar, calendar_of
from promo_xl.plan.checks import plan_conflicts
from promo_xl.plan.dates import DateSpan, span_of
from promo_xl.plan.duties import duties_of
from promo_xl.plan.findings import Finding
from promo_xl.plan.goals import UNDATED
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.quantity import Quantity, parse_quantity
from promo_xl.plan.schedule import Schedule, ScheduledTask, plan_schedule
from promo_xl.plan.smart import Smart, smart_check
from promo_xl.plan.tasks import Task
from promo_xl.plan.workload import peak_load

BOTH_SIDES = frozenset({"OVERLAP", "OVERLOAD", "CYCLE", "DUPLICATE_ID"})  # each task concerned is told
WHOLE_DAY = 100
MOST_SHARE = 1e6  # of a whole day; what a cell holds beyond it is no share of time


def calendar_in(promotion: Promotion) -> WorkCalendar:
    """The work calendar that a workbook's rest days and its week describe."""
    week = promotion.more.get("week", ())
    weekend = tuple(int(str(day["n"])) for day in week if "n" in day and not day.get("works"))
    calendar = calendar_of(promotion.rest_days, weekend if week else (5, 6))
    first, last = promotion.project.get("calendar_from"), promotion.project.get("calendar_to")
    if isinstance(first, date) and isinstance(last, date):
        return replace(calendar, covers=(first, last))
    return calendar


def measured(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks without the durations that a workbook counts from their dates.

    Such a 0 makes no milestone: one day has it where days are counted as a difference, a weekend where only
    working days count, and a moved task until Excel counts again.
    """
    return tuple(
        replace(task, duration=None) if task.start and task.end and task.start <= task.end else task
        for task in tasks
    )


class Conclusions:
    """The core's view of a promotion, row by row."""

    def __init__(self, promotion: Promotion) -> None:
        self.promotion = promotion

    @cached_property
    def calendar(self) -> WorkCalendar:
        """Which days work."""
        return calendar_in(self.promotion)

    @cached_property
    def _measured(self) -> tuple[Task, ...]:
        return measured(self.promotion.tasks)

    @cached_property
    def goals(self) -> list[Goal]:
        """What each target's goal text means."""
        return [goal_of(parse_quantity(t.goal), t.baseline) for t in self.promotion.targets]

    @cached_property
    def paths(self) -> list[Quantity]:
        """What each target's path adds up to."""
        return [parse_quantity(target.path) for target in self.promotion.targets]

    @cached_property
    def windows(self) -> list[DateSpan]:
        """Each target's span of days."""
        reference = self.promotion.window[0]
        return [span_of(target.window, reference) for target in self.promotion.targets]

    @cached_property
    def smart(self) -> list[Smart]:
        """What each target lacks."""
        reference = self.promotion.window[0] or UNDATED
        return [smart_check(target, reference) for target in self.promotion.targets]

    @property
    def task_rows(self) -> range:
        """The rows of the task table."""
        return range(len(self.promotion.tasks))

    @property
    def member_rows(self) -> range:
        """The rows of the division of labour."""
        return range(len(self.promotion.members))

    @property
    def schedule_rows(self) -> list[ScheduledTask]:
        """What the schedule says of each task, by its row."""
        return [self.schedule.at(row) for row in self.task_rows]

    @cached_property
    def schedule(self) -> Schedule:
        """Early and late dates, slack and the critical path."""
        return plan_schedule(self._measured, self.calendar)

    @cached_property
    def conflicts(self) -> Mapping[int, list[Finding]]:
        """The conflicts of each task by its row, worst first; each side of a pair names the other."""
        found: dict[int, list[Finding]] = defaultdict(list)
        for row, finding in conflicts_by_row(self.promotion, self.calendar):
            found[row].append(finding)
        return found

    @cached_property
    def duties(self) -> Mapping[int, list[Finding]]:
        """What is double or missing in the division of labour, by the member's row."""
        found: dict[int, list[Finding]] = defaultdict(list)
        for row, finding in duties_of(self.promotion.members, self.promotion.tasks):
            found[row].append(finding)
        return found

    @cached_property
    def peak_loads(self) -> list[int]:
        """Each member's busiest working day, in percent of a whole day."""
        return [
            peak_load(
                self._measured,
                self.calendar,
                {name for name in (member.name, member.role) if name},
                default=WHOLE_DAY if member.share is None else _percent(member.share),
            )
            for member in self.promotion.members
        ]


def _percent(share: float) -> int:
    return round(max(-MOST_SHARE, min(share, MOST_SHARE)) * 100)


def conflicts_by_row(promotion: Promotion, calendar: WorkCalendar) -> Iterator[tuple[int, Finding]]:
    """Each conflict with the row of the task that it concerns."""
    for rows, finding in plan_conflicts(promotion, calendar):
        if not rows:
            continue
        yield rows[0], finding
        if finding.code in BOTH_SIDES:
            task = promotion.tasks[rows[0]]
            seen = {"other": task.id, "other_name": task.name}
            yield from ((row, replace(finding, details={**finding.details, **seen})) for row in rows[1:])
