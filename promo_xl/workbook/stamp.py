"""Workbooks of one shape from one trace of the builder.

1. **Trace.** The builder runs once with slots instead of values (`slots.py`). Where it puts a slot, the written
   parts have a hole. The parts are cut into pieces, and these are packed once (`trace.py`, `pieces.py`).
2. **Stamp.** For every further product the same questions are asked of its values. Pieces whose values are those
   of the first product stay packed; in the others the holes that differ are filled anew.

Texts have their numbers by the order in which cells are made, labels first (`texts.py`), so that a piece without
texts of the plan never changes. Charts repeat values of cells; XlsxWriter draws them anew where those changed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter.sharedstrings import SharedStrings

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.workbook.cells import Cells
from promo_xl.workbook.container import Packed, write_container
from promo_xl.workbook.pieces import Part, Piece, Whole
from promo_xl.workbook.sheet import Values
from promo_xl.workbook.slots import Hole, Said
from promo_xl.workbook.texts import Texts
from promo_xl.workbook.trace import CHARTS, TEXTS, Fillings, cut, trace
from promo_xl.workbook.write import Edition

LONGEST_KEPT = 256  # characters
Changes = defaultdict[Piece, dict[int, str]]


class Master:
    """The trace of a workbook, from which others of its shape are stamped."""

    def __init__(self, edition: Edition, values: Values) -> None:
        self.trace = trace(edition, values)
        first = Filling(self.trace.labels, self.trace.typed, self.trace.answers)
        answers = self.trace.answers
        fillings = {
            hole: hole.filled(first.cell(hole, answers[hole.slot.ask][hole.slot.index]))
            for hole in self.trace.numbered
            if isinstance(hole, Said) or hole.worksheet is not None
        }
        self.numbers = first.texts.numbers
        self.plotted: list[Value] = []
        self.charts: list[str] = []
        labels = "".join(map(_element, self.trace.labels.numbers)).encode()
        self.parts: list[Part | Whole] = [
            Whole(entry, labels if entry.filename == TEXTS else b"")
            if entry.filename == TEXTS or entry.filename.startswith(CHARTS)
            else Part(entry, self._pieces(entry.filename, content, fillings, values))
            for entry, content in self.trace.contents
        ]

    def _pieces(self, name: str, content: bytes, fillings: Fillings, values: Values) -> list[Piece]:
        if not name.endswith((".xml", ".rels")):
            return [Piece([], content)]

        def lively(hole: Hole | Said) -> bool:
            """True if its value is another one for most products: it is in no spare row."""
            ask = self.trace.asks[hole.slot.ask]
            return ask.method != "column" or hole.slot.index < values.printed_rows(ask.given[0])

        return list(cut(content, self.trace.numbered, fillings, lively))

    def stamped(self, values: Values) -> bytes:
        """The workbook of other values of the same shape."""
        answers = [ask.of(values) for ask in self.trace.asks]
        filling = Filling(self.trace.labels, self.trace.typed, answers)
        changes = self._changes(answers, filling)
        charts = iter(self._charts(answers, filling))
        package = BytesIO()
        write_container(package, (self._packed(part, changes, filling.texts, charts) for part in self.parts))
        return package.getvalue()

    def _changes(self, answers: Sequence[Sequence[Value]], filling: "Filling") -> Changes:
        changes: Changes = defaultdict(dict)
        for hole, cell in filling.moved(self.numbers):
            _fill(changes, hole, cell)
        holes = self.trace.holes
        for ask, (answer, first) in enumerate(zip(answers, self.trace.answers, strict=True)):
            for index in _differing(answer, first):
                for hole in holes[ask][index]:
                    _fill(changes, hole, filling.cell(hole, answer[index]))
        return changes

    def _charts(self, answers: Sequence[Sequence[Value]], filling: "Filling") -> list[str]:
        """The charts; drawn anew if a value that they repeat is another one than last time."""
        holes = self.trace.plotted
        plotted = [answers[hole.slot.ask][hole.slot.index] for hole in holes]
        if not self.charts or any(True for _ in _differing(plotted, self.plotted)):
            for hole, value in zip(holes, plotted, strict=True):
                hole.worksheet.table[hole.row][hole.column] = filling.cell(hole, value)
            self.charts, self.plotted = self.trace.workbook.charts_again(), plotted
        return self.charts

    def _packed(self, part: Part | Whole, changes: Changes, texts: Texts, charts: Iterator[str]) -> Packed:
        if isinstance(part, Part):
            return part.stamped(changes)
        if part.entry.filename != TEXTS:
            return part.stamped(next(charts).encode())
        of_plan = list(texts.numbers)[len(self.trace.labels.numbers) :]
        return part.stamped(_head(texts).encode(), ("".join(map(_element, of_plan)) + "</sst>").encode())


class Filling:
    """The cells of one product; its texts are numbered in the order in which the builder would make them."""

    def __init__(
        self, labels: Texts, typed: Sequence[tuple[int, Sequence[Hole]]], answers: Sequence[Sequence[Value]]
    ) -> None:
        self.texts = Texts()
        self.texts.string_table, self.texts.count = labels.numbers, labels.count
        self.cells = Cells(self.texts)
        self.with_text: dict[Hole | Said, Any] = {}
        for ask, holes in typed:
            answer = answers[ask]
            if answer.count(None) < len(answer):
                for value, hole in zip(answer, holes, strict=True):
                    if (isinstance(value, str) and value) or isinstance(value, CellError):
                        self.with_text[hole] = hole.cell(value, self.cells)
        self.texts._sort_string_data()

    def cell(self, hole: Hole | Said, value: Value) -> Any:
        """The cell that this hole becomes."""
        return self.with_text.get(hole) or hole.cell(value, self.cells)

    def moved(self, numbers: Mapping[str, int]) -> Iterator[tuple[Hole | Said, Any]]:
        """The cells whose text has another number than in `numbers`."""
        own = self.texts.numbers
        for hole, cell in self.with_text.items():
            if own[cell.string] != numbers.get(cell.string):
                yield hole, cell


def _fill(changes: Changes, hole: Hole | Said, cell: Any) -> None:
    if hole.places:
        text = hole.filled(cell)
        for piece, at in hole.places:
            changes[piece][at] = text


def _differing(answer: Sequence[Value], first: Sequence[Value]) -> Iterator[int]:
    """Where two columns hold other values, or the same ones of another kind: 1 is neither 1.0 nor TRUE."""
    if answer is first or (answer == first and list(map(type, answer)) == list(map(type, first))):
        return
    for index, (value, other) in enumerate(zip(answer, first, strict=True)):
        if value is not other and (value != other or type(value) is not type(other)):
            yield index


def _element(text: str) -> str:
    """A text in the table, as XlsxWriter writes it; short ones come again, long ones would fill the memory."""
    return _short_element(text) if len(text) <= LONGEST_KEPT else _drawn_element(text)


@lru_cache(maxsize=4_096)
def _short_element(text: str) -> str:
    return _drawn_element(text)


def _drawn_element(text: str) -> str:
    strings = SharedStrings()
    strings.fh = StringIO()
    strings._write_si(text)
    return str(strings.fh.getvalue())


def _head(texts: Texts) -> str:
    strings = SharedStrings()
    strings.fh, strings.string_table = StringIO(), texts
    strings._xml_declaration()
    strings._write_sst()
    return str(strings.fh.getvalue())
