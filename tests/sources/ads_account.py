"""An account of Ocean Engine in a test: its secrets, its report, what is read from it."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Mapping

from promo_xl.sources.ads_patience import Patience
from promo_xl.sources.ads_report import Report
from promo_xl.sources.kinds.ocean_engine import SOURCE
from promo_xl.sources.source import Fetched, Order, Surroundings
from tests.sources.ads_server import Answers, Asked, Says, Server

TODAY = dt.date(2026, 6, 30)
QUICK = Patience(connect=2, read=0.5, tries=3, first_wait=0.01, longest_wait=0.05, deadline=5, most_bytes=200_000)
SECRETS = {
    "PROMO_XL_OCEAN_APP_ID": "17900001",
    "PROMO_XL_OCEAN_APP_SECRET": "secret-of-the-app",
    "PROMO_XL_OCEAN_ACCESS_TOKEN": "access-token-1",
    "PROMO_XL_OCEAN_REFRESH_TOKEN": "refresh-token-1",
}
OCEAN = SOURCE
REFRESH = "/open_api/oauth2/refresh_token/"


def order(place: str = "1748000000000001", **more: object) -> Order:
    """The orders of June 2026 for Douyin."""
    given = {"channel": "抖音", "start": dt.date(2026, 6, 1), "end": TODAY, **more}
    return Order("ocean_engine", place, **given)  # type: ignore[arg-type]


def surroundings(secrets: Mapping[str, str] = SECRETS) -> Surroundings:
    """Surroundings that know these secrets."""
    return Surroundings(secret=lambda name: secrets.get(name, ""))


def fetch(
    asked: Order | None = None, secrets: Mapping[str, str] = SECRETS, report: object = OCEAN, **patience: float
) -> Fetched:
    """What is read, with little patience."""
    assert isinstance(report, Report)
    quick = dataclasses.replace(QUICK, **patience)  # type: ignore[arg-type]
    source = dataclasses.replace(report, patience=quick)
    return source.read(order() if asked is None else asked, surroundings(secrets), TODAY)


def row(day: str, cost: object = "1.50", show: object = "100", **dimensions: str) -> dict[str, object]:
    """A row of the custom report."""
    return {
        "dimensions": {"stat_time_day": day, **dimensions},
        "metrics": {"stat_cost": cost, "show_cnt": show, "click_cnt": "7", "convert_cnt": "2"},
    }


def page(
    rows: object, number: int = 1, pages: object = 1, total: object = None, **data: object
) -> dict[str, object]:
    """A page of the custom report as the API sends it."""
    count = len(rows) if isinstance(rows, list) else 0
    info = {
        "page": number,
        "page_size": 100,
        "total_page": pages,
        "total_number": count if total is None else total,
    }
    return {
        "code": 0,
        "message": "OK",
        "request_id": "20260630A1",
        "data": {"rows": rows, "page_info": info, **data},
    }


def error(code: object, message: object = "nothing works") -> Says:
    """An error inside an HTTP 200."""
    return Says({"code": code, "message": message, "request_id": "20260630BAD", "data": {}})


def pages(server: Server, *contents: Iterable[dict[str, object]], total: int | None = None) -> None:
    """Let the server give these pages."""
    all_pages = [list(content) for content in contents]
    count = sum(map(len, all_pages)) if total is None else total

    def answers(asked: Asked) -> Says:
        rows = all_pages[asked.page - 1] if asked.page <= len(all_pages) else []
        return Says(page(rows, asked.page, len(all_pages), count))

    server.answers = answers


def in_turn(*says: Says) -> Answers:
    """Answers one after another, the last one for ever."""
    left = list(says)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def tokens(access: str, refresh: str) -> Says:
    """A new pair of tokens."""
    data = {"access_token": access, "refresh_token": refresh, "expires_in": 86400}
    return Says({"code": 0, "message": "OK", "request_id": "1", "data": data})


def sent(asked: Asked) -> object:
    """The JSON that was posted."""
    return json.loads(asked.body)
