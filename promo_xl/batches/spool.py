"""What is too much for memory lies in a file that vanishes with whoever made it."""

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from typing import Any


class Spool:
    """Takes values one behind the other, and gives each back by the place that it got."""

    def __init__(self) -> None:
        """Nothing is in it yet."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it closes with the spool
        weakref.finalize(self, self._file.close)
        self._end = 0

    def add(self, value: object) -> int:
        """Take a value; its place."""
        at = self._file.seek(self._end)
        pickle.dump(value, self._file, pickle.HIGHEST_PROTOCOL)
        self._end = self._file.tell()
        return at

    def at(self, place: int) -> Any:
        """The value that got a place."""
        self._file.seek(place)
        return pickle.load(self._file)  # noqa: S301 - what `add` has put there

    def __iter__(self) -> Iterator[Any]:
        """All values in their order."""
        at = 0
        while at < self._end:
            self._file.seek(at)
            value = pickle.load(self._file)  # noqa: S301 - as above
            at = self._file.tell()
            yield value
