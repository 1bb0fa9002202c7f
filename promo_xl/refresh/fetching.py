"""Asks the sources of a workbook, and brings what they say of one reading together."""

import json
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from promo_xl.plan.filled import Key, known_by
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.asked import Asked
from promo_xl.refresh.baseline import equal
from promo_xl.refresh.merge import Theirs
from promo_xl.refresh.patience import OverdueError, waited_for
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_values import LONGEST_NAME
from promo_xl.sources.period_overlap import Covered
from promo_xl.sources.source import Fetched, SourceRow, Surroundings, source_of

KEYRING = "promo_xl"
SHOWN = 40
LONGEST_READING = 1800.0  # seconds for one source, above its own limits for a query or a request


@dataclass(frozen=True, slots=True)
class Answered:
    """One source's answer: how many rows it held, and the last day that has a reading."""

    kind: str
    label: str
    channel: str
    place: str
    read: int
    readings: int
    newest: date | None


@dataclass(slots=True)
class Gathered:
    """What all sources said, each reading once, and what was wrong; `failed` are the sources that gave nothing."""

    theirs: list[Theirs] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: int = 0


def gather(
    asked: Sequence[Asked],
    progress: Callable[[str, int, int], None] = lambda *_: None,
    *,
    look: Callable[[], None] = lambda: None,
    longest: float = LONGEST_READING,
) -> Gathered:
    """Ask one source after the other; one that refuses does not keep the others from answering.

    A source that takes more than `longest` seconds refuses. `look` is called every moment while one is asked, and
    what it raises, as Ctrl+C does, ends the asking at once. Raises RefusedError if all of them refuse.
    """
    gathered = Gathered()
    fetched: list[tuple[Asked, Fetched]] = []
    for one in asked:
        kind = one.order.kind
        try:
            answer = _answer(one, progress, look, longest)
        except RefusedError as error:
            gathered.findings += error.findings
            gathered.failed += 1
            continue
        fetched.append((one, answer))
        gathered.findings += answer.findings
        gathered.answers.append(
            Answered(
                kind, answer.label, one.order.channel, one.place, answer.read, len(answer.rows), answer.newest
            )
        )
    if not fetched and asked:
        raise RefusedError(gathered.findings)
    gathered.theirs = _together(fetched, gathered.findings)
    return gathered


def _answer(
    asked: Asked, progress: Callable[[str, int, int], None], look: Callable[[], None], longest: float
) -> Fetched:
    """What a source says; raises RefusedError, also for one that takes too long."""
    kind, left = asked.order.kind, threading.Event()

    def told(done: int, total: int) -> None:
        if left.is_set():
            raise OverdueError  # nobody waits for the rest
        progress(kind, done, total)

    try:
        return waited_for(lambda: source_of(kind).read(asked.order, Surroundings(secret, told)), longest, look)
    except OverdueError:
        details = {"minutes": f"{longest / 60:g}"}
        raise RefusedError([Finding("SOURCE_OVERDUE", details=details, place=asked.place)]) from None
    finally:
        left.set()


def secret(name: str) -> str:
    """A secret of the user: from the environment, else from the system's keyring where that is installed."""
    if given := os.environ.get(name):
        return given
    try:
        import keyring

        return keyring.get_password(KEYRING, name) or ""
    except Exception:  # a keyring without a service behind it raises many things; then there is no secret
        return ""


def _remembered_length(name: str) -> int:
    """How many characters a name has in the baseline, where a longer one than any name is has no room."""
    return len(json.dumps(name, ensure_ascii=False)) - len('""')


def _together(fetched: Iterable[tuple[Asked, Fetched]], findings: list[Finding]) -> list[Theirs]:
    """Each key of a table once: where two sources give the same number, the one that stands first counts."""
    found: dict[tuple[str, Key], tuple[SourceRow, dict[str, float], dict[str, None]]] = {}
    told = BoundedFindings("")
    covered = Covered()
    for asked, answer in fetched:
        for row in covered.added(answer.rows, findings):
            place = row.place or asked.place
            if long := next((name for name in row.key[1:] if _remembered_length(name) > LONGEST_NAME), ""):
                details: dict[str, object] = {"text": long[:SHOWN], "limit": LONGEST_NAME}
                told.add(Finding("SOURCE_NAME_TOO_LONG", Severity.WARNING, details=details, place=place))
                continue
            first, values, labels = found.setdefault((row.table, known_by(row.key)), (row, {}, {}))
            day, called, *_ = first.key
            for name, value in row.values.items():
                if name not in values:
                    values[name] = value
                    labels[answer.label] = None
                elif not equal(values[name], value):
                    details = {"first": values[name], "second": value, "date": day, "channel": called}
                    told.add(
                        Finding("SOURCES_DISAGREE", Severity.WARNING, field=name, details=details, place=place)
                    )
    findings += told.all()
    return [
        Theirs(first.key, values, " + ".join(labels), first.table, first.days)
        for first, values, labels in found.values()
        if values
    ]
