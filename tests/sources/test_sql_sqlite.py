"""Laws of reading a database, shown with SQLite files."""

import datetime as dt
import os
import shutil
import sqlite3
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.kinds.sql import SOURCE, ReadingLimits
from promo_xl.sources.source import Order, Surroundings
from promo_xl.sources.sql_sqlite import sqlite_session
from tests.sources.databases import TABLE, ask, bytes_beside, sqlite_file
from tests.sources.exports import codes, order, readings
from tests.sources.refusals import refusal_of

ROWS = """
INSERT INTO readings VALUES
  ('2026-06-01', '抖音', '甲', 1.10, 3), ('2026-06-01', '抖音', '甲', 1.10, 3),
  ('2026-06-01', '抖音', '甲', 2.20, NULL),
  ('2026-06-02', '小红书', NULL, NULL, 7), ('2026-06-03', '小红书', '', NULL, NULL);
"""
COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{}) "


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return sqlite_file(tmp_path, TABLE + ROWS)


def one(folder: Path, columns: str, **more: object) -> list[dict[str, float]]:
    """The values of a row made by these columns."""
    path = sqlite_file(folder, TABLE)
    return [
        row[3] for row in readings(ask(path, f"SELECT '2026-06-01' AS date, '抖' AS channel, {columns}", **more))
    ]


@pytest.mark.parametrize(
    "query", ["readings", "SELECT * FROM readings", "select * from readings; -- all", '"readings"']
)
def test_rows_of_one_day_channel_and_campaign_are_summed_equal_ones_too(shop: Path, query: str) -> None:
    fetched = ask(shop, query)
    assert readings(fetched) == [
        ("2026-06-01", "抖音", "甲", {"spend": 4.4, "clicks": 6.0}),
        ("2026-06-02", "小红书", "", {"clicks": 7.0}),
    ]
    assert fetched.read == 5
    assert [(each.code, each.details) for each in fetched.findings] == [
        ("SOURCE_ROWS_SUMMED", {"rows": "3", "count": "1"})
    ]


def test_the_label_names_the_file_and_what_was_asked(shop: Path) -> None:
    assert ask(shop, "readings").label == "shop.db › readings"
    assert ask(shop, "SELECT * FROM readings").label == "shop.db › SELECT"
    assert [row.place for row in ask(shop, "readings").rows] == [
        "shop.db › readings › 1",
        "shop.db › readings › 4",
    ]


def test_a_view_is_read_like_a_table_of_which_only_the_needed_columns_count(tmp_path: Path) -> None:
    path = sqlite_file(
        tmp_path, TABLE + ROWS + "CREATE VIEW v AS SELECT *, abs(-9223372036854775808) AS fails FROM readings;"
    )
    fetched = ask(path, "v")
    assert len(fetched.rows) == 2
    assert codes(fetched) == ["SOURCE_COLUMNS_UNKNOWN", "SOURCE_ROWS_SUMMED"]


def test_columns_are_known_by_mapping_by_field_and_by_alias_with_or_without_spaces(tmp_path: Path) -> None:
    columns = '1 AS 消耗, 2 AS clicks, 3 AS ad_spend, 4 AS 花了, 5 AS like_count, 6 AS "展现量(万)"'
    assert one(tmp_path, columns, mapping={"花了": "spend"}) == [
        {"spend": 4, "clicks": 2, "likes": 5, "impressions": 60_000}
    ]


def test_a_field_s_own_name_needs_no_alias(shop: Path) -> None:
    bare = Order("sql", str(shop), query="readings")
    assert len(SOURCE.read(bare, Surroundings()).rows) == 2


def test_of_doubled_columns_the_first_is_read(shop: Path) -> None:
    fetched = ask(shop, "SELECT date, channel, 1 AS spend, 2 AS spend FROM readings WHERE clicks = 7")
    assert readings(fetched)[0][3] == {"spend": 1}
    (finding,) = fetched.findings
    assert (finding.code, finding.details["reason"]) == ("SOURCE_COLUMN_TWICE", "sql")


