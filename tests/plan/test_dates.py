"""What a typed date means; every span is read on 10 March 2026 unless the test says otherwise."""

from datetime import MAXYEAR, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promo_xl.plan.dates import DateSpan, format_span, parse_span, reversed_days

MARCH = date(2026, 3, 10)
REASONS = {"", "blank", "unreadable", "no_such_day", "reversed", "ambiguous", "too_long"}


def days(text: object, reference: date = MARCH) -> str:
    """`first..last`, `first..` or `..last`, with ~ where it is blurred; else the reason."""
    span = parse_span(text, reference)
    return span.reason or f"{span.start or ''}..{span.end or ''}{'~' * span.blurred}"


JUNE = "2026-06-01..2026-06-30"


@pytest.mark.parametrize(
    "text",
    [
        "6月1日-6月30日",
        "6月1日至30日",
        "6月1-30日",
        "6月1号到6月30号",
        "6/1-6/30",
        "6.1-30",
        "6-1~6-30",
        "2026年6月1日-6月30日",
        "6月1日-2026年6月30日",
        "2026-06-01 to 2026-06-30",
        "2026-06-01/2026-06-30",
        "2026-06-01-2026-06-30",
        "2026.6.1-6.30",
        "20260601-20260630",
        "20260601-0630",
        "0601-0630",
        "46174-46203",
        "２０２６年６月１日－６月３０日",
        "六月一日至六月三十日",
        "二〇二六年六月一日至三十日",
        "6 月 1 日 ～ 6 月 30 日",
        "6月1日（周一）-6月30日（周二）",
        "6月1日(星期一) 10:00 - 6月30日 24:00",
        "2026-06-01 00:00:00 - 2026-06-30 23:59:59",
        "自6月1日起至6月30日止",
        "6月1日-6月30日（30天）",
        "\u200e2026/6/1 - 2026/6/30\u200e",
        "Jun 1 - Jun 30",
        "June 1-30, 2026",
        "1-30 June 2026",
        "June 1st until June 30th",
        "01-Jun-26 to 30-Jun-26",
        "6月",
        "六月份",
        "2026年6月",
        "2026/06",
        "202606",
        "June 2026",
    ],
)
def test_june_may_be_written_in_any_usual_way(text: str) -> None:
    assert days(text) == JUNE


@pytest.mark.parametrize("dash", [*"-–—―─－~～〜−", "——", "--", "至", "到", " to ", " - ", " until ", "->", "→"])
def test_every_dash_and_every_word_for_to_separates_the_ends(dash: str) -> None:
    assert days(f"6月1日{dash}6月30日") == JUNE
    assert days(f"2026-06-01{dash}2026-06-30") == JUNE


