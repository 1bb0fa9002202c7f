"""promo-xl check: what is wrong or doubtful in workbooks."""

from argparse import Namespace
from pathlib import Path

from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, FOUND, Console, as_data, progress
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.check import check_workbook


def run(options: Namespace, console: Console) -> int:
    """Print the findings of every workbook; 1 if there are errors, 2 if one could not be read."""
    book = load_book(templates(options))
    found: dict[str, list[Finding]] = {}
    unreadable = False
    for name in progress(options.workbooks, len(options.workbooks), quiet=console.as_json):
        try:
            found[name] = check_workbook(Path(name), book)
        except RefusedError as refusal:
            found[name], unreadable = list(refusal.findings), True
    console.data({name: [as_data(f, console.words) for f in findings] for name, findings in found.items()})
    for name, findings in found.items():
        if not console.as_json:
            print(name)
        console.findings(findings, whole=options.all, indent="  ")
        console.summary(findings)
    errors = any(f.severity == Severity.ERROR for findings in found.values() for f in findings)
    return CANNOT if unreadable else FOUND if errors else DONE
