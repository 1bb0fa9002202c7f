"""The texts that the add-in shows, as rows of its hidden sheets: VBA source cannot hold them."""

from promo_xl.functions.vba_wrappers import wizard_texts
from promo_xl.sheetspec.wording import Wording, languages, wording
from promo_xl.sheetspec.words import FALLBACK
from promo_xl.workbook.macros import TextSheet

TEXTS_SHEET = "promo_texts"
WIZARD_SHEET = "promo_wizard_"


def sheets_of_texts() -> tuple[TextSheet, ...]:
    """A row for each text with a column for each language; and a sheet of function texts for each language."""
    known = (FALLBACK, *(language for language in languages() if language != FALLBACK))
    texts = {language: _texts(wording(language)) for language in known}
    rows = [
        (key, *(texts[language].get(key) or english for language in known))
        for key, english in texts[FALLBACK].items()
    ]
    wizards = [
        TextSheet(WIZARD_SHEET + language, tuple(text.row for text in wizard_texts(language)))
        for language in known
    ]
    return (TextSheet(TEXTS_SHEET, (("key", *known), *rows)), *wizards)


def _texts(words: Wording) -> dict[str, str]:
    """`addin.<key>` and `ribbon.<id>.label` or `ribbon.<id>.tip`."""
    said = {f"addin.{key}": str(text) for key, text in words.labels["addin"].items()}
    for control, parts in words.labels["ribbon"].items():
        said |= {f"ribbon.{control}.{part}": str(text) for part, text in parts.items()}
    return said
