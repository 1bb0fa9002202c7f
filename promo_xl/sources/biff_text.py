"""Texts in the records of an .xls file, which may go on in the record after."""

Segments = list[bytes]
WIDE, EXTENDED, RICH = 0x01, 0x04, 0x08


class TextReader:
    """Reads texts one after the other from the segments of one record."""

    def __init__(self, segments: Segments, at: int) -> None:
        """Begin at byte `at` of the first segment."""
        self.segments = segments
        self.segment = 0
        self.at = at
        self._step()

    @property
    def at_end(self) -> bool:
        """Nothing is left to read."""
        return self.segment >= len(self.segments)

    def text(self, *, short: bool = False) -> str:
        """The next text, without its formatting and phonetic guides."""
        length = self._number(1 if short else 2)
        flags = self._number(1)
        runs = self._number(2) if flags & RICH else 0
        extra = self._number(4) if flags & EXTENDED else 0
        text = self._characters(length, wide=bool(flags & WIDE))
        self._skip(4 * runs + extra)
        return text

    def _step(self) -> None:
        while self.segment < len(self.segments) and self.at >= len(self.segments[self.segment]):
            self.at -= len(self.segments[self.segment])
            self.segment += 1

    def _take(self, length: int) -> bytes:
        """Up to `length` bytes, as many as this segment has."""
        if self.at_end:
            raise ValueError("text")
        taken = self.segments[self.segment][self.at : self.at + length]
        self.at += len(taken)
        return taken

    def _number(self, length: int) -> int:
        taken = self._take(length)
        if len(taken) < length:
            raise ValueError("text")
        self._step()
        return int.from_bytes(taken, "little")

    def _characters(self, length: int, *, wide: bool) -> str:
        pieces = []
        while length > 0:
            taken = self._take(length * 2 if wide else length)
            pieces.append(taken.decode("utf-16-le" if wide else "latin-1", "replace"))
            length -= len(taken) // 2 if wide else len(taken)
            self._step()
            if length > 0:
                # Where characters go on in another record, it says anew how wide they are.
                wide = bool(self._number(1) & WIDE)
        return "".join(pieces)

    def _skip(self, length: int) -> None:
        self.at += length
        self._step()


def text_of(segments: Segments, at: int, *, short: bool = False) -> str:
    """The one text at a place in a record."""
    return TextReader(segments, at).text(short=short)
