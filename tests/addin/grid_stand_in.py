"""Worksheets with formulas for the add-in's VBA: what was entered where is kept in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from pyopenvba.interpreter import MISSING, NOTHING, VBAArray

from tests.addin.macros_stand_in import Thing, collection


class Cell(Thing):
    """A cell, or an array of cells; entering a formula is written down."""

    def __init__(self, at: str, formula: str, entered: list[tuple[str, str, str]], **members: Any) -> None:
        super().__init__("Range", name=at, formula=formula, hasarray=False, **members)
        self.at, self.entered = at, entered
        self.members |= {"address": lambda *how: at, "cells": lambda *where: self, "at": at}

    def vba_set(self, name: str, value: object, *args: Any, **named: Any) -> None:
        """Enter a formula."""
        super().vba_set(name, value, *args, **named)
        self.entered.append((self.at, name.lower(), str(value)))


def sheet(name: str, rows: Sequence[Sequence[str]], *, protected: bool = False, modern: bool = False) -> Thing:
    """A sheet from A1 on; `modern` is an Excel that knows Formula2. `entered` tells what was entered."""
    entered: list[tuple[str, str, str]] = []
    extra: Mapping[str, Any]
    cells = {}
    for r, row in enumerate(rows, 1):
        for c, formula in enumerate(row, 1):
            extra = {"formula2": formula, "hasspill": False} if modern else {}
            cells[r, c] = Cell(f"{chr(64 + c)}{r}", formula, entered, row=r, column=c, **extra)
    formulas = VBAArray([(1, len(rows)), (1, len(rows[0]))])
    for (r, c), cell in cells.items():
        formulas.set([r, c], cell.members["formula"])
    used = Thing("Range", formula=formulas, cells=lambda r, c: cells[int(r), int(c)])
    found = Thing("Worksheet", name=name, protectcontents=protected, usedrange=used, grid=cells, entered=entered)
    for cell in cells.values():
        cell.members["worksheet"] = found
    return found


def as_array(of: Thing, cells: Sequence[tuple[int, int]], at: str) -> Cell:
    """Make cells of a sheet one array, which is entered as a whole."""
    grid = of.members["grid"]
    block = Cell(at, grid[cells[0]].members["formula"], of.members["entered"])
    block.members |= {"cells": lambda *where: grid[cells[0]], "worksheet": of}
    for one in cells:
        grid[one].members |= {"hasarray": True, "currentarray": block}
    return block


def name(text: str, value: object = MISSING) -> Thing:
    """A defined name, and what its cell shows."""
    return Thing("Name", name=text, referstorange=NOTHING if value is MISSING else Thing("Range", value2=value))


def names(*all_names: Thing) -> Thing:
    """The defined names of a workbook."""
    return collection(all_names)
