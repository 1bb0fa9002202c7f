"""Values that many workbooks of a run have in common: what was computed from the same is not computed again.

The days of two products' timelines are the same if both begin in one week; rest days have the same effect in all.
A result is known by everything that its formula read, and counts only where all of that is the same.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from promo_xl.sheetspec.formula.values import Value

MOST_KEPT = 128  # results of a formula
TRIES = 48  # after so many a formula whose inputs never come back is left alone
Input = tuple[str, str, str]
"""What a formula reads: a table, the first and the last of its columns; or "" and a single value, twice."""
Asked = Callable[[Input], Hashable]
"""What an input holds, as something that is equal for equal values of the same kinds."""


@dataclass(slots=True)
class _Known:
    """The results of one formula: by the inputs that it read, and by what they held."""

    results: OrderedDict[tuple[frozenset[Input], Hashable], list[Value]] = field(default_factory=OrderedDict)
    variants: dict[frozenset[Input], None] = field(default_factory=dict)
    tries: int = 0
    hits: int = 0

    @property
    def in_vain(self) -> bool:
        """True if it is not worth asking any more."""
        return self.tries >= TRIES and self.hits * 8 < self.tries


class Recalled:
    """Results of formulas of one book in one language, without an add-in."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Known] = {}

    def find(self, formula: Hashable, asked: Asked) -> tuple[frozenset[Input], list[Value]] | None:
        """What a formula read and made of it in an earlier workbook whose inputs held the same."""
        known = self._known.get(formula)
        if known is None or known.in_vain:
            return None
        known.tries += 1
        for inputs in known.variants:
            values = known.results.get((inputs, _held(inputs, asked)))
            if values is not None:
                known.hits += 1
                return inputs, values
        return None

    def keep(self, formula: Hashable, inputs: frozenset[Input], asked: Asked, values: list[Value]) -> None:
        """Remember what a formula made of what it read."""
        known = self._known.setdefault(formula, _Known())
        if known.in_vain:
            known.results.clear()
            known.variants.clear()
            return
        known.variants.setdefault(inputs)
        known.results[inputs, _held(inputs, asked)] = values
        if len(known.results) > MOST_KEPT:
            known.results.popitem(last=False)


def _held(inputs: frozenset[Input], asked: Asked) -> Hashable:
    return tuple([asked(one) for one in inputs])
