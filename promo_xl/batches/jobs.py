"""One product becomes one workbook, or the reasons why not; one bad product never stops the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from promo_xl.batches.manifest import Record
from promo_xl.batches.outputs import Folder, Output
from promo_xl.batches.specs import spec_of
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.compose import PlacingError, Setting, compose
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import wording
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook.container import same_parts
from promo_xl.workbook.deflate import LIBRARY, ZLIB
from promo_xl.workbook.macros import Macros
from promo_xl.workbook.press import Press, built
from promo_xl.workbook.write import Edition, Imprint


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for every workbook of a run; with `macros` each is its own add-in, an .xlsm.

    With `resume` a file that an earlier run made, and nobody has changed since, is replaced when its product has
    changed. `basis` is the digest of all this for the manifest, "" where none is kept. `many` workbooks are
    stamped from traces: each has the very parts of one that is made alone.
    """

    folder: Path | Output
    setting: Setting
    templates: Path | None = None
    overwrite: bool = False
    tell_all: bool = False
    host: Host = "xlam"
    macros: Macros | None = None
    resume: bool = False
    basis: str = ""
    many: bool = False

    @property
    def output(self) -> Output:
        """Where the workbooks go."""
        return Folder(self.folder) if isinstance(self.folder, Path) else self.folder


@dataclass(frozen=True, slots=True)
class Job:
    """One product to make: its brief, its file, and what is known of that file from earlier runs."""

    brief: Brief
    file: str
    before: Record | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a workbook was made from, and its bytes: their digest, how many, and the library that compressed."""

    spec: str
    sha256: str
    size: int
    deflate: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one product: `made`, `unchanged` or `failed`, with what there is to say.

    `place` is the file's path, or its address in a store.
    """

    product: str
    place: str
    status: str
    findings: tuple[Finding, ...] = ()
    written: Written | None = None

    @property
    def path(self) -> Path:
        """The file, where the workbooks go to a folder."""
        return Path(self.place)


def workbook_bytes(promotion: Promotion, order: Order) -> bytes:
    """The workbook of a plan; the same plan, as-of date and way of making it give the same bytes."""
    language = order.setting.language
    title = wording(language, order.templates).word("title")
    imprint = Imprint(datetime.combine(order.setting.as_of, time()), title, order.host, order.macros)
    book = load_book(order.templates)
    if order.many:
        return _press(book, language, imprint).workbook(promotion)
    edition = Edition.of(book, language, imprint)
    return built(Workings(promotion, edition.book, language), edition)


@lru_cache(maxsize=1)
def _press(book: Book, language: str, imprint: Imprint) -> Press:
    """What stamps the workbooks of a run; its traces stay in memory until another run begins."""
    return Press(Edition.of(book, language, imprint))


def make_all(jobs: Sequence[Job], order: Order) -> tuple[Outcome, ...]:
    """The outcome of every job, in their order."""
    return tuple(make(job, order) for job in jobs)


def make(job: Job, order: Order) -> Outcome:
    """Make one workbook, or say why not; a file that is there with other content is kept."""
    try:
        spec = spec_of(job.brief, order.basis) if order.basis else ""
        if order.resume and (there := _made_before(job, order, spec)):
            return there
        return store(compose(job.brief, load_book(order.templates), order.setting), job, order, spec)
    except RefusedError as refusal:
        return failed(job, order, *refusal.findings)
    except PlacingError as error:
        return failed(job, order, Finding("PLACING", details={"problem": str(error)}))
    except Exception as error:
        return failed(job, order, broken(error))


def failed(job: Job, order: Order, *findings: Finding) -> Outcome:
    """A product that was not made, and why."""
    return Outcome(job.brief.product, order.output.place(job.file), "failed", findings)


def broken(error: Exception) -> Finding:
    """What is said of an error that nobody foresaw."""
    return Finding("BROKEN", details={"problem": f"{type(error).__name__}: {error}"})


def _made_before(job: Job, order: Order, spec: str) -> Outcome | None:
    """The outcome for a file that an earlier run made from the same; None if it is to be made."""
    size = order.output.size(job.file)
    if job.before is None or job.before.spec != spec or not spec or size is None:
        return None
    edited = Finding("OUTPUT_EDITED_KEPT", Severity.WARNING, details={"file": job.file})
    findings = () if size == job.before.size else (edited,)
    return Outcome(job.brief.product, order.output.place(job.file), "unchanged", findings)


def store(promotion: Promotion, job: Job, order: Order, spec: str = "") -> Outcome:
    """Write the workbook of a plan, unless a file with other content stands there."""
    content, output = workbook_bytes(promotion, order), order.output
    library = LIBRARY if order.many else ZLIB
    written = Written(spec, sha256(content).hexdigest(), len(content), library)
    there = output.read(job.file)
    status = "unchanged" if there is not None and same_parts(there, content) else "made"
    if status == "made" and there is not None and (obstacle := _obstacle(there, promotion.product, job, order)):
        return failed(job, order, obstacle)
    if status == "made":
        output.write(job.file, content)
    return Outcome(promotion.product, output.place(job.file), status, (), written)


def _obstacle(there: bytes, product: str, job: Job, order: Order) -> Finding | None:
    """Why a file with other content is not replaced; None if it may be."""
    if order.resume and job.before and job.before.sha256:
        if sha256(there).hexdigest() == job.before.sha256:
            return None
        if not order.overwrite:
            return Finding("OUTPUT_EDITED", details={"file": job.file})
    if not order.overwrite:
        return Finding("OUTPUT_EXISTS", details={"file": job.file})
    if (other := _product_in(there, order)) not in {None, product}:
        return Finding("OUTPUT_OTHER", details={"file": job.file, "other": other})
    return None


def _product_in(content: bytes, order: Order) -> str | None:
    """Whose workbook it is; None if it is nobody's."""
    from promo_xl.workbook.read import read_workbook

    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "there.xlsx"
            path.write_bytes(content)
            return read_workbook(path, load_book(order.templates)).product
    except RefusedError:
        return None
