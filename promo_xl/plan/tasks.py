"""Tasks of the schedule and the links between them."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import NoneType

from promo_xl.plan.given import day_in, names_in, number_in, text_in, whole_days

LINK_TYPES = ("FS", "SS", "FF", "SF")
NO_LINKS = frozenset({"", "-", "--", "–", "—", "——", "/", "无", "暂无", "none", "n/a"})
DAYS_OF_A_WEEK = 5
STATUSES = frozenset({"", "not_started", "in_progress", "done", "delayed", "cancelled"})
STATUS_WORDS = {
    **dict.fromkeys(("未开始", "待开始", "not started", "todo", "to do"), "not_started"),
    **dict.fromkeys(("进行中", "执行中", "in progress", "doing", "started", "in_progress"), "in_progress"),
    **dict.fromkeys(("已完成", "完成", "done", "completed", "complete", "finished"), "done"),
    **dict.fromkeys(("已延期", "延期", "delayed", "late"), "delayed"),
    **dict.fromkeys(("已取消", "取消", "作废", "cancelled", "canceled"), "cancelled"),
}

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
        """`fs` means FS, a lag of 2.5 days takes the third day too; ValueError for what is no type or no lag."""
        if self.lag.__class__ is not int:
            object.__setattr__(self, "lag", whole_days(self.lag))
        if self.predecessor.__class__ is not str:
            object.__setattr__(self, "predecessor", text_in(self.predecessor))
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


def links_in(given: object) -> tuple[Link, ...]:
    """The links of a list of links, ids and texts, of one of them, or of nothing: ["1FS+2d", Link("3")] -> two."""
    if isinstance(given, Link):
        return (given,)
    parts = given if isinstance(given, list | tuple | set | frozenset) else (given,)
    links: list[Link] = []
    for part in parts:
        links += (part,) if isinstance(part, Link) else parse_links(text_in(part))
    return tuple(links)


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
        """Texts of cells become names and links; what a field cannot hold is as if nothing stood there."""
        links = self.predecessors
        if links.__class__ is not tuple or any([link.__class__ is not Link for link in links]):
            object.__setattr__(self, "predecessors", links_in(links))
        for name, read, plain in _READ:
            value = getattr(self, name)
            if value.__class__ not in plain:
                object.__setattr__(self, name, read(value))
        for owner in self.owners:
            if owner.__class__ is not str:
                object.__setattr__(self, "owners", names_in(self.owners))
                break
        if self.status not in STATUSES:
            object.__setattr__(self, "status", STATUS_WORDS.get(self.status.strip().lower(), self.status))


_Reading = tuple[str, Callable[[object], object], frozenset[type]]


def _fields(read: Callable[[object], object], plain: tuple[type, ...], fields: str) -> list[_Reading]:
    return [(field, read, frozenset(plain)) for field in fields.split()]


_READ: list[_Reading] = [
    *_fields(text_in, (str,), "id name parent status mode"),
    *_fields(names_in, (tuple,), "owners collaborators"),
    *_fields(day_in, (date, datetime, NoneType), "start end deadline actual_start actual_end"),
    *_fields(number_in, (float, int, NoneType), "duration completion"),
]
