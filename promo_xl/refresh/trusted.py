"""The places that this user allowed workbooks to read from: each is asked for once on a machine.

A workbook comes from anywhere; what its sheet of data sources names is read only after the user said yes.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.asked import Asked
from promo_xl.refresh.history_files import history_folder
from promo_xl.sources.source import source_of
from promo_xl.workbook.atomic import write_atomically

FILE = "trusted_places.json"
LARGEST = 4 * 1024 * 1024


def identity(asked: Asked) -> str:
    """The place and the query as they are remembered and shown; raises RefusedError for what is never read."""
    order = asked.order
    where = source_of(order.kind).identity(order)
    return " · ".join(part for part in (order.kind, where, order.query) if part)


def unknown_places(asked: Iterable[Asked], folder: Path | None = None) -> list[str]:
    """The places that the user has not allowed yet, each once; what is never read is not asked for."""
    known = _known(folder or history_folder())
    found: dict[str, None] = {}
    for one in asked:
        try:
            where = "" if one.trusted else identity(one)
        except RefusedError:
            continue  # reading it will say why
        if where and where not in known:
            found[where] = None
    return list(found)


def trust(places: Iterable[str], folder: Path | None = None) -> list[Finding]:
    """Remember that the user allowed these places; says so where that cannot be and they are asked for again."""
    into = folder or history_folder()
    whole = sorted(_known(into) | set(places))
    with suppress(OSError, RefusedError):
        into.mkdir(parents=True, exist_ok=True)
        write_atomically(into / FILE, (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())
        return []
    return [not_remembered(into)]


def not_remembered(folder: Path | None = None) -> Finding:
    """That the places are asked for again, because what the user allowed could not be written down."""
    return Finding("PLACES_NOT_REMEMBERED", Severity.INFO, place=str((folder or history_folder()) / FILE))


def check_trusted(asked: Iterable[Asked], folder: Path | None = None, *, reason: str = "") -> None:
    """Raises RefusedError if the user has not allowed one of the places."""
    if places := unknown_places(asked, folder):
        details: dict[str, object] = {"places": " / ".join(places[:10]), "count": len(places)}
        raise RefusedError(
            [Finding("SOURCE_NOT_TRUSTED", details=details | ({"reason": reason} if reason else {}))]
        )


def _known(folder: Path) -> set[str]:
    path = folder / FILE
    try:
        if path.stat().st_size > LARGEST:
            return set()
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return set()  # asking once more does no harm
    return {one for one in data if isinstance(one, str)} if isinstance(data, list) else set()
