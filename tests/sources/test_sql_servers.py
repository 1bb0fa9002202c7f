"""Laws of reading a database on a server: a real PostgreSQL, and what would be said to a MySQL."""

import datetime as dt
import socket
import struct
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pymysql
import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.kinds.sql import ReadingLimits
from promo_xl.sources.source import Fetched
from promo_xl.sources.sql_places import Server
from promo_xl.sources.sql_server import server_session
from tests.sources.databases import ask
from tests.sources.exports import codes, readings
from tests.sources.postgres import PASSWORD, Postgres
from tests.sources.refusals import refusal_of

SCRIPT = """
CREATE TABLE readings (
  date date, channel text, campaign text, spend numeric(14, 2), clicks bigint, "50%" text, seen timestamptz
);
INSERT INTO readings VALUES
  ('2026-06-01', '抖音', 'a%b', 1.10, 3, 'x', now()), ('2026-06-01', '抖音', 'a%b', 1.10, 3, 'x', now()),
  ('2026-06-02', '小红书', NULL, NULL, 7, 'x', now());
CREATE TABLE "Order Details" (date text, channel text, revenue double precision);
INSERT INTO "Order Details" VALUES ('2026-06-05', '天猫', 9.5);
CREATE SEQUENCE numbers;
CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM readings; RETURN 1; END $$;
CREATE FUNCTION claims_to_read() RETURNS int STABLE LANGUAGE plpgsql AS
  $$ BEGIN EXECUTE 'DELETE FROM readings'; RETURN 1; END $$;
CREATE FUNCTION doubled(x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2 * x';
CREATE VIEW summary AS SELECT date, channel, sum(spend) AS spend FROM readings GROUP BY 1, 2;
CREATE ROLE planner LOGIN PASSWORD 'planner-pw';
GRANT SELECT ON summary TO planner;
"""


@pytest.fixture(scope="module")
def shop(postgres: Postgres) -> str:
    return postgres.create("shop", SCRIPT)


@pytest.fixture
def unchanged(postgres: Postgres, shop: str) -> Iterator[None]:
    """What is asked in the test leaves rows, sequence and large objects as they are."""
    state = (
        "SELECT (SELECT count(*) FROM readings), (SELECT last_value FROM numbers),"
        " (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_class)"
    )
    before = postgres.run(state, "shop")
    yield
    assert postgres.run(state, "shop") == before


def read(place: str, query: str, limits: ReadingLimits | None = None, **more: object) -> Fetched:
    return ask(place, query, limits, PASSWORD, **more)


def session_of(place: str, seconds: float = 30.0) -> Any:
    port = int(place.partition("127.0.0.1:")[2].partition("/")[0])
    return server_session(Server("postgresql", "owner", "127.0.0.1", port, "shop"), PASSWORD, "shop", seconds)


@pytest.mark.parametrize(
    "query",
    [
        "readings",
        "READINGS",
        "public.readings",
        '"readings"',
        "SELECT * FROM readings WHERE 5 % 3 = 2",
    ],
)
def test_a_table_and_a_select_give_the_sums_of_their_rows(shop: str, query: str) -> None:
    fetched = read(shop, query)
    assert readings(fetched) == [
        ("2026-06-01", "抖音", "a%b", {"spend": 2.2, "clicks": 6.0}),
        ("2026-06-02", "小红书", "", {"clicks": 7.0}),
    ]
    assert (fetched.read, codes(fetched)) == (3, ["SOURCE_COLUMNS_UNKNOWN", "SOURCE_ROWS_SUMMED"])


def test_a_name_with_capitals_or_spaces_is_found_in_its_quotes(shop: str) -> None:
    assert readings(read(shop, '"Order Details"')) == [("2026-06-05", "天猫", "", {"revenue": 9.5})]
    assert refusal_of(lambda: read(shop, '"Readings"')).code == "SOURCE_SQL_TABLE_MISSING"
    assert refusal_of(lambda: read(shop, "nowhere.readings")).code == "SOURCE_SQL_TABLE_MISSING"


