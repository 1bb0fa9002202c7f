"""Functions over the monitoring sheet: what the money brought."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from promo_xl.functions.cell_values import Cell, ColumnCells, text_of
from promo_xl.functions.model import CAPACITY, Argument, Function, said
from promo_xl.plan.defined import Defined
from promo_xl.plan.roi import net_roi, roas, total_roas
from promo_xl.sheetspec.formula.values import CellError

KEY_LENGTH = 200  # as the workbook's own formulas compare channels
PLAIN_SIGNS = str.maketrans("~*?", "～＊？")
NET = Argument(
    "net",
    "flag",
    said("TRUE 给净ROI，否则给投产比。", "TRUE for net ROI, else ROAS."),
    optional=True,
)


def _roi(revenue: float | None, cost: float | None, net: bool | None) -> Defined:
    return net_roi(revenue, cost) if net else roas(revenue, cost)


def _key(cell: Cell) -> str:
    return "" if isinstance(cell, CellError) else text_of(cell)[:KEY_LENGTH].translate(PLAIN_SIGNS).lower()


@lru_cache(maxsize=1)
def _totals(channels: ColumnCells, revenues: ColumnCells, costs: ColumnCells) -> Mapping[str, Defined]:
    """The ROAS of each channel; all the cells of one call ask the same columns."""
    readings: dict[str, list[tuple[float | None, float | None]]] = defaultdict(list)
    for channel, revenue, cost in zip(channels, revenues, costs, strict=True):
        readings[_key(channel)].append((revenue, cost))
    return {channel: total_roas(pairs) for channel, pairs in readings.items()}


def _channel_roi(
    channel: Cell, channels: ColumnCells, revenues: ColumnCells, costs: ColumnCells, net: bool | None
) -> Defined:
    wanted = _key(channel)
    if not wanted:
        return Defined(reason="no_channel")
    total = _totals(channels, revenues, costs).get(wanted, Defined(reason="no_channel"))
    return net_roi(total.value, 1) if net and total else total


ENTRIES = (
    Function(
        "PROMO_ROI",
        said(
            "投产比：成交金额 ÷ 花费，8 即 1:8；花费为零或为负时为空。",
            "ROAS: revenue per unit of cost, 8 means 1:8; blank where the cost is zero or negative.",
        ),
        (
            Argument("revenue", "number", said("成交金额。", "Revenue."), unit="CNY"),
            Argument("cost", "number", said("花费。", "Cost."), unit="CNY"),
            NET,
        ),
        _roi,
        plan="roi.roas",
    ),
    Function(
        "PROMO_CHANNEL_ROI",
        said(
            "一个渠道全部数据的投产比：先各自求和再相除。",
            "The ROAS of one channel over all its readings: sums first, then the quotient.",
        ),
        (
            Argument("channel", "any", said("渠道名称。", "The channel.")),
            Argument(
                "channels",
                "any",
                said("数据的渠道列。", "Channel of each reading."),
                column=True,
                group="readings",
            ),
            Argument(
                "revenues",
                "number",
                said("数据的成交金额列。", "Revenue of each reading."),
                column=True,
                unit="CNY",
                group="readings",
            ),
            Argument(
                "costs",
                "number",
                said("数据的花费列。", "Cost of each reading."),
                column=True,
                unit="CNY",
                group="readings",
            ),
            NET,
            CAPACITY,
        ),
        _channel_roi,
        plan="roi.total_roas",
    ),
)
