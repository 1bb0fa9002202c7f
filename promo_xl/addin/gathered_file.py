"""What sources said, in a file from the process that asked them to the Excel that takes it in.

Whoever can write there could write anything: it is bounded, and read to the last part or not at all.
"""

import json
import math
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from promo_xl.plan.filled import filled, key_of
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.baseline import whole_days
from promo_xl.refresh.fetching import Answered, Gathered
from promo_xl.refresh.merge import Theirs
from promo_xl.refresh.written import whole_text
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.atomic import write_atomically

LARGEST = 256 * 1024 * 1024
_NOT_OURS = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError, OSError)


def write_gathered(path: Path, gathered: Gathered) -> None:
    """Write the file in one step; raises RefusedError if that fails or it would be too large."""
    data = {
        "theirs": [[one.table, _plain_key(one), dict(one.values), one.label, one.days] for one in gathered.theirs],
        "answers": [{name: _plain(value) for name, value in asdict(one).items()} for one in gathered.answers],
        "findings": [_plain_finding(one) for one in gathered.findings],
        "failed": gathered.failed,
    }
    content = json.dumps(data, separators=(",", ":")).encode()
    if len(content) > LARGEST:
        details = {"found_mb": round(len(content) / 2**20, 1), "limit_mb": round(LARGEST / 2**20, 1)}
        raise RefusedError([Finding("GATHERED_TOO_MUCH", details=details)])
    write_atomically(path, content)


def read_gathered(path: Path, words: Wording) -> Gathered:
    """What the file holds; raises RefusedError unless it is whole and each part is of its kind.

    Every finding can be said in `words`.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError
        data = json.loads(content)
        gathered = Gathered(
            [_theirs(*one) for one in _list(data["theirs"])],
            [_answered(one) for one in _list(data["answers"])],
            [_finding(one) for one in _list(data["findings"])],
            _count(data["failed"]),
        )
        for finding in gathered.findings:
            words.sentence(finding)
    except _NOT_OURS:
        raise RefusedError([Finding("GATHERED_DAMAGED", place=path.name)]) from None
    return gathered


def _plain_key(one: Theirs) -> list[str]:
    day, *names = one.key
    return [day.isoformat(), *names]


def _plain_finding(one: Finding) -> dict[str, Any]:
    texts = {"code": one.code, "subject": one.subject, "field": one.field, "place": one.place}
    details = {key: _plain(value) for key, value in one.details.items()}
    return {**texts, "severity": int(one.severity), "details": details}


def _plain(value: object) -> Any:
    """A value as JSON: days as such, other things as their text, which is what sentences show."""
    if isinstance(value, date):
        return {"day": value.isoformat()[:10]}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _theirs(table: Any, key: Any, values: Any, label: Any, days: Any) -> Theirs:
    of = filled(whole_text(table))
    day, *names = _list(key)
    if not isinstance(values, dict) or not values or not values.keys() <= set(of.values):
        raise ValueError
    if len(names) != len(of.names):
        raise ValueError
    found = key_of(date.fromisoformat(whole_text(day)), map(whole_text, names))
    numbers = {name: _number(value) for name, value in values.items()}
    return Theirs(found, numbers, whole_text(label), of.table, whole_days(days))


def _answered(data: Any) -> Answered:
    return Answered(
        kind=whole_text(data["kind"]),
        label=whole_text(data["label"]),
        channel=whole_text(data["channel"]),
        place=whole_text(data["place"]),
        read=_count(data["read"]),
        readings=_count(data["readings"]),
        newest=None if data["newest"] is None else _day(data["newest"]),
    )


def _finding(data: Any) -> Finding:
    details = {whole_text(key): _detail(value) for key, value in data["details"].items()}
    severity, subject = Severity(_count(data["severity"])), whole_text(data["subject"])
    field, place = whole_text(data["field"]), whole_text(data["place"])
    return Finding(whole_text(data["code"]), severity, subject, field, details, place)


def _day(data: Any) -> date:
    return date.fromisoformat(whole_text(data["day"]))


def _detail(value: Any) -> object:
    if isinstance(value, dict):
        return _day(value)
    if isinstance(value, str):
        return whole_text(value)
    return value if value is None or isinstance(value, bool) else _number(value)


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError
    return data


def _count(data: Any) -> int:
    if type(data) is not int or data < 0:
        raise TypeError
    return data


def _number(data: Any) -> float:
    if isinstance(data, bool) or not isinstance(data, (int, float)) or not math.isfinite(data):
        raise TypeError
    return data
