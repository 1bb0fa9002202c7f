"""A whole batch: the list is read, workbooks are made, and of every product it is known what became of it."""

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from promo_xl.batches.crews import Crew
from promo_xl.batches.failed_list import FailedList
from promo_xl.batches.jobs import Job, Order, Outcome, Written
from promo_xl.batches.manifest import Manifest, Record, Recorder, line_of, read_manifest, run_line
from promo_xl.batches.naming import FileNames, Survey, survey
from promo_xl.batches.open_list import ListedRow, OpenList
from promo_xl.batches.product_rows import ProductRow
from promo_xl.batches.runs import CrewLostError, ending_of, run
from promo_xl.batches.specs import basis_of
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.wording import wording
from promo_xl.version import VERSION

MOST_FINDINGS = 5_000
REJECTED, LEFT = "rejected", "left"


@dataclass(slots=True)
class Batch:
    """A batch that is begun: `outcomes` makes it; the rest says what there is to say besides.

    `findings` are those of the list; `failed_list` is where the products stand that were not made, `late` what
    ended only after the batch was stopped.
    """

    listed: OpenList
    order: Order
    survey: Survey
    manifest: Manifest
    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    failed_list: str | None = None
    lost: str | None = None
    problems: list[Finding] = field(default_factory=list)
    late: list[Outcome] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many products the list names."""
        return self.survey.products

    def outcomes(self, crew: Crew) -> Generator[Outcome, None, None]:
        """What becomes of each product, in the order of the list, right or wrong.

        Status `rejected` is a row that names no usable product, `left` one that was not begun because the crew is
        gone. Closing stops the batch; what is begun ends whole.
        """
        return _Making(self, crew).outcomes()

    def take(self, findings: tuple[Finding, ...]) -> None:
        """Keep findings of the list; of very many only the first."""
        room = MOST_FINDINGS - len(self.findings)
        self.findings += findings[:room]
        self.more_findings += max(0, len(findings) - room)


def begin(listed: OpenList, order: Order) -> Batch:
    """Look a list over and read what is known of earlier runs; raises RefusedError if it names no product."""
    found = survey(listed.names())
    if not found.products:
        skipped = [finding for row in listed.rows() if not isinstance(row, ListedRow) for finding in row]
        raise RefusedError([listed.empty, *listed.findings, *skipped])
    order.output.tidy()
    batch = Batch(listed, replace(order, basis=basis_of(order), many=True), found, read_manifest(order.output))
    batch.take(listed.findings)
    return batch


@dataclass(frozen=True, slots=True)
class _Pending:
    """A product on its way; `outcome` is there at once if its row is wrong."""

    row: ListedRow
    file: str
    before: Record | None
    outcome: Outcome | None = None


class _Making:
    """Reads, makes, records and tells, one product after the other."""

    def __init__(self, batch: Batch, crew: Crew) -> None:
        self._batch, self._crew, self._order = batch, crew, batch.order
        self._words = wording(batch.order.setting.language, batch.order.templates)
        self._recorder = Recorder(batch.order.output)
        self._failed = FailedList(batch.listed, batch.order.output, self._words)
        self._names = FileNames(ending_of(batch.order), batch.survey, batch.manifest)
        self._pending: deque[_Pending] = deque()
        self._rows = self._read()
        self._late: dict[str, Outcome] = {}

    def outcomes(self) -> Generator[Outcome, None, None]:
        """Every product's outcome, in the order of the list."""
        self._recorder.add(run_line(self._order.setting.as_of))
        making = run(self._jobs(), self._order, self._crew, self._ended_late)
        try:
            try:
                for outcome in making:
                    yield from self._rejected()
                    yield self._told(self._pending.popleft(), outcome)
            except CrewLostError as error:
                self._batch.lost = str(error)
                yield from self._left()
            yield from self._rejected()
        finally:
            making.close()
            self._batch.late += self._stopped()
            self._finish()

    def _read(self) -> Iterator[_Pending]:
        for row in self._batch.listed.rows(self._batch.survey.doubled):
            if not isinstance(row, ListedRow):
                self._batch.take(row)
                continue
            self._batch.take(row.product.findings)
            yield self._awaited(row)

    def _awaited(self, row: ListedRow) -> _Pending:
        product = row.product
        before = self._batch.manifest.of(product.identity)
        file = self._names.of(product) if product.product and not _is_double(product) else ""
        if before is None and file:
            holder = self._batch.manifest.holder(file)
            before = holder if holder and holder.file == file else None
        if product.brief is not None:
            return _Pending(row, file, before)
        errors = tuple(finding for finding in product.findings if finding.severity is Severity.ERROR)
        return _Pending(row, file, before, Outcome(product.product, "", REJECTED, errors))

    def _jobs(self) -> Iterator[Job]:
        for pending in self._rows:
            self._pending.append(pending)
            if (brief := pending.row.product.brief) is not None:
                yield Job(brief, pending.file, pending.before)

    def _rejected(self) -> Iterator[Outcome]:
        """The outcomes at the head of the row that were known at once."""
        while self._pending and (outcome := self._pending[0].outcome):
            yield self._told(self._pending.popleft(), outcome)

    def _left(self) -> Iterator[Outcome]:
        """The outcomes of all products that nobody makes any more."""
        finding = Finding("LEFT", details={})
        while pending := self._pending.popleft() if self._pending else next(self._rows, None):
            place = self._order.output.place(pending.file)
            left = Outcome(pending.row.product.product, place, LEFT, (finding,))
            yield self._told(pending, pending.outcome or self._late.get(place) or left)

    def _ended_late(self, outcome: Outcome) -> None:
        self._late[outcome.place] = outcome

    def _stopped(self) -> Iterator[Outcome]:
        """The outcomes of what was on its way at a stop and ended whole."""
        for pending in self._pending:
            if outcome := self._late.get(self._order.output.place(pending.file)):
                yield self._told(pending, outcome)

    def _told(self, pending: _Pending, outcome: Outcome) -> Outcome:
        """Record an outcome, and list its product if it was not made."""
        if outcome.written is not None:
            self._record(pending, replace(_record(pending), status="made", **_facts(outcome.written)))
        if outcome.status in {"made", "unchanged"}:
            return outcome
        self._failed.add(pending.row, " ".join(self._words.sentence(finding) for finding in outcome.findings))
        if outcome.status != LEFT and pending.file:
            self._record(pending, replace(_record(pending), status="failed"))
        return outcome

    def _record(self, pending: _Pending, record: Record) -> None:
        if record != pending.before:
            self._recorder.add(line_of(record))

    def _finish(self) -> None:
        self._recorder.flush()
        self._order.output.tidy()
        try:
            self._batch.failed_list = self._failed.finish()
        except RefusedError as error:
            self._batch.problems += map(_as_warning, error.findings)
        self._batch.problems += [
            replace(finding, severity=Severity.WARNING) for finding in self._recorder.problems[:1]
        ]


def _is_double(product: ProductRow) -> bool:
    return any(finding.code == "PRODUCT_TWICE" for finding in product.findings)


def _record(pending: _Pending) -> Record:
    """A product, with what is known of the file that stands there."""
    product = pending.row.product
    known = pending.before or Record("", "", "", "", "failed")
    return replace(known, product=product.product, code=product.code, launch=product.day, file=pending.file)


def _facts(written: Written) -> dict[str, Any]:
    return {**asdict(written), "version": VERSION}


def _as_warning(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.WARNING)
