"""promo-xl check: what is wrong or doubtful in workbooks."""

from argparse import Namespace
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, FOUND, Console, as_data, progress
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.check import check_workbook


def _workbooks(given: str) -> list[Path]:
    """The files that an argument means: itself, those of a folder, or those of a pattern."""
    path = Path(given)
    if path.is_dir():
        found = sorted(path.glob("*.xls[xm]"))
    elif "*" in path.name and not path.exists():
        found = sorted(file for file in path.parent.iterdir() if fnmatch(file.name, path.name))
    else:
        return [path]
    found = [file for file in found if not file.name.startswith(("~$", "."))]
    if not found:
        raise RefusedError([Finding("NO_WORKBOOKS", details={"found": given}, place=given)])
    return found


def run(options: Namespace, console: Console) -> int:
    """Print the findings of every workbook; 1 if there are errors, 2 if one could not be read."""
    book = load_book(templates(options))
    found: dict[str, list[Finding]] = {}
    unreadable = False
    paths = [path for given in options.workbooks for path in _workbooks(given)]
    for path in progress(paths, len(paths), quiet=console.as_json):
        name = str(path)
        try:
            found[name] = check_workbook(path, book)
        except RefusedError as refusal:
            found[name], unreadable = list(refusal.findings), True
    console.data({name: [as_data(f, console.words) for f in findings] for name, findings in found.items()})
    for name, findings in found.items():
        console.line(name)
        shown = [replace(f, place=f.place.removeprefix(f"{Path(name).name} › ")) for f in findings]
        console.findings(shown, whole=options.all, indent="  ")
        console.summary(findings)
    errors = any(f.severity == Severity.ERROR for findings in found.values() for f in findings)
    return CANNOT if unreadable else FOUND if errors else DONE
