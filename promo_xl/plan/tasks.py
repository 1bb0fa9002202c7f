"""Tasks of the schedule and the links between them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

LINK_TYPES = ("FS", "SS", "FF", "SF")
NO_LINKS = frozenset({"", "-", "—", "/", "无", "none"})
_SEPARATORS = re.compile(r"[,，、;；\n]+")
_LINK = re.compile(
    r"(?P<id>.*?)\s*(?P<type>FS|SS|FF|SF)\s*(?:(?P<lag>[+-]\s*\d+)\s*(?:d|天|工作日)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency on another task; `lag` is in working days and may be negative."""

    predecessor: str
    type: str = "FS"
    lag: int = 0


def parse_links(text: str) -> tuple[Link, ...]:
    """`3` -> FS link to 3; `3SS, 5FF-1d` -> two links; blank, `-` and `无` -> none."""
    if text.strip().lower() in NO_LINKS:
        return ()
    return tuple(_parse_link(part.strip()) for part in _SEPARATORS.split(text) if part.strip())


def _parse_link(text: str) -> Link:
    match = _LINK.fullmatch(text)
    if match is None or not match["id"]:
        return Link(text)
    lag = int(match["lag"].replace(" ", "")) if match["lag"] else 0
    return Link(match["id"], match["type"].upper(), lag)


def format_links(links: Iterable[Link]) -> str:
    """The text that `parse_links` reads back: `3,5FF-1d`."""
    return ",".join(_format_link(link) for link in links)


def _format_link(link: Link) -> str:
    if link.type == "FS" and link.lag == 0:
        return link.predecessor
    lag = f"{link.lag:+d}d" if link.lag else ""
    return f"{link.predecessor}{link.type}{lag}"


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the Gantt sheet; `start` and `end` are inclusive days.

    `duration` is in the workbook's duration setting (working days unless set otherwise).
    `status` is `not_started`, `in_progress`, `done`, `delayed` or `cancelled`; `completion` is a share.
    """

    id: str
    name: str = ""
    start: date | None = None
    end: date | None = None
    duration: float | None = None
    owners: tuple[str, ...] = ()
    predecessors: tuple[Link, ...] = ()
    status: str = ""
    phase: str = ""
    description: str = ""
    collaborators: tuple[str, ...] = ()
    deliverable: str = ""
    priority: str = ""
    milestone: bool = False
    completion: float | None = None
    baseline_start: date | None = None
    baseline_end: date | None = None
    actual_start: date | None = None
    actual_end: date | None = None
    budget: float | None = None
    note: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