def test_what_a_query_lacks_is_told_with_its_columns(shop: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        ask(shop, "SELECT channel, campaign AS x FROM readings")
    assert [(each.code, each.details["found"], each.details["reason"]) for each in caught.value.findings] == [
        ("SOURCE_DATE_COLUMN_MISSING", "channel, x", "sql"),
        ("SOURCE_METRIC_COLUMN_MISSING", "channel, x", "sql"),
    ]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("3", 3), ("2.5", 2.5), ("'1,234'", 1234), ("'1.2万'", 12_000), ("' 7 '", 7), ("-4", -4), ("1e15", 1e15),
        ("X'3132'", 12), ("0.1 + 0.2", 0.3),
    ],
)  # fmt: skip
def test_a_number_may_be_of_any_type(tmp_path: Path, value: str, number: float) -> None:
    assert one(tmp_path, f"{value} AS spend") == [{"spend": number}]


@pytest.mark.parametrize("value", ["NULL", "''", "'--'", "'—'"])
def test_what_says_nothing_is_missing_and_no_zero(tmp_path: Path, value: str) -> None:
    assert one(tmp_path, f"{value} AS spend, 1 AS clicks") == [{"clicks": 1}]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("'nan'", None), ("'Infinity'", None), ("9e999", None), ("-9e999", None), ("'12%'", None), ("X'FF'", None),
        ("1e300", "huge"), ("9223372036854775807", "huge"), ("1.1e15", "huge"), ("'9e20'", "huge"),
    ],
)  # fmt: skip
def test_what_is_no_believable_number_is_left_out_and_told(tmp_path: Path, value: str, reason: str | None) -> None:
    path = sqlite_file(tmp_path, TABLE)
    query = f"SELECT '2026-06-01' AS date, 'a' AS channel, {value} AS spend, 1 AS clicks"
    fetched = ask(path, query)
    assert [row[3] for row in readings(fetched)] == [{"clicks": 1}]
    (finding,) = fetched.findings
    assert (finding.code, finding.details.get("reason")) == ("SOURCE_VALUE_UNREADABLE", reason)


def test_a_sum_of_many_is_exact(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path, TABLE)
    query = COUNTING.format(" WHERE i < 100000") + (
        "SELECT '2026-06-01' AS date, 'a' AS channel, CASE WHEN i = 1 THEN 1e15 ELSE 0.01 END AS spend FROM n"
    )
    assert readings(ask(path, query))[0][3] == {"spend": 1e15 + 999.99}


@pytest.mark.parametrize(
    "value", ["'2026-06-01'", "'2026-06-01 23:59:59.999'", "'2026-06-01T08:00:00Z'", "20260601", "'2026年6月1日'"]
)
def test_a_day_may_be_written_in_any_way(tmp_path: Path, value: str) -> None:
    path = sqlite_file(tmp_path, TABLE)
    assert str(ask(path, f"SELECT {value} AS date, 'a' AS channel, 1 AS spend").newest) == "2026-06-01"


@pytest.mark.parametrize("value", ["'soon'", "1780000000", "NULL", "'infinity'", "X'00'", "2461192.5"])
def test_a_row_without_a_day_is_left_out_and_told(tmp_path: Path, value: str) -> None:
    path = sqlite_file(tmp_path, TABLE)
    fetched = ask(path, f"SELECT {value} AS date, 'a' AS channel, 1 AS spend")
    assert (fetched.rows, codes(fetched)) == ((), ["SOURCE_DATE_UNREADABLE"])


def test_weekly_rows_keep_the_day_they_come_with(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path, TABLE + "INSERT INTO readings VALUES ('2026-06-03', 'a', '', 1, 2);")
    assert str(ask(path, "readings", period="weekly").newest) == "2026-06-03"


def test_rows_outside_the_order_s_days_are_left_out_whether_the_query_says_so_or_not(shop: Path) -> None:
    days = {"start": dt.date(2026, 6, 2), "end": dt.date(2026, 6, 2)}
    for query, read in [
        ("readings", 5),
        ("SELECT * FROM readings WHERE date BETWEEN :start AND :end", 1),
        ("SELECT * FROM readings WHERE date >= :start", 2),
    ]:
        fetched = ask(shop, query, **days)
        assert (fetched.read, [row.values for row in fetched.rows]) == (read, [{"clicks": 7}])


def test_an_open_end_is_open_in_the_query_too(shop: Path) -> None:
    assert ask(shop, "SELECT * FROM readings WHERE date BETWEEN :start AND :end").read == 5


