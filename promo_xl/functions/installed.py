"""What functions need beside their cells: the templates in use, and their words in a language."""

import os
from functools import cache
from pathlib import Path

from promo_xl import user_settings
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording, languages, wording
from promo_xl.sheetspec.words import Words

TEMPLATES = "PROMO_XL_TEMPLATES"  # the environment variable that names a planner's own templates
LANGUAGE = "PROMO_XL_LANG"


@cache
def folder() -> Path | None:
    """The planner's own templates, if the environment names some, or the settings a folder that is there."""
    if named := os.environ.get(TEMPLATES, ""):
        return Path(named)
    named = user_settings.settings().get(user_settings.TEMPLATES, "")
    return user_settings.folder_named(named)


@cache
def book() -> Book:
    """The declarations of the sheets, read once per process."""
    return load_book(folder())


@cache
def words(language: str = "") -> Wording:
    """The texts of a language; where none is asked for, of the environment's, the settings', else of Chinese."""
    known = languages(folder())
    wanted = language.strip().casefold() or os.environ.get(LANGUAGE, "")[:2].casefold() or _set_language(known)
    return wording(wanted if wanted in known else "en", folder())


def _set_language(known: tuple[str, ...]) -> str:
    named = user_settings.settings().get(user_settings.LANGUAGE, "").casefold()
    return named if named in known else "zh"


def help_in(text: Words, language: str) -> str:
    """A help text in a language; one that the entry does not have may stand under `texts:` of its labels."""
    if language in text.by_language:
        return text.by_language[language]
    english = text.text(language)
    known = words(language).labels.get("texts") or {}
    return str(known.get(english, english))
