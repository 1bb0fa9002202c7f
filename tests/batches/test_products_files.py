"""Laws of lists in any file, and of very long ones."""

import datetime as dt
import io
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo_xl.batches.headings import find_header
from promo_xl.batches.product_declaration import Declaration, load_declaration, vocabulary_of
from promo_xl.batches.product_rows import ProductRow, context_of, read_row
from promo_xl.plan.findings import Severity
from promo_xl.sources.grid import GridBuilder, Limits
from tests.batches.lists import AS_OF, book, codes, from_text, listed, only, xlsx
from tests.sources.refusals import refusal_of

START = dt.date(2026, 6, 1)
LIST = "产品,上市日期\n面膜,6/1\n精华,6/2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_text_list_may_have_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    assert [brief.product for brief in from_text(tmp_path, LIST, encoding).briefs] == ["面膜", "精华"]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_list_may_have_any_usual_separator(tmp_path: Path, separator: str) -> None:
    assert len(from_text(tmp_path, LIST.replace(",", separator)).briefs) == 2


def test_broken_bytes_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "产品.csv"
    path.write_bytes("产品,上市日期\n面膜,6/1\n".encode("gbk") + b"\x80\xff\xff,6/2\n")
    finding = refusal_of(lambda: listed(path))
    assert (finding.code, finding.details["line"]) == ("FILE_ENCODING", 3)


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    import msoffcrypto.format.ooxml

    plain = xlsx(tmp_path / "plain.xlsx", ["产品", "上市日期"], ["面膜", START])
    secret = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(plain.read_bytes())).encrypt("geheim", secret)
    (tmp_path / "a.xlsx").write_bytes(secret.getvalue())
    assert refusal_of(lambda: listed(tmp_path / "a.xlsx")).code == "FILE_ENCRYPTED"


def test_half_a_workbook_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", ["产品", "上市日期"], ["面膜", START])
    path.write_bytes(path.read_bytes()[:2000])
    assert refusal_of(lambda: listed(path)).code == "FILE_CORRUPT"


def test_a_text_list_that_was_renamed_is_read_and_a_picture_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text(LIST, encoding="utf-8")
    assert len(listed(tmp_path / "a.xlsx").briefs) == 2
    (tmp_path / "b.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert refusal_of(lambda: listed(tmp_path / "b.xlsx")).code == "FILE_NOT_TABLE"


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal_of(lambda: listed(tmp_path / "a.xlsx")).code == "FILE_MISSING"


def test_a_workbook_that_counts_from_1904_gives_the_same_days(tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.utils.datetime import MAC_EPOCH

    workbook = openpyxl.Workbook()
    workbook.epoch = MAC_EPOCH
    workbook.active.append(["产品", "上市日期"])
    workbook.active.append(["面膜", START])
    workbook.save(tmp_path / "a.xlsx")
    assert only(listed(tmp_path / "a.xlsx")).launch == START


def test_a_list_of_a_hundred_thousand_products_takes_seconds(tmp_path: Path) -> None:
    lines = (f"产品{n},2026-06-{n % 30 + 1:02d},{n}" for n in range(100_000))
    text = "产品,上市日期,预算\n" + "\n".join(lines)
    begin = time.perf_counter()
    products = from_text(tmp_path, text)
    assert time.perf_counter() - begin < 60
    assert (len(products.briefs), codes(products)) == (100_000, [])


SIGNS = "预热爆发6/1-0.%；;，、 :：（）()年月日至to~=+万元￥$≥\n\u3000#REF!T😀"


@cache
def declared() -> Declaration:
    return load_declaration(book())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(SIGNS, max_size=25), min_size=5, max_size=5))
def test_whatever_stands_in_a_row_is_read_or_named(texts: list[str]) -> None:
    grid = GridBuilder("产品清单", "a.xlsx", Limits())
    grid.add(1, ["产品", "上市日期", "预算", "阶段", "渠道"])
    grid.add(2, [*texts])
    declaration = declared()
    header = find_header(grid.build(), vocabulary_of(declaration))
    assert header is not None
    found = read_row(2, context_of(header, declaration, book(), "zh", AS_OF))
    if isinstance(found, ProductRow):
        wrong = any(finding.severity is Severity.ERROR for finding in found.findings)
        assert (found.brief is None) == wrong