@pytest.mark.parametrize(
    "text",
    [
        "6月15日",
        "6/15",
        "6.15",
        "6-15",
        "6·15",
        "6。15",
        "6月15号",
        "六月十五",
        "2026-06-15",
        "2026/6/15",
        "2026年06月15日",
        "26年6月15日",
        "26/6/15",
        "6/15/2026",
        "20260615",
        "0615",
        "260615",
        "46188",
        "46188.75",
        "2026-06-15T08:30:00Z",
        "2026年6月15日 星期一",
        "6月15日当天",
        "6月15日全天",
        "6月15日上午",
        "6月15日20点",
        "6月15日 10:00-12:00",
        "Mon, Jun 15",
        "June 15th, 2026",
        "15-Jun-2026",
        "'6月15日",
        "6月15日。",
    ],
)
def test_one_day_may_be_written_in_any_usual_way(text: str) -> None:
    assert days(text) == "2026-06-15..2026-06-15"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q3", "2026-07-01..2026-09-30"),
        ("三季度", "2026-07-01..2026-09-30"),
        ("第三季度", "2026-07-01..2026-09-30"),
        ("2024Q3", "2024-07-01..2024-09-30"),
        ("Q3 2024", "2024-07-01..2024-09-30"),
        ("2024年三季度", "2024-07-01..2024-09-30"),
        ("2024三季度", "2024-07-01..2024-09-30"),
        ("Q1-Q3", "2026-01-01..2026-09-30"),
        ("Q1-3", "2026-01-01..2026-09-30"),
        ("1-3季度", "2026-01-01..2026-09-30"),
        ("上半年", "2026-01-01..2026-06-30"),
        ("2026年下半年", "2026-07-01..2026-12-31"),
        ("2026H2", "2026-07-01..2026-12-31"),
        ("2024年", "2024-01-01..2024-12-31"),
        ("2024年2月", "2024-02-01..2024-02-29"),
        ("2024-2025年", "2024-01-01..2025-12-31"),
        ("6月-8月", "2026-06-01..2026-08-31"),
        ("6-8月", "2026-06-01..2026-08-31"),
        ("2024年3-5月", "2024-03-01..2024-05-31"),
        ("2026Q3-2027Q1", "2026-07-01..2027-03-31"),
    ],
)
def test_months_quarters_halves_and_years_are_spans(text: str, expected: str) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年6月上旬", "2024-06-01..2024-06-10~"),
        ("2024年6月中旬", "2024-06-11..2024-06-20~"),
        ("2月下旬", "2026-02-21..2026-02-28~"),
        ("6月中下旬", "2026-06-11..2026-06-30~"),
        ("6月初", "2026-06-01..2026-06-10~"),
        ("6月底", "2026-06-21..2026-06-30~"),
        ("2026年底", "2026-12-01..2026-12-31~"),
        ("6月上旬-7月中旬", "2026-06-01..2026-07-20~"),
        ("6月上旬至中旬", "2026-06-01..2026-06-20~"),
        ("6月1日至月底", "2026-06-01..2026-06-30~"),
        ("6月15日左右", "2026-06-15..2026-06-15~"),
        ("约6月15日", "2026-06-15..2026-06-15~"),
    ],
)
def test_loosely_named_days_are_marked_as_blurred(text: str, expected: str) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6月1日前", "..2026-06-01"),
        ("6月1日之前", "..2026-06-01"),
        ("6/1以前", "..2026-06-01"),
        ("截至2026年6月1日", "..2026-06-01"),
        ("by June 1", "..2026-06-01"),
        ("至6月1日", "..2026-06-01"),
        ("6月底前", "..2026-06-30"),
        ("6月1日起", "2026-06-01.."),
        ("6月1日以后", "2026-06-01.."),
        ("自6月1日", "2026-06-01.."),
        ("6月起", "2026-06-01.."),
    ],
)
def test_a_deadline_has_only_an_end_and_a_beginning_only_a_start_the_day_itself_included(
    text: str, expected: str
) -> None:
    assert days(text) == expected


@pytest.mark.parametrize("text", ["6月内", "6月期间", "6月1日-6月30日内"])
def test_within_a_month_is_the_month(text: str) -> None:
    assert days(text) == JUNE


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "-", "—", "/", "待定", "未定", "TBD", "N/A", None])
def test_a_placeholder_is_blank(text: object) -> None:
    assert days(text) == "blank"


@pytest.mark.parametrize(
    "text",
    [
        "6月31日", "2025年2月29日", "2月30日-3月2日", "6月1日-6月31日", "6.31", "13月1日", "0月1日", "6月0日",
        "2026-02-30", "20260230", "Q5", "第五季度", "Feb 30", "9999年12月20日-1月5日", "6月1-31日",
    ],
)  # fmt: skip
def test_a_day_that_does_not_exist_is_refused_never_rolled_over(text: str) -> None:
    assert days(text) == "no_such_day"


def test_the_29th_of_february_is_that_of_a_leap_year_nearby() -> None:
    assert days("2月29日", date(2027, 3, 1)) == "2028-02-29..2028-02-29"
    assert days("2月29日", date(2025, 3, 1)) == "2024-02-29..2024-02-29"
    assert days("2月29日", date(2026, 3, 1)) == "no_such_day"


