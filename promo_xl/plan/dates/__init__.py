"""Spans of days as planners write them: 6月1日-6月30日, 6.1-18, 2026Q3, 六月中旬, Jun 1 - Jun 30, 6月1日前.

What a text means is never guessed: it is a span, a blurred span, or a reason why it is neither.
"""

from promo_xl.plan.dates.span import DateSpan, format_span, parse_span, reversed_days
from promo_xl.plan.dates.timeless import span_of

__all__ = ["DateSpan", "format_span", "parse_span", "reversed_days", "span_of"]
