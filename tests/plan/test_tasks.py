"""The grammar of 前置依赖 and of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.people import format_names, parse_names
from promo_xl.plan.tasks import LINK_TYPES, Link, format_links, parse_links

IDS = st.from_regex(r"[A-Z]?[0-9]{1,2}(\.[0-9]{1,2})?", fullmatch=True)
LINKS = st.lists(st.builds(Link, IDS, st.sampled_from(LINK_TYPES), st.integers(-20, 20)), max_size=4)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("3", [Link("3")]),
        ("3FS+2d", [Link("3", "FS", 2)]),
        ("3ss", [Link("3", "SS")]),
        ("3,5FF-1d", [Link("3"), Link("5", "FF", -1)]),
        ("1.10、2.1；场地租赁", [Link("1.10"), Link("2.1"), Link("场地租赁")]),
        ("3FS+2天", [Link("3", "FS", 2)]),
        ("", []),
        ("-", []),
        ("无", []),
    ],
)
def test_predecessors_read_as_planners_write_them(text: str, links: list[Link]) -> None:
    assert parse_links(text) == tuple(links)


@given(LINKS)
def test_formatting_and_parsing_links_changes_nothing(links: list[Link]) -> None:
    assert parse_links(format_links(links)) == tuple(links)


@given(st.text(max_size=200))
def test_any_text_parses(text: str) -> None:
    parse_links(text)
    parse_names(text)


def test_spaces_around_a_name_do_not_make_another_person() -> None:
    assert parse_names("张三、 李四 /王五") == ("张三", "李四", "王五")
    assert parse_names(format_names(("张三", "李四"))) == ("张三", "李四")
