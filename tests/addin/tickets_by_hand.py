"""Tickets as the add-in's VBA writes them, and its answers as it reads them."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from promo_xl import user_settings


@dataclass
class Answered:
    """An answer: single values by key, and all values of a key that repeats."""

    pairs: list[tuple[str, str]] = field(default_factory=list)

    def __getitem__(self, key: str) -> str:
        return next((value for name, value in self.pairs if name == key), "")

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.pairs if name == key]


@dataclass
class Excel:
    """The folder in which the add-in and Python hand each other files."""

    work: Path
    count: int = 0

    def ticket(self, command: str, path: Path | None = None, **facts: str | list[str]) -> str:
        """Write a request, and the copy of a workbook beside it, as SaveCopyAs does."""
        self.count += 1
        ticket = f"20260601-093000-{self.count:03}-132456"
        pairs = [("command", command), ("language", str(facts.pop("language", "zh")))]
        if path is not None:
            shutil.copyfile(path, self.work / f"{ticket}{path.suffix}")
            known = {"book": path.name, "fullname": str(path), "folder": str(path.parent)}
            known |= {"copy": f"{ticket}{path.suffix}"}
            pairs += [(key, str(facts.pop(key, value))) for key, value in known.items()]
        for key, value in facts.items():
            pairs += [(key, one) for one in (value if isinstance(value, list) else [value])]
        (self.work / f"{ticket}.request").write_bytes(user_settings.write_lines(pairs).encode("ascii"))
        return ticket

    def answer(self, ticket: str) -> Answered:
        """What Python answered."""
        text = (self.work / f"{ticket}.answer").read_bytes().decode("ascii")
        return Answered(user_settings.read_lines(text))


def excel(folder: Path, **settings: str) -> Excel:
    """Settings for the work folder in `folder`; returns the add-in's side."""
    work = folder / "work 文件"
    work.mkdir(exist_ok=True)
    values = {user_settings.WORK: str(work), user_settings.OUTPUT: str(folder / "新计划"), **settings}
    user_settings.path().write_bytes(user_settings.write_lines(values.items()).encode("ascii"))
    return Excel(work)
