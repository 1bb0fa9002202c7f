"""Laws of opening an archive."""

from io import BytesIO
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from promo_xl.sources.archive import ArchiveLimits, check_archive
from tests.sources.refusals import refusal_of
from tests.sources.zips import ROOT_RELATIONS, package, sheet, with_declared_size, zipped

GOOD = package(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "产品 表.xlsx"
    path.write_bytes(data)
    return path


def test_a_whole_package_passes(tmp_path: Path) -> None:
    check_archive(saved(tmp_path, GOOD))


@pytest.mark.parametrize("data", [b"", b"hello", GOOD[:-30], GOOD[: len(GOOD) // 2], b"PK\x03\x04" * 20])
def test_no_zip_or_a_cut_one_is_corrupt(tmp_path: Path, data: bytes) -> None:
    assert refusal_of(lambda: check_archive(saved(tmp_path, data))).code == "FILE_CORRUPT"


def test_a_flipped_bit_in_a_part_is_corrupt_and_names_the_part(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.xml": b"<a>" + bytes(range(48, 122)) * 9}))
    data[60] ^= 0x10
    finding = refusal_of(lambda: check_archive(saved(tmp_path, bytes(data))))
    assert (finding.code, finding.details["part"]) == ("FILE_CORRUPT", "a.xml")


def test_a_password_protected_workbook_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    with path.open("wb") as stream:
        OOXMLFile(BytesIO(GOOD)).encrypt("秘密", stream)
    assert refusal_of(lambda: check_archive(path)).code == "FILE_ENCRYPTED"


def test_an_honest_bomb_is_refused_by_its_declared_size(tmp_path: Path) -> None:
    bomb = zipped({"xl/a.xml": b"<a>" + b" " * (100 << 20)})
    finding = refusal_of(lambda: check_archive(saved(tmp_path, bomb)))
    assert finding.code == "FILE_TOO_LARGE"
    assert finding.details["found_mb"] == 100.0


def test_a_bomb_that_declares_little_is_refused(tmp_path: Path) -> None:
    bomb = with_declared_size(zipped({"xl/a.xml": b" " * (80 << 20)}), 1000)
    assert refusal_of(lambda: check_archive(saved(tmp_path, bomb))).code == "FILE_CORRUPT"


def test_a_part_that_declares_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    data = with_declared_size(zipped({"xl/a.xml": b"<a/>"}), 5000)
    assert refusal_of(lambda: check_archive(saved(tmp_path, data))).code == "FILE_CORRUPT"


def test_the_limit_counts_all_parts_together(tmp_path: Path) -> None:
    parts = {f"{n}.bin": bytes(1000) for n in range(20)}
    limits = ArchiveLimits(unpacked_bytes=19_999)
    finding = refusal_of(lambda: check_archive(saved(tmp_path, zipped(parts)), limits))
    assert finding.code == "FILE_TOO_LARGE"
    check_archive(saved(tmp_path, zipped(parts)), ArchiveLimits(unpacked_bytes=20_000))


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    parts = {f"{n}": b"" for n in range(11)}
    finding = refusal_of(lambda: check_archive(saved(tmp_path, zipped(parts)), ArchiveLimits(entries=10)))
    assert (finding.code, finding.details) == ("FILE_TOO_MANY_PARTS", {"parts": 11, "limit": 10})


@pytest.mark.parametrize("name", ["../a.xml", "xl/../../a", "/etc/passwd", "C:/a", "..\\..\\a.xml", "\\\\s\\a"])
def test_a_part_that_leaves_the_folder_is_hostile(tmp_path: Path, name: str) -> None:
    finding = refusal_of(lambda: check_archive(saved(tmp_path, zipped({name: b"x"}))))
    assert finding.code == "FILE_HOSTILE"


def test_two_parts_of_one_name_are_hostile(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped({"a.xml": b"1"})
        import zipfile

        buffer = BytesIO(data)
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("a.xml", b"2")
    assert refusal_of(lambda: check_archive(saved(tmp_path, buffer.getvalue()))).code == "FILE_HOSTILE"


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


@pytest.mark.parametrize(
    "content",
    [
        DOCTYPE.encode(),
        ("<?xml version='1.0'?>\n" + DOCTYPE).encode(),
        ("\ufeff" + DOCTYPE).encode(),
        ("<?xml version='1.0' encoding='UTF-16'?>" + DOCTYPE).encode("utf-16"),
        DOCTYPE.encode("utf-16-be"),
        (" " * 10_000 + DOCTYPE).encode(),
        ("<!--" + "x" * ((1 << 20) - 10) + "-->" + DOCTYPE).encode(),
        ("<?xml version='1.0' encoding='utf-7'?>" + "+ADw-x/+AD4-").encode(),
        (b"<?xml version='1.0' encoding='cp037'?><x/>"),
    ],
    ids=["bare", "xml", "bom", "utf16", "utf16be", "blanks", "comment", "utf7", "ebcdic"],
)
def test_a_doctype_in_any_disguise_is_hostile(tmp_path: Path, content: bytes) -> None:
    data = zipped({"xl/sharedStrings.xml": content})
    finding = refusal_of(lambda: check_archive(saved(tmp_path, data)))
    assert (finding.code, finding.details["part"]) == ("FILE_HOSTILE", "xl/sharedStrings.xml")


def test_a_picture_may_have_a_doctype(tmp_path: Path) -> None:
    svg = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'
    check_archive(saved(tmp_path, zipped({"xl/media/image1.svg": svg})))


def test_strict_ooxml_is_named(tmp_path: Path) -> None:
    strict = ROOT_RELATIONS.replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"
    )
    data = package(sheet(""), **{"_rels/.rels": strict})
    assert refusal_of(lambda: check_archive(saved(tmp_path, data))).code == "FILE_STRICT"