@pytest.mark.parametrize("column", ["date", "date::text", "date::timestamp", "date::timestamptz"])
def test_the_order_s_days_are_bound_whatever_type_the_column_has(shop: str, column: str) -> None:
    query = f"SELECT {column} AS date, channel, clicks FROM readings WHERE {column} BETWEEN :start AND :end"
    assert read(shop, query, start=dt.date(2026, 6, 2)).read == 1
    assert read(shop, query, end=dt.date(2026, 6, 1), start=dt.date(2026, 5, 1)).read == 2
    assert read(shop, query).read == 3


@pytest.mark.parametrize("kind", ["numeric", "float8", "float4", "int8", "int2", "text", "money::numeric"])
def test_a_number_may_be_of_any_type(shop: str, kind: str) -> None:
    fetched = read(shop, f"SELECT date '2026-06-01' AS date, 'a' AS channel, '3'::{kind} AS spend")
    assert readings(fetched)[0][3] == {"spend": 3}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("1790123456789012345::bigint", "1790123456789012345"),
        ("1790123456789012345::numeric(20)", "1790123456789012345"),
        ("7.50::numeric", "7.5"), ("1200::numeric", "1200"), ("7::float8", "7"), ("'NaN'::numeric", "nan"),
        ("'00123'", "00123"), ("true", "True"),
    ],
)  # fmt: skip
def test_a_number_that_is_a_name_keeps_its_digits(shop: str, value: str, name: str) -> None:
    fetched = read(shop, f"SELECT date '2026-06-01' AS date, 'a' AS channel, {value} AS campaign, 1 AS spend")
    assert [row.key[2] for row in fetched.rows] == [name]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("'NaN'::numeric", None), ("'Infinity'::float8", None), ("'-Infinity'::numeric", None),
        ("1e300::numeric", "huge"), ("1e308::float8", "huge"), ("true", None), ("ARRAY[1]", None),
        ("'{}'::jsonb", None), ("'\\x00'::bytea", None), ("interval '1 day'", None),
    ],
)  # fmt: skip
def test_what_is_no_believable_number_is_left_out_and_told(shop: str, value: str, reason: str | None) -> None:
    fetched = read(shop, f"SELECT date '2026-06-01' AS date, 'a' AS channel, {value} AS spend, 1 AS clicks")
    assert readings(fetched)[0][3] == {"clicks": 1}
    assert [(each.code, each.details.get("reason")) for each in fetched.findings] == [
        ("SOURCE_VALUE_UNREADABLE", reason)
    ]


@pytest.mark.parametrize(
    "value",
    [
        "date 'infinity'", "timestamp '-infinity'", "timestamptz 'infinity'", "date '12000-01-01'",
        "date '0044-03-15 BC'", "ARRAY[date '2026-06-01']",
    ],
)  # fmt: skip
def test_a_day_that_no_calendar_here_has_costs_its_row_only(shop: str, value: str) -> None:
    fetched = read(shop, f"SELECT {value} AS date, 'a' AS channel, 1 AS spend")
    assert (fetched.rows, codes(fetched)) == ((), ["SOURCE_DATE_UNREADABLE"])


