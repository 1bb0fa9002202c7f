"""Tasks of the schedule and the links between them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from promo_xl.plan.people import parse_names

LINK_TYPES = ("FS", "SS", "FF", "SF")
NO_LINKS = frozenset({"", "-", "--", "–", "—", "——", "/", "无", "暂无", "none", "n/a"})
DAYS_OF_A_WEEK = 5

_SEPARATORS = re.compile(r"[,、;\r\n\v\f\x85\u2028\u2029]+")  # what NFKC leaves of , ， 、 ﹑ ; ；
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_ENDS = {"完成": "F", "开始": "S"}
_TAIL = re.compile(
    r" ?(?:(?P<type>FS|SS|FF|SF)|(?P<first>完成|开始) ?- ?(?P<second>完成|开始))"
    r"(?: ?(?P<sign>[+\-‐‑‒–—−]) ?(?P<lag>[0-9]{1,9})"
    r"(?: ?(?:(?P<weeks>weeks?|wks?|w|个?(?:周工时|周|星期|礼拜))|days?|wd|d|个?(?:工作日|天|日)))?)?\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^0-9.]")
_LONGEST_TAIL = 40  # characters; the search looks no further back, so a long text costs its length once


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency on another task; `lag` is in working days and may be negative.

    `predecessor` is the id or the name of the task. `text` is the link as it was typed, where it may be a
    name after all: `KFSS` reads as SS link to KF, unless a task KFSS exists.
    """

    predecessor: str
    type: str = "FS"
    lag: int = 0
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        """`fs` means FS; ValueError for what is none of the four types."""
        if self.type not in LINK_TYPES:
            if self.type.upper() not in LINK_TYPES:
                raise ValueError(f"{self.type!r} is none of {LINK_TYPES}")
            object.__setattr__(self, "type", self.type.upper())


def parse_links(text: str) -> tuple[Link, ...]:
    """The links that a cell names; `3` -> FS link to 3; `3SS, 5FF-1d` -> two links; blank, `-` and `无` -> none.

    A link is an id or a name, then a type (FS, SS, FF, SF or 完成-开始 …), then a lag with its sign, in
    working days (d, wd, 天, 日, 工作日, no unit) or in weeks of five working days (w, 周): `3FS+2周` -> 10.
    Full-width characters read like half-width ones; , 、 ; and line breaks separate. Whatever does not
    read like this (`3FS+xd`) is taken for the name of a task as it stands, and nothing raises.
    """
    parts = (" ".join(part.split()) for part in _SEPARATORS.split(plain_text(text)))
    return tuple(_parse_link(part) for part in parts if part.lower() not in NO_LINKS)


def plain_text(text: str) -> str:
    """A text in the characters in which ids and names are compared: `Ａ１` -> `A1`, nothing invisible."""
    return text if text.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _parse_link(text: str) -> Link:
    match = _TAIL.search(text, max(0, len(text) - _LONGEST_TAIL))
    predecessor = text[: match.start()].rstrip() if match else ""
    if match is None or not predecessor:
        return Link(text)
    kind = match["type"] or _ENDS[match["first"]] + _ENDS[match["second"]]
    lag = int(match["lag"] or 0) * (DAYS_OF_A_WEEK if match["weeks"] else 1)
    return Link(predecessor, kind.upper(), lag if match["sign"] == "+" else -lag, text)


def format_links(links: Iterable[Link]) -> str:
    """The text that `parse_links` reads back: `3,5FF-1d`.

    What may be a name stays as it was typed (`process`, which also reads as SS link to `proce`), and a
    predecessor that reads like a link gets its type: Link("KFSS") -> `KFSSFS`.
    """
    return ",".join(_format_link(link) for link in links)


def _format_link(link: Link) -> str:
    name = link.predecessor
    if link.lag == 0:
        if link.text and _WORD.search(name) and _parse_link(link.text) == link:
            return link.text
        if link.type == "FS" and name.lower() not in NO_LINKS and _parse_link(name) == link:
            return name
    return f"{name}{link.type}{f'{link.lag:+d}d' if link.lag else ''}"


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the Gantt sheet; `start` and `end` are inclusive days.

    `duration` is in the workbook's duration setting (working days unless set otherwise).
    `status` is `not_started`, `in_progress`, `done`, `delayed` or `cancelled`; `completion` is a share.
    `mode` is `auto` for a task that follows its predecessors by itself; any other task stays on its dates.
    `parent` is the id of the summary task that it belongs to; without one a dotted id says it (1.2 -> 1).
    Owners, collaborators and predecessors may be given as the text of a cell: `predecessors="3FS+2d,5"`.
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
    parent: str = ""
    deadline: date | None = None
    mode: str = ""
    more: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Texts of cells become names and links."""
        if isinstance(self.predecessors, str):
            object.__setattr__(self, "predecessors", parse_links(self.predecessors))
        if isinstance(self.owners, str):
            object.__setattr__(self, "owners", parse_names(self.owners))
        if isinstance(self.collaborators, str):
            object.__setattr__(self, "collaborators", parse_names(self.collaborators))
