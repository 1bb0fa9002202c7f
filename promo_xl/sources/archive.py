"""A zip-based office file is opened only after its bytes were found harmless.

Nothing that the archive says about itself is believed: every entry is unpacked and counted.
"""

import hashlib
import posixpath
import re
import zipfile
from collections import deque
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, NoReturn

from promo_xl.plan.findings import RefusedError
from promo_xl.sources import ole
from promo_xl.sources.file_bytes import read_bytes
from promo_xl.sources.refusal import refused

CHUNK = 1 << 20
# One command reads the same bytes again and again.
_HARMLESS: deque[tuple[bytes, "ArchiveLimits"]] = deque(maxlen=4)
ENCRYPTED_STREAM = "EncryptedPackage"
STRICT_MARK = b"http://purl.oclc.org/ooxml/"
ROOT_RELATIONS = "_rels/.rels"
FORBIDDEN_MARKS = (b"<!DOCTYPE", b"<!ENTITY")
# In these encodings `<!DOCTYPE` has the bytes of ASCII, possibly with NUL between them; in UTF-7 or
# EBCDIC it could hide.
TRANSPARENT_ENCODING = re.compile(
    rb"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-8859-1|windows-1252|gb2312|gbk|gb18030", re.IGNORECASE
)
DECLARED_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How far an archive may unfold; the ratio counts only beyond `ratio_from_bytes`."""

    unpacked_bytes: int = 1 << 30
    ratio: int = 300
    ratio_from_bytes: int = 64 << 20
    entries: int = 10_000


def check_archive(path: Path, limits: ArchiveLimits | None = None) -> None:
    """Return only if the office file at `path` is whole, unencrypted, harmless and not strict OOXML."""
    check_archive_bytes(read_bytes(path), path.name, limits or ArchiveLimits())


def check_archive_bytes(data: bytes, place: str, limits: ArchiveLimits) -> None:
    """The same for a file that was read already."""
    known = hashlib.sha256(data).digest(), limits
    if known in _HARMLESS:
        return
    if data.startswith(ole.SIGNATURE):
        _refuse_container(data, place)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except zipfile.BadZipFile as error:
        raise refused("FILE_CORRUPT", place, reason="no_package", part="") from error
    except Exception as error:  # changed bytes can fail in zipfile in ways it does not name
        raise refused("FILE_CORRUPT", place, reason=str(error), part="") from error
    with archive:
        _check_directory(archive.infolist(), len(data), place, limits)
        unpacked = 0
        for entry in archive.infolist():
            unpacked += _check_entry(archive, entry, place, _room(limits, len(data)) - unpacked, limits)
    _HARMLESS.append(known)


def _refuse_container(data: bytes, place: str) -> NoReturn:
    try:
        is_encrypted = ENCRYPTED_STREAM in ole.Container(data).streams
    except ole.BrokenContainerError as error:
        raise refused("FILE_CORRUPT", place, reason=str(error), part="") from error
    if is_encrypted:
        raise refused("FILE_ENCRYPTED", place)
    raise refused("FILE_CORRUPT", place, reason="OLE", part="")


def _room(limits: ArchiveLimits, packed: int) -> int:
    return min(limits.unpacked_bytes, max(limits.ratio_from_bytes, packed * limits.ratio))


def _check_directory(entries: list[zipfile.ZipInfo], packed: int, place: str, limits: ArchiveLimits) -> None:
    if len(entries) > limits.entries:
        raise refused("FILE_TOO_MANY_PARTS", place, parts=len(entries), limit=limits.entries)
    declared = sum(entry.file_size for entry in entries)
    if declared > _room(limits, packed):
        _refuse_size(place, packed, declared, limits)
    names = set()
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        if _leaves_folder(name):
            raise refused("FILE_HOSTILE", place, part=entry.orig_filename, found="..")
        if name in names:
            raise refused("FILE_HOSTILE", place, part=name, found="×2")
        names.add(name)
        if entry.flag_bits & 0x1:
            raise refused("FILE_ENCRYPTED", place)


def _leaves_folder(name: str) -> bool:
    return (
        ".." in name.split("/")
        or posixpath.isabs(name)
        or re.match(r"[A-Za-z]:", name) is not None
        or "\0" in name
    )


def _check_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: str, room: int, limits: ArchiveLimits
) -> int:
    try:
        with archive.open(entry) as stream:
            return _read_through(stream, entry, place, room, limits)
    except RefusedError:
        raise
    except Exception as error:  # as above, and in zlib, lzma, bz2
        raise refused("FILE_CORRUPT", place, reason=str(error), part=entry.filename) from error


def _read_through(stream: IO[bytes], entry: zipfile.ZipInfo, place: str, room: int, limits: ArchiveLimits) -> int:
    # Pictures may be SVG, which carries a DOCTYPE by habit and is never parsed here.
    is_picture = "/media/" in entry.filename
    size = 0
    tail = b""
    is_xml = False
    while chunk := stream.read(CHUNK):
        if size == 0:
            head = _head(chunk)
            # A part of blanks only may go on with a DOCTYPE.
            is_xml = not is_picture and (not head or head.startswith(b"<"))
            if is_xml:
                _check_encoding(head, entry.filename, place)
                _check_strict(chunk, entry.filename, place)
        size += len(chunk)
        if size > room:
            _refuse_size(place, entry.compress_size, size, limits)
        if is_xml:
            text = tail + chunk.replace(b"\0", b"")
            for mark in FORBIDDEN_MARKS:
                if mark in text:
                    raise refused("FILE_HOSTILE", place, part=entry.filename, found=mark.decode())
            tail = text[-16:]
    if size != entry.file_size:
        raise refused("FILE_CORRUPT", place, reason=f"{size} ≠ {entry.file_size}", part=entry.filename)
    return size


def _head(chunk: bytes) -> bytes:
    return chunk[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")


def _check_encoding(head: bytes, part: str, place: str) -> None:
    declared = DECLARED_ENCODING.match(head)
    if declared and not TRANSPARENT_ENCODING.fullmatch(declared[1]):
        raise refused("FILE_HOSTILE", place, part=part, found=declared[1].decode("ascii", "replace"))


def _check_strict(chunk: bytes, part: str, place: str) -> None:
    if part == ROOT_RELATIONS and STRICT_MARK in chunk:
        raise refused("FILE_STRICT", place)


def _refuse_size(place: str, packed: int, unpacked: int, limits: ArchiveLimits) -> NoReturn:
    raise refused(
        "FILE_TOO_LARGE",
        place,
        found_mb=round(unpacked / 2**20, 1),
        packed_mb=round(packed / 2**20, 3),
        limit_mb=limits.unpacked_bytes >> 20,
        ratio_limit=limits.ratio,
    )
