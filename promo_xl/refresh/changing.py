"""Every change of a closed workbook: first a copy into the history, then the file in one step."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import key_of, sha256
from promo_xl.refresh.scratch import copied
from promo_xl.refresh.written import Written
from promo_xl.sources.archive import ArchiveLimits, check_archive_bytes
from promo_xl.sources.file_bytes import read_bytes
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
    RefusedError, and the file is as it was, if `work` does, if there is no place for the copies, or if the
    file is open elsewhere, must not be written, or is or was changed by somebody meanwhile.
    """
    result, before, after = tried(path, work)
    if after != before:
        kept = History() if history is None else history
        with kept.alone(key_of(path), path.name):
            replaced(path, before, after, kept, action=action, changes=changes(result))
    return result


def tried(path: Path, work: Callable[[Path], T]) -> tuple[T, bytes, bytes]:
    """What `work` says of a copy of the file, the file's bytes, and those that it made of the copy."""
    before = whole_file(path)
    with copied(path.name, before) as copy:
        result = work(copy)
        return result, before, copy.read_bytes()


def whole_file(path: Path) -> bytes:
    """The bytes of a workbook; raises RefusedError if it cannot be read or is none."""
    content = read_bytes(path)
    check_archive_bytes(content, path.name, ArchiveLimits())
    return content


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
    """Put `after` in the place of a file that still is `before`, which goes into the history first.

    Whoever calls is `history.alone` with the file.
    """

    def unchanged() -> None:
        _check_unchanged(path, before)

    check_replaceable(path)
    unchanged()
    after_sum = sha256(after)
    entry = history.record(key_of(path), path.name, action, before, changes, after=after_sum, undone=undone)
    try:
        write_atomically(path, after, check=unchanged)
    except BaseException:
        if not _holds(path, after):  # Ctrl+C may come a moment after the file was put in its place
            history.forget(entry)
        raise


def _check_unchanged(path: Path, before: bytes) -> None:
    if not _holds(path, before):
        raise RefusedError([Finding("CHANGED_MEANWHILE", place=path.name)])


def _holds(path: Path, content: bytes) -> bool:
    try:
        return read_bytes(path) == content
    except RefusedError:
        return False
