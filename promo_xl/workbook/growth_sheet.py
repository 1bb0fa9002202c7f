"""One pass over a sheet of a workbook whose tables grow: what follows them there, and what stands in their way."""

from dataclasses import dataclass

from promo_xl.workbook.growth_areas import Growth, covered, written
from promo_xl.workbook.growth_checks import Check, check_edits
from promo_xl.workbook.growth_formulas import extended, moved
from promo_xl.workbook.tables_in_file import Area, area_of, column_number
from promo_xl.workbook.xml_places import (
    Edit,
    Element,
    attribute_edit,
    escaped,
    start_tag,
    text_edit,
    walk,
    with_attributes,
)

WITH_AREAS = ("ignoredError", "protectedRange")
WITH_FORMULA = ("formula", "formula1", "formula2")
PARENTS = ("sparkline", "sparklineGroup", "customSheetView", "dataValidations", "ext")
SHARED = {"t": None, "ref": None, "si": None}


@dataclass(slots=True)
class Cell:
    """A cell with its formula as its own place reads it, also if it shares one; `shown` is its cached value."""

    element: Element
    row: int
    column: int
    formula: Element | None
    shown: str | None
    has_text: bool
    text: str = ""

    @property
    def filled(self) -> bool:
        """True if there is more than a format."""
        return self.formula is not None or bool(self.shown) or self.has_text

    @property
    def is_array(self) -> bool:
        """True if the formula is an array's."""
        return self.formula is not None and self.formula.attributes.get("t") == "array"


