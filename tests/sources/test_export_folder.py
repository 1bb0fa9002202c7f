"""Laws of the places that exports are read from, and of a watched folder."""

import os
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.kinds.export import SOURCE as EXPORT
from promo_xl.sources.kinds.folder import SOURCE as FOLDER
from promo_xl.sources.source import Fetched, Surroundings
from tests.sources.exports import codes, order, readings
from tests.sources.refusals import refusal_of

HEADER = "日期,渠道,消耗\n"


def put(folder: Path, name: str, lines: str, at: int) -> Path:
    """A file of the folder, last changed at this second."""
    path = folder / name
    path.write_text(HEADER + lines, encoding="utf-8")
    os.utime(path, (at, at))
    return path


def read(folder: Path) -> Fetched:
    """What the folder gives."""
    return FOLDER.read(order(str(folder), "folder"), Surroundings())


@pytest.mark.parametrize("source", [EXPORT, FOLDER])
@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("\\\\server\\share\\a.csv", "SOURCE_PLACE_NETWORK"),
        ("//server/share/a.csv", "SOURCE_PLACE_NETWORK"),
        ("\\\\?\\C:\\a.csv", "SOURCE_PLACE_NETWORK"),
        ("/\\server\\a.csv", "SOURCE_PLACE_NETWORK"),
        ("http://example.org/a.csv", "SOURCE_PLACE_URL"),
        ("file:///etc/a.csv", "SOURCE_PLACE_URL"),
        ("s3:a.csv", "SOURCE_PLACE_URL"),
        ("CON", "SOURCE_PLACE_DEVICE"),
        ("x/nul.csv", "SOURCE_PLACE_DEVICE"),
        ("COM1", "SOURCE_PLACE_DEVICE"),
        ("/dev/zero", "SOURCE_PLACE_DEVICE"),
        ("/proc/self/environ", "SOURCE_PLACE_DEVICE"),
        ("a\0b.csv", "SOURCE_PLACE_DEVICE"),
        ("  ", "SOURCE_PLACE_BLANK"),
    ],
)
def test_no_network_url_or_device_is_ever_asked(source: object, place: str, code: str) -> None:
    assert refusal_of(lambda: source.identity(order(place))).code == code  # type: ignore[attr-defined]
    assert refusal_of(lambda: source.read(order(place), Surroundings())).code == code  # type: ignore[attr-defined]


def test_the_identity_is_the_absolute_path_however_it_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "", 1)
    (tmp_path / "x").mkdir()
    same = {
        EXPORT.identity(order(name, folder=tmp_path)) for name in ("a.csv", "./a.csv", "x/../a.csv", str(path))
    }
    assert same == {str(path.resolve())}


def test_the_later_file_wins_for_an_equal_key(tmp_path: Path) -> None:
    put(tmp_path, "z.csv", "2026-06-01,抖音,1\n2026-06-02,抖音,1\n", at=100)
    put(tmp_path, "a.csv", "2026-06-02,抖音,2\n2026-06-03,抖音,2\n", at=200)
    fetched = read(tmp_path)
    assert [row[3]["spend"] for row in readings(fetched)] == [1, 2, 2]
    assert fetched.read == 4
    (finding,) = fetched.findings
    assert finding.code == "SOURCE_LATER_FILE_COUNTS"
    assert dict(finding.details) == {"newer": "a.csv", "older": "z.csv", "count": "1"}


def test_of_files_of_one_moment_the_later_name_wins(tmp_path: Path) -> None:
    put(tmp_path, "b.csv", "2026-06-01,抖音,2\n", at=100)
    put(tmp_path, "a.csv", "2026-06-01,抖音,1\n", at=100)
    assert readings(read(tmp_path))[0][3] == {"spend": 2}


def test_files_that_agree_are_not_reported(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "2026-06-01,抖音,1\n", at=100)
    put(tmp_path, "b.csv", "2026-06-01,抖音,1\n", at=200)
    assert codes(read(tmp_path)) == []


def test_lock_files_other_kinds_and_subfolders_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "2026-06-01,抖音,1\n", at=100)
    put(tmp_path, "~$a.xlsx", "2026-06-01,抖音,9\n", at=200)
    put(tmp_path, "a.json", "2026-06-01,抖音,9\n", at=200)
    (tmp_path / "sub.csv").mkdir()
    put(tmp_path / "sub.csv", "b.csv", "2026-06-01,抖音,9\n", at=200)
    assert readings(read(tmp_path)) == [("2026-06-01", "抖音", "", {"spend": 1})]


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    put(inside, "a.csv", "2026-06-01,抖音,1\n", at=100)
    (inside / "b.csv").symlink_to(put(outside, "b.csv", "2026-06-01,抖音,9\n", at=200))
    fetched = read(inside)
    assert readings(fetched)[0][3] == {"spend": 1}
    assert codes(fetched) == ["SOURCE_LINK_LEADS_OUTSIDE"]


@pytest.mark.parametrize("target", ["nowhere.csv", "b.csv"])
def test_a_link_that_leads_nowhere_stops_nothing(tmp_path: Path, target: str) -> None:
    put(tmp_path, "a.csv", "2026-06-01,抖音,1\n", at=100)
    (tmp_path / "b.csv").symlink_to(target)
    fetched = read(tmp_path)
    assert (len(fetched.rows), codes(fetched)) == (1, ["SOURCE_LINK_LEADS_OUTSIDE"])


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("渠道,消耗\n抖音,1\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"%PDF-1.7")
    with pytest.raises(RefusedError) as caught:
        read(tmp_path)
    assert {finding.code for finding in caught.value.findings} == {"SOURCE_DATE_COLUMN_MISSING", "FILE_NOT_TABLE"}


def test_a_folder_that_is_none_or_holds_nothing_is_refused(tmp_path: Path) -> None:
    assert refusal_of(lambda: read(tmp_path)).code == "SOURCE_FOLDER_EMPTY"
    assert refusal_of(lambda: read(tmp_path / "x")).code == "SOURCE_FOLDER_MISSING"
    path = put(tmp_path, "a.csv", "", 1)
    assert refusal_of(lambda: read(path)).code == "SOURCE_NOT_A_FOLDER"
