"""Whose task is whose: every owner of a plan once, by number, with the shares that tasks take of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from promo_xl.plan.people import Member, is_department, parse_owners
from promo_xl.plan.tasks import Task

Share = tuple[int, int | None]
"""The number of an owner, and the stated percent of the working time, None where none is stated."""


@dataclass(frozen=True, slots=True)
class Assignments:
    """`names` by number; `shares` of each task by position; `department` says who is many people.

    `members` has the people of the division of labour with the names that each goes by (the name and the
    role, without marks), `known` all names that it has; None where there is no such list.
    """

    names: list[str]
    shares: list[tuple[Share, ...]]
    department: list[bool]
    members: list[tuple[Member, frozenset[str]]]
    known: frozenset[str] | None


def assignments(
    tasks: Sequence[Task], members: Iterable[Member] = (), departments: Iterable[str] = ()
) -> Assignments:
    """The owners of `tasks`; a department is one by its name, by `departments`, or as a member's department.

    Each distinct text is read once.
    """
    persons: set[str] = set()
    roles: dict[str, frozenset[str]] = {"": frozenset()}
    many = {name for text in departments for name in _names(text)}
    listed = []
    for member in members:
        for text in (member.role, member.department):
            if text not in roles:
                roles[text] = _names(text)
        person = _names(member.name)
        persons |= person
        many |= roles[member.department]
        listed.append((member, person | roles[member.role]))
    many -= persons
    same = _one_person(listed, roles, persons)
    called = frozenset(name for _, names in listed for name in names)
    numbers: dict[str, int] = {}
    read: dict[tuple[str, ...], tuple[Share, ...]] = {}
    shares: list[tuple[Share, ...]] = []
    for task in tasks:
        owners = task.owners if task.owners.__class__ is tuple else tuple(task.owners)
        found = read.get(owners)
        if found is None:
            found = read[owners] = tuple(
                (numbers.setdefault(name, len(numbers)), units) for name, units in _merged(owners, same)
            )
        shares.append(found)
    names = list(numbers)
    department = [name in many or (name not in persons and is_department(name)) for name in names]
    return Assignments(names, shares, department, listed, called | many if called else None)


def _one_person(
    listed: Sequence[tuple[Member, frozenset[str]]], roles: Mapping[str, frozenset[str]], persons: set[str]
) -> dict[str, str]:
    """The person behind each role that exactly one person has taken: 策划专员 -> 王晨."""
    takers: dict[str, set[str]] = {}
    for member, _ in listed:
        for role in roles[member.role] - persons:
            takers.setdefault(role, set()).update(_names(member.name) or {""})
    return {role: name for role, names in takers.items() if len(names) == 1 for name in names if name}


def _merged(owners: Sequence[str], same: Mapping[str, str]) -> Iterable[tuple[str, int | None]]:
    """Each owner once: whoever stands there by name and by role has the sum of both shares."""
    units: dict[str, int | None] = {}
    for owner in parse_owners(owners):
        name = same.get(owner.name, owner.name)
        before = units.get(name, 0)
        units[name] = None if before is None or owner.units is None else before + owner.units
    return units.items()


def _names(text: str) -> frozenset[str]:
    return frozenset(owner.name for owner in parse_owners(text))
