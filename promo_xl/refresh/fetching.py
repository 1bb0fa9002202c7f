"""Asks the sources of a workbook, and brings what they say of one reading together."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.asked import Asked
from promo_xl.refresh.baseline import Key, equal, known_by
from promo_xl.refresh.merge import Theirs
from promo_xl.sources.period_overlap import Covered
from promo_xl.sources.source import Fetched, Surroundings, source_of

KEYRING = "promo_xl"
MOST_DIFFERENCES = 20


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


def gather(asked: Sequence[Asked], progress: Callable[[str, int, int], None] = lambda *_: None) -> Gathered:
    """Ask one source after the other; one that refuses does not keep the others from answering.

    Raises RefusedError if all of them refuse.
    """
    gathered = Gathered()
    fetched: list[tuple[Asked, Fetched]] = []
    for one in asked:
        kind = one.order.kind

        def told(done: int, total: int, kind: str = kind) -> None:
            progress(kind, done, total)

        try:
            answer = source_of(kind).read(one.order, Surroundings(secret, told))
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


def secret(name: str) -> str:
    """A secret of the user: from the environment, else from the system's keyring where that is installed."""
    if given := os.environ.get(name):
        return given
    try:
        import keyring

        return keyring.get_password(KEYRING, name) or ""
    except Exception:  # a keyring without a service behind it raises many things; then there is no secret
        return ""


def _together(fetched: Iterable[tuple[Asked, Fetched]], findings: list[Finding]) -> list[Theirs]:
    """Each reading once: where two sources give the same metric, the one that stands first counts."""
    found: dict[Key, tuple[Key, dict[str, float], dict[str, None]]] = {}
    differences: list[Finding] = []
    covered = Covered()
    for asked, answer in fetched:
        for row in covered.added(answer.rows, findings):
            own = (row.date, row.channel, row.campaign)
            key, values, labels = found.setdefault(known_by(own), (own, {}, {}))
            for name, value in row.values.items():
                if name not in values:
                    values[name] = value
                    labels[answer.label] = None
                elif not equal(values[name], value):
                    details = {"first": values[name], "second": value, "date": key[0], "channel": key[1]}
                    place = row.place or asked.place
                    differences.append(
                        Finding("SOURCES_DISAGREE", Severity.WARNING, field=name, details=details, place=place)
                    )
    findings += differences[:MOST_DIFFERENCES]
    if len(differences) > MOST_DIFFERENCES:
        more = {
            "code": "SOURCES_DISAGREE",
            "count": len(differences) - MOST_DIFFERENCES,
            "shown": MOST_DIFFERENCES,
        }
        findings.append(Finding("SOURCE_MORE_FINDINGS", Severity.INFO, details=more))
    return [Theirs(key, values, " + ".join(labels)) for key, values, labels in found.values() if values]
