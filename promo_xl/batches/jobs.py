"""One product becomes one workbook, or the reasons why not; one bad product never stops the others."""

from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from pathlib import Path

from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.compose import PlacingError, Setting, compose
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.atomic import write_atomically
from promo_xl.workbook.macros import Macros, finished
from promo_xl.workbook.read import read_workbook
from promo_xl.workbook.write import Stamp, build


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for every workbook of a run; with `macros` each is its own add-in, an .xlsm."""

    folder: Path
    setting: Setting
    templates: Path | None = None
    overwrite: bool = False
    tell_all: bool = False
    host: Host = "xlam"
    macros: Macros | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one product: `made`, `unchanged` or `failed` with the reasons."""

    product: str
    path: Path
    status: str
    findings: tuple[Finding, ...] = ()


def workbook_bytes(promotion: Promotion, order: Order) -> bytes:
    """The workbook of a plan; the same plan and as-of date give the same bytes."""
    book, language = load_book(order.templates), order.setting.language
    created = datetime.combine(order.setting.as_of, time())
    target = BytesIO()
    title = wording(language, order.templates).word("title")
    build(promotion, book, language, target, Stamp(created, title, order.host, order.macros))
    return finished(target.getvalue(), order.macros.ribbon) if order.macros else target.getvalue()


def make(brief: Brief, path: Path, order: Order) -> Outcome:
    """Make one workbook, or say why not; a file that is there with other content is kept."""
    try:
        promotion = compose(brief, load_book(order.templates), order.setting)
        return store(promotion, path, order)
    except RefusedError as refusal:
        return Outcome(brief.product, path, "failed", refusal.findings)
    except PlacingError as error:
        return Outcome(brief.product, path, "failed", (Finding("PLACING", details={"problem": str(error)}),))
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        return Outcome(brief.product, path, "failed", (Finding("BROKEN", details={"problem": problem}),))


def store(promotion: Promotion, path: Path, order: Order) -> Outcome:
    """Write the workbook of a plan to `path`, unless a file with other content stands there."""
    content = workbook_bytes(promotion, order)
    if path.is_file():
        if path.read_bytes() == content:
            return Outcome(promotion.product, path, "unchanged")
        if not order.overwrite:
            finding = Finding("OUTPUT_EXISTS", details={"file": path.name})
            return Outcome(promotion.product, path, "failed", (finding,))
        if (other := _product_in(path, order)) not in {None, promotion.product}:
            finding = Finding("OUTPUT_OTHER", details={"file": path.name, "other": other})
            return Outcome(promotion.product, path, "failed", (finding,))
    write_atomically(path, content)
    return Outcome(promotion.product, path, "made")


def _product_in(path: Path, order: Order) -> str | None:
    """Whose workbook stands there; None if it is nobody's."""
    try:
        return read_workbook(path, load_book(order.templates)).product
    except RefusedError:
        return None
