"""What a batch has made, as lines beside the workbooks: by it a run goes on, and files are verified.

Lines are only ever added, and the last one of a product holds. A line that a crash has torn, or that somebody has
changed into nonsense, is no line: its product counts as one that nothing is known of.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Literal, cast

from promo_xl.batches.cell_reading import FIRST_DAY, LAST_DAY
from promo_xl.batches.names import DEVICE, UNSAFE_START, same_file_key
from promo_xl.batches.outputs import LONGEST_LINE, Output
from promo_xl.batches.product_rows import digest, identity_of, name_key
from promo_xl.batches.spool import Spool
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.version import VERSION

JOURNAL = "promo_xl-manifest"
LONGEST_NAME = 255
WORKBOOKS = (".xlsx", ".xlsm")
Status = Literal["made", "failed"]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one product: its file, what it was made from (`spec`), and the file's bytes."""

    product: str
    code: str
    launch: str
    file: str
    status: Status
    spec: str = ""
    sha256: str = ""
    size: int = 0
    deflate: str = ""
    version: str = VERSION

    @property
    def identity(self) -> int:
        """Equal for the same product, however its name is spelt."""
        return identity_of(self.product, self.code, self.launch)


def line_of(record: Record) -> bytes:
    """A record as a line."""
    return _line(asdict(record))


def run_line(as_of: date) -> bytes:
    """The line that begins a run."""
    return _line({"run": VERSION, "as_of": as_of.isoformat()})


def _line(values: dict[str, object]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    # Half characters, which names may hold, are no UTF-8.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def record_in(line: bytes) -> Record | None:
    """The record of a line; None for one that is torn, or whose file would lie outside of the output."""
    values = _values(line)
    texts = [values.get(name) for name in ("product", "code", "launch", "file", "spec", "sha256", "deflate")]
    size, version = values.get("size"), values.get("version")
    if not all(isinstance(text, str) for text in (*texts, version)) or type(size) is not int:
        return None
    product, code, launch, file, spec, sha256, deflate = cast("list[str]", texts)
    status = values.get("status")
    if (status != "made" and status != "failed") or not is_plain_name(file):  # noqa: PLR1714 - narrows the type
        return None
    return Record(product, code, launch, file, status, spec, sha256, size, deflate, cast("str", version))


def is_plain_name(file: str) -> bool:
    """True for the name of a workbook in the output itself, such as a product gets, and for the empty one."""
    return not file or (
        len(file) <= LONGEST_NAME
        and file.endswith(WORKBOOKS)
        and not (UNSAFE_START.match(file) or DEVICE.match(file))
        and not any(sign in "/\\:\0" or ord(sign) < 32 for sign in file)
    )


def _values(line: bytes) -> dict[str, object]:
    if len(line) > LONGEST_LINE:
        return {}
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


@dataclass(slots=True)
class Manifest:
    """The records of an output; they lie in a file, and of each only numbers are in memory."""

    as_of: date | None = None
    _records: Spool = field(default_factory=Spool)
    _by_product: dict[int, int] = field(default_factory=dict)
    _by_file: dict[int, int] = field(default_factory=dict)
    _alike: dict[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """True if anything is known."""
        return bool(self._by_product)

    def of(self, identity: int) -> Record | None:
        """The last record of a product."""
        return self._at(self._by_product.get(identity))

    def holder(self, file: str) -> Record | None:
        """The last record of a file."""
        return self._at(self._by_file.get(digest(same_file_key(file))))

    def alike(self, product: str, code: str) -> Record | None:
        """The record of the only product with this name and code, whatever its launch."""
        identity = self._alike.get(digest(name_key(product), name_key(code)), 0)
        return self.of(identity) if identity else None

    def files(self) -> Iterator[Record]:
        """The last record of each file, in the order of those records."""
        return (record for at in sorted(self._by_file.values()) if (record := self._at(at)))

    def unmade(self) -> Iterator[Record]:
        """The last record of each product that was not made, unless another has got its file since."""
        records = (self._at(at) for at in sorted(self._by_product.values()))
        return (
            record
            for record in records
            if record and record.status == "failed" and self.holder(record.file) == record
        )

    def take(self, line: bytes) -> None:
        """Hear a line; one that is none is passed over."""
        record = record_in(line)
        if record is None:
            self._hear_run(line)
            return
        record = self._with_what_is_known(record)
        at, identity = self._records.add(record), record.identity
        self._by_product[identity] = at
        if record.file:
            self._by_file[digest(same_file_key(record.file))] = at
        alike = digest(name_key(record.product), name_key(record.code))
        if self._alike.setdefault(alike, identity) != identity:
            self._alike[alike] = 0

    def _with_what_is_known(self, record: Record) -> Record:
        """A failure says nothing of the file that stands there: another run may have made it meanwhile."""
        known = None if record.status == "made" or record.sha256 else self.holder(record.file)
        if known is None or known.file != record.file:
            return record
        return replace(known, **{name: getattr(record, name) for name in ("product", "code", "launch", "status")})

    def _hear_run(self, line: bytes) -> None:
        values = _values(line)
        if "run" in values:
            with suppress(ValueError):
                as_of = date.fromisoformat(str(values.get("as_of")))
                self.as_of = as_of if FIRST_DAY <= as_of <= LAST_DAY else self.as_of

    def _at(self, at: int | None) -> Record | None:
        return None if at is None else cast("Record", self._records.at(at))


def read_manifest(output: Output) -> Manifest:
    """What is known of an output."""
    manifest = Manifest()
    for line in output.journal(JOURNAL):
        manifest.take(line)
    return manifest


@dataclass(slots=True)
class Recorder:
    """Adds records to the manifest of an output; what keeps it from that is kept for the end."""

    output: Output
    problems: list[Finding] = field(default_factory=list)
    _waiting: list[bytes] = field(default_factory=list)

    def add(self, line: bytes) -> None:
        """Add a line; what is written together waits for its like."""
        self._waiting.append(line)
        if len(self._waiting) >= self.output.lines_at_once:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        lines, self._waiting = b"".join(self._waiting), []
        try:
            if lines:
                self.output.add_lines(JOURNAL, lines)
        except RefusedError as error:
            self.problems += error.findings
