"""What a source last wrote into a row of a table; it stands in a hidden column of the row and travels with it."""

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from promo_xl.plan.filled import READINGS, Filled, Key, key_of
from promo_xl.sheetspec.formula.values import Value
from promo_xl.sources.export_values import LONGEST_WEEK

LONGEST = 8000
"""Characters of a baseline; a longer text is nobody's."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The key as the source named it, the numbers that it wrote, and what else was written with them.

    `label` went into the column of the source, `fetched` (a serial date) into the one of the time. `days` is how
    many days the numbers stand for, from the key's on.
    """

    key: Key
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""
    fetched: float | None = None
    days: int = 1


def encoded(baseline: Baseline, filled: Filled = READINGS) -> str:
    """The baseline as the text of a cell; the same baseline is always the same text."""
    day, *names = baseline.key
    values = {name: baseline.values[name] for name in filled.values if name in baseline.values}
    data: dict[str, Any] = {"key": [day.isoformat(), *names], "values": values, "label": baseline.label}
    data["fetched"] = baseline.fetched
    if baseline.days != 1:
        data["days"] = baseline.days
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def decoded(cell: object, filled: Filled = READINGS) -> Baseline | None:
    """The baseline that a cell of this table holds; None where it holds anything else."""
    if not isinstance(cell, str) or not cell.startswith("{") or len(cell) > LONGEST:
        return None
    try:
        data = json.loads(cell)
        day, *names = data["key"]
        if len(names) != len(filled.names):
            return None
        key = key_of(dt.date.fromisoformat(day), map(_text, names))
        values = {name: _number(value) for name, value in data["values"].items() if name in filled.values}
        fetched = None if data["fetched"] is None else _number(data["fetched"])
        return Baseline(key, values, _text(data["label"]), fetched, whole_days(data.get("days", 1)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None


def whole_days(value: Any) -> int:
    """How many days a reading stands for; raises TypeError for what is neither a day nor a week."""
    if type(value) is not int or not 1 <= value <= LONGEST_WEEK:
        raise TypeError("a day or a week is wanted")
    return value


def equal(one: Value, other: Value) -> bool:
    """True if two cells say the same; a number that a program stored a hair off is the same number."""
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]
    return one == other or (one in (None, "") and other in (None, ""))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("a finite number is wanted")
    return float(value)
