"""An export in a test: the lines as a person sees them, and what was read from them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import yaml

from promo_xl.assets import workbook_templates
from promo_xl.sources.export_headings import declared_headings
from promo_xl.sources.export_reading import BIG_TEXT, read_export
from promo_xl.sources.source import Fetched, Order, Surroundings

Reading = tuple[str, str, str, dict[str, float]]


@cache
def headings() -> dict[str, tuple[str, ...]]:
    """The aliases that ship with the program."""
    text = (workbook_templates() / "source_headings.yml").read_text(encoding="utf-8")
    return declared_headings(yaml.safe_load(text))


def order(place: str = "a.csv", kind: str = "export", **more: object) -> Order:
    """An order with the shipped aliases."""
    return Order(kind, place, headings=headings(), **more)  # type: ignore[arg-type]


def fetch(folder: Path, text: str | bytes, big: int = BIG_TEXT, **more: object) -> Fetched:
    """What is read from a file with this content."""
    path = folder / "a.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_export(path, order(**more), Surroundings(), big)


def readings(fetched: Fetched) -> list[Reading]:
    """The rows in short."""
    return [(str(row.date), row.key[1], row.key[2], dict(row.values)) for row in fetched.rows]


def codes(fetched: Fetched) -> list[str]:
    """The codes of the findings."""
    return [finding.code for finding in fetched.findings]


Fetch = Callable[..., Fetched]
