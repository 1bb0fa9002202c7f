"""A part of a traced workbook, cut into pieces that are packed once and packed anew only where a hole changed.

Where a part is cut depends on the shape of the workbook alone, and how a piece is packed on what it and the piece
before it hold: the same plan gives the same bytes, whichever product was traced.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipInfo

from promo_xl.workbook.container import Packed
from promo_xl.workbook.deflate import END, crc32, packed


class Piece:
    """A stretch of a part: texts in a row, some of them fillings of holes as they were for the first product."""

    __slots__ = ("raw", "texts")

    def __init__(self, texts: list[str], raw: bytes | None = None) -> None:
        self.texts = texts
        self.raw = "".join(texts).encode() if raw is None else raw

    def with_texts(self, changed: Mapping[int, str]) -> bytes:
        """The stretch with other texts at these places."""
        texts = self.texts.copy()
        for at, text in changed.items():
            texts[at] = text
        return "".join(texts).encode()


Changes = Mapping[Piece, Mapping[int, str]]


class Part:
    """A part with its pieces; what did not change is written as it was."""

    __slots__ = ("entry", "packed", "pieces", "whole")

    def __init__(self, entry: ZipInfo, pieces: Sequence[Piece]) -> None:
        self.entry, self.pieces = entry, pieces
        self.packed = list(_in_a_row(piece.raw for piece in pieces))
        self.whole = _together(entry, zip([piece.raw for piece in pieces], self.packed, strict=True))

    def stamped(self, changes: Changes) -> Packed:
        """The part as it is packed with these changes."""
        if not any(piece in changes for piece in self.pieces):
            return self.whole
        return _together(self.entry, self._stretches(changes))

    def _stretches(self, changes: Changes) -> Iterator[tuple[bytes, bytes]]:
        before, as_it_was = b"", True
        for piece, done in zip(self.pieces, self.packed, strict=True):
            changed = changes.get(piece)
            raw = piece.raw if changed is None else piece.with_texts(changed)
            yield raw, (done if as_it_was and changed is None else packed(raw, before))
            before, as_it_was = raw, changed is None


class Whole:
    """A part that is written anew for each workbook: `fixed` stands between what goes before and behind it."""

    __slots__ = ("entry", "fixed", "packed")

    def __init__(self, entry: ZipInfo, fixed: bytes = b"") -> None:
        self.entry, self.fixed, self.packed = entry, fixed, packed(fixed)

    def stamped(self, before: bytes, behind: bytes = b"") -> Packed:
        """The part as it is packed with these texts around what is fixed."""
        stretches = [
            (before, packed(before)),
            (self.fixed, self.packed),
            (behind, packed(behind, self.fixed)),
        ]
        return _together(self.entry, ((raw, done) for raw, done in stretches if raw))


def _in_a_row(raws: Iterable[bytes]) -> Iterator[bytes]:
    before = b""
    for raw in raws:
        yield packed(raw, before)
        before = raw


def _together(entry: ZipInfo, stretches: Iterable[tuple[bytes, bytes]]) -> Packed:
    checksum = size = 0
    out: list[bytes] = []
    for raw, done in stretches:
        checksum, size = crc32(raw, checksum), size + len(raw)
        out.append(done)
    out.append(END)
    return Packed(entry, ZIP_DEFLATED, checksum, size, out)
