"""What links name, which tasks belong together, and where links run in circles."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.network import Edge, build_network, cycles
from promo_xl.plan.tasks import Link, Task

PAIRS = st.integers(1, 9).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=20),
    )
)


def task(ident: str, links: str = "", **facts: object) -> Task:
    """A task with the links that a planner typed."""
    return Task(ident, predecessors=links, **facts)


def test_a_link_becomes_an_edge_from_the_predecessor_to_the_task() -> None:
    network = build_network([task("1"), task("2", "1SS+2d"), task("3", "1,2FF-1d")])
    assert network.edges == (Edge(0, 1, "SS", 2), Edge(0, 2, "FS", 0), Edge(1, 2, "FF", -1))


def test_ids_are_compared_stripped_and_in_half_width_characters() -> None:
    network = build_network([task(" Ａ１ "), task("2", "A1"), Task("3", predecessors=(Link(" Ａ1"),))])
    assert [edge[:2] for edge in network.edges] == [(0, 1), (0, 2)]


def test_a_predecessor_may_be_named_by_its_name_but_an_id_wins() -> None:
    network = build_network([task("1", name="海报 初稿"), task("2", name="1"), task("3", "海报  初稿FS+1d, 1")])
    assert network.edges == (Edge(0, 2, "FS", 1), Edge(0, 2, "FS", 0))


@pytest.mark.parametrize(
    ("ids", "link", "edge"),
    [
        (["KF", "9"], "KFSS", Edge(0, 1, "SS", 0)),
        (["KFSS", "KF"], "KFSS", Edge(0, 2, "FS", 0)),
        (["process", "proce"], "process", Edge(0, 2, "FS", 0)),
        (["process", "proce"], "proce SS", Edge(1, 2, "SS", 0)),
        (["A-1", "A"], "A-1", Edge(0, 2, "FS", 0)),
        (["1.1", "1.10"], "1.10FF-1d", Edge(1, 2, "FF", -1)),
    ],
)
def test_a_link_is_first_looked_up_as_it_was_typed(ids: list[str], link: str, edge: Edge) -> None:
    tasks = [*map(task, ids), task("last", link)]
    network = build_network(tasks if ids[-1] != "9" else [tasks[0], tasks[2]])
    assert network.edges == (edge,)


def test_a_task_with_a_whole_name_like_a_link_is_meant_by_that_name() -> None:
    network = build_network([task("1", name="Process"), task("2", "Process"), task("3", "Process SS")])
    assert network.edges == (Edge(0, 1, "FS", 0), Edge(0, 2, "SS", 0))


def test_what_nobody_is_called_is_missing() -> None:
    network = build_network([task("1"), task("2", "9FS+2d,1"), task("3", "1FS+xd")])
    assert network.missing == [(1, Link("9", "FS", 2)), (2, Link("1FS+xd"))]
    assert network.edges == (Edge(0, 1, "FS", 0),)


def test_a_shared_id_or_name_is_ambiguous_and_not_evaluated() -> None:
    tasks = [task("1", name="海报"), task("1", name="海报"), task("2", "1,海报")]
    network = build_network(tasks)
    assert network.duplicates == {"1": [0, 1]}
    assert network.ambiguous == [(2, Link("1")), (2, Link("海报"))]
    assert network.edges == ()


def test_rows_without_an_id_share_none() -> None:
    network = build_network([task("", name="a"), task(" ", "a"), task("")])
    assert network.duplicates == {}
    assert network.edges == (Edge(0, 1, "FS", 0),)


def test_a_task_that_names_itself_is_own() -> None:
    network = build_network([task("1", "1SS"), task("2", "拍摄", name="拍摄")])
    assert network.own == [(0, Link("1", "SS")), (1, Link("拍摄"))]
    assert network.edges == ()


def test_cancelled_tasks_have_no_edges_and_are_not_missing() -> None:
    network = build_network([task("1", status="cancelled"), task("2", "1"), task("3", "9,2", status="cancelled")])
    assert (network.edges, network.missing) == ((), [])


def test_where_one_holder_of_an_id_is_cancelled_the_other_is_meant() -> None:
    network = build_network([task("1", status="cancelled"), task("1"), task("2", "1")])
    assert network.edges == (Edge(1, 2, "FS", 0),)
    assert network.duplicates == {"1": [0, 1]}


def test_a_dotted_id_belongs_to_the_nearest_task_above_it() -> None:
    network = build_network([task("1"), task("1.2"), task("1.2.3"), task("1.4.1"), task("2.1"), task("1.10")])
    assert network.children == {0: [1, 3, 5], 1: [2]}


def test_a_stated_parent_wins_over_the_dots() -> None:
    network = build_network([task("1"), task("P"), task("1.1", parent="P"), task("x", parent="unknown")])
    assert network.children == {1: [2]}


def test_cancelled_tasks_belong_to_no_summary_task() -> None:
    cancelled = {"status": "cancelled"}
    assert build_network([task("1"), task("1.1", **cancelled)]).children == {}
    assert build_network([task("1"), task("1.1", **cancelled), task("1.1.1")]).children == {0: [2]}


def test_tasks_that_are_their_own_ancestors_have_no_parents() -> None:
    tasks = [task("a", parent="c"), task("b", parent="a"), task("c", parent="b"), task("d", parent="a")]
    assert build_network(tasks).children == {0: [3]}
    assert build_network([task("a", parent="a")]).children == {}


def test_an_id_of_many_dots_and_a_deep_outline_are_read() -> None:
    deep = [task("1"), *(task(f"t{i}", parent=f"t{i - 1}" if i else "1") for i in range(20_000))]
    assert len(build_network(deep).children) == 20_000
    assert build_network([task("1"), task("1" + "." * 30_000)]).children == {}


@given(PAIRS)
def test_cycles_are_the_strongly_connected_components(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = graph
    reference = nx.DiGraph(pairs)
    expected = sorted(sorted(group) for group in nx.strongly_connected_components(reference) if len(group) > 1)
    assert cycles(count, [Edge(before, after, "FS", 0) for before, after in pairs]) == expected


def test_a_circle_of_a_hundred_thousand_tasks_is_one_cycle() -> None:
    count = 100_000
    edges = [Edge(i, (i + 1) % count, "FS", 0) for i in range(count)]
    assert cycles(count, edges) == [list(range(count))]


@given(
    st.lists(
        st.builds(Task, *[st.text(max_size=4)] * 2, predecessors=st.text("12.,FS+d-无 ", max_size=9)), max_size=6
    )
)
def test_every_link_is_an_edge_or_listed_with_what_is_wrong(tasks: list[Task]) -> None:
    network = build_network(tasks)
    listed = [*network.missing, *network.ambiguous, *network.own]
    assert len(network.edges) + len(listed) == sum(len(task.predecessors) for task in tasks)
