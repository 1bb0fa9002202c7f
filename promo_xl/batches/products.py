"""Reads a whole product list at once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from promo_xl.batches.open_list import ListedRow, open_list
from promo_xl.batches.product_rows import ProductRow
from promo_xl.plan.brief import Brief
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.model import Book


@dataclass(frozen=True, slots=True)
class ProductList:
    """What a product list says: a brief for every right row, and what is wrong with the others.

    `language` is that of the headings; `rows` is how many rows name a product, right or wrong.
    """

    briefs: tuple[Brief, ...]
    findings: tuple[Finding, ...]
    language: str
    rows: int = 0


def read_products(path: Path, book: Book, as_of: date) -> ProductList:
    """The products of a list in Excel, CSV or HTML; raises RefusedError if no product can be read at all.

    Dates without a year are those nearest `as_of`.
    """
    listed = open_list(path, book, as_of)
    rows: list[ProductRow] = []
    findings = list(listed.findings)
    for found in listed.rows():
        if isinstance(found, ListedRow):
            rows.append(found.product)
        else:
            findings += found
    if not rows:
        raise RefusedError([listed.empty, *findings])
    briefs = tuple(row.brief for row in rows if row.brief is not None)
    findings += [finding for row in rows for finding in row.findings]
    return ProductList(briefs, tuple(findings), listed.language, len(rows))