def test_rows_without_a_channel_belong_to_the_order_s(shop: Path) -> None:
    query = "SELECT date, spend FROM readings WHERE spend > 2"
    assert readings(ask(shop, query, channel="抖音")) == [("2026-06-01", "抖音", "", {"spend": 2.2})]
    assert codes(ask(shop, query)) == ["SOURCE_CHANNEL_MISSING"]


def test_a_number_that_is_a_name_keeps_its_digits(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path, TABLE)
    query = "SELECT '2026-06-01' AS date, 7 AS channel, 1790123456789012345 AS campaign, 1 AS spend"
    assert readings(ask(path, query)) == [("2026-06-01", "7", "1790123456789012345", {"spend": 1})]


def test_a_name_that_looks_like_a_formula_stays_the_text_that_it_is(tmp_path: Path) -> None:
    path = sqlite_file(
        tmp_path,
        "CREATE TABLE t (date, channel, spend, \"=cmd|'/c calc'!A0\");"
        "INSERT INTO t VALUES ('2026-06-01', '=HYPERLINK(\"http://x\")', 1, 2), ('2026-06-01', '合计', 3, 4);",
    )
    fetched = ask(path, "t")
    assert [row.key[1] for row in fetched.rows] == ['=HYPERLINK("http://x")', "合计"]
    (finding,) = fetched.findings
    assert (finding.code, finding.details["columns"]) == ("SOURCE_COLUMNS_UNKNOWN", "=cmd|'/c calc'!A0")


def test_a_text_too_long_for_a_name_costs_its_row_and_no_memory(shop: Path) -> None:
    texts = COUNTING.format(" WHERE i < 800") + "SELECT {} FROM n"
    query = texts.format("'2026-06-01' AS date, hex(zeroblob(250000)) || i AS channel, 1 AS spend")
    tracemalloc.start()
    fetched = ask(shop, query)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (fetched.rows, set(codes(fetched))) == ((), {"SOURCE_NAME_TOO_LONG", "SOURCE_MORE_FINDINGS"})
    for columns in ("hex(zeroblob(250000)) || i AS date, 1 AS spend, 'a' AS channel",
                    "'2026-06-01' AS date, hex(zeroblob(250000)) || i AS spend, 'a' AS channel"):  # fmt: skip
        assert ask(shop, texts.format(columns)).rows == ()
    assert peak < 2 * 220 * 500_000


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("missing", "SOURCE_SQL_TABLE_MISSING"),
        ("other.readings", "SOURCE_SQL_TABLE_MISSING"),
        ("SELECT missing FROM readings", "SOURCE_SQL_FAILED"),
        ("SELECT * FROM readings WHERE date > :from", "SOURCE_SQL_FAILED"),
        ("SELECT * FROM readings WHERE date > ?", "SOURCE_SQL_FAILED"),
        ("SELECT load_extension('x')", "SOURCE_SQL_EFFECTS"),
        ("SELECT LOAD_EXTENSION('x', 'y')", "SOURCE_SQL_EFFECTS"),
        ("SELECT fts3_tokenizer('simple')", "SOURCE_SQL_EFFECTS"),
        ("SELECT * FROM pragma_database_list", "SOURCE_SQL_WRITES"),
        ("WITH x AS (SELECT 1) DELETE FROM readings", "SOURCE_SQL_WRITES"),
        ("SELECT zeroblob(999999999) AS date, 1 AS spend", "SOURCE_SQL_FAILED"),
        ("SELECT date, spend FROM readings; SELECT 1", "SOURCE_SQL_SEVERAL"),
    ],
)
def test_what_does_not_only_read_is_refused_and_changes_nothing(shop: Path, query: str, code: str) -> None:
    before = bytes_beside(shop)
    assert refusal_of(lambda: ask(shop, query)).code == code
    assert bytes_beside(shop) == before


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM readings",
        "ATTACH 'evil.db' AS evil",
        "PRAGMA writable_schema = 1",
        "PRAGMA query_only = 0",
        "PRAGMA journal_mode = WAL",
        "CREATE TEMP TABLE x (a)",
        "INSERT INTO readings (date) VALUES (1) RETURNING *",
        "VACUUM INTO 'evil.db'",
        "BEGIN IMMEDIATE",
        "SELECT load_extension('x')",
        "SELECT 1; DELETE FROM readings",
    ],
)
def test_sqlite_itself_refuses_what_the_reading_of_the_statement_would_let_pass(
    shop: Path, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.parent)
    before = bytes_beside(shop)
    with pytest.raises(RefusedError), sqlite_session(shop, "shop.db", 5.0) as session:
        session.run(statement, {})
    assert bytes_beside(shop) == before


