"""Qianchuan (巨量千川): the report of an advertiser account, a line per day.

`Order.place` is the account's id; `Order.query` is empty for all marketing goals, or `live` (直播带货) or `video`
(短视频带货). 全域推广 has reports of its own and is not in this one. `Order.mapping` may name further fields of
the API (`{"all_order_pay_gmv_7days": "revenue"}`). Secrets are those of `ocean_engine`; money is in yuan.
"""

import json
from collections.abc import Mapping, Sequence

from promo_xl.sources.ads_range import Days
from promo_xl.sources.ads_report import Report
from promo_xl.sources.ads_rows import Line
from promo_xl.sources.source import Source

DAY = "stat_datetime"
GOALS: Mapping[str, tuple[str, ...]] = {
    "": ("ALL",),
    "live": ("LIVE_PROM_GOODS",),
    "video": ("VIDEO_PROM_GOODS",),
}
METRICS = {
    "stat_cost": "spend",
    "show_cnt": "impressions",
    "click_cnt": "clicks",
    "convert_cnt": "conversions",
    "pay_order_count": "orders",
    "pay_order_amount": "revenue",
}


def _parameters(account: str, goal: tuple[str, ...], names: Sequence[str], days: Days) -> dict[str, str]:
    return {
        "advertiser_id": account,
        "fields": json.dumps(list(names)),
        "filtering": json.dumps({"marketing_goal": goal[0]}),
        "time_granularity": "TIME_GRANULARITY_DAILY",
        "start_date": days.first.isoformat(),
        "end_date": days.last.isoformat(),
    }


def _lines(data: Mapping[str, object], goal: tuple[str, ...]) -> list[Line] | None:
    rows = [] if data.get("list", ()) is None else data.get("list")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return [Line(row.get(DAY), goal, "", "", row) for row in rows]


SOURCE: Source = Report(
    "qianchuan",
    "Qianchuan",
    "/open_api/v1.0/qianchuan/report/advertiser/get/",
    METRICS,
    GOALS,
    _parameters,
    _lines,
)
