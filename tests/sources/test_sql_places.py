"""Laws of the places that databases are named by, and of the statements that are sent."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.kinds.sql import SOURCE
from promo_xl.sources.source import Order, Surroundings, kinds, source_of
from promo_xl.sources.sql_dialects import DIALECTS
from promo_xl.sources.sql_places import Server, database_of
from promo_xl.sources.sql_statement import columns_of, statement_of
from tests.sources.refusals import refusal_of

DIALECT_NAMES = ("sqlite", "postgresql", "mysql")


def identity(place: str, folder: Path = Path("/data")) -> str:
    return SOURCE.identity(Order("sql", place, query="t", folder=folder))


def sent(query: str, dialect: str = "postgresql") -> str:
    return statement_of(query, dialect, "shop").text


def refused_code(query: str, dialect: str = "postgresql") -> str:
    return refusal_of(lambda: statement_of(query, dialect, "shop")).code


def test_the_kind_is_found_by_its_name() -> None:
    assert "sql" in kinds()
    assert source_of("sql").kind == "sql"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("postgresql://planner@DB.example.com/shop", "postgresql://planner@db.example.com:5432/shop"),
        ("PostgreSQL://planner@db:5433/店铺", "postgresql://planner@db:5433/店铺"),
        ("postgresql://a%40corp@[::1]/x", "postgresql://a%40corp@[::1]:5432/x"),
        ("mysql://planner@10.0.0.1/shop?sslmode=require", "mysql://planner@10.0.0.1:3306/shop?sslmode=require"),
    ],
)
def test_a_server_s_identity_names_dialect_user_host_port_and_database(place: str, expected: str) -> None:
    assert identity(place) == expected
    assert identity(expected) == expected


def test_a_file_s_identity_is_its_absolute_path_however_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    (tmp_path / "x").mkdir()
    names = ["a.db", "./a.db", "x/../a.db", "sqlite:///a.db", f"sqlite:///{path.as_posix()}", str(path)]
    assert {identity(name, tmp_path) for name in names} == {f"sqlite:///{path.resolve().as_posix()}"}


def test_a_link_s_identity_is_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "a.db").symlink_to("/etc/passwd")
    assert identity("a.db", tmp_path) == "sqlite:////etc/passwd"


@pytest.mark.parametrize(
    "place",
    [
        "postgresql://planner:s3cret@db/shop",
        "postgresql://planner:@db/shop",
        "postgresql://planner%3As3cret@db/shop",
        "mysql://planner:s3cret@db:99999x/shop",
        "postgresql://planner:s3@cret@db/shop",
        "postgresql://db/shop?user=planner&password=s3cret",
        "postgresql://planner@db/shop?password=s3cret",
        "redis://planner:s3cret@db/0",
        "postgresql://planner:s3?cret@db/shop",
        "postgresql://planner:s3/cret@db/shop",
        "postgresql://planner:s3#cret@db/shop",
        "postgresql://planner@db/shop?password=s3@cret",
        "planner:s3cret@db/shop",
    ],
)
def test_a_password_in_the_place_is_refused_and_never_repeated(place: str) -> None:
    for asked in (SOURCE.identity, lambda order: SOURCE.read(order, Surroundings())):
        with pytest.raises(RefusedError) as caught:
            asked(Order("sql", place, query="t"))
        assert not {part for part in ("s3", "cret'", "cret@", "cret:") if part in repr(caught.value.findings)}


def test_who_writes_a_password_hears_where_it_belongs() -> None:
    finding = refusal_of(lambda: identity("postgresql://planner:s3cret@db.example.com/shop"))
    assert finding.code == "SOURCE_SQL_PASSWORD_IN_PLACE"
    assert finding.details["secrets"] == "PROMO_XL_SQL_PASSWORD_DB_EXAMPLE_COM, PROMO_XL_SQL_PASSWORD"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("", "SOURCE_SQL_PLACE"),
        ("export.csv", "SOURCE_SQL_PLACE"),
        ("sqlite://", "SOURCE_SQL_PLACE"),
        ("sqlite:///", "SOURCE_SQL_PLACE"),
        ("sqlite:///:memory:", "SOURCE_SQL_PLACE"),
        ("sqlite:///x.db?mode=rwc", "SOURCE_SQL_PLACE"),
        ("sqlite:///file:x.db", "SOURCE_PLACE_URL"),
        ("sqlite://///server/share/x.db", "SOURCE_PLACE_NETWORK"),
        ("\\\\server\\share\\x.db", "SOURCE_PLACE_NETWORK"),
        ("//server/share/x.db", "SOURCE_PLACE_NETWORK"),
        ("file:///data/x.db", "SOURCE_SQL_PLACE"),
        ("http://example.org/x.db", "SOURCE_SQL_PLACE"),
        ("nul.db", "SOURCE_PLACE_DEVICE"),
        ("a\nb.db", "SOURCE_PLACE_DEVICE"),
        ("postgresql+psycopg2://u@h/d", "SOURCE_SQL_PLACE"),
        ("mssql://u@h/d", "SOURCE_SQL_PLACE"),
        ("postgresql://h/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@h", "SOURCE_SQL_PLACE"),
        ("postgresql:u@h/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@h/d/e", "SOURCE_SQL_PLACE"),
        ("postgresql://u@h/d%00", "SOURCE_SQL_PLACE"),
        ("postgresql://u@h:0/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@h:70000/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@a,b/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@%2Fvar%2Frun/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@[fe80::1%25eth0]/d", "SOURCE_SQL_PLACE"),
        ("postgresql://u@h/d#x", "SOURCE_SQL_PLACE"),
        ("postgresql://u@h/d?host=evil", "SOURCE_SQL_OPTION"),
        ("postgresql://u@h/d?hostaddr=10.0.0.1", "SOURCE_SQL_OPTION"),
        ("postgresql://u@h/d?service=x", "SOURCE_SQL_OPTION"),
        ("postgresql://u@h/d?sslrootcert=/etc/passwd", "SOURCE_SQL_OPTION"),
        ("postgresql://u@h/d?sslmode=require&options=-c", "SOURCE_SQL_OPTION"),
        ("postgresql://u@h/d?sslmode=none", "SOURCE_SQL_OPTION"),
        ("postgresql://u@h/d?sslmode=require&sslmode=disable", "SOURCE_SQL_OPTION"),
        ("mysql://u@h/d?read_default_file=/etc/my.cnf", "SOURCE_SQL_OPTION"),
        ("mysql://u@h/d?x", "SOURCE_SQL_PLACE"),
    ],
)
def test_no_other_place_is_ever_asked(place: str, code: str) -> None:
    assert refusal_of(lambda: identity(place)).code == code
    assert refusal_of(lambda: SOURCE.read(Order("sql", place, query="t"), Surroundings())).code == code


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    for start in ("", "postgresql://", "mysql://u@h/", "sqlite:///", "postgresql://u@h/d?"):
        try:
            named = database_of(Order("sql", start + text))
        except RefusedError:
            continue
        assert identity(named.identity) == named.identity


def test_a_host_s_own_password_goes_before_the_one_for_all() -> None:
    asked: list[str] = []

    def secret(name: str) -> str:
        asked.append(name)
        return ""

    with pytest.raises(RefusedError):
        SOURCE.read(Order("sql", "postgresql://u@127.0.0.1:1/d", query="t"), Surroundings(secret=secret))
    assert asked == ["PROMO_XL_SQL_PASSWORD_127_0_0_1", "PROMO_XL_SQL_PASSWORD"]


@pytest.mark.parametrize(
    ("query", "dialect", "table"),
    [
        ("readings", "sqlite", '"readings"'),
        ("订单", "sqlite", '"订单"'),
        ("Orders", "postgresql", '"orders"'),
        ('"Orders"', "postgresql", '"Orders"'),
        ("shop.Orders", "postgresql", '"shop"."orders"'),
        ("shop.Orders", "mysql", "`shop`.`Orders`"),
        ('"Order Details"', "mysql", "`Order Details`"),
        ("[Order Details]", "sqlite", '"Order Details"'),
        ('"a""b;DROP"', "postgresql", '"a""b;DROP"'),
        ('"a`b"', "mysql", "`a``b`"),
        ("order", "postgresql", '"order"'),
    ],
)
def test_a_name_is_sent_in_quotes(query: str, dialect: str, table: str) -> None:
    statement = statement_of(query, dialect, "shop")
    assert (statement.table, statement.text) == (table, f"SELECT * FROM {table} LIMIT 0")


def test_of_a_table_only_the_needed_columns_are_asked_for() -> None:
    statement = statement_of("readings", "postgresql", "shop")
    asked = columns_of(statement, ["date", 'x"; DROP', "50%"], frozenset({0, 2}), "postgresql")
    assert asked == 'SELECT "date", NULL AS "_1", "50%%" FROM "readings"'


def test_a_day_is_bound_as_the_driver_wants_it_and_only_where_it_is_none_of_a_text() -> None:
    query = "SELECT ':start', x::date, \"a:end\" FROM t WHERE d BETWEEN :start AND :end -- :end\n AND y LIKE 'a%'"
    assert sent(query, "sqlite") == (
        "SELECT ':start', x::date, \"a:end\" FROM t WHERE d BETWEEN :start AND :end  \n AND y LIKE 'a%'"
    )
    for dialect in ("postgresql", "mysql"):
        assert sent(query, dialect).endswith("d BETWEEN %(start)s AND %(end)s  \n AND y LIKE 'a%%'")
    assert statement_of(query, "sqlite", "").parameters == {"start", "end"}


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "SOURCE_SQL_QUERY_BLANK"),
        ("  \n ", "SOURCE_SQL_QUERY_BLANK"),
        ("DELETE FROM readings", "SOURCE_SQL_NOT_SELECT"),
        ("ATTACH 'x.db' AS x", "SOURCE_SQL_NOT_SELECT"),
        ("PRAGMA writable_schema = 1", "SOURCE_SQL_NOT_SELECT"),
        ("COPY readings TO PROGRAM 'id'", "SOURCE_SQL_NOT_SELECT"),
        ("EXPLAIN ANALYZE DELETE FROM readings", "SOURCE_SQL_NOT_SELECT"),
        ("DO $$ BEGIN END $$", "SOURCE_SQL_NOT_SELECT"),
        ("/* SELECT */ DROP TABLE readings", "SOURCE_SQL_NOT_SELECT"),
        ("-- SELECT", "SOURCE_SQL_NOT_SELECT"),
        ("SELECT 1; DELETE FROM readings", "SOURCE_SQL_SEVERAL"),
        ("SELECT 1;;SELECT 2", "SOURCE_SQL_SEVERAL"),
        ("SELECT 1; COMMIT", "SOURCE_SQL_SEVERAL"),
        ("SELECT '/*'; DELETE FROM readings --*/", "SOURCE_SQL_SEVERAL"),
        ("SELECT * INTO copy FROM readings", "SOURCE_SQL_WRITES"),
        ("SELECT * FROM readings INTO OUTFILE '/tmp/x'", "SOURCE_SQL_WRITES"),
        ("WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x", "SOURCE_SQL_WRITES"),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "SOURCE_SQL_WRITES"),
        ("WITH x AS (SELECT 1) UPDATE t SET a = 1", "SOURCE_SQL_WRITES"),
        ("SELECT 'open", "SOURCE_SQL_UNCLEAR"),
        ('SELECT "open', "SOURCE_SQL_UNCLEAR"),
        ("SELECT 1 /* open", "SOURCE_SQL_UNCLEAR"),
        ("SELECT 1\0; DELETE FROM readings", "SOURCE_SQL_UNCLEAR"),
        ("SELECT " + "1 + " * 30_000 + "1", "SOURCE_SQL_UNCLEAR"),
    ],
)
def test_all_but_one_select_is_refused_before_anything_is_sent(query: str, code: str, dialect: str) -> None:
    assert refused_code(query, dialect) == code


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT ';' AS a, \"into\" FROM t;",
        "select replace(a, ',', '') from t",
        "SELECT CAST(REPLACE(a, ',', '') AS REAL), deleted, update_time FROM t",
        "(SELECT 1) UNION (SELECT 2) ; ",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
        "/* a; b */ SELECT 1 -- it's; here",
    ],
)
def test_a_select_may_hold_such_words_and_signs_where_they_change_nothing(query: str, dialect: str) -> None:
    assert ";" not in sent(query, dialect).replace("';'", "")


@pytest.mark.parametrize(
    ("query", "dialect", "code"),
    [
        # Where a backslash counts in one dialect and not in another, a quote may hide a statement.
        ("SELECT E'\\'; DELETE FROM t --'", "postgresql", None),
        ("SELECT E'\\'; DELETE FROM t --'", "sqlite", "SOURCE_SQL_SEVERAL"),
        ("SELECT E'a'\n'\\'' , lo_export(1, '/tmp/x') --'", "postgresql", "SOURCE_SQL_UNCLEAR"),
        ("SELECT U&'\\0041'", "postgresql", "SOURCE_SQL_UNCLEAR"),
        ("SELECT $a$ ; $a$", "postgresql", None),
        ("SELECT $a$ ; $b$; DELETE FROM t", "postgresql", "SOURCE_SQL_SEVERAL"),
        ("SELECT a$b$; DELETE FROM t --$b$", "postgresql", "SOURCE_SQL_SEVERAL"),
        ("SELECT [a;b] FROM t", "sqlite", None),
        ("SELECT x[1;2] FROM t", "postgresql", "SOURCE_SQL_SEVERAL"),
        ("SELECT `a;b` FROM t", "mysql", None),
        ("SELECT `a;b` FROM t", "postgresql", "SOURCE_SQL_UNCLEAR"),
        ("SELECT 1 # ; DELETE", "mysql", None),
        ("SELECT 1 # ; DELETE", "postgresql", "SOURCE_SQL_SEVERAL"),
        ("SELECT 1--1 INTO OUTFILE '/tmp/x'", "mysql", "SOURCE_SQL_WRITES"),
        ("SELECT load_file('/etc/passwd')", "mysql", "SOURCE_SQL_EFFECTS"),
        ("SELECT `sleep` (1000)", "mysql", "SOURCE_SQL_EFFECTS"),
    ],
)
def test_each_dialect_s_own_quotes_hide_nothing(query: str, dialect: str, code: str | None) -> None:
    if code is None:
        assert sent(query, dialect)
    else:
        assert refused_code(query, dialect) == code


def test_remarks_are_not_sent_so_that_no_database_runs_what_stands_in_them() -> None:
    assert sent("SELECT 1 /*!50000 INTO OUTFILE '/tmp/x' */", "mysql") == "SELECT 1"
    assert sent("SELECT /*+ SET_VAR(sql_mode='') */ 1", "mysql") == "SELECT   1"


def test_the_names_that_are_called_are_found_in_any_writing() -> None:
    query = "SELECT LO_EXPORT (1), \"pg_sleep\"/**/(1), pg_catalog.set_config('a', 'b', true), max(x)"
    assert statement_of(query, "postgresql", "").calls == {"lo_export", "pg_sleep", "set_config", "max"}


@example("%%", "sqlite")
@given(st.text(alphabet="SELECT'\"`$eE\\;-/*#[]()\n 1a:%", max_size=40), st.sampled_from(DIALECT_NAMES))
def test_any_query_is_sent_without_a_semicolon_outside_quotes_or_refused(text: str, dialect: str) -> None:
    try:
        statement = statement_of(f"SELECT {text}", dialect, "")
    except RefusedError:
        return
    sent = statement.text if dialect == "sqlite" else statement.text.replace("%%", "%")  # as the driver sends it
    assert statement_of(sent, dialect, "").text == statement.text


def test_a_mysql_session_reads_only_and_ends_in_time() -> None:
    settings = DIALECTS["mysql"].settings(120.0, False)
    assert settings == (
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION max_execution_time = 120000",
        "SET SESSION lock_wait_timeout = 5",
        "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_BACKSLASH_ESCAPES')",
        "START TRANSACTION READ ONLY",
    )
    assert "SET SESSION max_statement_time = 120.0" in DIALECTS["mysql"].settings(120.0, True)


@pytest.mark.parametrize(
    ("sslmode", "checks"),
    [("require", (False, False)), ("verify-ca", (False, True)), ("verify-full", (True, True))],
)
def test_an_encrypted_line_to_mysql_is_asked_for_in_the_driver_s_way(
    sslmode: str, checks: tuple[bool, bool]
) -> None:
    server = Server("mysql", "u", "h", 3306, "d", sslmode)
    arguments = DIALECTS["mysql"].arguments(server, 120.0)
    context = arguments["ssl"]
    assert (context.check_hostname, bool(context.verify_mode)) == checks
    assert arguments["local_infile"] is False
    plain = DIALECTS["mysql"].arguments(dataclasses.replace(server, sslmode="disable"), 120.0)
    assert plain["ssl_disabled"] is True
