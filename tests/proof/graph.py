"""A directed graph of whole numbers: its circles, found without recursion."""

from collections import deque

Edges = list[list[int]]


def circles(edges: Edges) -> list[list[int]]:
    """One shortest circle out of each knot, starting at the knot's smallest node."""
    return [_circle(edges, knot) for knot in _knots(edges)]


def _knots(edges: Edges) -> list[set[int]]:
    """The strongly connected components that hold a circle (Tarjan)."""
    order = [0] * len(edges)
    low = [0] * len(edges)
    on_stack = [False] * len(edges)
    stack: list[int] = []
    found: list[set[int]] = []
    count = 0
    for root in range(len(edges)):
        if order[root]:
            continue
        work = [(root, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                count += 1
                order[node] = low[node] = count
                stack.append(node)
                on_stack[node] = True
            else:
                low[node] = min(low[node], low[edges[node][at - 1]])
            targets = edges[node]
            while at < len(targets):
                target = targets[at]
                at += 1
                if not order[target]:
                    work += [(node, at), (target, 0)]
                    break
                if on_stack[target]:
                    low[node] = min(low[node], order[target])
            else:
                if low[node] == order[node]:
                    knot = _popped(stack, on_stack, node)
                    if len(knot) > 1 or node in targets:
                        found.append(knot)
    return found


def _popped(stack: list[int], on_stack: list[bool], node: int) -> set[int]:
    knot: set[int] = set()
    while node not in knot:
        last = stack.pop()
        on_stack[last] = False
        knot.add(last)
    return knot


def _circle(edges: Edges, knot: set[int]) -> list[int]:
    start = min(knot)
    came_from: dict[int, int] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for target in edges[node]:
            if target in knot and target not in came_from:
                came_from[target] = node
                queue.append(target)
        if start in came_from:
            break
    path = [start]
    while came_from[path[-1]] != start:
        path.append(came_from[path[-1]])
    return [path[0], *reversed(path[1:])]
