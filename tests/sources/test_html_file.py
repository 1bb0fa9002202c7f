"""Laws of reading web pages that are called .xls."""

import pytest

from promo_xl.sources.grid import Limits, MergedRange
from promo_xl.sources.html_file import read_html
from promo_xl.sources.tabular import read_content
from tests.sources.refusals import refusal_of

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}"><style>td {{color: red}}</style></head>
<body><table border=1><tr><th>产品<th>预算</tr><tr><td>面膜 &amp; 精华&nbsp;</td><td> 1,200<br>元 </td></tr>
</table></body></html>"""
ROWS = (("产品", "预算"), ("面膜 & 精华", "1,200\n元"))


@pytest.mark.parametrize(("declared", "real"), [("gb2312", "gbk"), ("utf-8", "utf-8"), ("gb2312", "utf-8")])
def test_a_page_is_read_in_the_encoding_it_really_has(declared: str, real: str) -> None:
    (grid,) = read_content(PAGE.format(charset=declared).encode(real), "订单.xls", Limits())
    assert grid.values == ROWS
    assert grid.place(2, 1) == "订单.xls › Table1!A2"


def test_a_cell_over_several_rows_pushes_the_others_aside() -> None:
    page = b"<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>"
    (grid,) = read_html(page, "a.xls", Limits())
    assert grid.values == (("a", "b", None), (None, "c", "d"))
    assert grid.merged == (MergedRange(1, 1, 2, 1), MergedRange(1, 2, 1, 3))


def test_every_outermost_table_is_a_sheet_and_an_inner_one_is_text() -> None:
    page = b"<table><tr><td>a<table><tr><td>in</table></td></tr></table><table><tr><td>b</table>"
    assert [grid.values for grid in read_html(page, "a.xls", Limits())] == [(("ain",),), (("b",),)]


def test_a_page_without_a_table_is_no_table() -> None:
    finding = refusal_of(lambda: read_content(b"<html><body>login first</body></html>", "a.xls", Limits()))
    assert (finding.code, finding.details) == ("FILE_NOT_TABLE", {"kind": "HTML"})


def test_an_endless_row_is_refused() -> None:
    page = b"<table><tr>" + b"<td colspan=1000>x" * 50
    assert refusal_of(lambda: read_html(page, "a.xls", Limits())).code == "FILE_CORRUPT"


def test_more_rows_than_the_limit_are_refused() -> None:
    page = b"<table>" + b"<tr><td>x" * 11
    assert refusal_of(lambda: read_html(page, "a.xls", Limits(rows=10))).code == "FILE_TOO_MANY_ROWS"


def test_old_excel_xml_is_refused_by_its_name() -> None:
    data = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    finding = refusal_of(lambda: read_content(data, "a.xls", Limits()))
    assert (finding.code, finding.details) == ("FILE_UNSUPPORTED", {"kind": "Excel 2003 XML"})


def test_a_web_archive_is_refused_by_its_name() -> None:
    finding = refusal_of(lambda: read_content(b"MIME-Version: 1.0\r\n", "a.xls", Limits()))
    assert (finding.code, finding.details) == ("FILE_UNSUPPORTED", {"kind": "MHTML"})
