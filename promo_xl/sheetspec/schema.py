"""Reads entries into frozen dataclasses: the dataclass is the schema, its annotations say what may stand there."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar

from promo_xl.sheetspec.formula.nodes import Node
from promo_xl.sheetspec.formula.parse import FormulaError, Macro, parse_formula
from promo_xl.sheetspec.source import Entry, nearest
from promo_xl.sheetspec.words import FALLBACK, Words

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Formula:
    """A formula of a declaration: its text and its parts."""

    text: str
    node: Node
    place: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs to know beside the entry: languages for plain words, macros for formulas."""

    languages: tuple[str, ...]
    translations: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    macros: Mapping[str, Macro] = dataclasses.field(default_factory=dict)

    def read(self, cls: type[T], entry: Entry, **given: object) -> T | None:
        """A `cls` from a mapping, or None with the problems noted; `given` fields are not in the mapping."""
        entries = entry.mapping()
        hints, required = _shape(typing.cast(Any, cls))
        values: dict[str, Any] = dict(given)
        whole = True
        for key, value in entries.items():
            if key not in hints or key in given:
                hint = nearest(key, hints)
                entry.problems.add(value, key, f"{hint}?" if hint else "one of " + ", ".join(sorted(hints)))
                whole = False
                continue
            values[key] = self.convert(hints[key], value)
            whole = whole and values[key] is not None
        for key in sorted(required - values.keys()):
            entry.problems.add(entry, f"no {key}", f"the key {key}")
            whole = False
        if "place" in hints:
            values.setdefault("place", entry.place)
        return cls(**values) if whole else None

    def convert(self, hint: Any, entry: Entry) -> Any:
        """The value of `entry` as the type `hint`, or None with a problem noted."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return self.convert(next(a for a in arguments if a is not type(None)), entry)
        if origin is tuple:
            items = [self.convert(arguments[0], item) for item in entry.items()]
            return None if None in items else tuple(items)
        if origin is Mapping or origin is dict:
            pairs = {key: self.convert(arguments[1], value) for key, value in entry.mapping().items()}
            return None if None in pairs.values() else pairs
        if origin is Literal:
            return self._one_of(arguments, entry)
        if hint is Words:
            return self._words(entry)
        if hint is Formula:
            return self._formula(entry)
        if dataclasses.is_dataclass(hint):
            return self.read(typing.cast("type[Any]", hint), entry)
        return _scalar(hint, entry)

    def _one_of(self, allowed: tuple[str, ...], entry: Entry) -> str | None:
        if entry.value in allowed:
            return str(entry.value)
        entry.problems.add(entry, entry.value, "one of " + ", ".join(allowed))
        return None

    def _words(self, entry: Entry) -> Words | None:
        if not isinstance(entry.value, dict):
            text = "" if entry.value is None else str(entry.value)
            return Words(dict.fromkeys(self.languages, text))
        texts = {key: str(value.value or "") for key, value in entry.value.items()}
        for key in texts.keys() - set(self.languages):
            entry.problems.add(entry, f"language {key}", "one of " + ", ".join(self.languages))
            return None
        for language, known in self.translations.items():
            if language not in texts and texts.get(FALLBACK) in known:
                texts[language] = known[texts[FALLBACK]]
        return Words(texts)

    def _formula(self, entry: Entry) -> Formula | None:
        text = str(entry.value)
        try:
            return Formula(text, parse_formula(text, self.macros), entry.place)
        except RecursionError:
            entry.problems.add(entry, text[:80], "a formula that is not nested so deeply")
            return None
        except FormulaError as error:
            entry.problems.add(entry, text, f"a formula: {error}")
            return None


def _scalar(hint: Any, entry: Entry) -> Any:
    value = entry.value
    if hint is str and not isinstance(value, dict | list):
        return "" if value is None else str(value)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is bool and isinstance(value, bool):
        return value
    if hint is object:
        return entry.plain()
    names = {str: "a text", float: "a number", int: "a whole number", bool: "true or false"}
    entry.problems.add(entry, entry.plain(), names.get(hint, str(hint)))
    return None


@cache
def _shape(cls: type[Any]) -> tuple[dict[str, Any], frozenset[str]]:
    hints = typing.get_type_hints(cls)
    missing = dataclasses.MISSING
    required = {f.name for f in dataclasses.fields(cls) if f.default is missing and f.default_factory is missing}
    return {f.name: hints[f.name] for f in dataclasses.fields(cls)}, frozenset(required)
