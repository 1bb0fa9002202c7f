"""Laws of quantities: they hold for every text, not for the examples alone."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from re import _constants, _parser
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import promo_xl.plan.quantity
from promo_xl.plan.quantity import Quantity, format_amount, format_quantity, parse_quantity
from promo_xl.plan.quantity.model import RefusedTextError
from promo_xl.plan.quantity.shapes import read_plain_sum, read_shaped
from promo_xl.plan.quantity.single import read_single
from promo_xl.plan.quantity.sums import read_sum, split_parts

LANGUAGES = ("zh", "en")
KINDS = {"count", "percent", "money", "ratio", "relative", "points", "sum", "none"}
OPERATORS = {"=", "≥", "≤", ">", "<", "~", "range"}

# What planners' texts are made of; any few of them in a row make a text that may or may not be a quantity.
PIECES = [
    *re.findall(
        r"\S+",
        """
        1000 500 5 1:8 8:1 3.5 1,000 0 12 618 11 2026 万 千 百 亿 十 一 二 三千 百万 k w M m kg B % ‰ 成
        折 倍 个百分点 pp 元 块 ¥ $ 美元 次 单 人 KOL UV 粉丝 曝光 用户 H5 双11 618大促 抖音 朋友圈 转化率
        GMV ROI 投产比 + 、 ， ; - ~ 至 到 比 : / 以上 以内 左右 起 内 ≥ ≤ > < 》= 《 约 近 超过 不低于 不
        至少 最多 增长 提升 降低 提升至 降至 增长到 达到 翻 番 一番 半 一半 百分之 分之 多 余 几 的 率 每
        天 日 月 7日 ( ) （ ） . 。 , = about over to by at between and 和 之间 介于 从 第 前 年 点 零 两
        十五 五百 三五 同比 growth RMB CNY million thousand ² ① ½ 控制在 级 来 在 为 是 # " ' & e E+08
        1万5 3千5百 reduce increase more least or
        """,
    ),
    *(" ", " ", "\n", "at least ", " or more", "increase by "),
]
texts_of_pieces = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)

names = st.sampled_from(
    ["抖音", "抖音信息流", "KOL", "H5", "双11", "618大促", "小红书2.0", "TikTok", "Top10", "百度", "7日活跃"]
)
values = st.decimals(Decimal(0), Decimal(10**12), places=3) | st.integers(0, 10**15).map(Decimal)
plain_operators = st.sampled_from(["=", "≥", "≤", ">", "<", "~"])


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    """Any quantity that a text may say."""
    kind = draw(st.sampled_from(["count", "percent", "money", "ratio", "relative", "points", "sum"]))
    value = Decimal(f"{draw(values).normalize():f}")
    op = draw(plain_operators)
    unit = {
        "count": draw(st.sampled_from(["", "次", "单", "人次", "KOL", "kg", "次/天", "条笔记", "orders"])),
        "money": draw(st.sampled_from(["元", "元/单"])),
        "ratio": "1:x",
        "relative": "",
        "sum": draw(st.sampled_from(["", "次", "元", "%"])),
    }.get(kind, "%")
    name = draw(st.just("") | names)
    if kind == "sum":
        parts = tuple((draw(names), draw(values)) for _ in range(draw(st.integers(2, 5))))
        return Quantity("sum", op, sum(amount for _, amount in parts), unit=unit, parts=parts)
    change = kind in {"relative", "points"}
    if draw(st.booleans()):
        low, high = sorted((value, draw(values)))
        if change and draw(st.booleans()):
            low, high = high.copy_negate(), low.copy_negate()
        return Quantity(kind, "range", low=low, high=high, unit=unit, needs_baseline=change, name=name)
    if change and draw(st.booleans()):
        value = -value
    note = draw(st.sampled_from(["", "lowered"])) if op == "=" and not change else ""
    return Quantity(kind, op, value, unit=unit, needs_baseline=change, note=note, name=name)


@given(quantities(), st.sampled_from(LANGUAGES))
@settings(max_examples=400)
def test_a_written_quantity_reads_back(quantity: Quantity, language: str) -> None:
    assert parse_quantity(format_quantity(quantity, language)) == quantity


def reads_back(text: str) -> Quantity:
    quantity = parse_quantity(text)
    assert quantity.kind in KINDS
    assert quantity.op in OPERATORS
    assert (quantity.kind == "none") == bool(quantity.reason)
    assert (quantity.value is None) == (bool(quantity.reason) or quantity.op == "range")
    assert (quantity.low is not None) == (quantity.high is not None) == (quantity.op == "range")
    assert text[quantity.at :].startswith(quantity.found)
    if not quantity.reason:
        assert all(parse_quantity(format_quantity(quantity, language)) == quantity for language in LANGUAGES)
    return quantity


@given(texts_of_pieces)
@settings(max_examples=400)
def test_what_is_read_from_any_mixture_reads_back(text: str) -> None:
    reads_back(text)


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_text_is_a_quantity_or_has_a_reason(text: str) -> None:
    reads_back(text)


@given(st.integers(-(10**9), 10**9), st.sampled_from(LANGUAGES))
def test_a_formatted_amount_reads_back(amount: int, language: str) -> None:
    assert parse_quantity(format_amount(Decimal(amount), language)).value == amount


def said_by(quantity: Quantity) -> tuple[object, ...]:
    """All that a quantity says, without the place of a refusal."""
    return (
        quantity.kind,
        quantity.op,
        quantity.value,
        quantity.low,
        quantity.high,
        quantity.unit,
        quantity.reason,
    )


def full_width(text: str) -> str:
    """The twin of a text in full-width digits, signs and letters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


