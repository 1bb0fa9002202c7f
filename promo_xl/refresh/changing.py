"""Every change of a closed workbook: first a copy into the history, then the file in one step."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TypeVar

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import key_of, sha256
from promo_xl.refresh.written import Written
from promo_xl.sources.archive import check_archive
from promo_xl.workbook.atomic import check_replaceable, write_atomically

T = TypeVar("T")


def changed_file(
    path: Path,
    action: str,
    work: Callable[[Path], T],
    changes: Callable[[T], Iterable[Written]] = lambda _: (),
    history: History | None = None,
) -> T:
    """Let `work` change a copy of the file, keep the file in the history, and put the copy in its place.

    `changes` says which cells the result changed. Work that changes nothing leaves no trace. Raises
    RefusedError, and the file is as it was, if `work` does, if the history cannot be written, or if the
    file is open elsewhere, must not be written, or was changed by somebody meanwhile.
    """
    result, before, after = tried(path, work)
    if after != before:
        kept = History() if history is None else history
        replaced(path, before, after, kept, action=action, changes=changes(result))
    return result


def tried(path: Path, work: Callable[[Path], T]) -> tuple[T, bytes, bytes]:
    """What `work` says of a copy of the file, the file's bytes, and those that it made of the copy."""
    check_archive(path)
    before = path.read_bytes()
    with tempfile.TemporaryDirectory(prefix="promo_xl-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(before)
        result = work(copy)
        return result, before, copy.read_bytes()


def replaced(
    path: Path,
    before: bytes,
    after: bytes,
    history: History,
    *,
    action: str,
    changes: Iterable[Written] = (),
    undone: bool = False,
) -> None:
    """Put `after` in the place of a file that still is `before`, which goes into the history first."""
    check_replaceable(path)
    _check_unchanged(path, before)
    after_sum = sha256(after)
    entry = history.record(key_of(path), path.name, action, before, changes, after=after_sum, undone=undone)

    def content(stream: IO[bytes]) -> None:
        stream.write(after)
        _check_unchanged(path, before)

    try:
        write_atomically(path, content)
    except BaseException:
        history.forget(entry)
        raise


def _check_unchanged(path: Path, before: bytes) -> None:
    try:
        same = path.read_bytes() == before
    except OSError:
        same = False
    if not same:
        raise RefusedError([Finding("CHANGED_MEANWHILE", place=path.name)])
