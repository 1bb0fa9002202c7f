"""Texts that name owners: how they are separated, who is the same person, how much of the day is meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.people import Owner, format_names, is_department, parse_names, parse_owner, parse_owners

SEPARATORS = "、/,，;；+＋\n"


@pytest.mark.parametrize("separator", [*SEPARATORS, "\r\n", " 、 ", "／"])
def test_several_owners_stand_in_one_cell(separator: str) -> None:
    assert parse_names(f"张三{separator}李四{separator}") == ("张三", "李四")


@pytest.mark.parametrize("name", ["R&D", "Sales & Marketing", "和平", "李和", "Anne-Marie Roux"])
def test_characters_that_stand_inside_names_separate_nobody(name: str) -> None:
    assert parse_names(name) == (name,)


def test_every_name_keeps_its_units() -> None:
    assert parse_names("张三[70%]、李四（30%）") == ("张三[70%]", "李四（30%）")


@pytest.mark.parametrize("text", ["", " ", "、", "/", "n/a", "N/A"])
def test_a_cell_that_names_nobody_has_no_names(text: str) -> None:
    assert parse_names(text) == ()


NAMES = st.text(
    st.characters(exclude_characters=SEPARATORS + "､﹑／﹐﹔\r\v\f\x85\u2028\u2029"), min_size=1
).filter(lambda name: name == name.strip())


@given(st.lists(NAMES, max_size=4))
def test_formatting_and_parsing_names_changes_nothing(names: list[str]) -> None:
    assert parse_names(format_names(names)) == tuple(names)


@given(st.text())
def test_what_was_parsed_once_parses_the_same_again(text: str) -> None:
    assert parse_names(format_names(parse_names(text))) == parse_names(text)


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("张三", Owner("张三")),
        ("张三[70%]", Owner("张三", 70)),
        ("张三［70％］", Owner("张三", 70)),
        ("张三（70%）", Owner("张三", 70)),
        ("张三【７０%】", Owner("张三", 70)),
        ("张三 70%", Owner("张三", 70)),
        ("张三70%", Owner("张三", 70)),
        ("张三：70%", Owner("张三", 70)),
        ("张三 [ 70 % ]", Owner("张三", 70)),
        ("Li Lei [150%]", Owner("Li Lei", 150)),
        ("张三[0%]", Owner("张三", 0)),
        ("张三[12.5%]", Owner("张三", 12)),
        ("策划专员*", Owner("策划专员")),
        ("策划专员＊[50%]", Owner("策划专员", 50)),
        ("策划专员[50%]*", Owner("策划专员", 50)),
        ("Ｌｉ　Ｌｅｉ", Owner("Li Lei")),
        (" 张三\u200b ", Owner("张三")),
        ("张　三", Owner("张三")),
        ("A1 50%", Owner("A1", 50)),
    ],
)
def test_an_owner_is_a_name_and_perhaps_a_percentage(text: str, owner: Owner) -> None:
    assert parse_owner(text) == owner


@pytest.mark.parametrize(
    "text", ["张三(2)", "张三[0.7]", "张三[-50%]", "张三 -50%", "M150%", "张三[1234567%]", "50%班"]
)
def test_what_is_no_clear_percentage_belongs_to_the_name(text: str) -> None:
    assert parse_owner(text) == Owner(text)


@pytest.mark.parametrize("text", ["", "-", "——", "无", "待定", "TBD", "？", "*"])
def test_a_placeholder_names_nobody(text: str) -> None:
    assert parse_owner(text).name == ""


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=9), st.integers(0, 999_999))
def test_units_read_the_same_in_every_notation(name: str, units: int) -> None:
    plain = parse_owner(name)
    for text in (f"{name}[{units}%]", f"{name}（{units}％）", f"{name} {units}%", f"{name}【{units} %】*"):
        if plain.name:
            assert parse_owner(text) == Owner(plain.name, units)


@given(st.text())
def test_reading_the_name_again_changes_nothing(text: str) -> None:
    owner = parse_owner(text)
    if owner.units is None and not re.search("[*:]", owner.name):
        assert parse_owner(owner.name).name == owner.name


def test_whoever_stands_in_a_cell_twice_is_one_person() -> None:
    assert parse_owners("张三[50%]、李四、张三*[20%]") == (Owner("张三", 70), Owner("李四"))
    assert parse_owners(("张三[50%]", "张三")) == (Owner("张三"),)
    assert parse_owners(("张三、待定", "-", "")) == (Owner("张三"),)


DEPARTMENTS = (
    "市场部 市场部* 市场部[50%] 法务部门 数据中心 设计团队 小组 设计一组 财务科 客服处 会议室 特战队 总部"
)


@pytest.mark.parametrize(
    "name",
    [
        *DEPARTMENTS.split(),
        "上海某某公司",
        "市场部(北京)",
        "市场部A",
        "Design team",
        "R&D Dept.",
        "Legal Department",
    ],
)
def test_a_department_is_many_people(name: str) -> None:
    assert is_department(name)


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "王科",
        "李处",
        "高队",
        "李部长",
        "外部顾问",
        "项目组长",
        "策划专员",
        "Team lead",
        "Steam",
        "组长",
        "",
    ],
)
def test_a_person_or_a_role_is_one(name: str) -> None:
    assert not is_department(name)
