"""The link to the add-in that Excel puts into a file when it saves, and how a file loses it again."""

import re
from collections.abc import Mapping

BOOK, RELATIONS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
_LINK = re.compile(r"xl/externalLinks/([^/]+\.xml)")
_REFERENCES = re.compile(rb"<((?:\w+:)?)externalReferences\b.*?(?:/>|</\1externalReferences>)", re.DOTALL)
_NUMBERED = re.compile(rb"\[[0-9]+\]!")
_ADD_IN = re.compile(rb"promo_xl\.xla[mx]?", re.IGNORECASE)


def without_add_in_link(contents: Mapping[str, bytes]) -> tuple[dict[str, bytes], frozenset[str]]:
    """The parts that change and those that go when no formula needs the link any more; nothing else changes.

    Links to other workbooks stay, and then the link to the add-in stays too: formulas count links by number.
    """
    links = {name: match[1] for name in contents if (match := _LINK.fullmatch(name))}
    relations = {f"xl/externalLinks/_rels/{short}.rels" for short in links.values()}
    foreign = [name for name in links if not _to_add_in(contents, name)]
    needed = any(_NUMBERED.search(part) for name, part in contents.items() if name.startswith("xl/worksheets/"))
    if not links or foreign or needed:
        return {}, frozenset()
    changed = {
        BOOK: _REFERENCES.sub(b"", contents[BOOK]),
        RELATIONS: re.sub(rb'<(?:\w+:)?Relationship\b[^>]*externalLink"?[^>]*/>', b"", contents[RELATIONS]),
        TYPES: re.sub(rb"<(?:\w+:)?Override\b[^>]*/xl/externalLinks/[^>]*/>", b"", contents[TYPES]),
    }
    return changed, frozenset({*links, *(relations & contents.keys())})


def _to_add_in(contents: Mapping[str, bytes], link: str) -> bool:
    folder, _, short = link.rpartition("/")
    return _ADD_IN.search(contents.get(f"{folder}/_rels/{short}.rels", b"")) is not None
