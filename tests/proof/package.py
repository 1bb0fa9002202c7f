"""The zip container of a workbook: its parts, their types, their relationships."""

import posixpath
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Relationship:
    """An arrow from one part to another part, or out of the file."""

    id: str
    kind: str
    target: str
    external: bool


def unescape(text: str) -> str:
    """`a_x000a_b` -> `a`, line feed, `b`: the way Excel stores what XML cannot hold."""
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def rels_part(part: str) -> str:
    """Where the relationships of a part stand; those of the file itself for ""."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


class Package:
    """A workbook file read into memory; nothing of it is trusted."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._trees: dict[str, etree._Element] = {}
        self._rels: dict[str, list[Relationship]] = {}
        with zipfile.ZipFile(self.path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            self.duplicates = sorted(n for n, k in Counter(e.filename.lower() for e in entries).items() if k > 1)
            self.bytes: dict[str, bytes] = {entry.filename: archive.read(entry) for entry in entries}

    @property
    def parts(self) -> list[str]:
        """Every entry but the content types and the relationships."""
        return [name for name in self.bytes if name != "[Content_Types].xml" and not name.endswith(".rels")]

    @cached_property
    def broken(self) -> dict[str, str]:
        """XML entries that no parser accepts, with the reason."""
        found = {}
        for name in self.bytes:
            if name.endswith((".xml", ".rels", ".vml")):
                try:
                    self.tree(name)
                except etree.XMLSyntaxError as error:
                    found[name] = str(error)
        return found

    def tree(self, part: str) -> etree._Element:
        """The root element of a part."""
        if part not in self._trees:
            self._trees[part] = etree.fromstring(self.bytes[part], PARSER)
        return self._trees[part]

    def rels(self, part: str) -> list[Relationship]:
        """The relationships of a part, targets as zip entries."""
        if part not in self._rels:
            name = rels_part(part)
            self._rels[part] = list(self._read_rels(part, name)) if name in self.bytes else []
        return self._rels[part]

    def _read_rels(self, part: str, name: str) -> list[Relationship]:
        found = []
        for element in self.tree(name).iterchildren(f"{RELS}Relationship"):
            target = element.get("Target", "")
            external = element.get("TargetMode") == "External"
            if not external and not target.startswith("#"):  # a place inside the same part
                target = target.split("#")[0]
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            found.append(Relationship(element.get("Id", ""), kind, target, external))
        return found

    def targets(self, part: str, kind: str) -> list[str]:
        """The existing parts that a part points to by one kind of relationship."""
        return [r.target for r in self.rels(part) if r.kind == kind and not r.external and r.target in self.bytes]

    def target(self, part: str, rel_id: str) -> str | None:
        """The existing part behind one relationship id."""
        found = [r.target for r in self.rels(part) if r.id == rel_id and not r.external]
        return found[0] if found and found[0] in self.bytes else None

    @cached_property
    def default_types(self) -> dict[str, str]:
        """Content type by lower-case file extension."""
        root = self.tree("[Content_Types].xml")
        return {
            e.get("Extension", "").lower(): e.get("ContentType", "") for e in root.iterchildren(f"{TYPES}Default")
        }

    @cached_property
    def override_types(self) -> dict[str, str]:
        """Content type by part."""
        root = self.tree("[Content_Types].xml")
        found = root.iterchildren(f"{TYPES}Override")
        return {e.get("PartName", "").lstrip("/"): e.get("ContentType", "") for e in found}

    def content_type(self, part: str) -> str | None:
        """The content type of a part, or None."""
        extension = posixpath.splitext(part)[1].lstrip(".").lower()
        return self.override_types.get(part) or self.default_types.get(extension)
