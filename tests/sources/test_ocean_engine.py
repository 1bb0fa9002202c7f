"""Laws of reading an Ocean Engine account."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from promo_xl.sources.ads_report import MOST_PAGES, PAGE_SIZE
from promo_xl.sources.source import WEEKLY, source_of
from tests.sources.ads_account import OCEAN, error, fetch, in_turn, order, page, pages, row
from tests.sources.ads_server import Asked, Says, Server, serving
from tests.sources.exports import codes, readings
from tests.sources.refusals import refusal_of

ONE = row("2026-06-01")
WELL = Says(page([ONE]))
READ = [("2026-06-01", "抖音", "", {"spend": 1.5, "impressions": 100, "clicks": 7, "conversions": 2})]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A server in the place of the API, and a user without kept tokens."""
    with serving() as server:
        monkeypatch.setenv("PROMO_XL_OCEAN_ADDRESS", server.address)
        monkeypatch.setenv("PROMO_XL_SETTINGS", str(tmp_path / "promo_xl.conf"))
        yield server


def test_the_kind_is_found_by_its_name() -> None:
    assert source_of("ocean_engine") is OCEAN


def test_a_day_is_asked_as_the_api_describes_it_and_read_in_yuan(server: Server) -> None:
    pages(server, [ONE])
    fetched = fetch()
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/open_api/v3.0/report/custom/get/")
    assert asked.headers["Access-Token"] == "access-token-1"
    assert asked.query == {
        "advertiser_id": "1748000000000001",
        "data_topic": "BASIC_DATA",
        "dimensions": '["stat_time_day"]',
        "metrics": '["stat_cost", "show_cnt", "click_cnt", "convert_cnt"]',
        "filters": "[]",
        "order_by": '[{"field": "stat_time_day", "type": "ASC"}]',
        "start_time": "2026-06-01",
        "end_time": "2026-06-30",
        "page": "1",
        "page_size": "100",
    }
    assert readings(fetched) == READ
    assert (fetched.read, fetched.findings) == (1, ())
    assert fetched.label == "Ocean Engine 1748000000000001"
    assert fetched.rows[0].place == "Ocean Engine 1748000000000001 › 2026-06-01"


def test_all_pages_are_read(server: Server) -> None:
    days = [f"2026-06-{day:02}" for day in range(1, 26)]
    pages(server, *([row(day) for day in days[start : start + 10]] for start in (0, 10, 20)))
    fetched = fetch()
    assert [str(each.date) for each in fetched.rows] == days
    assert [asked.page for asked in server.asked] == [1, 2, 3]
    assert codes(fetched) == []


def test_a_long_time_is_asked_in_pieces_of_thirty_days(server: Server) -> None:
    server.answers = lambda asked: Says(page([row(asked.query["start_time"])]))
    fetched = fetch(order(start=dt.date(2026, 4, 1)))
    asked = [(each.query["start_time"], each.query["end_time"]) for each in server.asked]
    assert asked == [("2026-04-01", "2026-04-30"), ("2026-05-01", "2026-05-30"), ("2026-05-31", "2026-06-29"),
                     ("2026-06-30", "2026-06-30")]  # fmt: skip
    assert len(fetched.rows) == 4


@pytest.mark.parametrize(
    ("start", "end", "asked", "said"),
    [
        (None, None, ("2026-06-01", "2026-06-30"), ["ADS_RANGE_CHOSEN"]),
        (dt.date(2026, 6, 29), None, ("2026-06-29", "2026-06-30"), []),
        (dt.date(2026, 6, 29), dt.date(2026, 12, 31), ("2026-06-29", "2026-06-30"), []),
        (None, dt.date(2026, 5, 30), ("2026-05-01", "2026-05-30"), ["ADS_RANGE_CHOSEN"]),
        (dt.date(1, 1, 1), dt.date(2026, 6, 30), ("2023-06-27", "2023-07-26"), ["ADS_RANGE_CHOSEN"]),
    ],
)
def test_open_and_endless_times_are_bounded_and_told(
    server: Server, start: dt.date | None, end: dt.date | None, asked: tuple[str, str], said: list[str]
) -> None:
    server.answers = lambda _: Says(page([]))
    assert codes(fetch(order(start=start, end=end))) == said
    query = server.asked[0].query
    assert (query["start_time"], query["end_time"]) == asked


