"""Small batches for tests: a list, an output, and what becomes of them."""

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

from promo_xl.batches.batch import Batch, begin
from promo_xl.batches.crews import Crew, Here
from promo_xl.batches.jobs import Order, Outcome
from promo_xl.batches.manifest import Manifest, read_manifest
from promo_xl.batches.open_list import open_list
from promo_xl.batches.outputs import Folder, Output
from promo_xl.batches.verifying import Verified, verify
from promo_xl.sheetspec.compose import Setting
from promo_xl.sheetspec.load import load_book

DAY = dt.date(2026, 6, 1)
HEAD = "产品,上市日期"


def written_list(folder: Path, *rows: str, head: str = HEAD, name: str = "list.csv") -> Path:
    """A CSV list with these rows."""
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def begun(
    products: Path, output: Path | Output, *, resume: bool = False, overwrite: bool = False, as_of: dt.date = DAY
) -> Batch:
    """A batch of a list, with an as-of date that is the same every day."""
    if isinstance(output, Path):
        output.mkdir(exist_ok=True)
    order = Order(output, Setting("zh", as_of), overwrite=overwrite, resume=resume)
    return begin(open_list(products, load_book(), as_of), order)


def ran(
    products: Path,
    output: Path | Output,
    crew: Crew | None = None,
    *,
    resume: bool = False,
    overwrite: bool = False,
) -> list[Outcome]:
    """What became of every product of a list."""
    return list(begun(products, output, resume=resume, overwrite=overwrite).outcomes(crew or Here()))


def statuses(outcomes: Sequence[Outcome]) -> list[str]:
    """How every product ended."""
    return [outcome.status for outcome in outcomes]


def manifest_of(folder: Path) -> Manifest:
    """What the manifest of a folder says."""
    return read_manifest(Folder(folder))


def wrong(folder: Path, products: Path | None = None) -> list[tuple[str, str]]:
    """What verifying a folder finds: (code, place), or the product where nothing has a place."""
    listed = open_list(products, load_book(), DAY) if products else None
    found = verify(Folder(folder), manifest_of(folder), Verified(), listed)
    return [(finding.code, finding.place or finding.subject) for finding in found]


def workbooks(folder: Path) -> dict[str, bytes]:
    """The workbooks of a folder, each of which is whole; nothing is left half done."""
    assert list(folder.glob(".promo_xl-*")) == []
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.xlsx"))}
    for name in files:
        assert zipfile.ZipFile(folder / name).testzip() is None
    return files
