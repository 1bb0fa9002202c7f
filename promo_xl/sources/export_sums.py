"""What the lines of a big export add up to, by reading; memory grows with the readings, not with the lines."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from promo_xl.plan.findings import RefusedError


@dataclass(slots=True)
class Sums:
    """The sums of each metric of `names`, by reading, and of all lines together.

    A reading is known by a number of 64 bits; of more than `most` of them `too_many` is said.
    """

    names: list[str]
    most: int
    too_many: RefusedError
    lines: Any = None
    _whole: dict[str, list[float]] = field(default_factory=dict)
    _known: Any = None
    _slots: Any = None
    _first: Any = None
    _sums: Any = None
    _rest: Any = None
    _filled: Any = None

    def add(self, readings: Any, values: Any, rows: Any, wanted: Any) -> None:
        """Take lines: for each its reading, its values and its row; only the `wanted` belong to a reading."""
        import numpy as np
        import pandas as pd

        for name, column in values.items():
            self._whole.setdefault(name, []).append(float(np.nansum(column)))
        if not wanted.all():
            readings, rows = readings[wanted], rows[wanted]
            values = {name: column[wanted] for name, column in values.items()}
        if not len(readings):
            return
        codes, distinct = pd.factorize(readings)
        slots = self._slots_of(distinct)
        grouped = pd.DataFrame(values, copy=False).groupby(codes)
        self._plus(slots, grouped.sum().to_numpy())
        self._filled[slots] |= grouped.count().to_numpy() > 0
        self.lines[slots] += np.bincount(codes)
        earliest = np.empty(len(slots), dtype=np.int64)
        # Of several lines of a reading the last one written stays: from the end, that is the first.
        earliest[codes[::-1]] = rows[::-1]
        new = self._first[slots] == 0
        self._first[slots[new]] = earliest[new]

    def each(self) -> Iterator[tuple[int, dict[str, float], int]]:
        """Every reading with its values and the row of its first line."""
        if self._known is None:
            return
        sums = (self._sums + self._rest).tolist()
        filled, first = self._filled.tolist(), self._first.tolist()
        for reading, at in zip(self._known.tolist(), self._slots.tolist(), strict=True):
            each = zip(self.names, sums[at], filled[at], strict=True)
            yield reading, {name: round(value, 6) for name, value, is_filled in each if is_filled}, first[at]

    def totals(self) -> dict[str, float]:
        """The sums of all lines, those without a reading included."""
        return {name: math.fsum(parts) for name, parts in self._whole.items()}

    def summed(self) -> tuple[int, int]:
        """How many lines were added up, and into how many readings."""
        several = self.lines[self.lines > 1] if self.lines is not None else ()
        return int(sum(several)), len(several)

    def _plus(self, at: Any, more: Any) -> None:
        """Add without losing the small to the big: what is rounded off is kept beside the sum."""
        import numpy as np

        before = self._sums[at]
        after = before + more
        self._rest[at] += np.where(
            np.abs(before) >= np.abs(more), (before - after) + more, (more - after) + before
        )
        self._sums[at] = after

    def _slots_of(self, readings: Any) -> Any:
        """Where the sums of these readings are, in the order in which the readings are given."""
        import numpy as np

        if self._known is None:
            self._known, self._slots = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        new = readings[~np.isin(readings, self._known)]
        if len(new):
            held = len(self._known)
            if held + len(new) > self.most:
                raise self.too_many
            known = np.concatenate([self._known, new])
            slots = np.concatenate([self._slots, np.arange(held, held + len(new))])
            order = np.argsort(known)
            self._known, self._slots = known[order], slots[order]
            self._grow(held + len(new))
        return self._slots[np.searchsorted(self._known, readings)]

    def _grow(self, count: int) -> None:
        """Make room for this many readings."""
        import numpy as np

        held = 0 if self._sums is None else len(self._sums)
        if count <= held:
            return
        room, width = max(1024, 2 * count), len(self.names)
        shapes: dict[str, tuple[tuple[int, ...], type]] = {
            "_sums": ((room, width), np.float64), "_rest": ((room, width), np.float64),
            "_filled": ((room, width), np.bool_), "lines": ((room,), np.int64), "_first": ((room,), np.int64),
        }  # fmt: skip
        for name, (shape, kind) in shapes.items():
            grown: Any = np.zeros(shape, dtype=kind)
            if held:
                grown[:held] = getattr(self, name)
            setattr(self, name, grown)
