"""The guards of the buttons know what the command line knows."""

from dataclasses import replace
from pathlib import Path

import pytest

from promo_xl.addin.guards import Asked, guarded
from promo_xl.addin.tickets import Request
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from tests.refresh.plans import workbook


@pytest.mark.parametrize(
    ("version", "codes"),
    [("99.0.0rc1", ["BOOK_NEWER"]), ("v99.0", ["BOOK_NEWER"]), ("9" * 5000, ["BOOK_NEWER"]),
     ("最新", ["BOOK_VERSION_UNREADABLE"]), ("0.0.1", [])],
    ids=["candidate", "with-a-v", "digits", "words", "older"],
)  # fmt: skip
def test_a_version_that_is_newer_or_unreadable_stops_a_button(
    tmp_path: Path, version: str, codes: list[str]
) -> None:
    path = workbook(tmp_path / "plan.xlsx")
    patch_workbook(path, [Change(*open_workbook(path, load_book()).cells["template_version"], version)])
    asked = Asked(Request("1", tmp_path, (("book", path.name),)), open_workbook(path, load_book()))
    assert [finding.code for finding in guarded(asked, ("newer", "missing"))] == codes
    assert guarded(replace(asked, opened=None), ("newer", "missing")) == []
