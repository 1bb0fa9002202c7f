"""The core computations that remembered columns name, and what each makes of a row's inputs."""

from collections.abc import Callable, Mapping
from datetime import date

from promo_xl.plan.dates import parse_span
from promo_xl.plan.quantity import DOWNWARD, parse_quantity

Computation = Callable[[Mapping[str, object], date | None], object]


def _goal_value(row: Mapping[str, object], _: date | None) -> object:
    value = parse_quantity(str(row.get("goal") or "")).value
    return None if value is None else float(value)


def _goal_direction(row: Mapping[str, object], _: date | None) -> object:
    quantity = parse_quantity(str(row.get("goal") or ""))
    if quantity.value is None:
        return None
    return "down" if quantity.op in DOWNWARD else "up"


def _goal_unit(row: Mapping[str, object], _: date | None) -> object:
    return parse_quantity(str(row.get("goal") or "")).unit or None


def _path_total(row: Mapping[str, object], _: date | None) -> object:
    path = parse_quantity(str(row.get("path") or ""))
    return float(path.value) if path.value is not None else None


def _window_start(row: Mapping[str, object], reference: date | None) -> object:
    return parse_span(str(row.get("window") or ""), reference).start if reference else None


def _window_end(row: Mapping[str, object], reference: date | None) -> object:
    return parse_span(str(row.get("window") or ""), reference).end if reference else None


CORE: dict[str, Computation] = {
    "goal_value": _goal_value,
    "goal_direction": _goal_direction,
    "goal_unit": _goal_unit,
    "path_total": _path_total,
    "window_start": _window_start,
    "window_end": _window_end,
}
