"""A package with other content in some parts; all others are copied as they are packed, without unpacking them."""

import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import IO

LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
NAME_IN_UTF8 = 0x800
VERSION = 20  # that of folders and deflated parts


@dataclass(frozen=True, slots=True)
class _Packed:
    entry: zipfile.ZipInfo
    method: int
    checksum: int
    size: int
    content: bytes


def repack(package: bytes, stream: IO[bytes], parts: Mapping[str, bytes], dropped: Collection[str] = ()) -> None:
    """Write `package`, which was checked, with the content of `parts` and without those of `dropped`."""
    offset, directory = 0, []
    for one in _entries(package, parts, dropped):
        central, local = _headers(one, offset)
        stream.write(local)
        stream.write(one.content)
        directory.append(central)
        offset += len(local) + len(one.content)
    whole = b"".join(directory)
    count = len(directory)
    stream.write(whole)
    stream.write(END.pack(b"PK\5\6", 0, 0, count, count, len(whole), offset, 0))


def _entries(package: bytes, parts: Mapping[str, bytes], dropped: Collection[str]) -> Iterator[_Packed]:
    with zipfile.ZipFile(BytesIO(package)) as archive:
        for entry in archive.infolist():
            if entry.filename in dropped:
                continue
            content = parts.get(entry.filename)
            if content is None:
                start = entry.header_offset
                name, extra = struct.unpack_from("<2H", package, start + LOCAL.size - 4)
                start += LOCAL.size + name + extra
                packed = package[start : start + entry.compress_size]
                yield _Packed(entry, entry.compress_type, entry.CRC, entry.file_size, packed)
            elif entry.compress_type == zipfile.ZIP_STORED:
                yield _Packed(entry, zipfile.ZIP_STORED, zlib.crc32(content), len(content), content)
            else:
                yield _Packed(entry, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), _deflated(content))


def _deflated(content: bytes) -> bytes:
    packing = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packing.compress(content) + packing.flush()


def _headers(one: _Packed, offset: int) -> tuple[bytes, bytes]:
    """What the directory says of an entry, and what stands before it."""
    entry = one.entry
    name = entry.filename.encode()
    flags = 0 if entry.filename.isascii() else NAME_IN_UTF8
    year, month, day, hour, minute, second = entry.date_time
    when = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    about = (flags, one.method, *when, one.checksum, len(one.content), one.size, len(name), 0)
    version = max(entry.extract_version, VERSION)
    made = entry.create_system << 8 | entry.create_version
    local = LOCAL.pack(b"PK\3\4", version, *about) + name
    central = CENTRAL.pack(
        b"PK\1\2", made, version, *about, 0, 0, entry.internal_attr, entry.external_attr, offset
    )
    return central + name, local
