"""Finds the header row of a sheet and what each heading means, however it is spelt and ordered."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from promo_xl.sources.grid import Grid

ROWS_SEARCHED = 100
LIKENESS = 0.6
NO_PART = " \t\r\n\u3000*＊"  # around a heading, and no part of it
_NOTE = re.compile(r"[(\[【〔<].*?(?:[)\]】〕>]|$)")
_SKIPPED = re.compile(r"[\s_*\-:·\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A heading that is understood: the field it means, its spelling, and its languages."""

    field: str
    text: str
    languages: frozenset[str]
    is_label: bool = False


Vocabulary = Mapping[str, Known]
"""What each heading means, by its folded spelling."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One filled cell of a header row; columns count from 1."""

    column: int
    text: str
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: the heading of each field, and the headings that were not used."""

    grid: Grid
    row: int
    by_field: Mapping[str, Heading]
    unknown: tuple[Heading, ...] = ()
    repeated: tuple[Heading, ...] = ()

    def place(self, heading: Heading) -> str:
        """Where a person finds the heading."""
        return self.grid.place(self.row, heading.column)

    def language(self, languages: Sequence[str], decisive: str) -> str:
        """The language of most headings; if several have as many, that of the `decisive` field."""
        votes = Counter(language for h in self.by_field.values() if h.known for language in h.known.languages)
        first = self.by_field.get(decisive)
        own = first.known.languages if first and first.known else frozenset()
        return max(languages, key=lambda language: (votes[language], language in own))


@dataclass(slots=True)
class VocabularyBuilder:
    """Collects headings; a label outranks an alias, an earlier word a later one."""

    words: dict[str, Known] = field(default_factory=dict)

    def add(self, name: str, text: str, language: str, *, is_label: bool) -> Known | None:
        """Take one word for a field; returns the other field's word that it collides with."""
        key = folded(text)
        there = self.words.get(key)
        if there is None or (is_label and not there.is_label):
            self.words[key] = Known(name, text, frozenset({language}), is_label)
        elif there.field == name:
            languages = there.languages | {language}
            self.words[key] = Known(name, there.text, languages, there.is_label)
        return there if there is not None and there.field != name else None


def folded(text: str) -> str:
    """What spellings of a heading have in common: `总预算（元） *` -> `总预算`, `Launch_Date` -> `launchdate`."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _SKIPPED.sub("", _NOTE.sub("", plain)) or _SKIPPED.sub("", plain)


def note_of(text: str) -> str:
    """What stands in the brackets of a heading: `总预算（万元）` -> `万元`."""
    match = _NOTE.search(unicodedata.normalize("NFKC", text))
    return match[0].strip("()[]【】〔〕<> ") if match else ""


def find_header(grid: Grid, vocabulary: Vocabulary) -> Header | None:
    """The row with the most fields among the first hundred; None if no row has any."""
    best, most = 0, 0
    for number, values in enumerate(grid.values[:ROWS_SEARCHED], 1):
        fields = {
            vocabulary[key].field
            for value in values
            if isinstance(value, str) and (key := folded(value)) in vocabulary
        }
        if len(fields) > most:
            best, most = number, len(fields)
    return header_at(grid, best, vocabulary) if best else None


def header_at(grid: Grid, row: int, vocabulary: Vocabulary) -> Header:
    """The header that stands in `row`; of two headings for one field the label wins, then the first."""
    headings = [
        Heading(column, value.strip(NO_PART), vocabulary.get(folded(value)))
        for column, value in enumerate(grid.values[row - 1], 1)
        if isinstance(value, str) and value.strip()
    ]
    by_field: dict[str, Heading] = {}
    repeated: list[Heading] = []
    for heading in sorted(headings, key=lambda h: not (h.known and h.known.is_label)):
        if heading.known is None:
            continue
        if by_field.setdefault(heading.known.field, heading) is not heading:
            repeated.append(heading)
    unknown = tuple(heading for heading in headings if heading.known is None)
    return Header(grid, row, by_field, unknown, tuple(repeated))


def likest(text: str, words: Iterable[str]) -> str:
    """The word that `text` is most probably a slip of, as it is spelt in `words`; else the empty text."""
    key = folded(text)
    spelt = {folded(word): word for word in words}
    found = difflib.get_close_matches(key, spelt, n=5, cutoff=LIKENESS)
    return spelt[max(found, key=lambda near: _nearness(key, near))] if found else ""


def _nearness(text: str, near: str) -> float:
    """How alike two words are; a wrong sign is a commoner slip than a missing or added one."""
    return difflib.SequenceMatcher(None, near, text).ratio() + (0.15 if len(near) == len(text) else 0)
