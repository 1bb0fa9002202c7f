"""Holds an output against its manifest: every file that was made is there, and is what was made."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from itertools import islice

from promo_xl.batches.failed_list import stems
from promo_xl.batches.manifest import Manifest, Record
from promo_xl.batches.names import same_file_key
from promo_xl.batches.open_list import ListedRow, OpenList
from promo_xl.batches.outputs import Output
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.workbook.atomic import TEMPORARY_PREFIX, TEMPORARY_SUFFIX

THREADS, AT_ONCE = 8, 64
WORKBOOKS = (".xlsx", ".xlsm")
LOCKS = ("~$", ".~lock.")


@dataclass(slots=True)
class Verified:
    """How many files were looked at, and how many of them are as they were made."""

    files: int = 0
    right: int = 0


def verify(
    output: Output, manifest: Manifest, count: Verified, listed: OpenList | None = None
) -> Iterator[Finding]:
    """All that is wrong with an output; raises RefusedError for one without a manifest.

    With a list its products are those that have to be made, else all that the manifest knows.
    """
    if not manifest:
        raise RefusedError([Finding("VERIFY_NO_MANIFEST", place=str(output))])
    with ThreadPoolExecutor(THREADS) as threads:
        records = (record for record in manifest.files() if record.sha256)
        while some := list(islice(records, AT_ONCE)):
            for finding in threads.map(partial(_wrong, output=output), some):
                count.files += 1
                count.right += finding is None
                if finding:
                    yield finding
    yield from _unmade(listed, manifest) if listed else (_not_made(one.product) for one in manifest.unmade())
    yield from _foreign(output, manifest)


def _unmade(listed: OpenList, manifest: Manifest) -> Iterator[Finding]:
    for row in listed.rows():
        if isinstance(row, ListedRow):
            record = manifest.of(row.product.identity)
            if record is None and row.product.brief is not None:
                yield _not_made(row.product.product, "VERIFY_NOT_YET")
            elif record is None or record.status == "failed":
                yield _not_made(row.product.product)


def _not_made(product: str, code: str = "VERIFY_UNMADE") -> Finding:
    return Finding(code, subject=product, details={"product": product})


def _wrong(record: Record, output: Output) -> Finding | None:
    details = {"product": record.product, "file": record.file, "expected": record.size}
    try:
        size = output.size(record.file)
        content = output.read(record.file) if size == record.size else b""
    except RefusedError as error:
        found = error.findings[0]
        problem = found.details.get("problem", found.details.get("reason", found.code))
        return _finding("VERIFY_UNREADABLE", record, {**details, "problem": problem, "reason": "unreached"})
    if size is None or content is None:
        return _finding("VERIFY_MISSING", record, details)
    if size != record.size:
        content = output.read(record.file) or b""
        code = "VERIFY_SIZE" if _opens(content) else "VERIFY_UNREADABLE"
        return _finding(code, record, {**details, "found": size, "problem": "ZIP"})
    if sha256(content).hexdigest() != record.sha256:
        return _finding(
            "VERIFY_CHANGED" if _opens(content) else "VERIFY_UNREADABLE", record, {**details, "problem": "ZIP"}
        )
    return None


def _finding(code: str, record: Record, details: dict[str, object]) -> Finding:
    return Finding(code, subject=record.product, details=details, place=record.file)


def _opens(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return archive.testzip() is None
    except Exception:  # changed bytes can fail in zipfile in ways it does not name
        return False


def _foreign(output: Output, manifest: Manifest) -> Iterator[Finding]:
    """Workbooks that no record names, and what was left half done."""
    for file in sorted(output.files()):
        if file.startswith(TEMPORARY_PREFIX) and file.endswith(TEMPORARY_SUFFIX):
            yield Finding("VERIFY_LEFTOVER", Severity.WARNING, details={"file": file}, place=file)
        elif _is_workbook(file) and not _is_known(file, manifest):
            yield Finding("VERIFY_FOREIGN", Severity.WARNING, details={"file": file}, place=file)


def _is_workbook(file: str) -> bool:
    return file.casefold().endswith(WORKBOOKS) and not file.startswith((*LOCKS, *stems()))


def _is_known(file: str, manifest: Manifest) -> bool:
    record = manifest.holder(file)
    return record is not None and bool(record.sha256) and same_file_key(record.file) == same_file_key(file)
