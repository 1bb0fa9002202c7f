"""The grammar of 前置依赖 and of names."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promo_xl.plan.people import format_names, parse_names
from promo_xl.plan.tasks import LINK_TYPES, Link, Task, format_links, parse_links, plain_text

IDS = st.from_regex(r"[A-Z]?[0-9]{1,2}(\.[0-9]{1,2})?", fullmatch=True)
WORDS = st.text(st.sampled_from("FSfs -+dw完成开始1.K海报 （"), min_size=1, max_size=8)
NAMES = (IDS | WORDS | st.text(min_size=1, max_size=12)).map(
    lambda text: " ".join("".join("_" if c in ",、;，；" else c for c in plain_text(text)).split()) or "x"
)
PLAIN_NAMES = NAMES.filter(
    lambda name: unicodedata.is_normalized("NFKC", name) and plain_text(name) == name and "," not in name
)
LAGS = st.integers(-20, 20) | st.integers(-999_999_999, 999_999_999)
LINKS = st.lists(st.builds(Link, PLAIN_NAMES, st.sampled_from(LINK_TYPES), LAGS), max_size=4)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("3", [Link("3")]),
        ("3FS+2d", [Link("3", "FS", 2)]),
        ("3ss", [Link("3", "SS")]),
        ("3,5FF-1d", [Link("3"), Link("5", "FF", -1)]),
        ("3 FS + 2 天", [Link("3", "FS", 2)]),
        ("1.10、2.1；场地租赁", [Link("1.10"), Link("2.1"), Link("场地租赁")]),
        ("３ＦＳ＋２ｄ，５ＳＦ－１", [Link("3", "FS", 2), Link("5", "SF", -1)]),
        ("A-1\nT-3SS", [Link("A-1"), Link("T-3", "SS")]),
        ("海报设计 初稿FS", [Link("海报设计 初稿")]),
        ("3完成-开始+1工作日", [Link("3", "FS", 1)]),
        ("3开始-开始", [Link("3", "SS")]),
        ("3FS−2", [Link("3", "FS", -2)]),
        (" 3 ; ; 4 ", [Link("3"), Link("4")]),
    ],
)
def test_predecessors_read_as_planners_write_them(text: str, links: list[Link]) -> None:
    assert parse_links(text) == tuple(links)


@pytest.mark.parametrize("unit", ["", "d", "D", " days", "天", "日", "工作日", "个工作日", " 个天", "wd"])
def test_a_lag_is_in_working_days(unit: str) -> None:
    assert parse_links(f"3FS+2{unit}") == (Link("3", "FS", 2),)


@pytest.mark.parametrize("unit", ["w", "W", "周", " 周", "个星期", "周工时", " wks", " weeks"])
def test_a_week_of_lag_is_five_working_days(unit: str) -> None:
    assert parse_links(f"3SS-2{unit}") == (Link("3", "SS", -10),)


@pytest.mark.parametrize("lag", ["+xd", "+", "2d", "+1.5d", "+2h", "+2d2", "++2d", "+50%", "+9999999999d"])
def test_a_lag_that_cannot_be_read_is_not_guessed(lag: str) -> None:
    assert parse_links(f"3FS{lag}") == (Link(f"3FS{lag}"),)


@pytest.mark.parametrize("text", ["SS", "FS+2d", "完成-开始"])
def test_a_type_alone_is_the_name_of_a_task(text: str) -> None:
    assert parse_links(text) == (Link(text),)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "无", " 无 ", "-,无", "\n", "None", "N/A"])
def test_a_dash_and_a_blank_mean_no_predecessor(text: str) -> None:
    assert parse_links(text) == ()


@given(LINKS)
@example([Link("KFSS"), Link("3FS+2d"), Link("-"), Link("3F", "SS"), Link("完成-", "FS", 1)])
def test_formatting_and_parsing_links_changes_nothing(links: list[Link]) -> None:
    assert parse_links(format_links(links)) == tuple(links)


@given(st.lists(NAMES, max_size=3).map("、".join))
def test_what_was_parsed_is_written_so_that_it_parses_alike(text: str) -> None:
    links = parse_links(text)
    assert parse_links(format_links(links)) == links


def test_a_name_that_reads_like_a_link_is_written_as_it_was_typed() -> None:
    assert format_links(parse_links("process, KF ss, 3 fs + 2 天")) == "process,KF ss,3FS+2d"


@given(st.text(max_size=200))
def test_any_text_parses(text: str) -> None:
    assert all(link.predecessor.strip() and "," not in link.predecessor for link in parse_links(text))
    parse_names(text)


@pytest.mark.parametrize("piece", ["3FS+", " ", "FS", "3 ,", "、", "+", "完成", "\ufdfa", "9", "-1d"])
def test_a_cell_full_of_one_piece_parses(piece: str) -> None:
    text = (piece * 32_767)[:32_767]
    assert parse_links("x" + text + "x")


def test_ten_thousand_predecessors_stand_in_one_cell() -> None:
    links = parse_links("、".join(f"{number}SS+1d" for number in range(10_000)))
    assert links[9_999] == Link("9999", "SS", 1)


def test_a_link_has_one_of_four_types() -> None:
    assert Link("3", "ff") == Link("3", "FF")
    with pytest.raises(ValueError, match="XX"):
        Link("3", "XX")


def test_a_task_takes_the_texts_of_its_cells() -> None:
    task = Task("7", owners="张三、李四", collaborators="王五", predecessors="3FS+2d,5")  # type: ignore[arg-type]
    assert task.owners == ("张三", "李四")
    assert task.collaborators == ("王五",)
    assert task.predecessors == (Link("3", "FS", 2), Link("5"))


def test_spaces_around_a_name_do_not_make_another_person() -> None:
    assert parse_names("张三、 李四 /王五") == ("张三", "李四", "王五")
    assert parse_names(format_names(("张三", "李四"))) == ("张三", "李四")


def test_what_programs_put_into_a_task_is_read_like_what_planners_type() -> None:
    links = ["1FS+2d", Link(2, "ss", 1.5)]  # type: ignore[arg-type]
    task = Task(id=3, name=None, predecessors=links, owners=["张三", None], status="已取消")  # type: ignore[arg-type]
    assert (task.id, task.name, task.owners, task.status) == ("3", "", ("张三",), "cancelled")
    assert task.predecessors == (Link("1", "FS", 2), Link("2", "SS", 2))


@pytest.mark.parametrize("nothing", [None, [1], "五天", {}, object()])
def test_what_a_field_cannot_hold_is_as_if_nothing_stood_there(nothing: object) -> None:
    task = Task("1", start=nothing, end=nothing, duration=nothing, completion=nothing, deadline=nothing)  # type: ignore[arg-type]
    assert (task.start, task.end, task.duration, task.completion, task.deadline) == (None,) * 5


def test_a_lag_that_is_no_number_is_refused() -> None:
    for lag in ("x", float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no number of days"):
            Link("1", "FS", lag)  # type: ignore[arg-type]
