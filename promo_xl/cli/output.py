"""What the command line shows: findings, summaries, progress; plain text or JSON."""

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from promo_xl.cli.terminal import on_one_line, show, show_json
from promo_xl.plan.findings import Finding, Severity, worst_first
from promo_xl.sheetspec.wording import SIGNS, Wording, wording

T = TypeVar("T")
SHOWN_PER_CODE = 3
SLOW_SECONDS = 1  # what takes longer has a bar
DONE, FOUND, CANNOT, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command speaks: its language, and whether a program listens."""

    words: Wording
    as_json: bool = False

    def say(self, key: str, **details: object) -> None:
        """A line for the planner; nothing when a program listens."""
        if not self.as_json:
            show(self.words.say(key, **_on_one_line(details)))

    def line(self, text: str) -> None:
        """A line as it is; nothing when a program listens."""
        if not self.as_json:
            show(text)

    def data(self, value: Mapping[str, Any]) -> None:
        """The whole result as JSON when a program listens."""
        if self.as_json:
            show_json(value)

    def findings(self, findings: Sequence[Finding], *, whole: bool = False, indent: str = "") -> None:
        """Findings worst first, a few of each kind unless the whole is asked for."""
        if self.as_json:
            return
        kinds: dict[str, list[Finding]] = {}
        for finding in worst_first(findings):
            kinds.setdefault(finding.code, []).append(finding)
        for found in kinds.values():
            for finding in found if whole else found[:SHOWN_PER_CODE]:
                who = f" ({finding.subject})" if finding.subject and finding.code.startswith("PRODUCT_") else ""
                place = on_one_line(f"{finding.place}{who}: ") if finding.place else ""
                show(f"{indent}{SIGNS[finding.severity]} {place}{self.sentence(finding)}")
            if not whole and len(found) > SHOWN_PER_CODE:
                show(f"{indent}  {self.words.say('more', count=len(found) - SHOWN_PER_CODE)}")

    def sentence(self, finding: Finding) -> str:
        """What a finding says; what it tells of a file makes no line of its own."""
        plain = replace(finding, subject=on_one_line(finding.subject), details=_on_one_line(finding.details))
        return self.words.sentence(plain)

    def summary(self, findings: Sequence[Finding]) -> None:
        """How many findings of each severity."""
        counts = Counter(finding.severity for finding in findings)
        self.say(
            "summary" if findings else "no_findings",
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            infos=counts[Severity.INFO],
        )


def _on_one_line(details: Mapping[str, object]) -> dict[str, object]:
    return {key: on_one_line(value) for key, value in details.items()}


def progress(items: Iterable[T], total: int, console: Console) -> Iterator[T]:
    """The items, with a bar on a terminal once they take longer than a second."""
    if total <= 1 or not _shows_bars(console):
        yield from items
        return
    with _bar(console.words, total=total, leave=True) as bar:
        for item in items:
            yield item
            bar.total = max(bar.total, bar.n + 1)
            bar.update()


@contextlib.contextmanager
def meter(console: Console, *, hidden: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Hears how far something is (what, done, total; total 0 is unknown) and shows it once it takes a second."""
    if hidden or not _shows_bars(console):
        yield lambda *_: None
        return
    with _bar(console.words, total=None, leave=False) as bar:

        def hear(what: str, done: int, total: int) -> None:
            bar.set_description(what, refresh=False)
            bar.total = total or None
            bar.update(done - bar.n if done >= bar.n else done)

        yield hear


def _shows_bars(console: Console) -> bool:
    return not console.as_json and sys.stderr.isatty()


def _bar(words: Wording, *, total: int | None, leave: bool) -> Any:
    from tqdm import tqdm

    said = words.say("progress", done="{n_fmt}", total="{total_fmt}", speed="{speed}", left="{remaining}")
    shape = "{desc}{percentage:3.0f}%|{bar}| " + said

    class Bar(tqdm):  # type: ignore[type-arg]
        """Says how much is done, how fast and how long yet, in the planner's language."""

        @property
        def format_dict(self) -> dict[str, Any]:
            facts = {**super().format_dict}
            rate = facts["rate"] or (facts["n"] - facts["initial"]) / (facts["elapsed"] or 1)
            speed = f"{rate:.{0 if rate >= 100 else 1}f}"
            return {**facts, "speed": speed, "bar_format": shape if facts["total"] else "{desc}{n_fmt}"}

    bar = Bar(total=total, delay=SLOW_SECONDS, file=sys.stderr, leave=leave, dynamic_ncols=True)
    if (bar.nrows or 0) < 1:
        # A terminal that does not tell its height would be taken for one without room for a bar.
        bar.dynamic_ncols, bar.nrows = False, None
        bar.ncols = max(bar.ncols or 0, 0) or None
    return bar


def as_data(finding: Finding, words: Wording) -> dict[str, Any]:
    """A finding as JSON, with its sentence."""
    return {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "place": finding.place,
        "subject": finding.subject,
        "field": finding.field,
        "details": dict(finding.details),
        "message": words.sentence(finding),
    }


def terminal_language(given: str | None) -> str:
    """The language to speak: the one asked for, else the system's, else English."""
    if given:
        return given
    for variable in ("PROMO_XL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return _windows_language()


def _windows_language() -> str:
    if sys.platform != "win32":
        return "en"
    import ctypes

    return "zh" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0xFF == 4 else "en"


def console(lang: str | None, folder: Path | None = None, *, as_json: bool = False) -> Console:
    """The console for the language that was asked for or that the system has."""
    return Console(wording(terminal_language(lang), folder), as_json)
