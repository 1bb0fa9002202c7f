"""What follows a table that grows in the other parts of a workbook: the tables, names, charts, text boxes."""

from bisect import bisect_left
from dataclasses import dataclass, field

from promo_xl.workbook.growth_areas import Growth, lengthened
from promo_xl.workbook.growth_formulas import extended, printed, size_of
from promo_xl.workbook.growth_rows import ColumnFormula
from promo_xl.workbook.tables_in_file import Area, area_of
from promo_xl.workbook.xml_places import Edit, Element, attribute_edit, edited, text_edit, walk

Growths = tuple[Growth, ...]
OWN_AREAS = ("autoFilter", "sortState", "sortCondition")
FORMULAS = ("calculatedColumnFormula", "totalsRowFormula")
PRINTED = "_xlnm.Print_Area"
SERIES = ("numRef", "strRef", "multiLvlStrRef", "datalabelsRange", "numDim", "strDim")


@dataclass(slots=True)
class TableReading:
    """A table as its part declares it, on the sheet where it stands."""

    content: bytes
    part: str
    sheet: str
    root: Element
    formulas: dict[int, ColumnFormula]
    inner: list[Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The table's name."""
        return self.root.attributes.get("name", "")

    @property
    def area(self) -> Area | None:
        """Its cells, head and totals included."""
        return area_of(self.sheet, self.root.attributes.get("ref", ""))

    def growth(self, rows: int) -> Growth | None:
        """What happens so that it has `rows` rows of data; None if it has them."""
        area, head = self.area, self.root.attributes.get("headerRowCount") != "0"
        if area is None:
            return None
        totals = self.root.attributes.get("totalsRowCount", "0") != "0"
        first, last = area.top + head, area.bottom - totals
        more = rows - (last - first + 1)
        if more <= 0:
            return None
        return Growth(self.name, self.part, self.sheet, area.left, area.right, first, last, more, totals)

    def grown(self, growths: Growths) -> bytes:
        """The part afterwards."""
        edits: list[Edit] = []
        for growth in growths:
            if growth.part == self.part:
                ref = lengthened(self.root.attributes["ref"], growth, growth.bottom)
                attributes = {"ref": ref, "insertRow": None, "insertRowShift": None}
                edits.append(attribute_edit(self.content, self.root, attributes))
                for element in (e for e in self.inner if e.kind in OWN_AREAS):
                    ref = lengthened(element.attributes.get("ref", ""), growth, growth.last)
                    edits.append(attribute_edit(self.content, element, {"ref": ref}))
        for element in (e for e in self.inner if e.kind in FORMULAS):
            anchored = element.kind == "calculatedColumnFormula"
            after = extended(element.text, self.sheet, growths, anchored=anchored)
            if after != element.text:
                edits.append(text_edit(self.content, element, after))
        return edited(self.content, edits)


def read_table(content: bytes, part: str, sheet: str, file: str) -> TableReading:
    """A table's part in one pass; raises RefusedError if it is none."""
    roots: list[Element] = []
    inner: list[Element] = []
    column_ends: list[int] = []
    wanted = dict.fromkeys((*OWN_AREAS, *FORMULAS), inner.append) | {"table": roots.append}
    walk(content, (file, part), wanted | {"tableColumn": lambda element: column_ends.append(element.end)})
    root = roots[-1] if roots else Element("table", {}, 0, None)
    area = area_of(sheet, root.attributes.get("ref", ""))
    left = area.left if area else 1
    formulas = {
        left + bisect_left(column_ends, element.start): ColumnFormula(
            element.text, element.attributes.get("array") in ("1", "true")
        )
        for element in inner
        if element.kind == "calculatedColumnFormula"
    }
    return TableReading(content, part, sheet, root, formulas, inner)


def grown_book(content: bytes, place: tuple[str, str], growths: Growths) -> bytes:
    """xl/workbook.xml with its defined names over the grown tables."""
    edits: list[Edit] = []

    def name(element: Element) -> None:
        if element.attributes.get("name") == PRINTED:
            after = printed(element.text, growths)
        else:
            after = extended(element.text, "", growths, anchored=True)
        if after != element.text:
            edits.append(text_edit(content, element, after))

    walk(content, place, {"definedName": name})
    return edited(content, edits)


def grown_chart(content: bytes, place: tuple[str, str], growths: Growths) -> bytes:
    """A chart whose series go on to the new rows; of those its memory has no values yet."""
    edits: list[Edit] = []
    more: dict[Element | None, int] = {}

    def formula(element: Element) -> None:
        after = extended(element.text, "", growths, anchored=False)
        if after != element.text:
            edits.append(text_edit(content, element, after))
            levels = element.parent is not None and element.parent.kind == "multiLvlStrRef"
            more[element.parent] = size_of(after, across=not levels) - size_of(element.text, across=not levels)

    def count(element: Element, attribute: str) -> None:
        found = element.attributes.get(attribute, "")
        if more.get(element.parent) and found.isdecimal():
            after = str(int(found) + more[element.parent])
            edits.append(attribute_edit(content, element, {attribute: after}))

    wanted = dict.fromkeys(SERIES, lambda _: None) | dict.fromkeys(("f", "sqref"), formula)
    wanted |= {"ptCount": lambda element: count(element, "val"), "lvl": lambda element: count(element, "ptCount")}
    walk(content, place, wanted)
    return edited(content, edits)


def grown_drawing(content: bytes, place: tuple[str, str], growths: Growths) -> bytes:
    """A drawing whose text boxes show what they showed: the totals where they stand now."""
    edits: list[Edit] = []

    def shape(element: Element) -> None:
        before = element.attributes.get("textlink", "")
        after = extended(before, "", growths, anchored=False)
        if after != before:
            edits.append(attribute_edit(content, element, {"textlink": after}))

    walk(content, place, {"sp": shape})
    return edited(content, edits)
