"""People, the roles they take, and the texts that name the owners of a task."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

# & and 和 do not separate: they stand inside names (R&D, Sales & Marketing, 和平).
_SEPARATORS = re.compile(r"[、､﹑/／,，﹐;；﹔+＋\r\n\v\f\x85\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_NOBODY = frozenset(
    {"", "-", "--", "—", "——", "?", "??", "无", "暂无", "待定", "未定", "待分配", "tbd", "none", "n/a"}
)
_PERCENT = r"(\d{1,6})(?:\.\d{1,6})? ?%"
_UNITS = re.compile(rf"[\[(【〔{{] ?{_PERCENT} ?[\])】〕}}]\Z|(?:(?<=[ :])|(?<![A-Za-z0-9.\-])){_PERCENT}\Z")
_LONGEST_UNITS = 24
_SPACED_OUT = re.compile(r"([\u3400-\u9fff]) ([\u3400-\u9fff])")  # 张　三, spaced to the width of three characters
_BRACKETED = re.compile(r" ?\([^()]*\)\Z")
_DEPARTMENT = re.compile(
    r"(?:部|部门|中心|团队|小组|公司|集团|事业群|委员会|.{2}[组处科室队])(?:[A-Z0-9]|[一二三四五六七八九十]{1,2})?\Z"
    r"|\b(?:teams?|department|dept\.?|division|group|unit|office|cent(?:er|re)|agency|company)\Z",
    re.IGNORECASE,
)


def parse_names(text: str) -> tuple[str, ...]:
    """The texts of the owners in one cell, each with its units; `张三[70%]、 李四` -> ("张三[70%]", "李四").

    Separated by 、 / , ， ; ； + or a line break. Spaces around a name do not make another person.
    """
    if text.isalnum():
        return (text,)
    if text.strip().lower() == "n/a":
        return ()
    return tuple(name.strip() for name in _SEPARATORS.split(text) if name.strip())


def format_names(names: Iterable[str]) -> str:
    """The text that `parse_names` reads back: `张三、李四`."""
    return "、".join(names)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a task, and with how many percent of the working time; `units` is None where none are stated."""

    name: str
    units: int | None = None


def parse_owner(text: str) -> Owner:
    """The owner that one text names: `张三[70%]`, `张三（70%）` and `张三 70%` -> Owner("张三", 70).

    Full-width characters read like half-width ones, a trailing * is a mark and no part of the name, and
    a fraction of a percent is dropped (8 x 12.5 % is not more than 100 %). A number without % is part of
    the name: `张三(2)` is another person. Text that names nobody (blank, -, 无, 待定, TBD) has the name "".
    """
    plain = unicodedata.normalize("NFKC", text)
    if plain.isalnum():
        return Owner("" if plain.lower() in _NOBODY else plain)
    plain = " ".join(_INVISIBLE.sub("", plain).split()).rstrip("* ")
    units = None
    if "%" in plain and (match := _UNITS.search(plain, max(0, len(plain) - _LONGEST_UNITS))):
        units = int(match[1] or match[2])
        plain = plain[: match.start()].rstrip(" :*")
    if match := _SPACED_OUT.fullmatch(plain):
        plain = match[1] + match[2]
    return Owner("" if plain.lower() in _NOBODY else plain, units)


def parse_owners(texts: Iterable[str] | str) -> tuple[Owner, ...]:
    """Everybody that the texts of one cell name, each once; whoever stands there twice has the sum of the units.

    `("张三[50%]", "李四", "张三[20%]")` -> Owner("张三", 70), Owner("李四"); without units the whole day counts.
    """
    units: dict[str, int | None] = {}
    for text in (texts,) if isinstance(texts, str) else texts:
        for name in parse_names(text):
            owner = parse_owner(name)
            if not owner.name:
                continue
            before = units.get(owner.name, 0)
            units[owner.name] = None if before is None or owner.units is None else before + owner.units
    return tuple(Owner(name, stated) for name, stated in units.items())


def is_department(name: str) -> bool:
    """True if an owner's name is that of many people (市场部*, 设计二组, Design team), who have no capacity of 1.

    王科, 李处 and 高队 are persons: the short endings count from three characters on.
    """
    return _DEPARTMENT.search(_BRACKETED.sub("", parse_owner(name).name)) is not None


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
