"""The objects of Excel that the add-in's VBA touches, for pyOpenVBA's interpreter."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.interpreter import EMPTY, MISSING, NULL, Interpreter, VBAArray, VBAInt, VBAObject, member, method
from pyopenvba.interpreter._values import error


def interpreter(modules: Mapping[str, str], server: str) -> Interpreter:
    """An interpreter with these modules and the class FakeServer, in an Excel of its own."""
    vba = Interpreter(ExcelBridge(Application()))  # type: ignore[arg-type]
    for name, text in modules.items():
        vba.add_module(text, name=name)
    vba.add_module(server, name="FakeServer", kind="class")
    return vba


class Workbook(VBAObject):
    """The add-in; its name has an apostrophe, as a planner's copy might."""

    @member
    def Name(self) -> object:
        return "it's promo_xl.xlam"


class Area(VBAObject):
    """A range of one area: its values by row, and which of its cells (from 0) hold formulas."""

    vba_type_name = "Range"

    def __init__(self, values: Sequence[Sequence[object]], formulas: Collection[tuple[int, int]] = ()) -> None:
        self.values, self.formulas, self.reads = values, set(formulas), 0

    @member
    def Areas(self) -> object:
        return Parts([self])

    @member
    def HasFormula(self) -> object:
        count = len(self.values) * len(self.values[0])
        return NULL if 0 < len(self.formulas) < count else bool(self.formulas)

    @member
    def Rows(self) -> object:
        return Parts(self.values)

    @member
    def Worksheet(self) -> object:
        return UsedSheet()

    @member
    def Value2(self) -> object:
        self.reads += 1
        if len(self.values) == len(self.values[0]) == 1:
            return self.values[0][0]
        read = VBAArray([(1, len(self.values)), (1, len(self.values[0]))])
        for r, row in enumerate(self.values, 1):
            for c, value in enumerate(row, 1):
                read.set([r, c], value)
        return read

    @member
    def Cells(self, row: Any = MISSING, column: Any = MISSING) -> object:
        r, c = int(row) - 1, int(column) - 1
        return Area([[self.values[r][c]]], {(0, 0)} if (r, c) in self.formulas else ())


class Union(Area):
    """A range of several areas."""

    vba_type_name = "Range"

    def __init__(self, *parts: Area) -> None:
        super().__init__(parts[0].values)
        self.parts = parts

    @member
    def Areas(self) -> object:
        return Parts(self.parts)


class Parts(VBAObject):
    """The areas of a range, or its rows."""

    def __init__(self, parts: Sequence[object]) -> None:
        self.parts = parts

    @member
    def Count(self) -> object:
        return VBAInt(len(self.parts), "Long")

    def vba_iterate(self) -> Iterator[object]:
        return iter(self.parts)


class UsedSheet(VBAObject):
    """A worksheet of which the first rows are in use."""

    USED = 3

    @member
    def UsedRange(self) -> object:
        return Area([[EMPTY]] * self.USED)


class Sheet(VBAObject):
    """A worksheet that holds texts by row."""

    vba_type_name = "Worksheet"

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.rows = rows

    @member
    def Cells(self, row: Any = MISSING, column: Any = MISSING) -> object:
        r, c = int(row) - 1, int(column) - 1
        inside = r < len(self.rows) and c < len(self.rows[r])
        return Area([[self.rows[r][c] if inside else EMPTY]])


class Application(VBAObject):
    """Excel: the calling cell, the add-in, and which texts of the function wizard were set."""

    def __init__(self) -> None:
        self.described: list[tuple[object, ...]] = []
        self.refused: set[str] = set()

    @member
    def Caller(self) -> object:
        return Area([[EMPTY]])

    @member
    def ThisWorkbook(self) -> object:
        return Workbook()

    @method
    def Intersect(self, one: Any = MISSING, other: Any = MISSING) -> object:
        return Area(
            one.values[: len(other.values)], [cell for cell in one.formulas if cell[0] < len(other.values)]
        )

    @method
    def MacroOptions(
        self,
        macro: Any = MISSING,
        description: object = MISSING,
        category: object = MISSING,
        argumentdescriptions: Any = MISSING,
    ) -> object:
        if macro in self.refused:
            raise error(1004, "Cannot edit a macro on a hidden workbook")
        self.described.append((macro, description, category, tuple(argumentdescriptions.items)))
        return EMPTY
