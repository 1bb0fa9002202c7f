"""Laws of reading a big export in columns: it says what reading in rows says."""

import datetime as dt
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promo_xl.sources import export_big, export_columns
from promo_xl.sources.export_reading import read_export
from promo_xl.sources.source import Fetched, Surroundings
from tests.sources.exports import codes, fetch, order, readings
from tests.sources.refusals import refusal_of

ALWAYS, NEVER = 0, 10**9
HEADER = "日期,渠道,推广计划,消耗(元),展现量(万),广告\n"
SPEND = [
    "1", "2.5", "1.0", '"1,234"', "--", "", "abc", "¥3", "1e3", "inf", "nan", "True", "—", "12%", " 7 ", " - ",
    "0.1234567", "98765432101.23", "1e15", "1e16", "1e308", "9" * 30, "-0", "+5", "1_000", "0x1F",
]  # fmt: skip
CELLS = (
    st.sampled_from(["2026-06-01", "2026/6/2", "20260603", "2026-06-01 ", "6月1日", "", " ", "合计", "x", "--"]),
    st.sampled_from(["抖音", " 抖音", "微信", "", "-", "=1+1", "007", "nan", "合计", "长" * 1001]),
    st.sampled_from(["甲", "乙", "", "--", "1.50"]),
    st.sampled_from(SPEND),
    st.sampled_from(["1", "0.1234", "2万", "--", "-", "/", "1e14"]),
    st.sampled_from(["", "a", "b", "合计", " - ", "长" * 20 + "甲", "长" * 20 + "乙"]),
    st.sampled_from(["", ",", ",,", ", ,"]),
)
ROW = st.tuples(*CELLS).map(lambda cells: ",".join(cells[:6]) + cells[6])
WITH_COPIES = st.lists(ROW, min_size=1, max_size=12).flatmap(
    lambda rows: st.permutations([*rows, *rows[:2]]) | st.just(rows)
)


def both(folder: Path, text: str | bytes, **more: object) -> tuple[Fetched, Fetched]:
    """What is read in rows and what in columns."""
    return fetch(folder, text, NEVER, **more), fetch(folder, text, ALWAYS, **more)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=WITH_COPIES, chunk_rows=st.integers(1, 5), channel=st.sampled_from(["", "朋友圈"]))
def test_columns_say_what_rows_say(tmp_path: Path, rows: list[str], chunk_rows: int, channel: str) -> None:
    text = "报表,,,,,,,,\n\n" + HEADER + "".join(row + "\n" for row in rows)
    small, big = both(tmp_path, text, channel=channel)
    assert readings(big) == readings(small)
    assert big.read == small.read
    assert [row.place for row in big.rows] == [row.place for row in small.rows]
    assert told(big) == told(small)
    in_chunks = export_big.read_big(tmp_path / "a.csv", order(channel=channel), Surroundings(), chunk_rows)
    assert (in_chunks.rows, told(in_chunks)) == (big.rows, told(big))


