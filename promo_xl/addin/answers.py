"""What Python answers to a button of the ribbon: a file of lines that VBA reads, written in one step."""

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from promo_xl import user_settings
from promo_xl.plan.findings import Finding, worst_first
from promo_xl.sheetspec.wording import SIGNS, Wording
from promo_xl.workbook.atomic import write_atomically
from promo_xl.workbook.repair import Extension, Format

DONE, RUNNING, ASK, REFUSED, FAILED = "done", "running", "ask", "refused", "failed"
MOST_CHARACTERS = 900  # a message box of VBA shows 1024
MOST_LOG = 64 * 1024
COLORS = {"font": "font_color", "fill": "bg_color"}
SWITCHES = {"bold": "bold", "italic": "italic", "strike": "font_strikeout"}
SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True, slots=True)
class Answer:
    """What VBA is to say and do; `more` are further lines, such as what only VBA can do."""

    status: str
    message: str = ""
    title: str = ""
    select: str = ""
    log: str = ""
    more: tuple[tuple[str, str], ...] = ()

    def lines(self) -> Iterator[tuple[str, str]]:
        """The answer as lines, in a fixed order."""
        yield "status", self.status
        for key in ("title", "message", "select", "log"):
            if value := getattr(self, key):
                yield key, value
        yield from self.more


def write_lines(path: Path, pairs: Iterable[tuple[str, str]]) -> None:
    """Write a file of lines in one step."""
    write_atomically(path, user_settings.write_lines(pairs).encode("ascii"))


def write_log(path: Path) -> str:
    """Keep the error that is being handled in a file; its path, or "" if even that fails."""
    try:
        path.write_text(traceback.format_exc()[-MOST_LOG:], encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return str(path)


def told(findings: Sequence[Finding], words: Wording) -> list[str]:
    """A line for each finding, worst first: its place, what was found, what to do."""
    return [
        f"{SIGNS[finding.severity]} {f'{finding.place}: ' if finding.place else ''}{words.sentence(finding)}"
        for finding in worst_first(findings)
    ]


def message(head: str, lines: Sequence[str], words: Wording, report: Path | None, tail: str = "") -> Answer:
    """An answer with as many lines as a message box shows.

    The rest stands in the file `report`, which is shown; where there is none, the planner reads it later.
    """
    room = MOST_CHARACTERS - len(head) - len(tail) - 2
    if sum(len(line) + 1 for line in lines) <= room:
        return Answer(DONE, _joined(head, *lines, tail))
    shown: list[str] = []
    room -= 120  # for the sentence about the rest
    for line in lines:
        if len(line) + 1 > room:
            break
        shown.append(line)
        room -= len(line) + 1
    rest = words.in_excel("more" if report else "more_later", count=len(lines) - len(shown))
    answer = Answer(DONE, _joined(head, *shown, rest, tail))
    if report is None:
        return answer
    whole = _joined(head, *lines, tail).replace("\n", "\r\n")
    report.write_text(f"{whole}\r\n", encoding="utf-8-sig", newline="")
    return replace(answer, more=(("show", str(report)),))


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def format_lines(formats: Sequence[Format]) -> Iterator[tuple[str, str]]:
    """Colour rules for VBA: first the areas that lose theirs, then the rules in their order."""
    for sheet, area in dict.fromkeys((one.sheet, one.area) for one in formats):
        yield "format_clear", f"{sheet}\t{area}"
    for one in formats:
        yield "format", "\t".join((one.sheet, one.area, one.formula, style(one)))


def style(one: Format) -> str:
    """The style of a colour rule as pairs; the number format, which may hold anything, comes last."""
    pairs = [f"{key}={str(one.style[name])[1:]}" for key, name in COLORS.items() if name in one.style]
    pairs += [f"{key}=1" for key, name in SWITCHES.items() if one.style.get(name)]
    for side in SIDES:
        if one.style.get(side):
            pairs.append(f"{side}={str(one.style.get(f'{side}_color', '#000000'))[1:]}")
    if "num_format" in one.style:
        pairs.append(f"num={one.style['num_format']}")
    return ";".join(pairs)


def extension_lines(extensions: Sequence[Extension]) -> Iterator[tuple[str, str]]:
    """Calls of the add-in for VBA, each with the names that move with it."""
    for one in extensions:
        yield "extend", "\t".join((one.sheet, one.area, str(one.last), one.formula))
        for name, refers_to in one.names:
            yield "name", f"{name}\t{refers_to}"
