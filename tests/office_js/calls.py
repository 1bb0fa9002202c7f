"""A table of calls that every host must answer alike: each function, with good, odd and hostile cells.

A cell is a number, a text, a truth value, "" for a blank, or an Error. A block is a list of rows; LEFT_OUT is an
optional argument that the formula does not name.
"""

from dataclasses import dataclass

LEFT_OUT = None
ERROR_TYPES = {"#N/A": "NotAvailable", "#DIV/0!": "Div0", "#VALUE!": "Value", "#REF!": "Ref", "#NAME?": "Name"}


@dataclass(frozen=True, slots=True)
class Error:
    """A cell with an error value."""

    code: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call as a formula makes it; a `wrong` one ends as an error in the cell."""

    function: str
    arguments: tuple[object, ...]
    wrong: bool = False

    @property
    def plain(self) -> list[object]:
        """The arguments as Python and COM with err_to_str pass them: an error as its text."""
        return [_mapped(argument, lambda cell: cell.code) for argument in self.arguments]

    @property
    def office_js(self) -> list[object]:
        """The arguments as Office.js passes them: blocks throughout, null for what is left out."""
        blocks = [a if isinstance(a, list) or a is LEFT_OUT else [[a]] for a in self.arguments]
        return [_mapped(block, _error_value) for block in blocks]


def _error_value(cell: Error) -> dict[str, str]:
    kind = ERROR_TYPES[cell.code]
    return {"type": "Error", "basicType": "Error", "errorType": kind, "basicValue": cell.code}


def _mapped(value: object, error: object) -> object:
    if isinstance(value, list):
        return [_mapped(part, error) for part in value]
    return error(value) if isinstance(value, Error) else value  # type: ignore[operator]


def column(*cells: object) -> list[list[object]]:
    """A range of one column."""
    return [[cell] for cell in cells]


NA, DIV0 = Error("#N/A"), Error("#DIV/0!")
JUNE_1, JUNE_10, JUNE_30 = 46174, 46183, 46203  # 2026
IDS = column("T1", "T2", "T3", "")
NAMES = column("海报设计", "拍摄", "活动落地", "")
STARTS = column(JUNE_1, JUNE_1 + 3, JUNE_1 + 14, "")
ENDS = column(JUNE_1 + 4, JUNE_1 + 11, JUNE_1 + 18, "")
LINKS = column("", "T1", "T2", "")
OWNERS = column("张三", "李四", "张三", "")
FOUR = column("", "", "", "")
WEEK = column("是", "是", "是", "是", "是", "否", "否")
REST = column(JUNE_1 + 18, "")
KINDS = column("休息", "")
FRAME = column(JUNE_1, JUNE_30, "", "", "", "zh")
PEOPLE = (column("经理", "设计"), column("张三", "李四"))
TASKS = (IDS, NAMES, STARTS, ENDS, FOUR, LINKS, FOUR)
TASKS_AND_OWNERS = (*TASKS, OWNERS, FOUR, FOUR, FOUR, FOUR)
MEMBERS = (*PEOPLE, column("", ""), column(JUNE_1 + 7, ""), column("", NA))
LOADED = (*PEOPLE, column("", "T1"), column("R", ""), column("", 0.5), *TASKS[:5], FOUR, OWNERS)
PHASES = (column(JUNE_1, JUNE_10 + 1), column(JUNE_10, JUNE_30), column(0.5, "50%"))

CALLS = (
    Call("PROMO_TARGET", ("1000万次",)),
    Call("PROMO_TARGET", ("１０００万次", "", "all")),
    Call("PROMO_TARGET", ("≥5%", LEFT_OUT, "direction")),
    Call("PROMO_TARGET", ("增长50%", 200.0)),
    Call("PROMO_TARGET", (column("1000万次", "", "3万-5万", NA, "随便"), LEFT_OUT, LEFT_OUT, 6)),
    Call("PROMO_TARGET", ([["100次", "200次", ""]],)),
    Call("PROMO_TARGET", (NA,), wrong=True),
    Call("PROMO_TARGET", ("100次", "二十"), wrong=True),
    Call("PROMO_TARGET", ("100次", "", "colour"), wrong=True),
    Call("PROMO_PATH_TOTAL", ("抖音500万+KOL200万",)),
    Call("PROMO_PATH_TOTAL", ("",)),
    Call("PROMO_PATH_TOTAL", (column("5万", "=1+1", "#NoError"), 4)),
    Call("PROMO_PATH_TOTAL", ("5万", 0.5), wrong=True),
    Call("PROMO_SPAN", ("6月1日-6月30日", JUNE_1, "end")),
    Call("PROMO_SPAN", ("6月1日-6月30日", JUNE_1, "all", 2)),
    Call("PROMO_SPAN", ("6月1日-6月30日", DIV0), wrong=True),
    Call("PROMO_SMART", ("销量", "5000单", "首页引流", "销售部", "6月")),
    Call("PROMO_SMART", ("", "好一点", "", "", "", JUNE_1, LEFT_OUT, "en")),
    Call("PROMO_SMART", ("", "", "", "", "")),
    Call("PROMO_SMART", ("销量", NA, "", "", ""), wrong=True),
    Call("PROMO_ACHIEVEMENT", (0.062, "≥5%")),
    Call("PROMO_ACHIEVEMENT", ("1,234.5", 1000)),
    Call("PROMO_ACHIEVEMENT", ("５００", 1000)),
    Call("PROMO_ACHIEVEMENT", (column(1, "", "x", NA, "8%"), 10)),
    Call("PROMO_ACHIEVEMENT", ("", "")),
    Call("PROMO_ACHIEVEMENT", (True, 10), wrong=True),
    Call("PROMO_PACE", (1200, 3000, JUNE_1, JUNE_30, JUNE_10)),
    Call("PROMO_PACE", (1200, 3000, JUNE_1, "2026年6月30日", JUNE_10, "", "", "", *PHASES)),
    Call("PROMO_PACE", (1200, 3000, "后天", JUNE_30, JUNE_10), wrong=True),
    Call("PROMO_PACE", (1200, 3000, -5, JUNE_30, JUNE_10), wrong=True),
    Call(
        "PROMO_FORECAST",
        (column(JUNE_1, JUNE_1 + 1, "", "x"), column(100, "150", "", NA), JUNE_1, JUNE_30, JUNE_10),
    ),
    Call("PROMO_FORECAST", (column(JUNE_1), column(1, 2), JUNE_1, JUNE_30, JUNE_10), wrong=True),
    Call("PROMO_ROI", (80000, 10000)),
    Call("PROMO_ROI", (80000, 0)),
    Call("PROMO_ROI", (80000, 10000, True)),
    Call("PROMO_ROI", (column(8, 9, ""), column(1, "3", 2))),
    Call("PROMO_ROI", ([[8, 9, ""]], [[1, "3", 2]])),
    Call("PROMO_ROI", (1e308, 5e-324)),
    Call("PROMO_ROI", (DIV0, 10000), wrong=True),
    Call("PROMO_ROI", (column(1, 2), column(1, 2, 3)), wrong=True),
    Call("PROMO_CHANNEL_ROI", ("KOL", column("KOL", "抖音", "KOL"), column(80, 0, 40), column(10, NA, "5"))),
    Call("PROMO_CHANNEL_ROI", (column("KOL", "抖音"), column("KOL", ""), column(8, ""), column(1, ""), "", 3)),
    Call("PROMO_CHANNEL_ROI", ("KOL", column("KOL"), column(8, 9), column(1)), wrong=True),
    Call("PROMO_WORKDAYS", (JUNE_1, JUNE_30)),
    Call("PROMO_WORKDAYS", (JUNE_1, JUNE_30, REST, KINDS, WEEK)),
    Call("PROMO_WORKDAYS", (column(JUNE_1, JUNE_10, ""), JUNE_30)),
    Call("PROMO_WORKDAYS", (NA, JUNE_30), wrong=True),
    Call("PROMO_SCHEDULE", (*TASKS, REST, KINDS, WEEK, 5)),
    Call("PROMO_SCHEDULE", (*TASKS, "", "", "", 2)),
    Call("PROMO_SCHEDULE", (*TASKS[:2], column(NA, "x", "", ""), *TASKS[3:], "", "", "")),
    Call("PROMO_SCHEDULE", (*TASKS, "", "", "", 0), wrong=True),
    Call("PROMO_CONFLICTS", (*TASKS_AND_OWNERS, *MEMBERS, REST, KINDS, WEEK, FRAME)),
    Call("PROMO_CONFLICTS", (*TASKS_AND_OWNERS, *MEMBERS, REST, KINDS, WEEK, FRAME, True, 4)),
    Call("PROMO_CONFLICTS", (*TASKS_AND_OWNERS, *MEMBERS, REST, KINDS, WEEK, FRAME, "maybe"), wrong=True),
    Call(
        "PROMO_LOAD",
        (*LOADED, REST, KINDS, WEEK, FRAME, 3),
    ),
    Call("PROMO_LOAD", (*LOADED, REST, KINDS, WEEK, FRAME, 1.5), wrong=True),
    Call("PROMO_VERSION", ()),
    Call("PROMO_VERSION", (NA,), wrong=True),
)
