"""Laws of reading a Qianchuan account; what it shares with Ocean Engine is tested there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from promo_xl.sources.kinds.qianchuan import SOURCE
from promo_xl.sources.source import Fetched, source_of
from tests.sources.ads_account import error, fetch, in_turn, order
from tests.sources.ads_server import Says, Server, serving
from tests.sources.exports import codes, readings
from tests.sources.refusals import refusal_of


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A server in the place of the API."""
    with serving() as server:
        monkeypatch.setenv("PROMO_XL_OCEAN_ADDRESS", server.address)
        monkeypatch.setenv("PROMO_XL_SETTINGS", str(tmp_path / "promo_xl.conf"))
        yield server


def read(**more: object) -> Fetched:
    """What is read of the account."""
    return fetch(order(**more), report=SOURCE)  # type: ignore[arg-type]


def page(rows: object, pages: int = 1) -> Says:
    """A page of the report as the API sends it."""
    count = len(rows) if isinstance(rows, list) else 0
    info = {"page": 1, "page_size": 100, "total_page": pages, "total_number": count}
    return Says({"code": 0, "message": "OK", "request_id": "1", "data": {"list": rows, "page_info": info}})


def row(day: str, **metrics: object) -> dict[str, object]:
    """A line of the report."""
    usual = {"stat_cost": 10.5, "show_cnt": 1000, "click_cnt": 50, "convert_cnt": 3}
    return {"advertiser_id": 1, "stat_datetime": day, **usual, **metrics}


def test_a_day_is_asked_as_the_api_describes_it_and_read_in_yuan(server: Server) -> None:
    server.answers = in_turn(page([row("2026-06-01 00:00:00", pay_order_count=2, pay_order_amount=99.9)]))
    fetched = read()
    (asked,) = server.asked
    assert asked.path == "/open_api/v1.0/qianchuan/report/advertiser/get/"
    assert asked.query == {
        "advertiser_id": "1748000000000001",
        "fields": '["stat_cost", "show_cnt", "click_cnt", "convert_cnt", "pay_order_count", "pay_order_amount"]',
        "filtering": '{"marketing_goal": "ALL"}',
        "time_granularity": "TIME_GRANULARITY_DAILY",
        "start_date": "2026-06-01",
        "end_date": "2026-06-30",
        "page": "1",
        "page_size": "100",
    }
    values = {"spend": 10.5, "impressions": 1000, "clicks": 50, "conversions": 3, "orders": 2, "revenue": 99.9}
    assert readings(fetched) == [("2026-06-01", "抖音", "", values)]
    assert (codes(fetched), fetched.label) == ([], "Qianchuan 1748000000000001")


@pytest.mark.parametrize(
    ("query", "goal"), [("", "ALL"), ("Live", "LIVE_PROM_GOODS"), ("video", "VIDEO_PROM_GOODS")]
)
def test_a_query_narrows_to_a_marketing_goal(server: Server, query: str, goal: str) -> None:
    server.answers = in_turn(page([]))
    read(query=query)
    assert json.loads(server.asked[0].query["filtering"]) == {"marketing_goal": goal}


def test_a_mapped_metric_takes_the_place_of_the_usual_one(server: Server) -> None:
    server.answers = in_turn(page([row("2026-06-01 00:00:00", all_order_pay_gmv_7days=7)]))
    fetched = read(mapping={"all_order_pay_gmv_7days": "revenue"})
    assert "pay_order_amount" not in server.asked[0].query["fields"]
    assert readings(fetched)[0][3]["revenue"] == 7


def test_an_error_inside_http_200_is_never_no_rows(server: Server) -> None:
    server.answers = in_turn(error(40002))
    assert refusal_of(read).code == "ADS_API_ERROR"


@pytest.mark.parametrize("rows", [{}, "list", [1], [[]]])
def test_an_answer_of_another_form_is_refused(server: Server, rows: object) -> None:
    server.answers = in_turn(page(rows))
    assert refusal_of(read).code == "ADS_REPLY_UNREADABLE"


def test_the_identity_differs_from_that_of_ocean_engine() -> None:
    assert "qianchuan" in SOURCE.identity(order("42"))
    assert source_of("qianchuan") is SOURCE
