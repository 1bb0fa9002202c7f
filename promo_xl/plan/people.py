"""People and the roles they take."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

_SEPARATORS = re.compile(r"[、/,，;；+\n]+")


def parse_names(text: str) -> tuple[str, ...]:
    """`张三、 李四` -> ("张三", "李四"); spaces around a name do not make another person."""
    return tuple(name.strip() for name in _SEPARATORS.split(text) if name.strip())


def format_names(names: Iterable[str]) -> str:
    """The text that `parse_names` reads back: `张三、李四`."""
    return "、".join(names)


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the division of labour; `share` is the part of the working time given to this promotion."""

    id: str
    role: str = ""
    name: str = ""
    department: str = ""
    duties: str = ""
    tasks: str = ""
    deliverables: str = ""
    raci: str = ""
    partners: str = ""
    share: float | None = None
    available_from: date | None = None
    available_to: date | None = None
    deputy: str = ""
    contact: str = ""
    note: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
