"""A folder that exports are put into; where two files give the same reading, the later file counts."""

import os
import stat
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from promo_xl.plan.filled import FILLED, Filled, Key
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sources.export_places import is_export_name, local_path
from promo_xl.sources.export_reading import read_export
from promo_xl.sources.period_overlap import Covered
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, SourceRow, Surroundings

MOST_FILES = 1000
MOST_PAIRS = 20


def read_folder(order: Order, surroundings: Surroundings, tables: Sequence[Filled] = FILLED) -> Fetched:
    """What all files directly inside say of `tables`; refused with every finding if one cannot be read."""
    folder = local_path(order)
    files, findings = _files(folder)
    latest: dict[tuple[str, Key], tuple[SourceRow, Path]] = {}
    replaced: Counter[tuple[str, str]] = Counter()
    refusals: list[Finding] = []
    covered = Covered()
    read = 0
    for done, path in enumerate(files):
        surroundings.progress(done, len(files))
        try:
            fetched = read_export(path, order, Surroundings(), tables=tables)
        except RefusedError as error:
            refusals += error.findings
            continue
        read += fetched.read
        findings += fetched.findings
        for row in covered.added(fetched.rows, findings):
            key = row.table, row.key
            if key in latest and latest[key][0].values != row.values:
                replaced[path.name, latest[key][1].name] += 1
            latest[key] = row, path
    if refusals:
        raise RefusedError(refusals)
    surroundings.progress(len(files), len(files))
    findings += _told(replaced, folder.name)
    rows = [latest[key][0] for key in sorted(latest)]
    return Fetched(tuple(rows), read, folder.name, tuple(findings))


def _files(folder: Path) -> tuple[list[Path], list[Finding]]:
    """The exports inside, the earliest first, and what is said of links that lead out of the folder."""
    found: list[tuple[int, str, Path]] = []
    findings: list[Finding] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not is_export_name(entry.name):
                    continue
                if entry.is_symlink() and not _stays_inside(Path(entry.path), folder):
                    place = f"{folder.name} › {entry.name}"
                    findings.append(Finding("SOURCE_LINK_LEADS_OUTSIDE", Severity.WARNING, place=place))
                    continue
                status = entry.stat()
                if stat.S_ISREG(status.st_mode):
                    found.append((status.st_mtime_ns, entry.name, Path(entry.path)))
                if len(found) > MOST_FILES:
                    raise refused("SOURCE_FOLDER_TOO_FULL", folder.name, limit=str(MOST_FILES))
    except FileNotFoundError as error:
        raise refused("SOURCE_FOLDER_MISSING", folder.name, path=str(folder)) from error
    except NotADirectoryError as error:
        raise refused("SOURCE_NOT_A_FOLDER", folder.name, path=str(folder)) from error
    except PermissionError as error:
        raise refused("FILE_NO_PERMISSION", folder.name, path=str(folder)) from error
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise refused("FILE_UNREADABLE", folder.name, path=str(folder), reason=reason) from error
    if not found:
        raise RefusedError([*refused("SOURCE_FOLDER_EMPTY", folder.name, path=str(folder)).findings, *findings])
    findings.sort(key=lambda finding: finding.place)
    return [path for _, _, path in sorted(found)], findings


def _stays_inside(link: Path, folder: Path) -> bool:
    """True for a link to a file of the same folder; one that leads nowhere or in a circle does not stay."""
    try:
        return link.resolve(strict=True).parent == folder
    except (OSError, RuntimeError):
        return False


def _told(replaced: Counter[tuple[str, str]], folder: str) -> list[Finding]:
    """For each pair of files how many readings the later one replaced by others."""
    pairs = list(replaced.items())
    told = [
        Finding("SOURCE_LATER_FILE_COUNTS", Severity.INFO,
                details={"newer": newer, "older": older, "count": str(count)}, place=f"{folder} › {newer}")
        for (newer, older), count in pairs[:MOST_PAIRS]
    ]  # fmt: skip
    if len(pairs) > MOST_PAIRS:
        details = {
            "code": "SOURCE_LATER_FILE_COUNTS",
            "count": str(len(pairs) - MOST_PAIRS),
            "shown": str(MOST_PAIRS),
        }
        told.append(Finding("SOURCE_MORE_FINDINGS", Severity.INFO, details=details, place=folder))
    return told
