"""A package with other parts is the same package: what has no reason to change stays as it was packed."""

import zipfile
from io import BytesIO

from promo_xl.workbook.repack import repack

WHEN = (2026, 6, 1, 9, 30, 10)
PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "xl/a.xml": b"a" * 5000,
    "xl/media/图.png": b"\x89PNG",
    "xl/b.xml": b"b",
}


def made() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in PARTS.items():
            entry = zipfile.ZipInfo(name, WHEN)
            entry.external_attr = 0o600 << 16
            kind = zipfile.ZIP_STORED if name.endswith("png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind, 9)
    return stream.getvalue()


def repacked(package: bytes, parts: dict[str, bytes], dropped: frozenset[str] = frozenset()) -> zipfile.ZipFile:
    stream = BytesIO()
    repack(package, stream, parts, dropped)
    return zipfile.ZipFile(stream)


def test_parts_stand_in_their_order_with_their_content_and_their_time() -> None:
    after = repacked(made(), {"xl/a.xml": b"c" * 70_000, "xl/media/图.png": b"other"})
    wanted = {**PARTS, "xl/a.xml": b"c" * 70_000, "xl/media/图.png": b"other"}
    assert {name: after.read(name) for name in after.namelist()} == wanted
    assert after.namelist() == list(PARTS)
    assert {entry.date_time for entry in after.infolist()} == {WHEN}
    assert {entry.external_attr for entry in after.infolist()} == {0o600 << 16}
    assert after.testzip() is None


def test_a_part_that_does_not_change_is_not_packed_anew() -> None:
    package = made()
    after = repacked(package, {"xl/b.xml": b"bb"})
    before = zipfile.ZipFile(BytesIO(package))
    for name in ("[Content_Types].xml", "xl/a.xml", "xl/media/图.png"):
        was, now = before.getinfo(name), after.getinfo(name)
        assert (now.compress_type, now.compress_size, now.CRC) == (was.compress_type, was.compress_size, was.CRC)


def test_a_package_of_streamed_entries_is_repacked_too() -> None:
    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    stream = Pipe()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"a" * 100)  # its sizes stand behind it
        archive.writestr("b", b"b" * 100)
    after = repacked(stream.getvalue(), {"b": b"c"})
    assert (after.read("a"), after.read("b")) == (b"a" * 100, b"c")


def test_dropped_parts_are_gone() -> None:
    assert repacked(made(), {}, frozenset({"xl/b.xml"})).namelist() == list(PARTS)[:3]