@pytest.mark.parametrize(
    "call",
    [
        "pg_sleep(1e6)", "pg_sleep_for('1 day')", "pg_read_file('/etc/passwd')", "pg_ls_dir('/')", "lo_create(0)",
        "lo_export(1, '/tmp/promo_xl_evil')", "lo_import('/etc/passwd')", "nextval('numbers')", "writes()",
        "set_config('transaction_read_only', 'off', false)", "pg_terminate_backend(1)", "pg_reload_conf()",
        "pg_notify('a', 'b')", "query_to_xml('DELETE FROM readings', true, true, '')", "pg_advisory_lock(1)",
        '"lo_create"/* */(0)', "pg_catalog . LO_CREATE (0)", "pg_stat_reset()",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("unchanged")
def test_functions_with_effects_are_refused_by_name_even_to_the_database_s_owner(shop: str, call: str) -> None:
    finding = refusal_of(lambda: read(shop, f"SELECT date, channel, {call} AS spend FROM readings"))
    assert finding.code == "SOURCE_SQL_EFFECTS"
    assert str(finding.details["functions"]) in call.lower()


def test_functions_that_only_read_may_be_called(shop: str) -> None:
    query = (
        "SELECT date_trunc('day', now())::date AS date, max(channel) AS channel, doubled(2) AS spend FROM readings"
    )
    assert [row.values for row in read(shop, query).rows] == [{"spend": 4}]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT date, claims_to_read() AS spend FROM readings", "SOURCE_SQL_FAILED"),
        ("SELECT * FROM readings FOR UPDATE", "SOURCE_SQL_WRITES"),
        ("SELECT nothing FROM readings", "SOURCE_SQL_FAILED"),
        ("SELECT 1 / 0 AS spend, date FROM readings", "SOURCE_SQL_FAILED"),
        ("SELECT * FROM readings WHERE date > $1", "SOURCE_SQL_FAILED"),
        ("SELECT", "SOURCE_DATE_COLUMN_MISSING"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_what_the_database_refuses_is_said_with_its_message(shop: str, query: str, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(shop, query)
    assert caught.value.findings[0].code == code


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO readings (clicks) VALUES (1) RETURNING *",
        "SELECT 1; DELETE FROM readings",
        "SELECT 1; COMMIT; DELETE FROM readings",
        "COMMIT",
        "WITH x AS (DELETE FROM readings RETURNING *) SELECT * FROM x",
        "SELECT * INTO copied FROM readings",
        "COPY readings TO PROGRAM 'touch /tmp/promo_xl_evil'",
        "SET transaction_read_only = off",
        "SELECT nextval('numbers')",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT writes()",
        "CREATE TEMP TABLE x AS SELECT 1",
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_the_session_itself_refuses_what_the_reading_of_the_statement_would_let_pass(
    shop: str, statement: str
) -> None:
    with pytest.raises(RefusedError), session_of(shop) as session:
        list(session.run(statement, {})[1])


@pytest.mark.usefixtures("unchanged")
def test_nothing_said_in_one_statement_makes_the_next_one_write(shop: str) -> None:
    with session_of(shop) as session:
        list(session.run("SELECT set_config('default_transaction_read_only', 'off', false)", {})[1])
        assert [
            tuple(row) for row in next(session.run("SELECT current_setting('transaction_read_only')", {})[1])
        ] == [("on",)]
        with pytest.raises(RefusedError):
            list(session.run("SELECT writes()", {})[1])


def test_a_query_without_an_end_is_stopped_in_time(shop: str) -> None:
    begun = time.monotonic()
    query = "SELECT date '2026-06-01' AS date, 'a' AS channel, {} AS spend FROM generate_series(1, 1e12) AS i"
    for spend in ("count(*)", "i"):
        finding = refusal_of(lambda spend=spend: read(shop, query.format(spend), ReadingLimits(seconds=0.5)))  # type: ignore[misc]
        assert finding.code == "SOURCE_SQL_TOO_SLOW"
    assert time.monotonic() - begun < 8


def test_a_session_that_lifted_the_server_s_limit_is_stopped_all_the_same(shop: str) -> None:
    begun = time.monotonic()
    with pytest.raises(RefusedError) as caught, session_of(shop, 0.5) as session:
        list(session.run("SELECT set_config('statement_timeout', '0', false)", {})[1])
        list(session.run("SELECT pg_sleep(60)", {})[1])
    assert caught.value.findings[0].code == "SOURCE_SQL_TOO_SLOW"
    assert time.monotonic() - begun < 10


def test_more_rows_than_the_limit_are_refused_not_cut(shop: str) -> None:
    query = "SELECT date '2026-06-01' AS date, 'a' AS channel, i AS spend FROM generate_series(1, 1000000) AS i"
    assert refusal_of(lambda: read(shop, query, ReadingLimits(rows=10_000))).code == "SOURCE_SQL_TOO_MANY_ROWS"


def test_ten_times_the_rows_take_no_more_memory_than_their_readings(shop: str) -> None:
    query = (
        "SELECT date '2026-06-01' AS date, 'a' || i % 10 AS channel, i AS spend FROM generate_series(1, {}) AS i"
    )
    read(shop, query.format(10))
    peaks = []
    for rows in (10_000, 100_000):
        tracemalloc.start()
        assert len(read(shop, query.format(rows)).rows) == 10
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_table_s_columns_that_are_not_needed_are_not_fetched(postgres: Postgres, shop: str) -> None:
    postgres.run(
        "CREATE VIEW wide AS SELECT date, channel, clicks, 1 / (clicks - clicks) AS fails FROM readings", "shop"
    )
    assert len(read(shop, "wide").rows) == 2
    postgres.run("DROP VIEW wide", "shop")


def test_a_user_sees_what_was_granted_and_no_more(postgres: Postgres, shop: str) -> None:
    place = postgres.place("shop", "planner")
    assert len(ask(place, "summary", password="planner-pw").rows) == 1
    finding = refusal_of(lambda: ask(place, "readings", password="planner-pw"))
    assert finding.code == "SOURCE_SQL_NO_PERMISSION"


@pytest.mark.parametrize("password", ["", "wr0ng-pw"])
def test_a_wrong_password_is_said_without_it_and_with_the_secret_s_name(shop: str, password: str) -> None:
    finding = refusal_of(lambda: ask(shop, "readings", password=password))
    assert finding.code == "SOURCE_SQL_CONNECT"
    assert "PROMO_XL_SQL_PASSWORD_127_0_0_1" in str(finding.details["secrets"])
    assert "wr0ng-pw" not in repr(finding)


def test_no_message_and_no_cause_of_a_refusal_holds_the_password(shop: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(shop, f"SELECT '{PASSWORD}'::int AS spend, date FROM readings")
    assert "***" in str(caught.value.findings[0].details["message"])
    assert PASSWORD not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_database_that_is_not_there_is_named(postgres: Postgres, shop: str) -> None:
    finding = refusal_of(lambda: read(postgres.place("nowhere"), "readings"))
    assert (finding.code, "nowhere" in str(finding.details["message"])) == ("SOURCE_SQL_CONNECT", True)


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does `answer` with every line; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines: list[socket.socket] = []

        def answered(line: socket.socket) -> None:
            with suppress(OSError):  # the line is closed at the end of the test
                answer(line)

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                lines.append(line)
                threading.Thread(target=answered, args=[line], daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.close()
            for line in lines:
                line.close()


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\0" * 4096, b"\xff" * 4096])
def test_a_server_that_is_no_database_is_not_waited_for_long(
    scheme: str, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promo_xl.sources.sql_dialects.CONNECT_SECONDS", 2)
    with listening(lambda line: line.sendall(said) if said else None) as port:
        begun = time.monotonic()
        finding = refusal_of(lambda: ask(f"{scheme}://u@127.0.0.1:{port}/d", "t", ReadingLimits(seconds=2)))
    assert finding.code == "SOURCE_SQL_CONNECT"
    assert time.monotonic() - begun < 12


def postgresql_asking_for_the_plain_password(line: socket.socket) -> None:
    if line.recv(8)[4:] == b"\x04\xd2\x16\x2f":  # may it be encrypted?
        line.sendall(b"N")
        line.recv(4096)
    line.sendall(b"R" + struct.pack("!ii", 8, 3))


def mysql_asking_for_the_plain_password(line: socket.socket) -> None:
    salt = b"12345678\0"
    hello = b"\x0a8.0.36\0" + struct.pack("<I", 1) + salt + struct.pack("<HBHHB", 0xF7DF, 45, 2, 0x0008, 21)
    hello += b"\0" * 10 + b"123456789012\0" + b"mysql_native_password\0"
    switch = b"\xfemysql_clear_password\0"
    line.sendall(struct.pack("<I", len(hello))[:3] + b"\0" + hello)
    line.recv(4096)
    line.sendall(struct.pack("<I", len(switch))[:3] + b"\2" + switch)


@pytest.mark.parametrize("answer", [postgresql_asking_for_the_plain_password, mysql_asking_for_the_plain_password])
def test_a_password_is_never_sent_as_it_is_on_a_line_that_is_not_encrypted(
    answer: Callable[[socket.socket], None],
) -> None:
    heard: list[bytes] = []

    def listen(line: socket.socket) -> None:
        answer(line)
        while data := line.recv(4096):
            heard.append(data)

    scheme = answer.__name__.partition("_")[0]
    with listening(listen) as port:
        place = f"{scheme}://u@127.0.0.1:{port}/d?sslmode=disable"
        finding = refusal_of(lambda: ask(place, "t", password="s3cret-pw"))
    assert finding.code == "SOURCE_SQL_CONNECT"
    assert any(word in str(finding.details["message"]) for word in ("!password", "mysql_clear_password"))
    assert b"s3cret-pw" not in b"".join(heard)


@pytest.mark.parametrize("when", [b"pg_catalog.version", b"statement_timeout", b"generate_series"])
def test_a_line_that_falls_silent_is_cut(when: bytes, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promo_xl.sources.sql_server.GRACE_SECONDS", 0.5)
    port = int(shop.partition("127.0.0.1:")[2].partition("/")[0])
    silent = threading.Event()

    def forward(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if when in data:
                    silent.set()
                if not silent.is_set():
                    target.sendall(data)
        except OSError:
            return

    def between(line: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as server:
            threading.Thread(target=forward, args=[server, line], daemon=True).start()
            forward(line, server)

    with listening(between) as proxy:
        place = shop.replace(str(port), str(proxy))
        begun = time.monotonic()
        query = "SELECT date '2026-06-01' AS date, 1 AS spend FROM generate_series(1, 10)"
        finding = refusal_of(lambda: read(place, query, ReadingLimits(seconds=1)))
    assert silent.is_set()
    assert finding.code == ("SOURCE_SQL_CONNECT" if when == b"pg_catalog.version" else "SOURCE_SQL_FAILED")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("scheme", "module"), [("postgresql", "psycopg"), ("mysql", "pymysql"), ("mysql", "sqlalchemy")]
)
def test_a_driver_that_is_missing_is_named_with_what_installs_it(
    scheme: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    finding = refusal_of(lambda: ask(f"{scheme}://u@127.0.0.1:1/d", "t"))
    assert finding.code == "SOURCE_SQL_DRIVER_MISSING"
    assert finding.details == {"packages": module, "extra": scheme}


class MadeUpCursor:
    """Answers what SQLAlchemy asks of a new line, and a table of readings."""

    def __init__(self, sent: list[str]) -> None:
        self.sent, self.rows, self.description, self.rowcount, self.lastrowid = sent, [], None, -1, 0

    def execute(self, text: str, parameters: Any = None) -> None:
        self.sent.append(text % parameters if parameters else text.replace("%%", "%"))
        names, self.rows = ["x"], [("0",)]
        if "VERSION()" in text.upper():
            self.rows = [("8.0.36",)]
        elif "LIMIT 0" in text:
            names, self.rows = ["date", "channel", "note", "spend"], []
        elif "FROM `readings`" in text:
            names, self.rows = ["date", "channel", "_2", "spend"], [(dt.date(2026, 6, 1), "抖音", None, 2.5)]
        self.description = [(name, *[None] * 6) for name in names]

    def fetchone(self) -> Any:
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        rows, self.rows = self.rows[:size], self.rows[size:]
        return rows

    def fetchall(self) -> list[Any]:
        rows, self.rows = self.rows, []
        return rows

    def close(self) -> None:
        self.rows = []


class MadeUpLine:
    """A line to no server."""

    def __init__(self, sent: list[str]) -> None:
        self.sent = sent

    def cursor(self, *_: object) -> MadeUpCursor:
        return MadeUpCursor(self.sent)

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self.sent.append(name.upper())


def test_what_is_sent_to_mysql_reads_only_and_is_never_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    arguments: dict[str, object] = {}

    def connect(**given: object) -> MadeUpLine:
        arguments.update(given)
        return MadeUpLine(sent)

    monkeypatch.setattr(pymysql, "connect", connect)
    fetched = ask("mysql://planner@db:3307/shop", "readings", password="s3cret")
    assert readings(fetched) == [("2026-06-01", "抖音", "", {"spend": 2.5})]
    asked = sent[sent.index("SET SESSION TRANSACTION READ ONLY") :]
    assert asked[4:7] == [
        "START TRANSACTION READ ONLY",
        "SELECT * FROM `readings` LIMIT 0",
        "SELECT `date`, `channel`, NULL AS `_2`, `spend` FROM `readings`",
    ]
    assert "COMMIT" not in sent
    assert (arguments["user"], arguments["password"], arguments["database"]) == ("planner", "s3cret", "shop")
    assert (arguments["host"], arguments["port"], arguments["local_infile"]) == ("db", 3307, False)
