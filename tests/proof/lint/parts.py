"""Rules of the container: entries, content types, relationships, well-formed XML, the ribbon."""

import posixpath
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from tests.proof.package import REL_ID, TYPES, Package, rels_part
from tests.proof.problem import Problem

WORKBOOK_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ".xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ".xltm": "application/vnd.ms-excel.template.macroEnabled.main+xml",
    ".xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
}


def check_entries(package: Package) -> Iterator[Problem]:
    """Entries are unique and their XML can be read; without that no other rule makes sense."""
    for name in package.duplicates:
        yield Problem(name, "zip-duplicate-entry", "stands more than once in the zip file")
    for name in ("[Content_Types].xml", "_rels/.rels"):
        if name not in package.bytes:
            yield Problem(name, "part-missing", "no workbook is without it")
    for name, reason in package.broken.items():
        yield Problem(name, "xml-not-well-formed", reason)


def check_parts(package: Package, *, external: bool) -> Iterator[Problem]:
    """Content types and relationships fit the parts."""
    yield from _check_content_types(package)
    yield from _check_relationships(package, external)
    yield from _check_ribbons(package)


def _check_content_types(package: Package) -> Iterator[Problem]:
    extension = package.path.suffix.lower()
    for part in package.parts:
        if package.content_type(part) is None:
            yield Problem(part, "content-type-missing", "has no content type")
        if posixpath.basename(part) == "vbaProject.bin" and extension in (".xlsx", ".xltx"):
            yield Problem(part, "macro-in-macro-free-file", f"{extension} must not hold macros")
    names = [e.get("PartName", "") for e in package.tree("[Content_Types].xml").iterchildren(f"{TYPES}Override")]
    for name, times in Counter(name.lower() for name in names).items():
        if times > 1:
            yield Problem("[Content_Types].xml", "content-type-duplicate", f"{name} has {times} content types")
    for name in names:
        if name.lstrip("/") not in package.bytes:
            yield Problem("[Content_Types].xml", "content-type-dangling", f"{name} is not in the file")
    expected = WORKBOOK_TYPES.get(extension)
    for part in package.targets("", "officeDocument"):
        found = package.content_type(part)
        if expected and found != expected:
            yield Problem(part, "content-type-main", f"{extension} needs {expected}, not {found}")


def _check_relationships(package: Package, external: bool) -> Iterator[Problem]:
    if not package.targets("", "officeDocument"):
        yield Problem("_rels/.rels", "part-missing", "points to no workbook part")
    for part in ["", *package.parts]:
        rels = package.rels(part)
        place = rels_part(part)
        for rel_id, times in Counter(rel.id for rel in rels).items():
            if times > 1:
                yield Problem(place, "relationship-id-duplicate", f"{rel_id} is used {times} times")
        for rel in rels:
            if rel.external:
                if not external:
                    yield Problem(place, "external-target", f"{rel.id} leads out of the file, to {rel.target}")
            elif rel.target not in package.bytes and not rel.target.startswith("#"):
                yield Problem(place, "relationship-target-missing", f"{rel.id} points to {rel.target}")
        if part.endswith((".xml", ".vml")):
            yield from _check_rel_ids(package, part, {rel.id for rel in rels})


def _check_rel_ids(package: Package, part: str, known: set[str]) -> Iterator[Problem]:
    if REL_ID.strip("{}").encode() not in package.bytes[part]:
        return
    for element in package.tree(part).iter(etree.Element):
        for name, value in element.attrib.items():
            if name.startswith(REL_ID) and value and value not in known:
                tag = etree.QName(element).localname
                yield Problem(
                    part, "relationship-id-unknown", f"<{tag}> uses {value}, which no relationship bears"
                )


def _check_ribbons(package: Package) -> Iterator[Problem]:
    for part in package.parts:
        if not part.endswith(".xml") or etree.QName(package.tree(part)).localname != "customUI":
            continue
        ids = Counter(e.get("id") for e in package.tree(part).iter(etree.Element) if e.get("id") is not None)
        for name, times in ids.items():
            if times > 1:
                yield Problem(part, "ribbon-id-duplicate", f"{name} is used {times} times")