def test_a_view_s_own_schema_is_not_trusted_with_functions_that_have_effects(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path, "CREATE VIEW v AS SELECT '2026-06-01' AS date, load_extension('x') AS spend;")
    assert refusal_of(lambda: ask(path, "v")).code == "SOURCE_SQL_EFFECTS"


def test_a_query_without_an_end_is_stopped_in_time(shop: Path) -> None:
    for spend in ("count(*)", "i"):
        query = COUNTING.format("") + f"SELECT {spend} AS spend, '2026-06-01' AS date, 'a' AS channel FROM n"
        begun = time.monotonic()
        finding = refusal_of(lambda query=query: ask(shop, query, ReadingLimits(seconds=0.3)))  # type: ignore[misc]
        assert finding.code == "SOURCE_SQL_TOO_SLOW"
        assert time.monotonic() - begun < 3


def test_more_rows_than_the_limit_are_refused_not_cut(shop: Path) -> None:
    assert ReadingLimits().rows == 10_000_000
    query = COUNTING.format("") + "SELECT i AS spend, '2026-06-01' AS date, 'a' AS channel FROM n"
    finding = refusal_of(lambda: ask(shop, query, ReadingLimits(rows=10_000)))
    assert (finding.code, finding.details["limit"]) == ("SOURCE_SQL_TOO_MANY_ROWS", "10000")


def test_more_readings_than_the_limit_are_refused(shop: Path) -> None:
    assert len(ask(shop, "readings", ReadingLimits(readings=3)).rows) == 2
    finding = refusal_of(lambda: ask(shop, "readings", ReadingLimits(readings=2)))
    assert (finding.code, finding.details["reason"]) == ("SOURCE_TOO_MANY_READINGS", "sql")


