"""The zip container of a workbook, written from parts that are packed already."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest
from typing import IO

LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
NAME_IN_UTF8 = 0x800
VERSION = 20  # that of folders and deflated parts


@dataclass(frozen=True, slots=True)
class Packed:
    """A part as it stands in the container: `pieces` in a row are its packed content, `size` is unpacked."""

    entry: zipfile.ZipInfo
    method: int
    checksum: int
    size: int
    pieces: Sequence[bytes]


def same_parts(package: bytes, other: bytes) -> bool:
    """True if two packages hold the same parts in the same order, however they are packed.

    The first may be anything; of what it holds no more is unpacked than the other one holds.
    """
    try:
        with zipfile.ZipFile(BytesIO(package)) as one, zipfile.ZipFile(BytesIO(other)) as two:
            pairs = list(zip_longest(one.infolist(), two.infolist()))
            if not all(a and b and _told(a) == _told(b) for a, b in pairs):
                return False
            return all(one.read(a) == two.read(b) for a, b in pairs)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        return False


def _told(entry: zipfile.ZipInfo) -> tuple[str, int, int]:
    return entry.filename, entry.file_size, entry.CRC


def write_container(stream: IO[bytes], parts: Iterable[Packed]) -> None:
    """Write parts in their order and the directory behind them."""
    offset, directory = 0, []
    for part in parts:
        packed = sum(map(len, part.pieces))
        central, local = _headers(part, packed, offset)
        stream.write(local)
        stream.writelines(part.pieces)
        directory.append(central)
        offset += len(local) + packed
    whole = b"".join(directory)
    count = len(directory)
    stream.write(whole)
    stream.write(END.pack(b"PK\5\6", 0, 0, count, count, len(whole), offset, 0))


def _headers(part: Packed, packed: int, offset: int) -> tuple[bytes, bytes]:
    """What the directory says of a part, and what stands before it."""
    entry = part.entry
    name = entry.filename.encode()
    flags = 0 if entry.filename.isascii() else NAME_IN_UTF8
    year, month, day, hour, minute, second = entry.date_time
    when = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    about = (flags, part.method, *when, part.checksum, packed, part.size, len(name), 0)
    version = max(entry.extract_version, VERSION)
    made = entry.create_system << 8 | entry.create_version
    local = LOCAL.pack(b"PK\3\4", version, *about) + name
    central = CENTRAL.pack(
        b"PK\1\2", made, version, *about, 0, 0, entry.internal_attr, entry.external_attr, offset
    )
    return central + name, local
