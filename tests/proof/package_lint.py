"""Finds what the Open XML SDK validator misses and Excel does not forgive.

Cannot see: whether a formula means what was meant, what Excel draws, VBA, printers, pivot tables,
slicers, threaded comments, drawings' own schema.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.proof.book import Book
from tests.proof.lint.cells import check_cells
from tests.proof.lint.charts import check_charts
from tests.proof.lint.formulas import check_formulas
from tests.proof.lint.layout import check_layout
from tests.proof.lint.parts import check_entries, check_parts
from tests.proof.lint.sheet_rules import check_sheet_rules
from tests.proof.lint.tables import check_tables
from tests.proof.lint.workbook import check_workbook
from tests.proof.package import Package
from tests.proof.problem import Problem


def lint(path: str | Path, *, external: bool = False) -> list[Problem]:
    """Every problem of one workbook; `external` allows links and books outside the file."""
    return [replace(problem, file=str(path)) for problem in _problems(Package(path), external)]


def _problems(package: Package, external: bool) -> Iterator[Problem]:
    unreadable = False
    for problem in check_entries(package):
        unreadable |= problem.rule in ("part-missing", "xml-not-well-formed")
        yield problem
    if unreadable:
        return
    yield from check_parts(package, external=external)
    if not package.targets("", "officeDocument"):
        return
    book = Book(package)
    yield from check_workbook(book)
    yield from check_cells(book)
    yield from check_tables(book)
    yield from check_formulas(book, external=external)
    yield from check_sheet_rules(book)
    yield from check_layout(book)
    yield from check_charts(book)