def test_days_to_come_are_not_asked(server: Server) -> None:
    fetched = fetch(order(start=dt.date(2026, 7, 1), end=dt.date(2026, 7, 9)))
    assert (fetched.rows, server.asked) == ((), [])


def test_weekly_readings_stand_on_mondays(server: Server) -> None:
    pages(server, [row("2026-06-07"), row("2026-06-08"), row("2026-06-14")])
    fetched = fetch(order(period=WEEKLY))
    assert [(day, values["spend"]) for day, _, _, values in readings(fetched)] == [
        ("2026-06-01", 1.5),
        ("2026-06-08", 3.0),
    ]


def test_weeks_are_asked_for_whole(server: Server) -> None:
    server.answers = lambda asked: Says(page([]))
    fetch(order(period=WEEKLY, start=dt.date(2026, 6, 11), end=dt.date(2026, 6, 17)))
    fetch(order(period=WEEKLY, start=dt.date(2026, 6, 25), end=None))
    asked = [(each.query["start_time"], each.query["end_time"]) for each in server.asked]
    assert asked == [("2026-06-08", "2026-06-21"), ("2026-06-22", "2026-06-30")]


def test_projects_of_one_name_are_added_up(server: Server) -> None:
    pages(server, [row("2026-06-01", cdp_project_id=number, cdp_project_name="夏季") for number in ("1", "2")])
    fetched = fetch(order(query="project"))
    assert json.loads(server.asked[0].query["dimensions"]) == [
        "stat_time_day",
        "cdp_project_id",
        "cdp_project_name",
    ]
    assert readings(fetched) == [
        ("2026-06-01", "抖音", "夏季", {"spend": 3, "impressions": 200, "clicks": 14, "conversions": 4})
    ]


def test_the_mapping_adds_replaces_and_leaves_out_metrics(server: Server) -> None:
    line = {**row("2026-06-01"), "metrics": {"stat_cost": "1", "attribution_convert_cnt": "5", "dy_like": "9"}}
    pages(server, [line])
    mapping = {"attribution_convert_cnt": "conversions", "dy_like": "likes", "show_cnt": "", "click_cnt": ""}
    fetched = fetch(order(mapping=mapping))
    assert json.loads(server.asked[0].query["metrics"]) == ["stat_cost", "attribution_convert_cnt", "dy_like"]
    assert readings(fetched)[0][3] == {"spend": 1, "conversions": 5, "likes": 9}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"place": "抖音1号"}, "ADS_PLACE_NOT_ID"),
        ({"place": ""}, "ADS_PLACE_NOT_ID"),
        ({"place": "１２３"}, "ADS_PLACE_NOT_ID"),
        ({"place": "1&page=2"}, "ADS_PLACE_NOT_ID"),
        ({"channel": "  "}, "ADS_CHANNEL_BLANK"),
        ({"query": "select 1"}, "ADS_QUERY_UNKNOWN"),
        ({"mapping": {"stat_cost": "speed"}}, "SOURCE_MAPPING_FIELD_UNKNOWN"),
        ({"mapping": {'"],"x": [': "spend"}}, "ADS_METRIC_STRANGE"),
        ({"mapping": dict.fromkeys(("stat_cost", "show_cnt", "click_cnt", "convert_cnt"), "")}, "ADS_NO_METRIC"),
    ],
)
def test_an_order_that_cannot_be_asked_is_refused_before_anything_is_sent(
    server: Server, more: dict[str, object], code: str
) -> None:
    assert refusal_of(lambda: fetch(order(**more))).code == code  # type: ignore[arg-type]
    assert server.asked == []


@pytest.mark.parametrize("code", [40002, 40300, -1, 1])
def test_an_error_inside_http_200_is_never_no_rows(server: Server, code: int) -> None:
    server.answers = in_turn(error(code, "参数错误"))
    finding = refusal_of(fetch)
    assert finding.code == "ADS_API_ERROR"
    assert finding.details == {"error": str(code), "message": "参数错误", "request_id": "20260630BAD"}
    assert len(server.asked) == 1


@pytest.mark.parametrize("code", [40100, 40110])
def test_too_many_requests_inside_http_200_are_waited_for(server: Server, code: int) -> None:
    server.answers = in_turn(error(code), error(code), WELL)
    assert readings(fetch()) == READ
    server.answers = in_turn(error(code))
    assert refusal_of(fetch).code == "ADS_THROTTLED"


