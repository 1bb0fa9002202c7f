"""Which promo_xl made a plan: one of a newer version, or of one that nobody can read, is left alone."""

import re

from promo_xl.plan.findings import Finding
from promo_xl.version import VERSION
from promo_xl.workbook.read import Opened

TEMPLATE_VERSION = "template_version"
LEADING = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*)")
LONGEST_TOLD = 40  # characters of a version


def newer(opened: Opened, place: str) -> list[Finding]:
    """Why the version of the plan forbids changing it; none if this promo_xl knows it, or if it carries none."""
    at = opened.cells.get(TEMPLATE_VERSION)
    value = opened.grids[at[0]].cell(at[1], at[2]).value if at else None
    found = "" if value is None else str(value).strip()
    if not found:
        return []
    told = found if len(found) <= LONGEST_TOLD else f"{found[:LONGEST_TOLD]}…"
    version, installed = _comparable(found), _comparable(VERSION)
    if version is None or installed is None:
        return [Finding("BOOK_VERSION_UNREADABLE", details={"found": told}, place=place)]
    if version <= installed:
        return []
    return [Finding("BOOK_NEWER", details={"found": told, "installed": VERSION}, place=place)]


def _comparable(version: str) -> tuple[tuple[int, str], ...] | None:
    """The leading numbers in an order of their own: `v1.10.0rc1` as 1.10; None if it does not begin with one.

    A number is its count of digits and the digits, so one of thousands of digits is compared as well.
    """
    match = LEADING.match(version)
    if match is None:
        return None
    numbers = [part.lstrip("0") for part in match[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple((len(number), number) for number in numbers)
