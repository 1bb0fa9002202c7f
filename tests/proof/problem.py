"""A problem is one fault of a workbook file: where it is, which rule it breaks, what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault; `part` is the zip entry, `rule` a stable name, `file` the workbook's path."""

    part: str
    rule: str
    message: str
    file: str = ""

    def __str__(self) -> str:
        return f"{self.file}/{self.part}: {self.rule}: {self.message}"
