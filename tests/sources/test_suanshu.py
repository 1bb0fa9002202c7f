"""Laws of exports of interest indices: a level per day and keyword, never a reading, never a sum."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.source import Fetched, Surroundings, source_of
from tests.sources.exports import codes, fetch, order
from tests.sources.refusals import refusal_of

HEADER = "日期,关键词,综合指数,搜索指数\n"
LINE = "2026-06-01,防晒霜,123456,65432\n"
READINGS = "日期,渠道,消耗\n2026-06-01,抖音,5\n"
Index = tuple[str, str, str, dict[str, float]]


def indices(fetched: Fetched) -> list[Index]:
    """The rows in short."""
    return [(row.table, str(row.date), row.key[1], dict(row.values)) for row in fetched.rows]


def ask(folder: Path, text: str, kind: str = "suanshu", name: str = "a.csv", **more: object) -> Fetched:
    """What a source of this kind reads from a file with this content."""
    (folder / name).write_text(text, encoding="utf-8")
    return source_of(kind).read(order(name, kind, folder=folder, **more), Surroundings())


@pytest.mark.parametrize("kind", ["suanshu", "export"])
def test_a_day_and_a_keyword_have_two_indices_and_no_channel(tmp_path: Path, kind: str) -> None:
    wanted = [("indices", "2026-06-01", "防晒霜", {"composite_index": 123456, "search_index": 65432})]
    assert indices(ask(tmp_path, HEADER + LINE, kind, channel="抖音")) == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_titles_encodings_and_missing_marks_are_those_of_every_export(tmp_path: Path, encoding: str) -> None:
    text = "巨量算数\n关键词指数（抖音）\n\n" + HEADER + '2026-06-01,防晒霜,12.5万,--\n2026/6/2,防晒霜,"1,234",—\n'
    assert indices(fetch(tmp_path, text.encode(encoding))) == [
        ("indices", "2026-06-01", "防晒霜", {"composite_index": 125000}),
        ("indices", "2026-06-02", "防晒霜", {"composite_index": 1234}),
    ]


def test_a_workbook_of_weeks_stands_on_their_first_days(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["统计时间", "关键词", "搜索指数"],
        ["2026-06-01~2026-06-07", "防晒霜", 10],
        ["2026-06-08 - 2026-06-14", "防晒霜", 12],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    fetched = source_of("suanshu").read(order("a.xlsx", folder=tmp_path), Surroundings())
    assert [(key, values) for _, key, _, values in indices(fetched)] == [
        ("2026-06-01", {"search_index": 10}),
        ("2026-06-08", {"search_index": 12}),
    ]


def test_a_big_text_is_read_as_a_small_one(tmp_path: Path) -> None:
    text = HEADER + "".join(f"2026-06-{day:02},词{day % 7},{day},{day * 2}\n" for day in range(1, 31))
    small, big = fetch(tmp_path, text), fetch(tmp_path, text, big=0)
    assert (indices(big), codes(big)) == (indices(small), codes(small))
    assert len(big.rows) == 30


def test_a_big_text_of_readings_is_still_one_of_readings(tmp_path: Path) -> None:
    assert [row.table for row in fetch(tmp_path, READINGS, big=0).rows] == ["readings"]


def test_a_folder_may_hold_both(tmp_path: Path) -> None:
    ask(tmp_path, HEADER + LINE, name="b.csv")
    fetched = ask(tmp_path, READINGS, "export")
    both = source_of("folder").read(order(".", "folder", folder=tmp_path), Surroundings())
    assert [row.table for row in both.rows] == ["indices", "readings"]
    assert fetched.rows[0] in both.rows


def test_the_kind_takes_a_folder_and_the_later_file_counts(tmp_path: Path) -> None:
    ask(tmp_path, HEADER + LINE, name="a.csv")
    ask(tmp_path, HEADER + LINE.replace("123456", "7"), name="b.csv")
    fetched = source_of("suanshu").read(order(".", "suanshu", folder=tmp_path), Surroundings())
    assert [values["composite_index"] for *_, values in indices(fetched)] == [7]
    assert codes(fetched) == ["SOURCE_LATER_FILE_COUNTS"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (READINGS, "SOURCE_KEYWORD_COLUMN_MISSING"),
        ("日期,关键词,消耗\n2026-06-01,防晒霜,5\n", "SOURCE_METRIC_COLUMN_MISSING"),
        ("日期,综合指数\n2026-06-01,5\n", "SOURCE_KEYWORD_COLUMN_MISSING"),
        ("关键词,综合指数\n防晒霜,5\n", "SOURCE_DATE_COLUMN_MISSING"),
    ],
)
def test_what_the_header_lacks_is_told(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(RefusedError, match=code):
        ask(tmp_path, text)


def test_an_index_beside_spend_is_told_and_not_read(tmp_path: Path) -> None:
    fetched = fetch(tmp_path, "日期,渠道,关键词,消耗,综合指数\n2026-06-01,抖音,防晒霜,5,9\n")
    assert [(row.table, dict(row.values)) for row in fetched.rows] == [("readings", {"spend": 5})]
    (unknown,) = fetched.findings
    assert (unknown.code, unknown.details["columns"]) == ("SOURCE_COLUMNS_UNKNOWN", "关键词, 综合指数")


def test_a_database_holds_readings_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("CREATE TABLE t (date TEXT, keyword TEXT, composite_index REAL)")
    wanted = order("a.db", "sql", query="t", folder=tmp_path)
    assert refusal_of(lambda: source_of("sql").read(wanted, Surroundings())).code == "SOURCE_METRIC_COLUMN_MISSING"


@pytest.mark.parametrize("word", ["合计", "总计", "total", "全部", "all"])
def test_a_sum_of_indices_is_no_data_and_any_word_may_be_a_keyword(tmp_path: Path, word: str) -> None:
    fetched = ask(tmp_path, HEADER + f"2026-06-01,{word},5,6\n{word},,500,600\n")
    assert [name for _, _, name, _ in indices(fetched)] == [word]
    assert codes(fetched) == ["SOURCE_SUBTOTALS_SKIPPED"]


def test_a_keyword_twice_a_day_counts_once_or_not_at_all(tmp_path: Path) -> None:
    fetched = ask(tmp_path, HEADER + LINE + LINE + "2026-06-01,面膜,5,6\n2026-06-01,面膜,5,7\n")
    assert {name: values for _, _, name, values in indices(fetched)} == {
        "防晒霜": {"composite_index": 123456, "search_index": 65432},
        "面膜": {"composite_index": 5},
    }
    (told,) = fetched.findings
    assert (told.code, told.field, told.subject) == ("SOURCE_LEVELS_DIFFER", "search_index", "面膜")
    assert (told.details["values"], told.place) == ("6 / 7", "a.csv › A4")


def test_days_and_weeks_of_a_keyword_stand_side_by_side_for_they_are_never_added_up(tmp_path: Path) -> None:
    text = HEADER + "2026-06-01 ~ 2026-06-07,防晒霜,5,6\n2026-06-03,防晒霜,7,8\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.csv").write_text(HEADER + "2026-06-05,防晒霜,9,9\n", encoding="utf-8")
    ask(tmp_path / "a", text)
    fetched = source_of("suanshu").read(order("a", "suanshu", folder=tmp_path), Surroundings())
    assert [day for _, day, _, _ in indices(fetched)] == ["2026-06-01", "2026-06-03", "2026-06-05"]
    assert codes(fetched) == ["SOURCE_WEEKS_FOUND"]


def test_a_text_as_long_as_no_keyword_is_told_and_its_row_left_out(tmp_path: Path) -> None:
    fetched = ask(tmp_path, HEADER + f"2026-06-01,{'长' * 1001},5,6\n" + LINE)
    assert [name for _, _, name, _ in indices(fetched)] == ["防晒霜"]
    assert [(one.code, one.field, one.place) for one in fetched.findings] == [
        ("SOURCE_NAME_TOO_LONG", "keyword", "a.csv › B2")
    ]


def test_a_row_without_a_keyword_is_left_out_whatever_the_channel(tmp_path: Path) -> None:
    fetched = ask(tmp_path, HEADER + "2026-06-01,,5,6\n2026-06-01,--,5,6\n", channel="抖音")
    assert (fetched.rows, codes(fetched)) == ((), ["SOURCE_KEYWORD_MISSING"] * 2)


def test_four_weeks_before_the_campaign_are_wanted_too(tmp_path: Path) -> None:
    days = [dt.date(2026, 6, 1) + dt.timedelta(days=shift) for shift in (-29, -28, 0, 29, 30)]
    text = HEADER + "".join(f"{day},防晒霜,5,6\n" for day in days)
    fetched = ask(tmp_path, text, start=days[2], end=days[3])
    assert [row.date for row in fetched.rows] == days[1:4]
    assert codes(fetched) == ["SOURCE_ROWS_OUTSIDE"]


def test_headings_of_a_planner_s_own_are_mapped(tmp_path: Path) -> None:
    text = "日期,词,热\n2026-06-01,防晒霜,5\n"
    fetched = ask(tmp_path, text, mapping={"词": "keyword", "热": "composite_index"})
    assert indices(fetched) == [("indices", "2026-06-01", "防晒霜", {"composite_index": 5})]


@pytest.mark.parametrize("keyword", ["=cmd|'/c calc'!A0", "+1", "-1+1", "@SUM(A1)", "=1+1", "*", "?", "~"])
def test_a_keyword_that_looks_like_a_formula_stays_a_text(tmp_path: Path, keyword: str) -> None:
    assert [name for _, _, name, _ in indices(ask(tmp_path, HEADER + f"2026-06-01,{keyword},5,6\n"))] == [keyword]


KEYWORDS = st.text("防晒霜ab c1_-", min_size=1, max_size=6).filter(lambda t: t.strip(" -") and t == t.strip())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), KEYWORDS),
        st.integers(0, 10**9),
        max_size=12,
    )
)
def test_every_index_reads_back(tmp_path: Path, said: dict[tuple[dt.date, str], int]) -> None:
    text = "日期,关键词,综合指数\n" + "".join(f"{day},{name},{value}\n" for (day, name), value in said.items())
    found = {(row.date, row.key[1]): row.values["composite_index"] for row in ask(tmp_path, text).rows}
    assert found == said
