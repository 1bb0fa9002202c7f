"""Circles are found exactly where a walk comes back to where it began."""

import random

import pytest

from tests.proof.graph import Edges, circles


def comes_back(edges: Edges, start: int) -> bool:
    seen: set[int] = set()
    todo = list(edges[start])
    while todo:
        node = todo.pop()
        if node == start:
            return True
        if node not in seen:
            seen.add(node)
            todo += edges[node]
    return False


@pytest.mark.parametrize("seed", range(200))
def test_a_graph_has_circles_exactly_where_walks_come_back(seed):
    chance = random.Random(seed)
    size = chance.randint(1, 12)
    edges = [[node for node in range(size) if chance.random() < 1.2 / size] for _ in range(size)]
    found = circles(edges)
    assert bool(found) == any(comes_back(edges, node) for node in range(size))
    for circle in found:
        assert all(after in edges[node] for node, after in zip(circle, [*circle[1:], circle[0]], strict=True))


def test_a_long_chain_needs_no_deep_recursion():
    chain = [[node + 1] for node in range(50_000)]
    assert circles([*chain, []]) == []
    assert len(circles([*chain, [0]])[0]) == 50_001
