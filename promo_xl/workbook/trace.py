"""The trace: a workbook written once with slots instead of values, cut into pieces with holes."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from promo_xl.sheetspec.formula.values import Value
from promo_xl.workbook.macros import finished
from promo_xl.workbook.pieces import Piece
from promo_xl.workbook.sheet import Values
from promo_xl.workbook.slots import BEGIN, END, Ask, Hole, Holes, Said, Traced
from promo_xl.workbook.texts import Texts
from promo_xl.workbook.write import Edition, write
from promo_xl.workbook.xlsx import Workbook

TEXTS, CHARTS = "xl/sharedStrings.xml", "xl/charts/chart"
SAID = "docProps/core.xml"  # title and author
LONG, SHORT, LONGEST = 8_192, 16_384, 32_768  # characters
MARK = re.compile(f"{BEGIN}(-?[0-9]{{1,9}}){END}")
MARK_IN_BYTES = re.compile(MARK.pattern.encode())
Fillings = dict["Hole | Said", str]


class UntraceableError(Exception):
    """The builder took a part of a column, or a text holds the signs that mark holes."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What the builder asked, and what it made of the slots.

    `holes` are those of each value of each answer, `typed` the asks whose values are typed cells, in the order in
    which their cells are made. `plotted` are the holes that charts repeat. `contents` are the parts, with marks of
    the holes, which are `numbered` as the marks are.
    """

    workbook: Workbook
    asks: Sequence[Ask]
    answers: Sequence[Sequence[Value]]
    holes: Sequence[Sequence[Sequence[Hole | Said]]]
    typed: Sequence[tuple[int, Sequence[Hole]]]
    plotted: Sequence[Hole]
    contents: Sequence[tuple[ZipInfo, bytes]]
    numbered: Sequence[Hole | Said]

    @property
    def labels(self) -> Texts:
        """A table of texts that holds the labels."""
        labels: Texts = self.workbook.str_table
        return labels


def trace(edition: Edition, values: Values) -> Trace:
    """Run the builder once; raises UntraceableError where slots do not end up in holes."""
    traced, package, made = Traced(values), BytesIO(), list[Holes]()

    def kind(texts: Texts) -> Holes:
        made.append(Holes(texts))
        return made[0]

    workbook = write(traced, edition, package, kind)
    content, macros = package.getvalue(), edition.imprint.macros
    holes = made[0].holes
    by_ask: list[list[list[Hole | Said]]] = [[[] for _ in answer] for answer in traced.answers]
    numbered: list[Hole | Said] = [*holes, *reversed(traced.said)]  # a mark with -1 is the first thing said
    for hole in numbered:
        by_ask[hole.slot.ask][hole.slot.index].append(hole)
    with ZipFile(BytesIO(finished(content, macros.ribbon) if macros else content)) as archive:
        contents = [(entry, archive.read(entry)) for entry in archive.infolist()]
    drawn = {hole.number for hole in holes if hole.worksheet is not None}
    marks = [
        int(mark) for entry, part in contents if entry.filename != SAID for mark in MARK_IN_BYTES.findall(part)
    ]
    if sorted(marks) != sorted(drawn):
        raise UntraceableError(f"{len(drawn)} holes, {len(marks)} marks")
    return Trace(
        workbook,
        traced.asks,
        traced.answers,
        by_ask,
        list(_typed(holes, traced.answers)),
        list(_plotted(workbook)),
        contents,
        numbered,
    )


def _typed(holes: Sequence[Hole], answers: Sequence[Sequence[Value]]) -> Iterator[tuple[int, Sequence[Hole]]]:
    at, typed = 0, [hole for hole in holes if hole.is_typed]
    while at < len(typed):
        ask = typed[at].slot.ask
        column = typed[at : at + len(answers[ask])]
        if [hole.slot.index for hole in column if hole.slot.ask == ask] != list(range(len(answers[ask]))):
            raise UntraceableError(f"ask {ask}")
        yield ask, column
        at += len(column)


def _plotted(workbook: Workbook) -> Iterator[Hole]:
    """The holes among the cells whose values charts repeat."""
    sheets = {worksheet.name: worksheet for worksheet in workbook.worksheets()}
    for sheet, (top, left, bottom, right) in workbook.plotted():
        table = sheets[sheet].table
        cells = (table[row].get(column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        yield from (cell for cell in cells if isinstance(cell, Hole))


def cut(
    content: bytes, numbered: Sequence[Hole | Said], fillings: Fillings, lively: Callable[[Hole | Said], bool]
) -> Iterator[Piece]:
    """The pieces of a part, its holes filled: short ones around holes that differ by product, else long ones."""
    texts: list[str] = []
    inside: list[tuple[Hole | Said, int]] = []
    size, is_lively = 0, False
    fixed, *rest = MARK.split(content.decode())
    for text, number in zip([fixed, *rest[1::2]], [*rest[::2], ""], strict=True):
        hole = numbered[int(number)] if number else None
        if len(text) >= LONG and texts:
            yield _piece(texts, inside)
            texts, inside, size, is_lively = [], [], 0, False
        texts.append(text)
        size += len(text)
        begins = hole is not None and not is_lively and lively(hole)
        if hole is None or len(text) >= LONG or size >= (SHORT if is_lively or begins else LONGEST):
            yield _piece(texts, inside)
            texts, inside, size, is_lively = [], [], 0, False
        if hole is not None:
            inside.append((hole, len(texts)))
            texts.append(fillings[hole])
            is_lively, size = is_lively or begins, size + hole.size


def _piece(texts: list[str], inside: Sequence[tuple[Hole | Said, int]]) -> Piece:
    piece = Piece(texts)
    for hole, at in inside:
        hole.places.append((piece, at))
    return piece