class SheetReading:
    """What a sheet's part holds that matters to the growths, and the edits that follow from them elsewhere.

    `rows` are all rows, `cells` those from a table's last row of data down to where it will end, `models` the
    lowest formula in each column of each table, `taken` what fills more than a cell: (its kind, its area).
    """

    def __init__(self, part: bytes, sheet: str, place: tuple[str, str], growths: tuple[Growth, ...]) -> None:
        self.part, self.sheet, self.growths = part, sheet, growths
        self.own = tuple(growth for growth in growths if growth.sheet == sheet)
        self.rows: dict[int, Element] = {}
        self.cells: dict[int, dict[int, Cell]] = {}
        self.models: dict[tuple[str, int], Cell] = {}
        self.taken: list[tuple[str, Area]] = []
        self.edits: list[Edit] = []
        self.behind_rows, self.prefix = 0, ""
        self._row = self._column = 0
        self._formula: Element | None = None
        self._shown: str | None = None
        self._has_text = False
        self._shared: dict[str, list[Cell]] = {}
        self._told: list[Element] = []  # formulas of a rule, until it has said where it holds
        self._areas_told = ""
        self.checks: list[Check] = []
        wanted = dict.fromkeys(WITH_FORMULA, self._anchored) | dict.fromkeys(PARENTS, lambda _: None)
        wanted |= {"row": self._end_row, "c": self._cell, "f": self._f, "cfvo": self._anchored}
        wanted |= {"conditionalFormatting": self._rule, "dataValidation": self._rule}
        if self.own:
            wanted |= dict.fromkeys(WITH_AREAS, self._areas) | {"sqref": self._sqref, "hyperlink": self._hyperlink}
            wanted |= {"v": self._v, "is": self._is, "sheetData": self._end_rows, "dimension": self._dimension}
            wanted |= {"mergeCell": self._merged, "autoFilter": self._filter}
        walk(part, place, wanted)
        for cells in self._shared.values():
            self._share(cells)
        self._put(check_edits(part, self.checks, self.own))

    def _put(self, edits: list[Edit]) -> None:
        """More edits; what was to change in something that goes is forgotten."""
        gone = [(start, end) for start, end, text in edits if not text]
        kept = (edit for edit in self.edits if not any(start <= edit[0] < end for start, end in gone))
        self.edits = [*kept, *edits]

    def _end_rows(self, element: Element) -> None:
        self.behind_rows, self.prefix = element.closing, element.prefix

    def _end_row(self, element: Element) -> None:
        self._row, self._column = self._number(element), 0
        self.rows[self._row] = element

    def _number(self, row: Element | None) -> int:
        return int(row.attributes.get("r", self._row + 1)) if row else self._row

    def _v(self, element: Element) -> None:
        self._shown = element.text

    def _is(self, element: Element) -> None:  # noqa: ARG002
        self._has_text = True

    def _f(self, element: Element) -> None:
        if element.parent is not None and element.parent.kind == "c":
            self._formula = element
        else:
            self._anchored(element)

    def _cell(self, element: Element) -> None:
        row = self._number(element.parent)
        letters = element.attributes.get("r", "").rstrip("0123456789")
        self._column = column_number(letters) if letters else self._column + 1
        formula, shown, has_text = self._formula, self._shown, self._has_text
        self._formula, self._shown, self._has_text = None, None, False
        kept = any(growth.last <= row <= growth.room.bottom for growth in self.own)
        if formula is None and not kept:
            return
        cell = Cell(element, row, self._column, formula, shown, has_text, formula.text if formula else "")
        if kept:
            self.cells.setdefault(row, {})[cell.column] = cell
        if formula is not None:
            self._formula_cell(cell, formula)

    def _formula_cell(self, cell: Cell, formula: Element) -> None:
        for growth in self.own:
            if growth.holds(cell.row, cell.column):
                self.models[growth.table, cell.column] = cell
        kind, area = formula.attributes.get("t"), area_of(self.sheet, formula.attributes.get("ref", ""))
        if kind == "shared":
            self._shared.setdefault(formula.attributes.get("si", ""), []).append(cell)
            return
        if area is not None and kind in ("array", "dataTable"):
            self.taken.append(("array", area))
            for growth in self.own:
                if growth.moves(cell.row, cell.column):
                    ref = {
                        "ref": written(area.top + growth.more, area.left, area.bottom + growth.more, area.right)
                    }
                    self.edits.append(attribute_edit(self.part, formula, ref))
        after = self.followed(cell)
        if after != cell.text:
            self.edits.append(text_edit(self.part, formula, after))

    def followed(self, cell: Cell) -> str:
        """The formula of a cell when the tables have grown."""
        inside = any(growth.holds(cell.row, cell.column) for growth in self.own)
        return extended(cell.text, self.sheet, self.growths, anchored=inside)

    def _share(self, cells: list[Cell]) -> None:
        """Cells whose shared formula does not stay the same for all of them get one of their own each."""
        master = next((cell for cell in cells if cell.text), None)
        if master is None:
            return
        groups: list[list[Cell]] = [[]]
        for cell in cells:
            if cell.text and cell is not master:
                master = cell
                groups.append([])
            elif cell is not master:
                cell.text = moved(master.text, cell.row - master.row, cell.column - master.column)
            groups[-1].append(cell)
        for group in groups:
            after = [self.followed(cell) for cell in group]
            moving = any(growth.moves(cell.row, cell.column) for cell in group for growth in self.own)
            if moving or after != [cell.text for cell in group]:
                self.edits += [self._alone(cell, text) for cell, text in zip(group, after, strict=True)]

    def _alone(self, cell: Cell, text: str) -> Edit:
        formula = cell.formula
        assert formula is not None, "only cells with a formula share one"
        tag = with_attributes(start_tag(self.part, formula.start), SHARED)
        tag = tag.removesuffix(b"/>").removesuffix(b">").rstrip() + b">"
        end = f"</{formula.whole_name}>".encode()
        return formula.start, formula.end, tag + escaped(text) + end

    def _anchored(self, element: Element) -> None:
        if element.within("conditionalFormatting") or element.within("dataValidation"):
            self._told.append(element)
        else:
            self._formula_text(element, anchored=not element.within("sparklineGroup"))

    def _formula_text(self, element: Element, *, anchored: bool) -> None:
        if element.kind == "cfvo":
            value = element.attributes.get("val", "")
            self._attribute(element, "val", extended(value, self.sheet, self.growths, anchored=anchored))
            return
        after = extended(element.text, self.sheet, self.growths, anchored=anchored)
        if after != element.text:
            self.edits.append(text_edit(self.part, element, after))

    def _rule(self, element: Element) -> None:
        """A colour rule or a check at its end: one of the totals alone moves with them, row by row."""
        areas = element.attributes.get("sqref", self._areas_told)
        anchored = self._with_totals(areas.partition(" ")[0]) == areas.partition(" ")[0]
        for formula in self._told:
            self._formula_text(formula, anchored=anchored)
        if "sqref" in element.attributes and element.kind == "dataValidation":
            self.checks.append(Check(element, element, areas))
        elif "sqref" in element.attributes:
            self._areas(element)
        self._told, self._areas_told = [], ""

    def _areas(self, element: Element) -> None:
        self._attribute(element, "sqref", covered(element.attributes.get("sqref", ""), self.own))

    def _sqref(self, element: Element) -> None:
        kind = element.parent.kind if element.parent is not None else ""
        self._areas_told = element.text
        if kind == "dataValidation" and element.parent is not None:
            self.checks.append(Check(element.parent, element, element.text))
            return
        after = self._with_totals(element.text) if kind == "sparkline" else covered(element.text, self.own)
        if after != element.text:
            self.edits.append(text_edit(self.part, element, after))

    def _hyperlink(self, element: Element) -> None:
        self._attribute(element, "ref", self._with_totals(element.attributes.get("ref", "")))

    def _with_totals(self, place: str) -> str:
        """Where a thing stands afterwards that only moves, with the totals."""
        area = area_of(self.sheet, place.strip())
        moving = [g for g in self.own if area is not None and g.moves(area.top, area.left)]
        return covered(place, moving)

    def _merged(self, element: Element) -> None:
        self._takes("merged", element)

    def _filter(self, element: Element) -> None:
        if not element.within("customSheetView"):
            self._takes("filter", element)

    def _takes(self, kind: str, element: Element) -> None:
        area = area_of(self.sheet, element.attributes.get("ref", ""))
        if area is not None:
            self.taken.append((kind, area))

    def _dimension(self, element: Element) -> None:
        ref = element.attributes.get("ref", "")
        areas = [area for area in [area_of(self.sheet, ref), *(growth.room for growth in self.own)] if area]
        if self.own and area_of(self.sheet, ref) is not None:
            after = written(
                min(area.top for area in areas),
                min(area.left for area in areas),
                max(area.bottom for area in areas),
                max(area.right for area in areas),
            )
            self._attribute(element, "ref", after)

    def _attribute(self, element: Element, name: str, after: str) -> None:
        if name in element.attributes and after != element.attributes[name]:
            self.edits.append(attribute_edit(self.part, element, {name: after}))
