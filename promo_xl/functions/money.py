"""Functions over the monitoring sheet: what the money brought."""

from collections.abc import Sequence

from promo_xl.functions.cell_values import Cell, text_of
from promo_xl.functions.model import Argument, Function, said
from promo_xl.plan.defined import Defined
from promo_xl.plan.roi import net_roi, roas, total_roas
from promo_xl.sheetspec.formula.values import CellError

KEY_LENGTH = 200  # as the workbook's own formulas compare channels
NET = Argument(
    "net",
    "flag",
    said("TRUE 给净ROI，否则给投产比。", "TRUE for net ROI, else ROAS."),
    optional=True,
)


def _roi(revenue: float | None, cost: float | None, net: bool | None) -> Defined:
    return net_roi(revenue, cost) if net else roas(revenue, cost)


def _key(cell: Cell) -> str:
    return "" if isinstance(cell, CellError) else text_of(cell)[:KEY_LENGTH].lower()


def _channel_roi(
    channel: Cell,
    channels: Sequence[Cell],
    revenues: Sequence[float | None],
    costs: Sequence[float | None],
    net: bool | None,
) -> Defined:
    wanted = _key(channel)
    if not wanted:
        return Defined(reason="no_channel")
    rows = zip(channels, revenues, costs, strict=True)
    total = total_roas((revenue, cost) for name, revenue, cost in rows if _key(name) == wanted)
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
        example="=PROMO_ROI(80000,10000)",
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
        ),
        _channel_roi,
        plan="roi.total_roas",
        example='=PROMO_CHANNEL_ROI("KOL",tblReadings[渠道],tblReadings[成交金额],tblReadings[花费])',
    ),
)
