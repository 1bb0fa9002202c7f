"""Laws of reading CSV and its relatives."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.sources.grid import Limits
from promo_xl.sources.tabular import read_sheets
from promo_xl.sources.text_file import read_text
from tests.sources.refusals import refusal_of

TEXT = "产品,预算\n玻尿酸面膜,120000\n"
ROWS = (("产品", "预算"), ("玻尿酸面膜", "120000"))


def values(data: bytes, file: str = "产品.csv") -> tuple[tuple[object, ...], ...]:
    return read_text(data, file, Limits()).values


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb2312", "gb18030"]
)
def test_the_encoding_finds_itself(encoding: str) -> None:
    assert values(TEXT.encode(encoding)) == ROWS


def test_a_character_that_only_gb18030_has_is_read() -> None:
    assert values("名\n𠮷䶮\n".encode("gb18030")) == (("名",), ("𠮷䶮",))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_separator_finds_itself(separator: str, line_end: str) -> None:
    text = TEXT.replace(",", separator).replace("\n", line_end)
    assert values(text.encode()) == ROWS


def test_decimal_commas_do_not_separate() -> None:
    assert values(b"a;b\n1,5;2,5\n2,5;3,5\n") == (("a", "b"), ("1,5", "2,5"), ("2,5", "3,5"))


def test_a_title_above_the_header_does_not_hide_the_separator() -> None:
    data = "产品清单\n\n名称\t价格\n面膜\t99\n精华\t199\n".encode()
    assert values(data, "a.xls")[2:] == (("名称", "价格"), ("面膜", "99"), ("精华", "199"))


def test_a_declared_separator_is_obeyed_and_is_no_row() -> None:
    assert values(b"sep=|\r\na|b\r\n") == (("a", "b"),)


def test_a_list_of_names_in_a_txt_file_keeps_its_commas() -> None:
    assert values(b"cable, 2m\nphone\ncharger\nmouse\n", "a.txt") == (
        ("cable, 2m",),
        ("phone",),
        ("charger",),
        ("mouse",),
    )


def test_quoted_line_breaks_separators_and_quotes_belong_to_the_value() -> None:
    assert values(b'a,b\n"1\n2,""3""",4\n') == (("a", "b"), ('1\n2,"3"', "4"))


def test_text_that_a_program_protected_from_excel_is_freed() -> None:
    assert values(b'id,n\n="00123",1\n"=""00456""",2\n')[1:] == (("00123", "1"), ("00456", "2"))


def test_a_formula_stays_text() -> None:
    assert values(b"a,b\n=1+1,@x\n")[1] == ("=1+1", "@x")


def test_loose_quotes_are_read_as_they_stand() -> None:
    assert values('名,寸\n19" 显示器,1\n"T恤"红,2\n'.encode())[1:] == (('19" 显示器', "1"), ("T恤红", "2"))


def test_a_quote_that_never_closes_is_refused_with_its_text() -> None:
    finding = refusal_of(lambda: values('名,价\n面膜,1\n"大促款,2\n精华,3\n'.encode()))
    assert finding.code == "FILE_QUOTE_OPEN"
    assert str(finding.details["text"]).startswith("大促款,2")


def test_rows_and_columns_without_a_value_at_the_end_are_dropped() -> None:
    assert values(b"a,b,,\n1,2,,\n,,,\n\n\n") == (("a", "b"), ("1", "2"))


def test_rows_are_equally_wide_and_empty_rows_between_are_kept() -> None:
    assert values(b"a\n\n1,2,3\n1,2,3\n")[:3] == (("a", None, None), (None, None, None), ("1", "2", "3"))


def test_places_are_cells_as_excel_shows_them() -> None:
    grid = read_text(b'a,b\n"x\ny",2\n3,4\n', "产品.csv", Limits())
    assert [cell.place for cell in grid.row(3)] == ["产品.csv › A3", "产品.csv › B3"]
    assert grid.cell(3, 2).value == "4"
    assert grid.cell(9, 9).value is None


