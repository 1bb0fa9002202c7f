"""Checks of typed cells (data validation) where a table grows: no cell has two of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promo_xl.workbook.growth_areas import Growth, covered, overlaps, without
from promo_xl.workbook.tables_in_file import Area
from promo_xl.workbook.xml_places import Edit, Element, attribute_edit, text_edit


@dataclass(frozen=True, slots=True)
class Check:
    """A check with its areas: those of an attribute of its own, or of an element inside it."""

    element: Element
    said_in: Element
    areas: str

    def edit(self, part: bytes, areas: str) -> Edit:
        """The edit that gives it other areas."""
        if self.said_in is self.element:
            return attribute_edit(part, self.element, {"sqref": areas})
        return text_edit(part, self.said_in, areas)


def check_edits(part: bytes, checks: Sequence[Check], growths: tuple[Growth, ...]) -> list[Edit]:
    """Edits that let checks of a table's last row go on to its new ones; others give way there, or go."""
    rooms = [Area("", g.last + 1, g.left, g.room.bottom, g.right) for g in growths]
    after = [covered(check.areas, growths) for check in checks]
    taken = [
        hole
        for check, areas in zip(checks, after, strict=True)
        if areas != check.areas
        for hole in overlaps(areas, rooms)
    ]
    after = [
        without(areas, taken) if areas == check.areas and overlaps(areas, taken) else areas
        for check, areas in zip(checks, after, strict=True)
    ]
    changed = [(check, areas) for check, areas in zip(checks, after, strict=True) if areas != check.areas]
    left = [check.edit(part, areas) for check, areas in changed if areas]
    return [*left, *_removed(part, [check for check, areas in changed if not areas], checks)]


def _removed(part: bytes, gone: Sequence[Check], checks: Sequence[Check]) -> Iterator[Edit]:
    """Without checks that have no cells any more; what holds nothing but them goes too."""
    held = Counter(check.element.parent for check in checks)
    for parent, count in Counter(check.element.parent for check in gone).items():
        if parent is not None and count == held[parent]:
            extension = parent.parent if parent.parent is not None and parent.parent.kind == "ext" else parent
            yield extension.start, extension.end, b""
            continue
        for check in gone:
            if check.element.parent is parent:
                yield check.element.start, check.element.end, b""
        if parent is not None and "count" in parent.attributes:
            yield attribute_edit(part, parent, {"count": str(held[parent] - count)})
