"""What the columns of a table or SELECT mean."""

import dataclasses
from collections.abc import Sequence

from promo_xl.plan.filled import READINGS
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sources.export_headings import Header, find_header
from promo_xl.sources.source import Order

# These sentences speak of files and lines where nothing else is said.
_SAID_OTHERWISE = frozenset(
    {"SOURCE_DATE_COLUMN_MISSING", "SOURCE_METRIC_COLUMN_MISSING", "SOURCE_MAPPED_COLUMN_MISSING"}
    | {"SOURCE_COLUMN_TWICE"}
)


def header_of(names: Sequence[str], order: Order, place: str) -> Header:
    """What the columns mean, by the order's mapping, the fields' own names and the declared aliases.

    A name may have _ where an alias has a space.
    """
    headings = {
        meant: (meant, *aliases, *(alias.replace(" ", "_") for alias in aliases))
        for meant in (*order.headings, *READINGS.fields)
        for aliases in [order.headings.get(meant, ())]
    }
    try:
        header = find_header([names], dataclasses.replace(order, headings=headings, place=place), place)
    except RefusedError as error:
        raise RefusedError([_of_a_database(finding, place) for finding in error.findings]) from None
    findings = tuple(_of_a_database(finding, place) for finding in header.findings)
    return dataclasses.replace(header, findings=findings)


def _of_a_database(finding: Finding, place: str) -> Finding:
    if finding.code not in _SAID_OTHERWISE:
        return finding
    return dataclasses.replace(finding, details={**finding.details, "reason": "sql"}, place=place)
