"""The table of texts of a workbook: its labels, then the texts of the plan.

XlsxWriter numbers texts as they come. Labels first gives a label the same number in every workbook of its kind,
whatever the plan says, so that what holds labels alone is the same in all of them.
"""

from xlsxwriter.sharedstrings import SharedStringTable


class Text(str):
    """A text of the plan in a cell; it prints as its number in the table, which is known once all labels are."""

    __slots__ = ("texts",)
    texts: "Texts"

    def __format__(self, _: str) -> str:
        return str(self.texts.numbers[self])


class Texts(SharedStringTable):  # type: ignore[misc]
    """XlsxWriter's table; what it is given by itself are labels."""

    def __init__(self) -> None:
        super().__init__()
        self.of_plan: dict[str, None] = {}
        self.numbers: dict[str, int] = {}

    def text(self, text: str) -> Text:
        """A cell's text that the plan gives."""
        self.count += 1
        self.of_plan.setdefault(text)
        late = Text(text)
        late.texts = self
        return late

    def _get_shared_string(self, index: object) -> str:
        """The text of a cell, for the cached values of charts."""
        if isinstance(index, Text):
            return str(index)
        found: str = super()._get_shared_string(index)
        return found

    def _sort_string_data(self) -> None:
        """Called once every cell is there."""
        self.numbers = numbered(self.string_table, self.of_plan)
        self.string_array = list(self.numbers)
        self.unique_count = len(self.string_array)


def numbered(labels: dict[str, int], texts: dict[str, None]) -> dict[str, int]:
    """The number of every text, those of the labels as they are."""
    numbers = dict(labels)
    for text in texts:
        numbers.setdefault(text, len(numbers))
    return numbers
