"""What sources say into rows of a plan: three values per cell, and planners always win.

What was last written (the row's baseline), what stands in the row (mine), what the source says (theirs):
only where the row still holds what was written does a new value go in. Knows rows, keys and values; no file.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from promo_xl.plan.filled import READINGS, Key, days_from, filled, known_by
from promo_xl.refresh.baseline import Baseline, equal
from promo_xl.sheetspec.formula.values import Value

SOURCE, FETCHED = "data_source", "fetched"


@dataclass(frozen=True, slots=True)
class Standing:
    """A filled row as it stands: its key if it has a date, its numbers, and the fields that are formulas."""

    row: int
    key: Key | None
    mine: Mapping[str, Value]
    fixed: frozenset[str] = frozenset()
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the sources say of one key of a table for so many days, and whom it comes from."""

    key: Key
    values: Mapping[str, float]
    label: str
    table: str = READINGS.table
    days: int = 1


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that a planner changed: what stands there, what was written once, and what the source says."""

    row: int
    field: str
    mine: Value
    base: float | None
    theirs: float
    label: str


@dataclass(slots=True)
class Merged:
    """What becomes of the rows.

    `writes` are values by row and field, `baselines` the ones that rows get, `new` what has no row yet.
    `conflicts` are cells that both sides changed, `kept` cells that only the planner did. `copies` are rows
    that carry another row's baseline, `doubled` keys that several rows claim so that none of them is touched,
    `vanished` rows whose reading the source has no longer. `overlapping` are readings that would count days of a
    row twice, each with such a row. `unchanged` counts readings that changed nothing.
    """

    writes: dict[int, dict[str, Value]] = field(default_factory=dict)
    baselines: dict[int, Baseline] = field(default_factory=dict)
    new: list[Theirs] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)
    doubled: list[tuple[int, ...]] = field(default_factory=list)
    vanished: list[int] = field(default_factory=list)
    overlapping: list[tuple[Theirs, int]] = field(default_factory=list)
    unchanged: int = 0


def merged(rows: Sequence[Standing], theirs: Iterable[Theirs], fetched: float) -> Merged:
    """Decide for each reading of `theirs` (each key once) where it goes; `fetched` is the serial date of now."""
    says = {known_by(reading.key): reading for reading in theirs}
    result = Merged(overlapping=list(_overlapping(rows, says)))
    left = {known_by(reading.key) for reading, _ in result.overlapping}
    owners, claimed = _owners(rows, result)
    visible: dict[Key, list[Standing]] = defaultdict(list)
    for row in rows:
        if row.key is not None and row.row not in owners:
            visible[known_by(row.key)].append(row)
    by_key = {known_by(row.baseline.key): row for row in rows if row.row in owners and row.baseline is not None}
    for key, reading in says.items():
        own, others = by_key.get(key), visible.get(key, [])
        if key in claimed or key in left:
            continue  # several rows claim it already, or it would count twice, and that has been said
        if own is None and len(others) == 1:
            _update(replace(others[0], baseline=None), reading, fetched, result)
        elif own is None and others:
            result.doubled.append(tuple(row.row for row in others))
        elif own is None:
            result.new.append(reading)
        else:
            _update(own, reading, fetched, result)
            if others:
                result.doubled.append((own.row, *(row.row for row in others)))
    result.vanished = [row.row for key, row in by_key.items() if key not in says]
    result.new.sort(key=lambda reading: reading.key)
    return result


def _overlapping(rows: Sequence[Standing], says: Mapping[Key, Theirs]) -> Iterator[tuple[Theirs, int]]:
    """The readings with a number for days that a row of another period has a number for, and that row."""
    counted: dict[tuple[str, dt.date], list[tuple[dt.date, int, Standing]]] = defaultdict(list)
    for row in rows:
        if row.key is None:
            continue
        days = row.baseline.days if row.baseline is not None else 1
        reading = says.get(known_by(row.baseline.key if row.baseline is not None else row.key))
        if reading is not None and reading.days >= days:
            continue  # it will stand for the days of that reading
        day, name, *_ = known_by(row.key)
        for each in days_from(day, days):
            counted[name, each].append((day, days, row))
    for reading in says.values():
        if filled(reading.table).levels:
            continue
        day, name, *_ = known_by(reading.key)
        own = (day, reading.days)
        found = (
            row.row
            for each in days_from(*own)
            for first, days, row in counted.get((name, each), ())
            if (first, days) != own and any(row.mine.get(one) not in (None, "") for one in reading.values)
        )
        if (row_number := next(found, None)) is not None:
            yield reading, row_number


def _owners(rows: Sequence[Standing], result: Merged) -> tuple[set[int], set[Key]]:
    """The rows whose baseline is their own, and the keys that several rows claim with equal right."""
    carriers: dict[Key, list[Standing]] = defaultdict(list)
    for row in rows:
        if row.baseline is not None:
            carriers[known_by(row.baseline.key)].append(row)
    owners: set[int] = set()
    claimed: set[Key] = set()
    for key, found in carriers.items():
        originals = [row for row in found if row.key is not None and known_by(row.key) == key]
        if len(found) == 1:
            owners.add(found[0].row)
        elif len(originals) == 1:
            owners.add(originals[0].row)
            result.copies += [row.row for row in found if row is not originals[0]]
        else:
            claimed.add(key)
            owners |= {row.row for row in found}
            result.doubled.append(tuple(row.row for row in found))
    return owners, claimed


def _update(row: Standing, reading: Theirs, fetched: float, result: Merged) -> None:
    base = row.baseline.values if row.baseline is not None else {}
    kept = dict(base)
    writes: dict[str, Value] = {}
    for name, value in reading.values.items():
        mine, was = row.mine.get(name), base.get(name)
        untouched = equal(mine, was)  # a cell that never was written and is blank is untouched too
        if name not in row.fixed and (untouched or equal(mine, value)):
            if not equal(mine, value):
                writes[name] = value
            if was is None or not equal(was, value):
                kept[name] = value
            continue
        difference = Difference(row.row, name, mine, was, value, reading.label)
        if not equal(mine, value):
            (result.kept if was is not None and equal(was, value) else result.conflicts).append(difference)
    of_same_days = row.baseline is None or row.baseline.days == reading.days
    if kept == base and not writes and of_same_days:
        result.unchanged += 1
        return
    before = row.baseline if row.baseline is not None else Baseline(reading.key)
    if writes and _untouched(row, SOURCE, before.label, reading.label):
        writes[SOURCE] = reading.label
        before = replace(before, label=reading.label)
    if writes and _untouched(row, FETCHED, before.fetched, fetched):
        writes[FETCHED] = fetched
        before = replace(before, fetched=fetched)
    if writes:
        result.writes[row.row] = writes
    result.baselines[row.row] = replace(before, values=kept, days=reading.days)


def _untouched(row: Standing, column: str, was: Value, value: Value) -> bool:
    """True if the row still holds in this column what was written there, and something else is to come."""
    return column not in row.fixed and equal(row.mine.get(column), was) and not equal(was, value)


def baseline_of(reading: Theirs, fetched: float) -> Baseline:
    """The baseline of a row that was made for this reading."""
    return Baseline(reading.key, dict(reading.values), reading.label, fetched, reading.days)
