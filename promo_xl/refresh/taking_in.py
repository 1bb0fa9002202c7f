"""One refresh of a closed workbook from its sources to the file, as the command line and Python do it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from promo_xl.plan.findings import Finding
from promo_xl.refresh.asked import Asked
from promo_xl.refresh.changing import changed_file, tried
from promo_xl.refresh.fetching import gather
from promo_xl.refresh.refreshing import REFRESH, Moment, Refreshed, refresh_file
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording


def taken_in(
    path: Path,
    asked: Sequence[Asked],
    book: Book,
    words: Wording,
    moment: Moment,
    *,
    dry_run: bool = False,
    told: Sequence[Finding] = (),
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Refreshed:
    """Ask the sources and merge what they say into the file, which goes into the history first; one step or none.

    With `dry_run` the file stays and only what would become of it is told. `told` is said with the rest. Raises
    RefusedError, and then the file is as it was.
    """
    gathered = gather(asked, progress)
    gathered.findings[:0] = told
    work = partial(refresh_file, book=book, words=words, gathered=gathered, moment=moment)
    if dry_run:
        return tried(path, work)[0]
    return changed_file(path, REFRESH, work, lambda one: one.changes)