def test_a_failure_inside_http_200_that_passes_is_not_told(server: Server) -> None:
    server.answers = in_turn(error(50000, "请求超时"), WELL)
    assert readings(fetch()) == READ
    server.answers = in_turn(error(50000, "请求超时"))
    assert refusal_of(fetch).details["message"] == "请求超时"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_recovers_is_asked_again(server: Server, status: int) -> None:
    server.answers = in_turn(Says(b"<html>", status), WELL)
    assert readings(fetch()) == READ
    assert len(server.asked) == 2


def test_a_server_that_does_not_recover_is_asked_a_few_times(server: Server) -> None:
    server.answers = in_turn(Says(status=503))
    finding = refusal_of(fetch)
    assert (finding.code, finding.details) == ("ADS_SERVER_ERROR", {"status": "503"})
    assert len(server.asked) == 3
    server.answers = in_turn(Says(status=429))
    assert refusal_of(fetch).code == "ADS_THROTTLED"


@pytest.mark.parametrize("wait", ["0", "86400", "-5", "soon", "9" * 5000, "Fri, 01 Jan 2100 00:00:00 GMT", "²"])
def test_no_retry_after_holds_up_longer_than_allowed(server: Server, wait: str) -> None:
    # Latin-1 travels in headers as it is.
    server.answers = in_turn(Says(status=429, headers={"Retry-After": wait}), WELL)
    start = time.monotonic()
    assert readings(fetch()) == READ
    assert time.monotonic() - start < 2


def test_the_deadline_ends_all_asking(server: Server) -> None:
    server.answers = in_turn(Says(status=503))
    assert refusal_of(lambda: fetch(tries=1000, first_wait=0.1, longest_wait=0.1, deadline=0.5)).code
    assert 1 < len(server.asked) < 10


@pytest.mark.parametrize(
    "slow", [Says(WELL.content, delay=0.6), Says(WELL.content[:3] + b" " * 50, drip=0.05, length=500)]
)
def test_a_slow_answer_is_given_up_and_named(server: Server, slow: Says) -> None:
    server.answers = in_turn(slow)
    start = time.monotonic()
    assert refusal_of(lambda: fetch(read=0.2, tries=2, deadline=0.8)).code == "ADS_TOO_SLOW"
    assert time.monotonic() - start < 3


def test_a_body_that_is_cut_off_is_asked_again(server: Server) -> None:
    cut = Says(WELL.content[:40], length=len(WELL.content))
    server.answers = in_turn(cut, WELL)
    assert readings(fetch()) == READ
    server.answers = in_turn(cut)
    assert refusal_of(fetch).code == "ADS_UNREACHABLE"


def test_nobody_at_the_address_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMO_XL_OCEAN_ADDRESS", "http://127.0.0.1:9")
    finding = refusal_of(fetch)
    assert (finding.code, finding.details["host"]) == ("ADS_UNREACHABLE", "http://127.0.0.1:9")


@pytest.mark.parametrize("where", ["/elsewhere/", "https://example.org/", "//example.org/x"])
def test_no_redirect_is_followed(server: Server, where: str) -> None:
    server.answers = in_turn(Says(status=302, headers={"Location": where}))
    assert refusal_of(fetch).code == "ADS_REDIRECTED"
    assert len(server.asked) == 1


def test_the_token_goes_to_no_other_host(server: Server) -> None:
    with serving() as other:
        server.answers = in_turn(Says(status=307, headers={"Location": f"{other.address}/"}))
        assert refusal_of(fetch).code == "ADS_REDIRECTED"
        assert other.asked == []


@pytest.mark.parametrize("status", [400, 403, 404, 418])
def test_other_statuses_are_not_asked_again(server: Server, status: int) -> None:
    server.answers = in_turn(Says(page([ONE]), status))
    assert refusal_of(fetch).details == {"status": str(status)}
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in</html>",
        WELL.content[:-5],
        b"[" * 100_000,
        b'{"code":' * 20_000,
        b'{"code": ' + b"9" * 5000 + b"}",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        {},
        {"code": "0"},
        {"code": None},
        {"code": True, "data": {}},
        {"code": [], "data": {}},
        {"code": {"a": 1}, "data": {}},
        {"code": 0.0, "data": {}},
        {"code": 0},
        {"code": 0, "data": []},
        {"code": 0, "data": {}},
        page({}),
        page("rows"),
        page([1]),
        page([{"dimensions": [], "metrics": {}}]),
        page([{"dimensions": {}, "metrics": None}]),
        page([ONE], pages="1"),
        page([ONE], pages=-1),
        page([ONE], total=True),
        page([ONE], page_info=None),
    ],
)
def test_an_answer_of_another_form_is_refused_not_read_as_nothing(server: Server, body: object) -> None:
    server.answers = in_turn(Says(body))
    assert refusal_of(fetch).code == "ADS_REPLY_UNREADABLE"


