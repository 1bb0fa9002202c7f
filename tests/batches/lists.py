"""Small product lists for tests, and what reading them says."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from promo_xl.batches.products import ProductList, read_products
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, Severity
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book

AS_OF = dt.date(2026, 5, 1)
Rows = Sequence[Sequence[Any]]


@cache
def book() -> Book:
    """The book of the installed templates."""
    return load_book()


def xlsx(path: Path, *rows: Sequence[Any], **sheets: Rows) -> Path:
    """A workbook with the rows on 产品清单 and further sheets; a cell may be (value, number format)."""
    workbook = openpyxl.Workbook()
    for name, content in {"产品清单": rows, **sheets}.items():
        page = workbook.create_sheet(name)
        for row, values in enumerate(content, 1):
            for column, given in enumerate(values, 1):
                value, number_format = given if isinstance(given, tuple) else (given, "")
                cell = page.cell(row, column)
                if number_format:
                    cell.number_format = number_format
                cell.value = value
                if number_format:
                    cell.number_format = number_format
                if isinstance(value, str) and value.startswith("="):
                    cell.data_type = "s"
    del workbook["Sheet"]
    workbook.save(path)
    return path


def listed(path: Path) -> ProductList:
    """What a list says on the first of May 2026."""
    return read_products(path, book(), AS_OF)


def from_text(folder: Path, text: str, encoding: str = "utf-8") -> ProductList:
    """What a CSV list with this text says."""
    path = folder / "产品.csv"
    path.write_bytes(text.encode(encoding))
    return listed(path)


def only(products: ProductList) -> Brief:
    """The only brief of a list without errors and warnings."""
    assert [f for f in products.findings if f.severity > Severity.INFO] == []
    (brief,) = products.briefs
    return brief


def codes(products: ProductList) -> list[str]:
    """The codes of what was found, in order."""
    return [finding.code for finding in products.findings]


def the(products: ProductList, code: str) -> Finding:
    """The only finding of a code."""
    (finding,) = [finding for finding in products.findings if finding.code == code]
    return finding