@given(texts_of_pieces)
@settings(max_examples=300)
def test_a_full_width_text_says_the_same(text: str) -> None:
    assert said_by(parse_quantity(full_width(text))) == said_by(parse_quantity(text))


@given(
    st.sampled_from(["", "≥", "不低于", "约", "提升至", "曝光量", "GMV "]),
    st.sampled_from(["5", "12.5", "1,000", "300"]),
    st.sampled_from(["", "万", "千万", "亿", "百"]),
    st.sampled_from(["次", "单", "元", "%", "KOL", "粉丝", "个百分点", "人次"]),
    st.sampled_from(["", "以上", "左右"]),
)
def test_spaces_between_number_and_unit_change_nothing(
    lead: str, number: str, scale: str, unit: str, after: str
) -> None:
    tight = parse_quantity(f"{lead}{number}{scale}{unit}{after}")
    loose = parse_quantity(f" {lead} {number} {scale} {unit} {after} ".replace("   ", " ").replace("  ", " "))
    assert said_by(tight) == said_by(loose)


@given(texts_of_pieces, st.booleans())
@settings(max_examples=400)
def test_the_quick_way_says_what_the_long_way_says(text: str, alone: bool) -> None:
    quick = read_shaped(text, alone=alone)
    if quick is not None:
        more = text.endswith("+")
        assert quick == read_single(text.removesuffix("+"), plus=more, alone=alone)
    quick = read_plain_sum(text)
    if quick is not None:
        assert quick == read_sum(split_parts(text))


SPECIAL = [
    "1",
    "7",
    "8",
    "10",
    "11",
    "58",
    "90",
    "99",
    "618",
    "1999",
    "2026",
    "4321",
    "9999",
    "0.5",
    "11.11",
    "1,000",
]


@pytest.mark.parametrize("number", SPECIAL)
@given(st.data())
@settings(max_examples=40)
def test_no_special_number_slips_through_the_quick_way(number: str, data: st.DataObject) -> None:
    lead = data.draw(
        st.sampled_from(["", "抖音", "≥", "增长", "提升至", "H", "KOL", "双", "第", "翻", "1:", "ROI 1:"])
    )
    tail = data.draw(
        st.sampled_from([*PIECES, "", "年", "后", "大促", "月", "番", "折", "成", "C", "-", "-2000", "-9万"])
    )
    text = f"{lead}{number}{tail}"
    quick = read_shaped(text)
    if quick is not None:
        assert quick == read_single(text.removesuffix("+"), plus=text.endswith("+"))


def spelled_out(number: int) -> str:
    """A number in Chinese characters, by the rule of schoolbooks: 10005 -> 一万零五."""
    if number == 0:
        return "零"
    digits, out, zero = "零一二三四五六七八九", "", False
    for power, scale in ((8, "亿"), (4, "万"), (0, "")):
        group, number = divmod(number, 10**power)
        if not group:
            zero = bool(out)
            continue
        if out and (zero or group < 1000):
            out += "零"
        zero = False
        inner = ""
        for small, word in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
            digit, group = divmod(group, 10**small)
            if digit:
                inner += digits[digit] + word
            elif inner and group and not inner.endswith("零"):
                inner += "零"
        out += inner + scale
    return out


FINANCIAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


@given(st.integers(0, 10**12 - 1) | st.integers(0, 11_000))
@settings(max_examples=400)
def test_a_number_spelled_out_is_that_number(number: int) -> None:
    spelled = spelled_out(number)
    assert parse_quantity(spelled).value == number
    assert parse_quantity(f"{spelled.translate(FINANCIAL)}单").value == number
    if 10 <= number < 20:
        assert parse_quantity(spelled.removeprefix("一")).value == number