def test_ten_times_the_rows_take_no_more_memory_than_their_readings(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path, TABLE)
    query = COUNTING.format(" WHERE i < {}") + (
        "SELECT '2026-06-01' AS date, 'a' || (i % 10) AS channel, 'x' || i AS other, i AS spend FROM n"
    )
    ask(path, query.format(10))
    peaks = []
    for rows in (10_000, 100_000):
        tracemalloc.start()
        assert len(ask(path, query.format(rows)).rows) == 10
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_progress_is_told_while_rows_come(shop: Path) -> None:
    told: list[tuple[int, int]] = []
    surroundings = Surroundings(progress=lambda done, total: told.append((done, total)))
    SOURCE.read(order(str(shop), "sql", query="readings"), surroundings)
    assert told == [(5, 0)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "SOURCE_SQL_NOT_SQLITE"),
        (b"date,spend\n", "SOURCE_SQL_NOT_SQLITE"),
        (b"SQLite format 3\0", "SOURCE_SQL_NOT_SQLITE"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "SOURCE_SQL_NOT_SQLITE"),
    ],
)
def test_a_file_that_is_no_database_is_named_as_that(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    assert refusal_of(lambda: ask(path, "readings")).code == code


def test_a_damaged_database_is_named_as_that(shop: Path) -> None:
    content = bytearray(shop.read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    shop.write_bytes(content)
    assert refusal_of(lambda: ask(shop, "readings")).code == "SOURCE_SQL_DAMAGED"


def test_a_missing_file_a_folder_and_a_pipe_are_named_as_that(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    os.mkfifo(tmp_path / "pipe.db")
    for name, code in [("no.db", "FILE_MISSING"), ("folder.db", "FILE_IS_FOLDER"), ("pipe.db", "FILE_UNREADABLE")]:
        assert refusal_of(lambda name=name: ask(tmp_path / name, "readings")).code == code  # type: ignore[misc]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.db", "pipe.db"]


def test_a_link_to_another_file_tells_nothing_of_its_content(tmp_path: Path) -> None:
    secret = tmp_path / "passwd"
    secret.write_text("root:x:0:0")
    (tmp_path / "a.db").symlink_to(secret)
    finding = refusal_of(lambda: ask(tmp_path / "a.db", "readings"))
    assert (finding.code, "root" in repr(finding)) == ("SOURCE_SQL_NOT_SQLITE", False)


def test_a_database_that_another_program_holds_is_waited_for_and_then_named(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promo_xl.sources.sql_sqlite.BUSY_SECONDS", 0.1)
    writer = sqlite3.connect(shop, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    assert refusal_of(lambda: ask(shop, "readings")).code == "SOURCE_SQL_LOCKED"
    writer.execute("ROLLBACK")
    assert len(ask(shop, "readings").rows) == 2
    writer.close()


def with_log(folder: Path) -> sqlite3.Connection:
    """A database with a write-ahead log, still open in the program that writes it."""
    writer = sqlite3.connect(folder / "shop.db", isolation_level=None, check_same_thread=False)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.executescript(TABLE + ROWS)
    return writer


def test_a_database_with_a_log_is_read_up_to_its_last_commit(tmp_path: Path) -> None:
    writer = with_log(tmp_path)
    assert (tmp_path / "shop.db-wal").stat().st_size > 0
    assert len(ask(tmp_path / "shop.db", "readings").rows) == 2
    writer.close()


def test_reading_a_database_whose_log_is_closed_puts_no_file_beside_it(tmp_path: Path) -> None:
    with_log(tmp_path).close()
    before = bytes_beside(tmp_path / "shop.db")
    assert list(before) == ["shop.db"]
    assert len(ask(tmp_path / "shop.db", "readings").rows) == 2
    assert bytes_beside(tmp_path / "shop.db") == before


def test_a_database_that_changes_while_it_is_read_without_its_log_is_not_used(tmp_path: Path) -> None:
    with_log(tmp_path).close()
    path = tmp_path / "shop.db"

    def write_meanwhile(*_: int) -> None:
        writer = sqlite3.connect(path)
        writer.execute("INSERT INTO readings VALUES ('2026-06-09', 'a', '', 1, 1)")
        writer.commit()
        writer.close()

    surroundings = Surroundings(progress=write_meanwhile)
    asked = order(str(path), "sql", query="readings")
    assert refusal_of(lambda: SOURCE.read(asked, surroundings)).code == "SOURCE_SQL_CHANGED"
    assert SOURCE.read(asked, Surroundings()).newest == dt.date(2026, 6, 9)


@contextmanager
def read_only_folder(writer: sqlite3.Connection, source: Path, names: Sequence[str]) -> Iterator[Path]:
    """These files of a database in a folder where nobody but root may write, asked by somebody else than root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in names:
            shutil.copy(source / each, folder / each)
        writer.close()
        is_root = os.geteuid() == 0
        folder.chmod(0o555)
        try:
            if is_root:
                os.seteuid(65534)
            yield folder / "shop.db"
        finally:
            if is_root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_database_whose_log_is_closed_is_read_from_a_read_only_folder(tmp_path: Path) -> None:
    with_log(tmp_path).close()
    with read_only_folder(sqlite3.connect(":memory:"), tmp_path, ["shop.db"]) as path:
        assert len(ask(path, "readings").rows) == 2


def test_a_log_that_cannot_be_read_from_a_read_only_folder_is_named(tmp_path: Path) -> None:
    with read_only_folder(with_log(tmp_path), tmp_path, ["shop.db", "shop.db-wal"]) as path:
        assert refusal_of(lambda: ask(path, "readings")).code == "SOURCE_SQL_LOG_UNREADABLE"


def test_a_database_left_in_the_middle_of_a_change_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    writer = sqlite3.connect(sqlite_file(tmp_path, TABLE + ROWS), isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN")
    writer.execute(COUNTING.format(" WHERE i < 5000") + "INSERT INTO readings SELECT i, 'a', i, i, i FROM n")
    (tmp_path / "left").mkdir()
    for name in ("shop.db", "shop.db-journal"):
        shutil.copy(tmp_path / name, tmp_path / "left" / name)
    writer.close()
    path = tmp_path / "left" / "shop.db"
    before = bytes_beside(path)
    assert refusal_of(lambda: ask(path, "readings")).code == "SOURCE_SQL_LOG_UNREADABLE"
    assert bytes_beside(path) == before


def test_two_may_read_at_once(shop: Path) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(ask(shop, "readings").rows))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2, 2]
