"""Cell addresses and rectangles of cells, counted from 1."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
COLUMN = re.compile(r"\$?([A-Za-z]{1,3})")
ROW = re.compile(r"\$?([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells; `B2:C9` is `Area(2, 2, 9, 3)`."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: "Area") -> bool:
        """Whether both have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def inside(self, other: "Area") -> bool:
        """Whether no cell lies outside the other."""
        return other.holds(self.top, self.left) and other.holds(self.bottom, self.right)

    def around(self, other: "Area") -> "Area":
        """The smallest rectangle that holds both."""
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def __str__(self) -> str:
        first = cell_name(self.top, self.left)
        last = cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


@cache
def column_number(letters: str) -> int:
    """`A` -> 1, `AA` -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    """27 -> `AA`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """(3, 2) -> `B3`."""
    return f"{column_letters(column)}{row}"


def read_cell(text: str) -> tuple[int, int] | None:
    """`$B$3` -> (3, 2); None for what is no cell of a sheet."""
    match = CELL.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


@lru_cache(maxsize=100_000)
def read_area(text: str) -> Area | None:
    """`B2`, `B2:C9`, `B:C` or `2:9` as a rectangle; None for anything else."""
    first, colon, last = text.partition(":")
    start = read_cell(first)
    if start is not None:
        end = read_cell(last) if colon else start
        if end is None:
            return None
        (row, column), (row2, column2) = start, end
    elif colon and COLUMN.fullmatch(first) and COLUMN.fullmatch(last):
        column, column2 = column_number(first.strip("$")), column_number(last.strip("$"))
        row, row2 = 1, LAST_ROW
    elif colon and ROW.fullmatch(first) and ROW.fullmatch(last):
        row, row2 = int(first.strip("$")), int(last.strip("$"))
        column, column2 = 1, LAST_COLUMN
    else:
        return None
    area = Area(min(row, row2), min(column, column2), max(row, row2), max(column, column2))
    return area if area.bottom <= LAST_ROW and area.right <= LAST_COLUMN else None


def read_areas(sqref: str) -> list[Area]:
    """The rectangles of a `sqref`, without those that cannot be read."""
    return [area for word in sqref.split() if (area := read_area(word)) is not None]