@given(st.integers(1, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_digits_and_scales_add_up(above: int, middle: int, below: int) -> None:
    text = f"{above}亿{f'{middle}万' if middle else ''}{f'{below:04d}' if below >= 1000 and middle else ''}"
    expected = above * 10**8 + middle * 10**4 + (below if below >= 1000 and middle else 0)
    assert parse_quantity(text).value == expected


@given(
    st.lists(st.tuples(names, values), min_size=2, max_size=8),
    st.sampled_from(["+", "、", "；", "，", " + ", "\n"]),
)
def test_a_sum_is_the_sum_of_its_parts(parts: list[tuple[str, Decimal]], joint: str) -> None:
    quantity = parse_quantity(joint.join(f"{name} {amount:,f}次" for name, amount in parts))
    assert quantity.parts == tuple(parts)
    assert quantity.value == sum(amount for _, amount in parts)


HOSTILE: dict[str, Callable[[int], str]] = {
    "digits": lambda n: "1" * n,
    "digits and letters": lambda n: "a1" * n,
    "digits and names": lambda n: "1大" * n,
    "points": lambda n: "1." * n,
    "commas": lambda n: "1," * n,
    "thousands": lambda n: "1" + ",000" * n,
    "spaces": lambda n: "1" + " " * n + "x",
    "words before": lambda n: "约" * n + "5",
    "levels before": lambda n: "提升至" * n + "5",
    "scales": lambda n: "5" + "万" * n,
    "Chinese digits": lambda n: "一" * n,
    "Chinese runs": lambda n: "一线" * n,
    "pluses": lambda n: "1" + "+" * n,
    "parts": lambda n: "抖音5+" * n + "抖音5",
    "parts without numbers": lambda n: "抖音+" * n + "抖音",
    "brackets": lambda n: "(" * n + "5",
    "ranges": lambda n: "5-" * n,
    "ratios": lambda n: "1:" * n + "8",
    "unit": lambda n: "5" + "次" * n,
    "Latin unit": lambda n: "5 " + "ab " * n,
    "full width": lambda n: "５，" * n,
    "ligatures": lambda n: "…" * n + "5 6",
    "percent": lambda n: "5" + "%" * n,
    "fractions": lambda n: "三分之" * n,
}


def steps(text: str) -> int:
    """How many lines of the package run while a text is read."""
    count = 0
    home = promo_xl.plan.quantity.__path__[0]

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if frame.f_code.co_filename.startswith(home) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse_quantity(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_text_twice_as_long_takes_twice_the_steps_at_most(hostile: str) -> None:
    # Three times each: a shape that is met again is learnt, which takes some steps more, once.
    some, twice = (max(steps(HOSTILE[hostile](length)) for _ in range(3)) for length in (300, 600))
    assert twice <= 2.2 * some + 200


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the package."""
    for module in pkgutil.iter_modules(promo_xl.plan.quantity.__path__):
        loaded = importlib.import_module(f"promo_xl.plan.quantity.{module.name}")
        for name, thing in vars(loaded).items():
            if isinstance(thing, re.Pattern):
                yield f"{module.name}.{name}", thing


ENDLESS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)


def backtracks(tree: Any, *, inside: bool = False) -> bool:
    """Whether a repetition without limit, which may give back what it took, holds another one."""
    for operation, argument in tree:
        endless = operation in ENDLESS and argument[1] is _constants.MAXREPEAT
        if endless and inside:
            return True
        inner = argument if isinstance(argument, (list, tuple)) else (argument,)
        for child in inner:
            branches = child if isinstance(child, list) else (child,)
            for branch in branches:
                if isinstance(branch, _parser.SubPattern) and backtracks(branch, inside=inside or endless):
                    return True
    return False


def test_no_pattern_repeats_a_repetition() -> None:
    found = dict(patterns())
    assert len(found) > 20
    assert [
        name for name, pattern in found.items() if backtracks(_parser.parse(pattern.pattern, pattern.flags))
    ] == []
    assert backtracks(_parser.parse("(a+b?)+"))


@pytest.mark.thorough
@given(texts_of_pieces)
@settings(max_examples=20_000)
def test_what_is_read_from_very_many_mixtures_reads_back(text: str) -> None:
    reads_back(text)
    try:
        quick = read_shaped(text)
        assert quick is None or quick == read_single(text.removesuffix("+"), plus=text.endswith("+"))
    except RefusedTextError as refusal:
        pytest.fail(f"{text!r} is refused the long way: {refusal.reason}")