@pytest.mark.parametrize(
    "text",
    [
        "3/4/5", "6/1/2026", "6-1-15", "201212", "Jun-26", "6月前", "Q3前", "6月后", "6月1日-6月30日前", "年底",
        "月底", "全年", "2026年中", "明天", "下周一", "本月", "6月1日（周二）", "6月1日至6月18日0点",
        "6月1日0点前", "2026-06-01-10",
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_refused_as_ambiguous(text: str) -> None:
    assert days(text) == "ambiguous"


@pytest.mark.parametrize(
    "text",
    [
        "2024年6月30日-2024年6月1日", "2026-06-30 to 2026-06-01", "20260630-20260601", "46203-46174",
        "6月15日-10日", "6.15-10", "2025年-2024年",
    ],
)  # fmt: skip
def test_an_end_before_its_start_is_refused_where_the_years_or_the_month_are_given(text: str) -> None:
    assert days(text) == "reversed"


def test_the_days_of_a_reversed_span_can_be_told() -> None:
    assert reversed_days("2026年6月20日-2026年6月10日", MARCH) == (date(2026, 6, 20), date(2026, 6, 10))
    assert reversed_days("6月15日-10日", MARCH) == (date(2026, 6, 15), date(2026, 6, 10))
    assert reversed_days("6月10日-15日", MARCH) is None
    assert parse_span("6月15日-10日", MARCH) == DateSpan(reason="reversed")


@pytest.mark.parametrize(
    "text",
    [
        "活动期间", "#VALUE!", "618", "1日", "12345", "2024-2025", "6 - 8", "6月1日、6月3日", "6月1日 6月3日",
        "6月1日-", "~6月1日", "6月1 5日", "三四月", "一二月", "六月初一", "农历六月一日", "6/1²", "6/⑴",
        "6月1日（不含）", "6月1日-6月3日-6月5日", "6月1日（延至6月5日）",
        "2026-06-0110", "2026-06-01/12", "2026/6-7/15", "6月1日-0630", "453444季度", "2026年 6点",
        "2026年-6月", "2026年至Q3",
        True, False, 6.1, float("nan"), float("inf"), -45444, [], "<0>",
    ],
)  # fmt: skip
def test_what_is_no_plain_date_is_refused_as_unreadable(text: object) -> None:
    assert days(text) == "unreadable"


def test_three_short_numbers_are_read_only_if_one_order_gives_a_day_of_these_years() -> None:
    assert days("24/6/1") == "2024-06-01..2024-06-01"
    assert days("6/25/26") == "2026-06-25..2026-06-25"
    assert days("24/6/26") == "ambiguous"  # 26 June 2024, or 24 June 2026


def test_a_year_of_two_digits_is_the_nearest_that_ends_so() -> None:
    assert days("24年6月") == "2024-06-01..2024-06-30"
    assert days("98年6月") == "1998-06-01..1998-06-30"
    assert days("98年6月", date(2080, 1, 1)) == "2098-06-01..2098-06-30"


def test_the_wrong_weekday_is_a_slip_and_not_ignored() -> None:
    assert days("6月1日（周一）") == "2026-06-01..2026-06-01"
    assert days("6月1日-6月5日（周一至周五）") == "2026-06-01..2026-06-05"
    assert days("6月1日-6月5日（周一至周六）") == "ambiguous"


def test_dates_and_the_numbers_of_excel_are_read_as_they_are() -> None:
    assert days(date(2024, 2, 29)) == "2024-02-29..2024-02-29"
    assert days(datetime(2024, 2, 29, 23, 59)) == "2024-02-29..2024-02-29"
    assert days(45444) == days(45444.5) == days("45444") == "2024-06-01..2024-06-01"
    assert days(20240601) == "2024-06-01..2024-06-01"


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("6月1日-6月30日", date(2026, 6, 15), JUNE),
        ("6月1日-6月30日", date(2025, 12, 10), "2025-06-01..2025-06-30"),
        ("6月1日-6月30日", date(2025, 12, 20), JUNE),
        ("12月20日-1月5日", date(2026, 1, 5), "2025-12-20..2026-01-05"),
        ("12月20日-1月5日", date(2026, 12, 20), "2026-12-20..2027-01-05"),
        ("12月20日-1月5日", date(2026, 8, 1), "2026-12-20..2027-01-05"),
        ("1220-0105", date(2026, 8, 1), "2026-12-20..2027-01-05"),
        ("11月-2月", date(2026, 2, 28), "2025-11-01..2026-02-28"),
        ("Q4-Q1", date(2026, 3, 31), "2025-10-01..2026-03-31"),
        ("2月1日-11月30日", date(2026, 1, 31), "2026-02-01..2026-11-30"),
        ("2月1日-11月30日", date(2026, 1, 10), "2026-02-01..2026-11-30"),
        ("1月2日", date(2025, 12, 31), "2026-01-02..2026-01-02"),
        ("7月2日", date(2025, 1, 1), "2025-07-02..2025-07-02"),
        ("7月2日", date(2024, 12, 31), "2024-07-02..2024-07-02"),
        ("3月1日", date(2023, 8, 31), "2024-03-01..2024-03-01"),  # 183 days to either; the later one
        ("12月31日", date(1, 1, 1), "0001-12-31..0001-12-31"),
        ("1月1日", date(MAXYEAR, 12, 31), "9999-01-01..9999-01-01"),
    ],
)
def test_without_a_year_the_span_around_the_reference_is_meant_else_the_nearest(
    text: str, reference: date, expected: str
) -> None:
    assert days(text, reference) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年12月20日-1月5日", "2024-12-20..2025-01-05"),
        ("12月20日-2025年1月5日", "2024-12-20..2025-01-05"),
        ("6月1日-2025年6月30日", "2025-06-01..2025-06-30"),
        ("2024年6月1日-2025年6月30日", "2024-06-01..2025-06-30"),
        ("2024年12月20日至次年1月5日", "2024-12-20..2025-01-05"),
        ("2024年11月-2月", "2024-11-01..2025-02-28"),
        ("2027年1月1日-2月29日", "no_such_day"),
        ("2027年12月1日-2月29日", "2027-12-01..2028-02-29"),
    ],
)
def test_a_year_at_one_end_is_carried_to_the_other(text: str, expected: str) -> None:
    assert days(text) == expected


