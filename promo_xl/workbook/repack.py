"""A package with other content in some parts; all others are copied as they are packed, without unpacking them."""

import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import IO

from promo_xl.workbook.container import LOCAL, Packed, write_container


def repack(package: bytes, stream: IO[bytes], parts: Mapping[str, bytes], dropped: Collection[str] = ()) -> None:
    """Write `package`, which was checked, with the content of `parts` and without those of `dropped`."""
    write_container(stream, _entries(package, parts, dropped))


def _entries(package: bytes, parts: Mapping[str, bytes], dropped: Collection[str]) -> Iterator[Packed]:
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
                yield Packed(entry, entry.compress_type, entry.CRC, entry.file_size, (packed,))
            elif entry.compress_type == zipfile.ZIP_STORED:
                yield Packed(entry, zipfile.ZIP_STORED, zlib.crc32(content), len(content), (content,))
            else:
                yield Packed(entry, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), (_deflated(content),))


def _deflated(content: bytes) -> bytes:
    packing = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packing.compress(content) + packing.flush()
