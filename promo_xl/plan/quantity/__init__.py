"""Quantities as planners write them: 1000万次, ≥5%, 1:8, 抖音信息流500万+KOL200万.

Read exactly, or refused with the place and the reason.
"""

from promo_xl.plan.quantity.model import DOWNWARD, Quantity
from promo_xl.plan.quantity.parsing import parse_quantity
from promo_xl.plan.quantity.writing import HUGE, format_amount, format_quantity

__all__ = ["DOWNWARD", "HUGE", "Quantity", "format_amount", "format_quantity", "parse_quantity"]