def test_a_huge_answer_is_not_read(server: Server) -> None:
    server.answers = in_turn(Says(b" " * 300_000 + WELL.content))
    finding = refusal_of(fetch)
    assert (finding.code, finding.details) == ("ADS_REPLY_TOO_BIG", {"limit_mb": "0.190735"})


def test_a_packed_answer_is_not_unpacked(server: Server) -> None:
    server.answers = in_turn(Says(b"\x1f\x8b" + b"x" * 50, headers={"Content-Encoding": "gzip"}))
    assert refusal_of(fetch).code == "ADS_REPLY_UNREADABLE"
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("NaN", "SOURCE_VALUE_UNREADABLE"),
        ("Infinity", "SOURCE_VALUE_UNREADABLE"),
        ("1e400", "SOURCE_VALUE_UNREADABLE"),
        ("1e99", "SOURCE_VALUE_UNREADABLE"),
        ("多", "SOURCE_VALUE_UNREADABLE"),
        ("1,5", "SOURCE_VALUE_UNREADABLE"),
        ("１", "SOURCE_VALUE_UNREADABLE"),
        ([1], "SOURCE_VALUE_UNREADABLE"),
        (True, "SOURCE_VALUE_UNREADABLE"),
        (10**400, "SOURCE_VALUE_UNREADABLE"),
        (float("nan"), "SOURCE_VALUE_UNREADABLE"),
        (float("-inf"), "SOURCE_VALUE_UNREADABLE"),
        ("-0.01", "ADS_VALUE_NEGATIVE"),
    ],
)
def test_a_value_that_is_no_amount_is_left_out_and_named(server: Server, value: object, said: str) -> None:
    pages(server, [row("2026-06-01", cost=value)])
    fetched = fetch()
    assert readings(fetched)[0][3] == {"impressions": 100, "clicks": 7, "conversions": 2}
    (finding,) = fetched.findings
    assert (finding.code, finding.field, finding.place) == (said, "spend", fetched.rows[0].place)


@pytest.mark.parametrize("value", ["", "-", "--", None])
def test_a_value_that_the_api_does_not_have_is_no_zero(server: Server, value: object) -> None:
    pages(server, [row("2026-06-01", cost=value)])
    fetched = fetch()
    assert "spend" not in readings(fetched)[0][3]
    assert codes(fetched) == []


@pytest.mark.parametrize(
    "day", ["", "昨天", "2026-02-30", "2026-06-01 13:00:00", "0000-00-00", 20260601, None, "6/1"]
)
def test_a_line_without_a_day_is_named(server: Server, day: str) -> None:
    pages(server, [row(day), ONE])
    fetched = fetch()
    assert readings(fetched) == READ
    assert codes(fetched) == ["SOURCE_DATE_UNREADABLE"]


def test_a_day_may_come_with_its_midnight(server: Server) -> None:
    pages(server, [row("2026-06-01 00:00:00")])
    assert readings(fetch()) == READ


def test_days_that_nobody_asked_for_are_left_out(server: Server) -> None:
    pages(server, [ONE, row("2026-05-31"), row("2027-01-01")])
    fetched = fetch()
    assert readings(fetched) == READ
    assert [(each.code, each.details) for each in fetched.findings] == [("ADS_DAYS_UNASKED", {"count": "2"})]


def test_a_line_on_two_pages_counts_once(server: Server) -> None:
    pages(server, [ONE, row("2026-06-02")], [row("2026-06-02"), row("2026-06-03")], total=3)
    fetched = fetch()
    assert [values["spend"] for _, _, _, values in readings(fetched)] == [1.5, 1.5, 1.5]
    assert codes(fetched) == ["ADS_LINES_REPEATED"]


