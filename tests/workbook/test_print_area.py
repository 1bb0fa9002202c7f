"""Laws of the printed areas in a workbook part."""

import pytest

from promo_xl.workbook.print_area import printing

BOOK = (
    b'<workbook xmlns="x"><sheets><sheet name="A" sheetId="1"/><sheet name="B &amp; C" sheetId="2"/></sheets>'
    b"<definedNames>%s</definedNames></workbook>"
)
AREA = b"""<definedName name="_xlnm.Print_Area" localSheetId="1">'B &amp; C'!%s</definedName>"""
OTHER = b'<definedName name="_xlnm.Print_Area" localSheetId="0">A!$A$1:$B$2</definedName>'


@pytest.mark.parametrize("known", [b"", OTHER, b'<definedName name="start">A!$A$1</definedName>'])
def test_a_sheet_without_an_area_gets_one_and_other_names_stay(known: bytes) -> None:
    assert printing(BOOK % known, {"B & C": "$A$1:$D$9"}) == BOOK % (AREA % b"$A$1:$D$9" + known)


def test_an_area_takes_the_place_of_the_one_before() -> None:
    once = printing(BOOK % OTHER, {"B & C": "$A$1:$D$9"})
    assert printing(once, {"B & C": "$A$1:$D$7"}) == BOOK % (AREA % b"$A$1:$D$7" + OTHER)
    assert printing(once, {"B & C": "$A$1:$D$9"}) == once


def test_the_names_of_other_programs_may_have_a_prefix() -> None:
    book = b'<x:workbook><x:sheets><x:sheet name="A"/></x:sheets><x:definedNames></x:definedNames></x:workbook>'
    named = b'<x:definedName name="_xlnm.Print_Area" localSheetId="0">\'A\'!$A$1</x:definedName>'
    after = printing(book, {"A": "$A$1"})
    assert after == book.replace(b"<x:definedNames>", b"<x:definedNames>" + named.replace(b"'A'", b"A"))


def test_a_book_without_names_stays_as_it_is() -> None:
    book = b'<workbook><sheets><sheet name="A"/></sheets></workbook>'
    assert printing(book, {"A": "$A$1"}) == book
