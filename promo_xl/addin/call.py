"""What every command of the ribbon has at hand: its request, the planner's language, templates, the workbook."""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promo_xl import user_settings
from promo_xl.addin.tickets import Request
from promo_xl.functions.installed import TEMPLATES
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording, wording

BUTTONS = {
    "new_plan": "promoNew",
    "make_batch": "promoBatch",
    "finish_job": "promoBatch",
    "refresh_data": "promoRefresh",
    "check_plan": "promoCheck",
    "auto_schedule": "promoSchedule",
    "undo_last": "promoUndo",
    "repair_plan": "promoRepair",
    "change_setting": "promoSettings",
    "self_check": "promoHelp",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One press of a button; `book` is the open workbook for tests, else Excel's is asked for."""

    request: Request
    spoken: Wording
    book: Any = None

    @property
    def words(self) -> Wording:
        """The texts in the planner's language, from the planner's own templates if there are some."""
        return wording(self.spoken.language, templates_folder()) if templates_folder() else self.spoken

    @property
    def title(self) -> str:
        """The name of the button, above every message."""
        button = self.words.labels["ribbon"].get(BUTTONS.get(self.request.get("command"), ""), {})
        return str(button.get("label", "")) if isinstance(button, dict) else ""

    def templates(self) -> Book:
        """The declarations of the sheets."""
        return load_book(templates_folder())

    def say(self, key: str, **details: object) -> str:
        """A text that is shown inside Excel."""
        return self.words.in_excel(key, **details)

    def target(self) -> Any:
        """The open workbook from which the button was pressed, never another; raises RefusedError."""
        book = self._caller()
        if not self._is_meant(book):
            details = {"file": self.request.book, "found": book.name}
            raise RefusedError([Finding("BOOK_NOT_CALLER", details=details, place=self.request.book)])
        return book

    def target_behind(self) -> Any:
        """The same after a job, when another workbook may be in front; raises RefusedError if it is closed.

        Without a copy the workbook of this name is another one: the add-in copies only the one that it knows.
        """
        caller = self._caller()
        books = [caller, *caller.app.books] if self.request.copy else []
        found = next((book for book in books if self._is_meant(book)), None)
        if found is None:
            raise RefusedError(
                [Finding("BOOK_GONE", details={"file": self.request.book}, place=self.request.book)]
            )
        return found

    def _caller(self) -> Any:
        if self.book is not None:
            return self.book
        import xlwings

        return xlwings.Book.caller()

    def _is_meant(self, book: Any) -> bool:
        return _name(book.name) == _name(self.request.get("book"))


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def templates_folder() -> Path | None:
    """The planner's own templates: of the environment, else of the settings if the folder is there."""
    if named := os.environ.get(TEMPLATES, ""):
        return Path(named)
    named = user_settings.settings().get(user_settings.TEMPLATES, "")
    return user_settings.folder_named(named)
