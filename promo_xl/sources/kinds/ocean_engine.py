"""Ocean Engine (巨量引擎): the custom report of an advertiser account, a line per day.

`Order.place` is the advertiser's id; `Order.query` is empty, or `project` or `promotion` for a line per day and
项目 or 广告. `Order.mapping` may name further metrics of the API (`{"dy_like": "likes"}`). The secrets are
PROMO_XL_OCEAN_APP_ID, PROMO_XL_OCEAN_APP_SECRET, PROMO_XL_OCEAN_ACCESS_TOKEN and PROMO_XL_OCEAN_REFRESH_TOKEN;
the access token alone works until it expires. Renewed tokens are kept in the user's own folder. Money is in yuan.
"""

import json
from collections.abc import Mapping, Sequence

from promo_xl.sources.ads_range import Days
from promo_xl.sources.ads_report import Report
from promo_xl.sources.ads_rows import Line, name_of
from promo_xl.sources.source import Source

DAY = "stat_time_day"
LEVELS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "project": ("cdp_project_id", "cdp_project_name"),
    "promotion": ("cdp_promotion_id", "cdp_promotion_name"),
}
METRICS = {"stat_cost": "spend", "show_cnt": "impressions", "click_cnt": "clicks", "convert_cnt": "conversions"}


def _parameters(account: str, level: tuple[str, ...], names: Sequence[str], days: Days) -> dict[str, str]:
    order = [{"field": field, "type": "ASC"} for field in (DAY, *level[:1])]
    return {
        "advertiser_id": account,
        "data_topic": "BASIC_DATA",
        "dimensions": json.dumps([DAY, *level]),
        "metrics": json.dumps(list(names)),
        "filters": "[]",
        "order_by": json.dumps(order),
        "start_time": days.first.isoformat(),
        "end_time": days.last.isoformat(),
    }


def _lines(data: Mapping[str, object], level: tuple[str, ...]) -> list[Line] | None:
    rows = [] if data.get("rows", ()) is None else data.get("rows")
    if not isinstance(rows, list):
        return None
    lines = []
    for row in rows:
        parts = (row.get("dimensions"), row.get("metrics")) if isinstance(row, dict) else (None, None)
        dimensions, metrics = parts
        if not isinstance(dimensions, dict) or not isinstance(metrics, dict):
            return None
        key = tuple(str(dimensions.get(name)) for name in level)
        lines.append(
            Line(dimensions.get(DAY), key, "", name_of(dimensions.get(level[1])) if level else "", metrics)
        )
    return lines


SOURCE: Source = Report(
    "ocean_engine", "Ocean Engine", "/open_api/v3.0/report/custom/get/", METRICS, LEVELS, _parameters, _lines
)
