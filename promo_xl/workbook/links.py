"""Parts that a file may lose when its formulas change: the link to the add-in, the order of calculation."""

import re
from collections.abc import Collection, Mapping

BOOK, RELATIONS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
CALCULATION_CHAIN = "xl/calcChain.xml"
_LINK = re.compile(r"xl/externalLinks/([^/]+\.xml)")
_REFERENCES = re.compile(rb"<((?:\w+:)?)externalReferences\b(?:[^>]*/>|.*?</\1externalReferences\s*>)", re.DOTALL)
_NUMBERED = re.compile(rb"\[[0-9]+\]")
_FORMULAS = re.compile(rb"<(?:\w+:)?(?:f|formula[12]?|calculatedColumnFormula|definedName)\b[^>]*>([^<]*)<")
_ADD_IN = re.compile(rb"""promo_xl[^\\/"'<>]*\.xla[mx]?["']""", re.IGNORECASE)
Parts = Mapping[str, bytes]


def without_add_in_link(contents: Parts) -> tuple[dict[str, bytes], frozenset[str]]:
    """The parts that change and those that go when no formula needs the link any more; nothing else changes.

    Links to other workbooks stay, and then the link to the add-in stays too: formulas count links by number.
    """
    links = {name: match[1] for name in contents if (match := _LINK.fullmatch(name))}
    if not links or not all(_to_add_in(contents, name) for name in links):
        return {}, frozenset()
    if any(_NUMBERED.search(formula[1]) for part in _written(contents) for formula in _FORMULAS.finditer(part)):
        return {}, frozenset()
    relations = {f"xl/externalLinks/_rels/{short}.rels" for short in links.values()} & contents.keys()
    changed = without_mention(contents, links)
    changed[BOOK] = _REFERENCES.sub(b"", contents[BOOK])
    return changed, frozenset({*links, *relations})


def without_mention(contents: Parts, dropped: Collection[str]) -> dict[str, bytes]:
    """The content types and the relationships of the workbook without the parts of `dropped`."""
    types, relations = contents[TYPES], contents[RELATIONS]
    for name in dropped:
        whole, short = re.escape(f"/{name}".encode()), re.escape(name.removeprefix("xl/").encode())
        types = re.sub(rb"<(?:\w+:)?Override\b[^>]*\bPartName=[\"']" + whole + rb"[\"'][^>]*/>", b"", types)
        target = rb"\bTarget=[\"'](?:" + whole + b"|(?:\\./)?" + short + rb")[\"']"
        relations = re.sub(rb"<(?:\w+:)?Relationship\b[^>]*" + target + rb"[^>]*/>", b"", relations)
    return {TYPES: types, RELATIONS: relations}


def _written(contents: Parts) -> list[bytes]:
    """The parts with formulas: cells, tables, names, charts."""
    folders = ("xl/worksheets/", "xl/tables/", "xl/charts/", "xl/chartsheets/")
    return [part for name, part in contents.items() if name == BOOK or name.startswith(folders)]


def _to_add_in(contents: Parts, link: str) -> bool:
    folder, _, short = link.rpartition("/")
    return _ADD_IN.search(contents.get(f"{folder}/_rels/{short}.rels", b"")) is not None
