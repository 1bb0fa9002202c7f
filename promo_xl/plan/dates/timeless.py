"""Spans where no day is known near which they lie: only what names its year can be read."""

from datetime import date

from promo_xl.plan.dates.span import DateSpan, parse_span

REFERENCES = (date(2000, 3, 1), date(2031, 9, 1))


def span_of(text: str, reference: date | None) -> DateSpan:
    """The span that `text` means near `reference`; without one, 2026-06-01 is read and 6月1日 is no date."""
    if reference is not None:
        return parse_span(text, reference)
    one, other = (parse_span(text, day) for day in REFERENCES)
    return one if one == other else DateSpan(reason="no_year")
