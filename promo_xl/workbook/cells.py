"""Values as cells of XlsxWriter: by kind, never by guess."""

import math
import re
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellBooleanTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
)

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.storable import storable
from promo_xl.workbook.texts import Texts

ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # read as a character; XlsxWriter guards typed texts only


class EmptyText(str):
    """The empty text as the value of a formula: XlsxWriter takes a plain one for "not computed"."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = str.__hash__


EMPTY_TEXT = EmptyText()


class Cells:
    """Makes the cells of one workbook."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def typed(self, value: Value, style: Format) -> Any:
        """A cell that the planner fills: a text stays a text, whatever sign it begins with."""
        if value is None or value == "":
            return CellBlankTuple(style)
        if isinstance(value, str):
            return CellStringTuple(self.texts.text(storable(value)), style)
        if isinstance(value, bool):
            return CellBooleanTuple(int(value), style)
        if isinstance(value, CellError):
            return CellStringTuple(self.texts.text(value.code), style)
        if not math.isfinite(value):
            raise TypeError(f"no cell can hold {value}")
        return CellNumberTuple(value, style)

    def computed(self, formula: str, value: Value, style: Format) -> Any:
        """A formula with the value that it has now."""
        return CellFormulaTuple(formula.removeprefix("="), style, shown(value))


def shown(value: Value) -> Any:
    """What a formula's cell holds as its value."""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, str):
        return ESCAPE.sub("_x005F_", storable(value)) or EMPTY_TEXT
    return value
