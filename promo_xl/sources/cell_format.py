"""What a number in a cell stands for: its number format decides."""

import datetime
import math
from dataclasses import dataclass
from enum import Enum

from promo_xl.sources.grid import GENERAL, CellValue, ErrorValue

# The formats that Excel knows by number and that depend on its language, as simplified Chinese Excel
# means them (ECMA-376, 18.8.30).
CHINESE_FORMATS = {
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: 'AM/PM h"时"mm"分"',
    35: 'AM/PM h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: 'AM/PM h"时"mm"分"',
    56: 'AM/PM h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}


class Meaning(Enum):
    """What a number stands for under its number format."""

    NUMBER = "number"
    MOMENT = "moment"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class CellFormat:
    """A number format and what it makes of a number."""

    code: str = GENERAL
    meaning: Meaning = Meaning.NUMBER


def format_codes() -> dict[int, str]:
    """The formats that files name by number only."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    return BUILTIN_FORMATS | CHINESE_FORMATS


def meaning_of(code: str) -> Meaning:
    """Whether Excel shows a number under this format as a moment, a duration or a number."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    if is_timedelta_format(code):
        return Meaning.DURATION
    return Meaning.MOMENT if is_date_format(code) else Meaning.NUMBER


def number_value(number: float, cell_format: CellFormat, epoch: datetime.datetime) -> CellValue:
    """45658 is 2025-01-01 and 0.5 is noon under such formats; outside Excel's calendar it is a number."""
    if not math.isfinite(number):
        return ErrorValue("#NUM!")
    if cell_format.meaning is Meaning.NUMBER:
        return number
    is_duration = cell_format.meaning is Meaning.DURATION
    # Excel shows a negative date as a row of number signs.
    if number < 0 and not is_duration:
        return number
    from openpyxl.utils.datetime import from_excel

    try:
        return plain_date(from_excel(number, epoch, timedelta=is_duration))
    except (OverflowError, ValueError):
        return number


def plain_date(value: CellValue) -> CellValue:
    """A datetime at midnight is a date."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return value
