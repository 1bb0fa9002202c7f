"""The copy of an open workbook under its real name, so that all that is said of it names the planner's file."""

import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promo_xl.addin.tickets import Request
from promo_xl.plan.findings import Finding, RefusedError


@contextmanager
def own_copy(request: Request) -> Iterator[Path]:
    """The copy, for as long as it is needed; raises RefusedError where there is none."""
    if request.copy is None:
        raise RefusedError([Finding("ADDIN_NO_COPY", details={"file": request.book or "…"}, place=request.book)])
    ending = request.copy.suffix
    name = Path(request.book).name or request.copy.name
    name = name if name.lower().endswith(ending.lower()) else f"{name}{ending}"
    with tempfile.TemporaryDirectory(prefix=f"{request.ticket}.", dir=request.folder) as folder:
        copy = Path(folder) / unicodedata.normalize("NFC", name)
        shutil.copyfile(request.copy, copy)
        yield copy