def test_a_broken_byte_in_a_gbk_file_is_named_with_its_line() -> None:
    data = "产品,预算\n面膜,1\n精华,2\n".encode("gbk").replace("精华".encode("gbk"), b"\xff\xbe\xab")
    finding = refusal_of(lambda: values(data))
    assert finding.code == "FILE_ENCODING"
    assert finding.details == {"line": 3, "byte": "0xFF", "before": "", "encoding": "GB18030"}


def test_a_broken_byte_in_a_utf8_file_is_no_gbk() -> None:
    data = "产品名称,推广预算\n玻尿酸补水面膜,1\n烟酰胺精华,2\n".encode()
    finding = refusal_of(lambda: values(data.replace("胺".encode(), b"\xe8\x83")))
    assert finding.code == "FILE_ENCODING"
    assert finding.details == {"line": 3, "byte": "0xE8", "before": "烟酰", "encoding": "UTF-8"}


def test_half_a_character_at_the_end_of_utf16_is_refused() -> None:
    assert refusal_of(lambda: values(TEXT.encode("utf-16") + b"x")).code == "FILE_ENCODING"


@pytest.mark.parametrize("data", [b"a\0\0b\0c" * 50, bytes(range(256)), b"a,b\n\x01\x02"])
def test_binary_data_is_no_table(data: bytes) -> None:
    assert refusal_of(lambda: values(data)).code in ("FILE_NOT_TABLE", "FILE_ENCODING")


def test_the_mark_for_end_of_file_is_no_value() -> None:
    assert values(b"a,b\n1,2\n\x1a") == (("a", "b"), ("1", "2"))


def test_a_value_that_no_cell_could_hold_is_refused() -> None:
    finding = refusal_of(lambda: values(b"a,b\n1," + b"x" * 140_000 + b"\n"))
    assert (finding.code, finding.place) == ("FILE_CELL_TOO_LONG", "产品.csv › A2")


def test_more_rows_than_the_limit_are_refused() -> None:
    finding = refusal_of(lambda: read_text(b"a,b\n" * 11, "a.csv", Limits(rows=10)))
    assert (finding.code, finding.details) == ("FILE_TOO_MANY_ROWS", {"rows": 11, "limit": 10})
    assert len(read_text(b"a,b\n" * 10 + b"\n" * 5, "a.csv", Limits(rows=10)).values) == 10


def test_more_cells_than_the_limit_are_refused() -> None:
    finding = refusal_of(lambda: read_text(b"a,b\n" * 3, "a.csv", Limits(cells=5)))
    assert finding.code == "FILE_TOO_MANY_CELLS"


FIELD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=12)


@given(
    st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(FIELD, min_size=n, max_size=n), min_size=1)),
    st.sampled_from(["utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_a_program_writes_as_csv_comes_back(rows: list[list[str]], encoding: str, separator: str) -> None:
    rows = [["名称", *["值"] * (len(rows[0]) - 1)], *rows]
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    written = buffer.getvalue()
    if any(field.startswith('="') for row in rows for field in row):
        return
    if encoding == "gb18030" and not any(mark in written for mark in ",;\t"):
        return
    grid = read_text(written.encode(encoding), "a.csv", Limits())
    expected = [[field or None for field in row] for row in rows]
    while not any(expected[-1]):
        expected.pop()
    assert [list(row) for row in grid.values] == expected


def test_a_csv_file_of_any_name_is_read(tmp_path: Path) -> None:
    for name in ("产品 清单.csv", "a.txt", "a.tsv", "renamed.xlsx", "renamed.xls", "no extension"):
        (tmp_path / name).write_bytes(TEXT.encode("gbk"))
        (grid,) = read_sheets(tmp_path / name)
        assert (grid.file, grid.values) == (name, ROWS)
