"""What functions answered last, so that Excel asking again for the same cells costs nothing."""

from collections import OrderedDict
from threading import Lock
from typing import Any

REMEMBERED_ANSWERS, REMEMBERED_CELLS = 256, 500_000
CELL = 16  # characters of a key that count for one cell, so that long texts count for many
Answer = bool | float | int | str | list[list[Any]]


class Memory:
    """The last answers by their cells, bounded by their number and by the cells that went in and came out."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Answer, int]] = OrderedDict()
        self._lock = Lock()
        self.cells = 0

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Answer | None:
        """The answer remembered under `key`, which is then the last to go."""
        with self._lock:
            if key not in self._known:
                return None
            self._known.move_to_end(key)
            return self._known[key][0]

    def put(self, key: str, found: Answer) -> None:
        """Remember an answer; the longest unused ones make room for it. One that needs all the room is let go."""
        cells = len(key) // CELL + (sum(map(len, found)) if isinstance(found, list) else 1)
        with self._lock:
            if cells > REMEMBERED_CELLS or key in self._known:
                return
            self._known[key] = (found, cells)
            self.cells += cells
            while len(self._known) > REMEMBERED_ANSWERS or self.cells > REMEMBERED_CELLS:
                self.cells -= self._known.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()
            self.cells = 0