REFERENCES = st.dates()
MONTH_DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day))


def brute_force(first: tuple[int, int], last: tuple[int, int], reference: date) -> tuple[date, date] | None:
    """Every year tried, the reference's own span first, then the nearest, then the later."""
    found = []
    for year in range(max(reference.year - 1, 1), min(reference.year + 2, MAXYEAR + 1)):
        try:
            found.append((date(year, *first), date(year + (last < first), *last)))
        except ValueError:
            continue
    inside = [span for span in found if span[0] <= reference <= span[1]]
    if inside:
        return inside[0]
    gaps = [(min(abs((day - reference).days) for day in span), span[0] < reference, span) for span in found]
    return min(gaps)[2] if gaps else None


@given(MONTH_DAYS, MONTH_DAYS, REFERENCES)
@example((12, 20), (1, 5), date(2026, 1, 2))
@example((2, 29), (3, 1), date(2026, 1, 2))
def test_a_span_without_years_is_the_one_that_trying_every_year_finds(
    first: tuple[int, int], last: tuple[int, int], reference: date
) -> None:
    span = parse_span(f"{first[0]}月{first[1]}日-{last[0]}月{last[1]}日", reference)
    expected = brute_force(first, last, reference)
    assert (span.start, span.end) == (expected or (None, None))
    assert span.reason == ("" if expected else "no_such_day")


@given(st.dates(), st.dates(), st.sampled_from(["zh", "en"]), REFERENCES)
@example(date(2024, 1, 1), date(2024, 12, 31), "zh", date(2026, 1, 1))
@example(date(1, 1, 1), date(MAXYEAR, 12, 31), "zh", date(1, 1, 1))
def test_a_formatted_span_reads_back_near_its_reference(
    one: date, other: date, language: str, reference: date
) -> None:
    start, end = sorted((one, other))
    assert parse_span(format_span(start, end, language, reference), reference) == DateSpan(start, end)
    assert parse_span(format_span(start, end, language), start) == DateSpan(start, end)


def test_a_formatted_span_carries_years_only_where_it_would_be_misread() -> None:
    assert format_span(date(2026, 6, 1), date(2026, 6, 30), "zh") == "6月1日-6月30日"
    assert format_span(date(2026, 6, 1), date(2027, 6, 30), "zh") == "2026年6月1日-2027年6月30日"
    assert format_span(date(2026, 6, 1), date(2026, 6, 30), "en") == "2026-06-01 to 2026-06-30"


PIECES = st.sampled_from(
    ["6", "1", "30", "2026", "24", "年", "月", "日", "号", "-", "~", "/", ".", "至", "到", "前", "起", "初",
     "底", "旬", "上", "下", "中", "Q", "季度", "半年", "周一", "（", "）", " ", "十", "三", "〇", "Jun", "to",
     "10:00", "点", "²", ","]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join)), REFERENCES)
def test_any_text_is_a_span_or_has_a_reason_and_never_an_exception(text: str, reference: date) -> None:
    span = parse_span(text, reference)
    assert span.reason in REASONS
    assert bool(span.reason) == (span.start is None and span.end is None)
    if span.start and span.end:
        assert span.start <= span.end


@pytest.mark.parametrize("sign", ["6", "-", "月", " 6", "一", "(", "6月1日-", "ﷺ", "to", "<", "{"])
def test_a_text_as_long_as_a_cell_can_hold_is_refused(sign: str) -> None:
    text = (sign * 32_767)[:32_767]
    assert parse_span(text, MARCH).reason in {"too_long", "blank"}


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), REFERENCES)
def test_a_day_with_its_year_is_the_same_day_in_every_notation_and_near_every_reference(
    day: date, reference: date
) -> None:
    serial = (day - date(1899, 12, 30)).days
    for text in (
        f"{day}",
        f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}号",
        f"{serial}",
    ):
        assert parse_span(text, reference) == DateSpan(day, day), text
    assert parse_span(f"{day:%Y-%m}", reference).start == day - timedelta(days=day.day - 1)
