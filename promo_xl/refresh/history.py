"""What was done to workbooks, each change with a copy of the workbook from before it.

A folder for each workbook holds the copies and an index with a JSON line for each event; a line that was
cut off counts as not written. The newest entries of each workbook are kept, within a bound for all of them.
"""

import contextlib
import json
import secrets
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history_files import append_line, history_folder, locked, sha256, write_whole
from promo_xl.refresh.written import Written, as_data, from_data

KEPT_PER_WORKBOOK = 20
KEPT_BYTES = 500 * 1024 * 1024
INDEX = "index.jsonl"
SNAPSHOT = ".snapshot"


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


class History:
    """The history in a folder; without one it is the user's own."""

    def __init__(
        self, folder: Path | None = None, *, most: int = KEPT_PER_WORKBOOK, most_bytes: int = KEPT_BYTES
    ) -> None:
        self.folder = history_folder() if folder is None else folder
        self.most, self.most_bytes = most, most_bytes

    def record(
        self,
        key: str,
        name: str,
        action: str,
        before: bytes | Path,
        changes: Iterable[Written] = (),
        *,
        after: str = "",
        undone: bool = False,
    ) -> Entry:
        """Keep a copy of the workbook as it is before a change, and what the change will be.

        Raises RefusedError if that fails: then the change must not be made.
        """
        try:
            content = before.read_bytes() if isinstance(before, Path) else before
            now = f"{time.time_ns():020}-{secrets.token_hex(4)}"
            when = datetime.now().replace(microsecond=0)
            entry = Entry(now, key, name, action, when, sha256(content), after, tuple(changes), undone)
            with locked(self.folder):
                (self.folder / key).mkdir(exist_ok=True)
                write_whole(self._snapshot(entry), zlib.compress(content, 1))
                self._append(entry)
                self._bounded(entry)
        except OSError as error:
            details = {"folder": str(self.folder), "problem": error.strerror or str(error), "file": name}
            raise RefusedError([Finding("HISTORY_UNWRITABLE", details=details, place=name)]) from None
        return entry

    def entries(self, key: str) -> list[Entry]:
        """What is known of a workbook, the oldest first."""
        try:
            lines = (self.folder / key / INDEX).read_bytes().splitlines()
        except OSError:
            return []
        found: dict[str, Entry] = {}
        for line in lines:
            with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):  # a line that was cut off
                _read(json.loads(line), key, found)
        return list(found.values())

    def last(self, key: str) -> Entry | None:
        """The newest change of a workbook that was not undone."""
        return next((entry for entry in reversed(self.entries(key)) if not entry.undone), None)

    def undone(self, entry: Entry) -> None:
        """Note that a change was taken back, or was never made; a note that cannot be written is left out."""
        with contextlib.suppress(OSError), locked(self.folder):
            append_line(self.folder / entry.key / INDEX, json.dumps({"undone": entry.id}).encode())

    def forget(self, entry: Entry) -> None:
        """Strike out an entry whose change was not made after all."""
        with contextlib.suppress(OSError), locked(self.folder):
            self._without(entry.key, {entry.id})

    def snapshot(self, entry: Entry) -> bytes | None:
        """The workbook as it was before a change; None if the copy is gone or damaged."""
        try:
            content = zlib.decompress(self._snapshot(entry).read_bytes())
        except (OSError, zlib.error):
            return None
        return content if sha256(content) == entry.before else None

    def _snapshot(self, entry: Entry) -> Path:
        return self.folder / entry.key / f"{entry.id}{SNAPSHOT}"

    def _append(self, entry: Entry) -> None:
        append_line(self.folder / entry.key / INDEX, _line(entry))

    def _bounded(self, newest: Entry) -> None:
        """Drop what is beyond the bounds, the oldest first, and copies that no line of an index names."""
        entries = self.entries(newest.key)
        dropped = {entry.id for entry in entries[: -self.most]}
        if dropped:
            self._without(newest.key, dropped)
        kept = {entry.id for entry in entries} - dropped
        for path in (self.folder / newest.key).glob(f"*{SNAPSHOT}"):
            if path.stem not in kept:
                path.unlink(missing_ok=True)
        copies = sorted(self.folder.glob(f"*/*{SNAPSHOT}"), key=lambda path: path.name)
        total = sum(path.stat().st_size for path in copies)
        for path in copies:
            if total <= self.most_bytes or path == self._snapshot(newest):
                break
            total -= path.stat().st_size
            self._without(path.parent.name, {path.stem})

    def _without(self, key: str, dropped: set[str]) -> None:
        kept = [_line(entry) for entry in self.entries(key) if entry.id not in dropped]
        write_whole(self.folder / key / INDEX, b"".join(line + b"\n" for line in kept))
        for name in dropped:
            (self.folder / key / f"{name}{SNAPSHOT}").unlink(missing_ok=True)


def _line(entry: Entry) -> bytes:
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


def _read(line: Mapping[str, Any], key: str, found: dict[str, Entry]) -> None:
    """Take one line of an index into account."""
    if "action" not in line:
        before = found[line["undone"]]
        found[before.id] = replace(before, undone=True)
        return
    changes = tuple(map(from_data, line["changes"]))
    when, texts = datetime.fromisoformat(line["when"]), (line["before"], line["after"])
    found[line["id"]] = Entry(
        line["id"], key, line["name"], line["action"], when, *texts, changes, bool(line["undone"])
    )
