"""What a button of the ribbon asks: a file of lines, and beside it a copy of the workbook it is about."""

import re
import sys
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.places import TICKET_FILE, places_of
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history_files import key_of

TICKET = re.compile(r"[0-9-]{1,40}")
KEPT_DAYS = 7
ANSWER = "answer_"  # what VBA asked the planner


@dataclass(frozen=True, slots=True)
class Request:
    """A ticket and its facts, in their order; a key may repeat."""

    ticket: str
    folder: Path
    facts: tuple[tuple[str, str], ...]

    def get(self, key: str, default: str = "") -> str:
        """The last value of a key."""
        return next((value for name, value in reversed(self.facts) if name == key), default)

    def flag(self, key: str) -> bool:
        """True for a key that is 1."""
        return self.get(key) == "1"

    def answered(self) -> dict[str, str]:
        """What the planner answered, by name."""
        return {key.removeprefix(ANSWER): value.strip() for key, value in self.facts if key.startswith(ANSWER)}

    def file(self, ending: str) -> Path:
        """A file of this ticket."""
        return self.folder / f"{self.ticket}.{ending}"

    @property
    def book(self) -> str:
        """The name of the workbook, as people see it."""
        return unicodedata.normalize("NFC", self.get("book"))

    @property
    def copy(self) -> Path | None:
        """The copy of the workbook; None where there is none, as for a button that needs no workbook."""
        name = self.get("copy")
        path = self.folder / name
        return path if path.name == name and path.stem == self.ticket and path.is_file() else None

    @property
    def place(self) -> Path | None:
        """The file of the workbook; None where it is not saved, or lies behind an address of the internet."""
        full = self.get("fullname")
        if not self.get("folder") or not Path(full).is_absolute():
            return None
        return Path(full)

    @property
    def key(self) -> str:
        """The name of the workbook in the history; an unsaved one is known within its own Excel alone."""
        if self.place:
            return key_of(self.place)
        name = self.get("fullname") or self.book
        return key_of(name if self.get("folder") else f"{self.get('instance')}|{name}")


def work_folder() -> Path:
    """The folder in which Excel and Python hand each other files."""
    named = user_settings.settings().get(user_settings.WORK, "")
    return Path(named) if named else places_of(sys.platform, Path.home()).work


def check_ticket(ticket: str) -> str:
    """The ticket itself; raises ValueError for anything that could name a file elsewhere."""
    if not TICKET.fullmatch(ticket):
        raise ValueError(f"not a ticket: {ticket!r}")
    return ticket


def read_request(ticket: str, folder: Path) -> Request:
    """What was asked; raises RefusedError if that cannot be read."""
    path = folder / f"{check_ticket(ticket)}.request"
    try:
        facts = user_settings.read_lines(path.read_bytes().decode("ascii"))
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        details = {"file": str(path), "problem": problem}
        raise RefusedError([Finding("ADDIN_REQUEST", details=details, place=path.name)]) from None
    return Request(ticket, folder, tuple(facts))


def forget_old(folder: Path, days: float = KEPT_DAYS) -> None:
    """Remove the files of tickets that nobody will ask for any more; one that is in use stays."""
    oldest = time.time() - days * 86400
    for path in sorted(folder.glob("*.*")):
        try:
            if TICKET_FILE.fullmatch(path.name) and path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
        except OSError:
            continue
