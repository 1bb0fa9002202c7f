"""Which lines of a big export stand twice, found with one number for each line in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_SPREAD, _SHIFT = 0x9E3779B97F4A7C15, 29


@dataclass(slots=True)
class Lines:
    """Rows of a file, each with a number made of what was read of it; equal lines have equal numbers."""

    _marks: list[Any] = field(default_factory=list)
    _rows: list[Any] = field(default_factory=list)

    def add(self, rows: Any, parts: Iterable[Any], kept: Any) -> None:
        """Take the rows that are `kept`; `parts` are columns of 64 bits."""
        mark = mixed(len(rows), parts)
        self._marks.append(mark[kept])
        self._rows.append(rows[kept].astype("uint32"))

    def alike(self) -> Any:
        """The numbers of the rows that may have a copy."""
        import numpy as np

        marks = np.concatenate(self._marks) if self._marks else np.zeros(0, dtype=np.uint64)
        self._marks.clear()
        ordered = np.sort(marks)
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(twice):
            return np.zeros(0, dtype=np.uint32)
        at = np.searchsorted(twice, marks)
        return np.concatenate(self._rows)[twice[np.minimum(at, len(twice) - 1)] == marks]


def copies(alike: Any, frames: Iterable[Any]) -> Any:
    """Of the rows that may have a copy those that equal an earlier one in every cell as it is written."""
    import numpy as np

    seen: list[Any] = []
    numbers: list[Any] = []
    for frame in frames if len(alike) else ():
        asked = frame[np.isin(frame.index.to_numpy(), alike)]
        if len(asked):
            cells = asked.astype(object).where(asked.notna(), "").to_numpy().tolist()
            # 64 bits that are others in every run, so that no file can be made to have two lines with the same.
            seen.append(np.fromiter((hash(tuple(line)) for line in cells), dtype=np.int64, count=len(cells)))
            numbers.append(asked.index.to_numpy())
    if not seen:
        return np.zeros(0, dtype=np.int64)
    rows = np.concatenate(numbers)
    _, first = np.unique(np.concatenate(seen), return_index=True)
    is_copy = np.ones(len(rows), dtype=bool)
    is_copy[first] = False
    return rows[is_copy]


def mixed(length: int, parts: Iterable[Any]) -> Any:
    """One number of 64 bits for each row, made of all its parts."""
    import numpy as np

    mark = np.zeros(length, dtype=np.uint64)
    for part in parts:
        mark = (mark ^ part) * np.uint64(_SPREAD)
        mark ^= mark >> np.uint64(_SHIFT)
    return mark


def bits_of_numbers(numbers: Any) -> Any:
    """Equal bits for equal numbers, whichever zero and whichever not-a-number they are."""
    import numpy as np

    return np.nan_to_num(numbers, nan=-1e300).__iadd__(0.0).view(np.uint64)


def bits_of_bytes(texts: Any) -> Any:
    """Equal bits for equal texts, which are as many bytes long as several numbers of 64 bits."""
    import numpy as np

    words = np.ascontiguousarray(texts).view(np.uint64).reshape(len(texts), -1)
    bits = np.zeros(len(texts), dtype=np.uint64)
    for at in range(words.shape[1]):
        word = words[:, at]
        if not word.any():  # so is the rest, behind the longest text
            break
        bits += word * np.uint64(_SPREAD + 2 * at)
    return bits
