"""Ids for rows that have none or somebody else's: an inserted row has no id, a copied one a double."""

import re
from collections.abc import Sequence

_NUMBERED = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)


def new_ids(ids: Sequence[str]) -> dict[int, str]:
    """New ids by position for blank and repeated ones: ["3.1", "", "3.1"] -> {1: "3.2", 2: "3.3"}.

    The first holder keeps an id; a new one continues the numbers of the row above it. Nothing that is
    in use is given again.
    """
    used = set(ids)
    highest: dict[str, int] = {}
    for name in ids:
        stem, number = _parts(name)
        highest[stem] = max(highest.get(stem, 0), number)
    seen: set[str] = set()
    given: dict[int, str] = {}
    stem = next((_parts(name)[0] for name in ids if name), "")
    for position, name in enumerate(ids):
        if name:
            stem = _parts(name)[0]
        if name and name not in seen:
            seen.add(name)
            continue
        fresh = name
        while not fresh or fresh in used:
            highest[stem] = highest.get(stem, 0) + 1
            fresh = f"{stem}{highest[stem]}"
        used.add(fresh)
        given[position] = fresh
    return given


def _parts(name: str) -> tuple[str, int]:
    """`T12` -> (`T`, 12); `3.10` -> (`3.`, 10); what ends in no number is continued with -1, -2 …"""
    match = _NUMBERED.fullmatch(name)
    return (match[1], int(match[2])) if match else (f"{name}-" if name else "", 0)