def test_a_line_that_changed_between_pages_counts_as_it_came_last(server: Server) -> None:
    pages(server, [ONE, row("2026-06-02")], [row("2026-06-02", cost="2"), row("2026-06-03")], total=3)
    fetched = fetch()
    assert [values["spend"] for _, _, _, values in readings(fetched)] == [1.5, 2, 1.5]
    assert codes(fetched) == ["ADS_LINES_CHANGED"]


def test_lines_that_are_promised_and_do_not_come_are_told(server: Server) -> None:
    pages(server, [ONE], [], [], total=12)
    fetched = fetch()
    assert readings(fetched) == READ
    (finding,) = fetched.findings
    assert (finding.code, finding.details) == ("ADS_LINES_MISSING", {"found": "1", "expected": "12"})


def test_pages_beyond_the_promised_ones_are_read_while_lines_are_missing(server: Server) -> None:
    days = [[row("2026-06-01")], [row("2026-06-02")], []]
    server.answers = lambda asked: Says(page(days[asked.page - 1], asked.page, pages=1, total=2))
    fetched = fetch()
    assert (len(fetched.rows), codes(fetched)) == (2, [])


def test_a_server_that_repeats_one_page_for_ever_is_left(server: Server) -> None:
    server.answers = lambda asked: Says(page([ONE], asked.page, pages=10**9, total=10**9))
    fetched = fetch()
    assert codes(fetched) == ["ADS_LINES_MISSING", "ADS_LINES_REPEATED"]
    assert len(server.asked) == 2


def test_a_server_that_never_ends_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PAGES * PAGE_SIZE >= 100_000
    monkeypatch.setattr("promo_xl.sources.ads_report.MOST_PAGES", 20)

    def endless(asked: Asked) -> Says:
        line = row("2026-06-01", cdp_project_id=str(asked.page), cdp_project_name="x")
        return Says(page([line], asked.page, pages=asked.page + 1, total=asked.page + 1))

    server.answers = endless
    assert refusal_of(lambda: fetch(order(query="project"))).code == "ADS_TOO_MANY_PAGES"
    assert len(server.asked) == 20


def test_the_pages_of_all_pieces_are_bounded_together(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promo_xl.sources.ads_report.MOST_PAGES", 3)
    server.answers = lambda asked: Says(page([row(asked.query["start_time"])]))
    assert refusal_of(lambda: fetch(order(start=dt.date(2026, 3, 1)))).code == "ADS_TOO_MANY_PAGES"


@pytest.mark.parametrize(
    ("total", "said"),
    [("3.00", []), ("3.02", []), ("2.00", ["ADS_TOTAL_MISMATCH"]), ("NaN", []), (None, [])],
)
def test_a_total_that_does_not_add_up_is_told(server: Server, total: object, said: list[str]) -> None:
    body = page([ONE, row("2026-06-02")], total_metrics={"stat_cost": total})
    server.answers = in_turn(Says(body))
    assert codes(fetch()) == said


def test_no_rows_is_an_answer(server: Server) -> None:
    server.answers = in_turn(Says(page(None, pages=0)))
    fetched = fetch()
    assert (fetched.rows, fetched.findings) == ((), ())


def test_the_identity_names_the_account_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMO_XL_OCEAN_ADDRESS", raising=False)
    assert OCEAN.identity(order(" 42 ")) == (
        "https://api.oceanengine.com/open_api/v3.0/report/custom/get/?advertiser_id=42"
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "http://10.0.0.1:80",
        "ftp://127.0.0.1",
        "https://u:p@example.org",
        "https://x/y",
        "//x",
        "https://",
        "http://localhost.example.org",
        "https://x:99999",
        "http://127.0.0.1@example.org",
        "https://x?y",
        "http://[::1",
        "file:///etc/passwd",
    ],
)
def test_the_address_may_only_be_https_or_this_computer(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("PROMO_XL_OCEAN_ADDRESS", address)
    assert refusal_of(fetch).code == "ADS_ADDRESS_NOT_ALLOWED"
    assert refusal_of(lambda: OCEAN.identity(order())).code == "ADS_ADDRESS_NOT_ALLOWED"


def test_a_missing_library_is_named_with_its_command(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "requests", None)
    finding = refusal_of(fetch)
    assert (finding.code, finding.details) == ("ADS_LIBRARY_MISSING", {"package": "requests", "extra": "ads"})