def told(fetched: Fetched) -> list[tuple[str, str]]:
    """What is told of which place, in no order."""
    return sorted((finding.code, finding.place) for finding in fetched.findings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_encoding_and_separator_find_themselves(tmp_path: Path, encoding: str, separator: str) -> None:
    text = "报表\n\n日期,渠道,消耗\n" + "2026-06-01,抖音,1.5\n" * 3 + "2026-06-02,微信,2\n"
    fetched = fetch(tmp_path, text.replace(",", separator).encode(encoding), ALWAYS)
    assert [row[1:] for row in readings(fetched)] == [("抖音", "", {"spend": 1.5}), ("微信", "", {"spend": 2})]


def test_chinese_behind_a_megabyte_of_ascii_is_read_as_gbk(tmp_path: Path) -> None:
    text = "date,channel,spend\n" + "2026-06-01,a,1\n" * 80_000 + "2026-06-02,抖音,2\n"
    assert readings(fetch(tmp_path, text.encode("gbk"), ALWAYS))[-1][1] == "抖音"


@pytest.mark.parametrize("big", [ALWAYS, NEVER])
def test_a_later_row_that_a_bare_comma_shifted_is_refused(tmp_path: Path, big: int) -> None:
    text = HEADER + "2026-06-01,抖音,,1,1,\n2026-06-02,抖音,,1,234,1,x\n"
    finding = refusal_of(lambda: fetch(tmp_path, text, big))
    assert (finding.code, finding.place) == ("SOURCE_ROW_WIDER_THAN_HEADER", "a.csv › G3")


def test_a_separator_that_no_reader_takes_is_refused(tmp_path: Path) -> None:
    text = "sep=，\n" + HEADER.replace(",", "，") + "2026-06-01，抖音，，1，1，\n"
    assert refusal_of(lambda: fetch(tmp_path, text, ALWAYS)).code == "FILE_UNREADABLE"


def test_a_declared_separator_shifts_no_place(tmp_path: Path) -> None:
    text = "sep=|\n日期|渠道|消耗\n2026-06-01|抖音|1\n"
    small, big = both(tmp_path, text)
    assert small == big


def test_chunks_do_not_show(tmp_path: Path) -> None:
    lines = [f"2026-06-{n % 9 + 1:02},渠道{n % 3},{n % 2},{n if n % 7 else '--'},1,{n % 4}\n" for n in range(50)]
    path = tmp_path / "b.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    whole = export_big.read_big(path, order(), Surroundings())
    assert export_big.read_big(path, order(), Surroundings(), chunk_rows=7) == whole


def test_lines_that_differ_in_an_unread_column_are_added_up(tmp_path: Path) -> None:
    text = HEADER + "2026-06-01,抖音,,1,1,甲\n2026-06-01,抖音,,1,1,乙\n2026-06-01,抖音,,1,1,甲\n"
    for fetched in both(tmp_path, text):
        assert readings(fetched)[0][3]["spend"] == 2
        assert codes(fetched) == ["SOURCE_COLUMNS_UNKNOWN", "SOURCE_LINES_IDENTICAL", "SOURCE_LINES_SUMMED"]


def test_only_the_ordered_days_are_read(tmp_path: Path) -> None:
    text = HEADER + "".join(f"2026-06-0{day},抖音,,{day},1,\n" for day in range(1, 6))
    small, big = both(tmp_path, text, start=dt.date(2026, 6, 2), end=dt.date(2026, 6, 3))
    assert readings(small) == readings(big)
    assert [row[0] for row in readings(big)] == ["2026-06-02", "2026-06-03"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ((HEADER + "1,2026-06-01,抖音,,1,1,x\n").encode(), "SOURCE_ROW_WIDER_THAN_HEADER"),
        ((HEADER + "2026-06-01,抖音,,1,1,\n" + "1,2,3,4,5,6,7,8,9\n").encode(), "SOURCE_ROW_WIDER_THAN_HEADER"),
        ((HEADER + '2026-06-01,抖音,,1,1,"x\n').encode(), "FILE_QUOTE_OPEN"),
        ((HEADER + "2026-06-01,抖音推广渠道,,1,1,x\n").encode() + b"\xff\n", "FILE_ENCODING"),
        ((HEADER + "2026-06-01,抖音,,1,1,\0\0\n").encode(), "FILE_NOT_TABLE"),
        ((HEADER + "," * 3_000_000).encode(), "FILE_LINE_TOO_LONG"),
        ((HEADER + "2026-06-01,抖音" + "长" * 2_000_000 + ",,1,1,\n").encode("utf-16"), "FILE_LINE_TOO_LONG"),
        (b"\0" * 3_000_000, "FILE_NOT_TABLE"),
        (HEADER.encode() + b"\n" * 20_000_001, "FILE_TOO_MANY_ROWS"),
        ((HEADER[:-1] + ",x" * 2000 + "\n").encode(), "FILE_TOO_MANY_COLUMNS"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    assert refusal_of(lambda: fetch(tmp_path, data, ALWAYS)).code == code


@pytest.mark.parametrize("lines", ["", "\n" * 9, ",,,,,\n" * 9, " ,-,--, , \n" * 9])
def test_a_header_above_blanks_and_dashes_gives_no_reading(tmp_path: Path, lines: str) -> None:
    small, big = both(tmp_path, HEADER + lines)
    assert (big.rows, big.read, told(big)) == (small.rows, small.read, told(small)) == ((), 0, told(small))


def test_more_readings_than_a_workbook_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_columns, "MOST_READINGS", 3)
    text = HEADER + "".join(f"2026-06-0{day},抖音,,{day},1,\n" for day in range(1, 6))
    assert refusal_of(lambda: fetch(tmp_path, text, ALWAYS)).code == "SOURCE_TOO_MANY_READINGS"


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.write(HEADER.encode())
        stream.truncate(2**30)  # it takes no room on the disk
    tracemalloc.start()
    try:
        finding = refusal_of(lambda: read_export(path, order(), Surroundings()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (finding.code, finding.details["found_mb"]) == ("FILE_TOO_BIG", 1024)
    assert peak < 2**20
