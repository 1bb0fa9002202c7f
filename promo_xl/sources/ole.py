"""The container of an .xls file: a small file system whose chains of sectors may be forged.

Each chain is followed here at most once through the file, because readers have been seen to fill the
whole memory over a chain that runs in a circle.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
HEADER_LENGTH = 512
ENTRY_LENGTH = 128
LAST_REGULAR_SECTOR = 0xFFFFFFFA
SMALL_SECTOR = 64
STREAM, ROOT = 2, 5
SECTOR_SHIFTS = (9, 12)


class BrokenContainerError(ValueError):
    """The sectors of a container do not make up its streams."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class Container:
    """The streams of an .xls file or of an encrypted .xlsx file."""

    def __init__(self, data: bytes) -> None:
        """Read the directory; the streams themselves wait."""
        if len(data) < HEADER_LENGTH or not data.startswith(SIGNATURE):
            raise BrokenContainerError("header")
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in SECTOR_SHIFTS:
            raise BrokenContainerError("sector size")
        self.data = data
        self.length = 1 << shift
        self.fat = _table(data, self.length)
        directory, _, self.small_limit, self.small_fat_start = struct.unpack_from("<4I", data, 48)
        entries = list(_entries(self._large(directory)))
        self.root = next((entry for entry in entries if entry.kind == ROOT), None)
        self.streams = {entry.name: entry for entry in reversed(entries) if entry.kind == STREAM}

    def read(self, name: str) -> bytes:
        """The bytes of one stream."""
        entry = self.streams[name]
        if entry.size >= self.small_limit:
            content = self._large(entry.start)
        elif self.root is None:
            raise BrokenContainerError("root")
        else:
            small_fat = _numbers(self._large(self.small_fat_start))
            content = _chain(self._large(self.root.start), small_fat, entry.start, SMALL_SECTOR, 0)
        if len(content) < entry.size:
            raise BrokenContainerError(name)
        return content[: entry.size]

    def _large(self, start: int) -> bytes:
        return _chain(self.data, self.fat, start, self.length, HEADER_LENGTH)


def _table(data: bytes, sector_length: int) -> list[int]:
    """Which sector follows which, gathered from the sectors that the header and its extension list."""
    listed = list(struct.unpack_from("<109I", data, 76))
    extension = struct.unpack_from("<I", data, 68)[0]
    seen = set()
    while extension < LAST_REGULAR_SECTOR:
        if extension in seen:
            raise BrokenContainerError("extension")
        seen.add(extension)
        *more, extension = _numbers(_sector(data, extension, sector_length, HEADER_LENGTH))
        listed += more
    table: list[int] = []
    used = [sector for sector in listed if sector < LAST_REGULAR_SECTOR]
    if len(set(used)) < len(used):
        raise BrokenContainerError("sector table")
    for sector in used:
        table += _numbers(_sector(data, sector, sector_length, HEADER_LENGTH))
    return table


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _sector(data: bytes, number: int, length: int, offset: int) -> bytes:
    # In files with large sectors the header fills a whole one.
    start = number * length + (length if offset else 0)
    sector = data[start : start + length]
    if not sector:
        raise BrokenContainerError(f"sector {number}")
    return sector


def _chain(data: bytes, table: list[int], start: int, length: int, offset: int) -> bytes:
    sectors = []
    seen = set()
    while start < LAST_REGULAR_SECTOR:
        if start in seen or start >= len(table):
            raise BrokenContainerError(f"sector {start}")
        seen.add(start)
        sectors.append(_sector(data, start, length, offset))
        start = table[start]
    return b"".join(sectors)


def _entries(directory: bytes) -> Iterator[_Entry]:
    for at in range(0, len(directory) - ENTRY_LENGTH + 1, ENTRY_LENGTH):
        name_length, kind = struct.unpack_from("<HB", directory, at + 64)
        start, size = struct.unpack_from("<2I", directory, at + 116)
        name = directory[at : at + max(min(name_length, 64) - 2, 0)].decode("utf-16-le", "replace")
        yield _Entry(name, kind, start, size)
