"""The division of labour: roles without a person, people without a task, two who answer for one thing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.people import Member, parse_names, parse_owners
from promo_xl.plan.tasks import Task

ACCOUNTABLE = "accountable"
WHOLE_PROJECT = ""


def duties_of(members: Sequence[Member], tasks: Sequence[Task]) -> Iterator[tuple[int, Finding]]:
    """What is missing or double, each with the row of the member (from 0).

    ROLE_VACANT: a role nobody has taken. MEMBER_IDLE: a person whom no task names, by name or by role.
    TWO_ACCOUNTABLE: two people accountable for one task; without tasks of their own, for the project.
    """
    owners = {o.name for task in tasks if task.status != "cancelled" for o in parse_owners(task.owners)}
    for row, member in enumerate(members):
        about: dict[str, object] = {"role": member.role, "name": member.name}
        if member.role and not member.name:
            yield row, Finding("ROLE_VACANT", Severity.INFO, member.id, "name", about)
        elif tasks and not {member.name, member.role} & owners:
            yield row, Finding("MEMBER_IDLE", Severity.INFO, member.id, "tasks", about)
    yield from _accountable(members)


def _accountable(members: Sequence[Member]) -> Iterator[tuple[int, Finding]]:
    answering: dict[str, list[int]] = defaultdict(list)
    for row, member in enumerate(members):
        if member.raci == ACCOUNTABLE:
            for task in dict.fromkeys(parse_names(member.tasks)) or {WHOLE_PROJECT: None}:
                answering[task].append(row)
    for task, rows in answering.items():
        for row in rows if len(rows) > 1 else ():
            others = tuple(members[other].name or members[other].role for other in rows if other != row)
            about = {"role": members[row].role, "name": members[row].name, "task": task, "others": others}
            yield row, Finding("TWO_ACCOUNTABLE", Severity.WARNING, members[row].id, "raci", about)
