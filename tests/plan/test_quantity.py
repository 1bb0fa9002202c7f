"""Quantities and spans as planners write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.dates import format_span, parse_span
from promo_xl.plan.quantity import format_amount, parse_quantity


@pytest.mark.parametrize(
    ("text", "kind", "op", "value", "unit"),
    [
        ("1000万次", "count", "=", "10000000", "次"),
        ("≥5%", "percent", "≥", "0.05", "%"),
        ("5000单", "count", "=", "5000", "单"),
        ("≤30元", "money", "≤", "30", "元"),
        ("1:8", "ratio", "=", "8", "1:x"),
        ("１０００万次", "count", "=", "10000000", "次"),
        ("1.13亿", "count", "=", "113000000", ""),
        ("10M impressions", "count", "=", "10000000", "impressions"),
        ("3,500 orders", "count", "=", "3500", "orders"),
        ("5000单以上", "count", "≥", "5000", "单"),
        ("抖音信息流500万+朋友圈300万+KOL200万", "sum", "=", "10000000", ""),
    ],
)
def test_a_quantity_reads_exactly(text: str, kind: str, op: str, value: str, unit: str) -> None:
    quantity = parse_quantity(text)
    assert (quantity.kind, quantity.op, quantity.value, quantity.unit) == (kind, op, Decimal(value), unit)


@pytest.mark.parametrize("text", ["", "待定", "优化内容选题，增加互动引导活动", "$500", "#DIV/0!", "5 6"])
def test_what_is_no_plain_quantity_has_a_reason_and_no_value(text: str) -> None:
    quantity = parse_quantity(text)
    assert quantity.value is None
    assert quantity.reason


@given(st.text(max_size=300))
def test_any_text_parses_without_an_exception(text: str) -> None:
    assert (parse_quantity(text).value is None) == bool(parse_quantity(text).reason)
    parse_span(text, date(2026, 6, 1))


@given(st.integers(1, 10**9), st.sampled_from(["zh", "en"]))
def test_a_formatted_amount_reads_back(amount: int, language: str) -> None:
    assert parse_quantity(format_amount(Decimal(amount), language)).value == amount


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("6月1日-6月30日", "2026-06-01", "2026-06-30"),
        ("6月1日至30日", "2026-06-01", "2026-06-30"),
        ("6/1-6/18", "2026-06-01", "2026-06-18"),
        ("12月15日-1月13日", "2025-12-15", "2026-01-13"),
        ("2024-06-01 to 2024-06-30", "2024-06-01", "2024-06-30"),
        ("6月15号", "2026-06-15", "2026-06-15"),
    ],
)
def test_a_span_is_the_one_nearest_the_reference(text: str, start: str, end: str) -> None:
    span = parse_span(text, date(2026, 3, 10))
    assert (str(span.start), str(span.end)) == (start, end)


def test_a_day_that_does_not_exist_is_refused_never_rolled_over() -> None:
    assert parse_span("6月1日-6月31日", date(2026, 6, 1)).reason == "no_such_day"


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 180), st.sampled_from(["zh", "en"]))
def test_a_formatted_span_reads_back(start: date, days: int, language: str) -> None:
    end = date.fromordinal(start.toordinal() + days)
    span = parse_span(format_span(start, end, language), start)
    assert (span.start, span.end) == (start, end)
