"""The format that VBA and Python share: what is written is read back, and nothing else is taken for it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promo_xl.user_settings import LinesError, read_lines, write_lines

KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)
PAIRS = st.lists(st.tuples(KEYS, st.text()), max_size=6)


@given(PAIRS)
@example([("OUTPUT_FOLDER", "D:\\推广 计划\\new")])
@example([("answer_value", "第一行\r\n第二行\t🎉=100%"), ("answer_value", "")])
@example([("x", "\x85\u2028\x0b\x0c\x1c"), ("y", " # = ")])
def test_what_is_written_is_read_back(pairs: list[tuple[str, str]]) -> None:
    text = write_lines(pairs)
    assert read_lines(text) == pairs
    assert text.isascii()
    assert text.count("\r\n") == len(pairs) == text.count("\n") == text.count("\r")


@given(PAIRS)
def test_line_feeds_alone_do_too(pairs: list[tuple[str, str]]) -> None:
    assert read_lines(write_lines(pairs).replace("\r\n", "\n")) == pairs


def test_how_it_looks() -> None:
    pairs = [("WORK_FOLDER", "C:\\Users\\张伟"), ("title", "a\tb\r\n🎉")]
    assert write_lines(pairs) == "WORK_FOLDER=C:\\\\Users\\\\\\u5f20\\u4f1f\r\ntitle=a\\tb\\r\\n\\ud83c\\udf89\r\n"


def test_half_a_character_of_vba_passes() -> None:
    assert read_lines("x=\\ud83c") == [("x", "\ud83c")]
    assert read_lines(write_lines([("x", "\ud83c")])) == [("x", "\ud83c")]


def test_blank_lines_and_comments_are_passed_over() -> None:
    assert read_lines("\r\n# a comment = none\r\n   \r\nLANGUAGE=zh\r\n\r\n") == [("LANGUAGE", "zh")]


@pytest.mark.parametrize(
    "line",
    ["no sign", "=value", "1x=2", "a b=c", "x=张", "x=a\x00", "x=\\q", "x=\\u12", "x=tail\\", "x=a\tb", "x=a\rb"],
)
def test_any_other_line_is_named(line: str) -> None:
    with pytest.raises(LinesError) as caught:
        read_lines(f"LANGUAGE=zh\n{line}\n")
    assert caught.value.line == 2
    assert str(caught.value).isascii()


@given(st.text())
def test_no_text_does_worse_than_that(text: str) -> None:
    try:
        pairs = read_lines(text)
    except LinesError:
        return
    assert read_lines(write_lines(pairs)) == pairs


@pytest.mark.parametrize("key", ["", "a b", "a=b", "张", "#x", "x\n"])
def test_only_a_key_is_written_as_one(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        write_lines([(key, "x")])
