"""Texts in the planner's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in several languages; a language that has none shows the English one."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The text in `language`, else in English, else the first there is."""
        texts = self.by_language
        return texts.get(language) or texts.get(FALLBACK) or next(iter(texts.values()), "")

    def __bool__(self) -> bool:
        return bool(self.by_language)
