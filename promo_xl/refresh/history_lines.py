"""The lines of an index of the history: what they say, as far as they are as they were written."""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from promo_xl.refresh.written import NOT_WRITTEN, Written, as_data, from_data

ID = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
_BEGINNING = re.compile(rb'\{"id":"([0-9]{20}-[0-9a-f]{8})",')
ACTION = re.compile(r"[A-Za-z0-9_.-]{1,40}")
SUM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one workbook; `before` and `after` are sha256, `after` is "" where nobody knows it.

    `when` is local time; an entry that is `undone` was taken back, or is itself such a taking back.
    """

    id: str
    key: str
    name: str
    action: str
    when: datetime
    before: str
    after: str = ""
    changes: tuple[Written, ...] = ()
    undone: bool = False


def line_of(entry: Entry) -> bytes:
    """An entry as a line, without its end."""
    facts = {
        "id": entry.id,
        "when": entry.when.isoformat(),
        "action": entry.action,
        "name": entry.name,
        "before": entry.before,
        "after": entry.after,
        "undone": entry.undone,
        "changes": [as_data(written) for written in entry.changes],
    }
    return json.dumps(facts, separators=(",", ":")).encode()


def line_of_undone(entry: Entry) -> bytes:
    """The line that says of an entry that it was taken back."""
    return json.dumps({"undone": entry.id}).encode()


def named_in(line: bytes) -> str | None:
    """The id of the entry that a line is about; None where it cannot be read."""
    if begun := begun_by([line]):  # an entry, which may be long
        return begun[0]
    with contextlib.suppress(*NOT_WRITTEN):
        facts = json.loads(line)
        return str(facts["id"] if "id" in facts else facts["undone"])
    return None


def begun_by(lines: Iterable[bytes]) -> list[str]:
    """The ids of the entries that lines are about as far as their ends tell, the oldest first."""
    whole = (_BEGINNING.match(line) for line in lines if line.endswith(b"}") and line.isascii())
    return [match[1].decode() for match in whole if match]


def entries_in(lines: Iterable[bytes], key: str) -> list[Entry]:
    """What the lines say of a workbook, the oldest first; a line that is none is passed over."""
    found: dict[str, Entry] = {}
    for line in lines:
        with contextlib.suppress(*NOT_WRITTEN):
            _read(json.loads(line), key, found)
    return list(found.values())


def _read(line: Mapping[str, Any], key: str, found: dict[str, Entry]) -> None:
    """Take one line of an index into account; raises one of NOT_WRITTEN where it is not as `line_of` wrote it."""
    if "action" not in line:
        before = found[line["undone"]]
        found[before.id] = replace(before, undone=True)
        return
    changes = tuple(map(from_data, line["changes"]))
    when, name, undone = datetime.fromisoformat(line["when"]), line["name"], line["undone"]
    spelled = all(
        pattern.fullmatch(line[fact])
        for fact, pattern in (("id", ID), ("action", ACTION), ("before", SUM), ("after", SUM))
        if fact != "after" or line["after"] != ""
    )
    if not spelled or when.tzinfo or not isinstance(name, str) or type(undone) is not bool:
        raise ValueError
    ids = line["id"], key, name, line["action"]
    found[line["id"]] = Entry(*ids, when, line["before"], line["after"], changes, undone)
