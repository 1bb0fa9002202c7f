"""YAML with places: every value knows its file and line, every problem is collected."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from promo_xl.plan.findings import Finding, RefusedError

DEEPEST = 12  # levels; the deepest template has nine
MOST_VALUES = 200_000  # of all files together; ours hold some 7,000
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Problems:
    """What is wrong with the templates, gathered while reading."""

    findings: list[Finding] = field(default_factory=list)
    values: int = 0

    def add(self, entry: "Entry", found: object, expected: str) -> None:
        """Note that `entry` holds `found` where `expected` should stand."""
        details = {"found": str(found), "expected": expected}
        self.findings.append(Finding("TEMPLATE", details=details, place=entry.place))

    def raise_if_any(self) -> None:
        """Raise RefusedError with everything that was noted."""
        if self.findings:
            raise RefusedError(self.findings)


@dataclass(frozen=True, slots=True)
class Entry:
    """A YAML value with its place; `value` is a mapping of entries, a list of entries, or a scalar."""

    value: object
    place: str
    problems: Problems

    def mapping(self) -> dict[str, "Entry"]:
        """The entries by key; a problem and an empty mapping if this is none."""
        if isinstance(self.value, dict):
            return self.value
        self.problems.add(self, _shown(self.value), "a mapping (key: value)")
        return {}

    def items(self) -> list["Entry"]:
        """The entries in order; a problem and an empty list if this is no list."""
        if isinstance(self.value, list):
            return self.value
        self.problems.add(self, _shown(self.value), "a list (- …)")
        return []

    def plain(self) -> object:
        """The value with all places stripped."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        return self.value


def _shown(value: object) -> str:
    return type(value).__name__ if isinstance(value, dict | list) else repr(value)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or the empty text."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def read_yaml(path: Path, problems: Problems) -> Entry:
    """The file as entries; a file that is no YAML is a problem and an empty mapping."""
    empty = Entry({}, path.name, problems)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=Loader)
    except OSError as error:
        problems.add(empty, error.strerror or str(error), f"the file {path.name}")
        return empty
    except RecursionError:
        problems.add(empty, "too many brackets", "YAML that is not nested so deeply")
        return empty
    except UnicodeDecodeError:
        problems.add(empty, "bytes that are no UTF-8", "a text file saved as UTF-8")
        return empty
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.add(Entry(None, f"{path.name}:{line}", problems), error.problem or "broken YAML", "valid YAML")
        return empty
    except yaml.YAMLError as error:
        problems.add(empty, str(error).splitlines()[0], "valid YAML")
        return empty
    return empty if node is None else _entry(node, path.name, problems, Loader(""))


def _entry(node: yaml.Node, file: str, problems: Problems, loader: "yaml.SafeLoader", depth: int = 0) -> Entry:
    place = f"{file}:{node.start_mark.line + 1}"
    problems.values += 1
    if problems.values > MOST_VALUES:  # ten aliases of ten aliases of …
        details = {"found": f"more than {MOST_VALUES} values", "expected": "fewer aliases (*)"}
        raise RefusedError([Finding("TEMPLATE", details=details, place=place)])
    if depth > DEEPEST:  # an alias of itself
        problems.add(Entry(None, place, problems), "values inside values", f"at most {DEEPEST} levels")
        return Entry(None, place, problems)
    if isinstance(node, yaml.MappingNode):
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in entries:
                there = Entry(None, f"{file}:{key.start_mark.line + 1}", problems)
                problems.add(there, f"{name} a second time", "each key once")
            entries[name] = _entry(value, file, problems, loader, depth + 1)
        return Entry(entries, place, problems)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(item, file, problems, loader, depth + 1) for item in node.value], place, problems)
    entry = Entry(None, place, problems)
    try:
        return Entry(loader.construct_object(node), place, problems)
    except (yaml.YAMLError, ValueError, OverflowError):
        problems.add(entry, str(node.value), "a plain value")
        return entry
