"""Where elements stand in the bytes of a part, and edits of those bytes that leave all others as they are."""

import re
from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from promo_xl.sources.refusal import refused

START_TAG = re.compile(rb"""(<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*/?>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
Edit = tuple[int, int, bytes]


class Element:
    """An element by its name without prefix: from its first byte to behind its last one, with its text.

    `parent` is the nearest element around it that was asked for; `closing` is the first byte of the end tag.
    """

    __slots__ = ("attributes", "closing", "end", "kind", "parent", "start", "texts", "whole_name")

    def __init__(self, name: str, attributes: dict[str, str], start: int, parent: "Element | None") -> None:
        self.whole_name, self.kind = name, name.rpartition(":")[2]
        self.attributes, self.start, self.parent = attributes, start, parent
        self.closing = self.end = start
        self.texts: list[str] = []

    @property
    def text(self) -> str:
        """The characters inside, those of elements that were not asked for too."""
        return "".join(self.texts)

    @property
    def prefix(self) -> str:
        """The prefix of the name with its colon, or ""."""
        return self.whole_name[: len(self.whole_name) - len(self.kind)]

    def within(self, kind: str) -> bool:
        """True if an element of this kind is around it."""
        above = self.parent
        while above is not None and above.kind != kind:
            above = above.parent
        return above is not None


def walk(part: bytes, place: tuple[str, str], wanted: Mapping[str, Callable[[Element], None]]) -> None:
    """Call for each element of a wanted kind, at its end, in one pass over a part; inner ones come first.

    `place` is the file's name and the part's. Raises RefusedError for a part that is no XML or has cells
    without a place.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    opened: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] in wanted:
            above = opened[-1] if opened else None
            opened.append(Element(name, attributes, parser.CurrentByteIndex, above))

    def end(name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind not in wanted:
            return
        element = opened.pop()
        at = parser.CurrentByteIndex  # of an empty element: already behind it
        element.closing = element.end = at
        tag = f"</{name}".encode()
        if part.startswith(tag, at) and part[at + len(tag) : at + len(tag) + 1] in b"> \t\r\n":
            element.end = part.index(b">", at) + 1
        wanted[kind](element)

    def text(characters: str) -> None:
        if opened:
            opened[-1].texts.append(characters)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError) as error:
        raise refused("FILE_CORRUPT", place[0], reason=str(error), part=place[1]) from error


def edited(part: bytes, edits: Iterable[Edit]) -> bytes:
    """The part with other bytes from a first to behind a last place; those for one place in their order."""
    pieces, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [part[at:start], text]
        at = end
    return b"".join([*pieces, part[at:]])


def start_tag(part: bytes, at: int) -> bytes:
    """The start tag that stands there, with its `>` or `/>`."""
    match = START_TAG.match(part, at)
    assert match is not None, "the parser found an element there"
    return match[0]


def with_attributes(tag: bytes, attributes: Mapping[str, str | None]) -> bytes:
    """A start tag with other values in these attributes; None takes one away."""
    left = {name.encode(): value for name, value in attributes.items()}

    def changed(match: re.Match[bytes]) -> bytes:
        if match[1] not in left:
            return match[0]
        value = left.pop(match[1])
        return b"" if value is None else b" " + match[1] + b"=" + quoteattr(value).encode()

    tag = _ATTRIBUTE.sub(changed, tag)
    more = b"".join(b" " + n + b"=" + quoteattr(v).encode() for n, v in left.items() if v is not None)
    behind = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:behind].rstrip() + more + tag[behind:]


def attribute_edit(part: bytes, element: Element, attributes: Mapping[str, str | None]) -> Edit:
    """The edit that gives an element other attributes."""
    tag = start_tag(part, element.start)
    return element.start, element.start + len(tag), with_attributes(tag, attributes)


def text_edit(part: bytes, element: Element, text: str) -> Edit:
    """The edit that gives an element, which is not empty, another text; what stood inside goes."""
    opened = element.start + len(start_tag(part, element.start))
    return opened, element.closing, escaped(text)


def escaped(text: str) -> bytes:
    """A text as it stands between tags."""
    return escape(text, {"\r": "&#13;"}).encode()
