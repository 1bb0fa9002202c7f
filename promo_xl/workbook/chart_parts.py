"""What a chart remembers of the cells that it plots: references with their points, as they stand in its part."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from promo_xl.workbook.xml_places import Edit, Element, escaped, start_tag, walk

NUMBERS, TEXTS, LEVELS, NEWER = "numRef", "strRef", "multiLvlStrRef", "newer"
KINDS = {
    "numRef": NUMBERS,
    "strRef": TEXTS,
    "multiLvlStrRef": LEVELS,
    "datalabelsRange": TEXTS,
    "numDim": NEWER,
    "strDim": NEWER,
}
_WANTED = ("numCache", "strCache", "multiLvlStrCache", "dlblRangeCache", "lvl", "ptCount", "pt", "v", "f")


@dataclass(slots=True)
class Points:
    """Points by their number, from 0, in one element; a cache with levels has several such elements."""

    around: Element
    points: dict[int, Element] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Plotted:
    """A reference of a chart: its kind, its formula, how many points it says to have, and its points."""

    kind: str
    formula: str = ""
    count: Element | None = None
    levels: list[Points] = field(default_factory=list)

    @property
    def size(self) -> int | None:
        """How many points there are to be, those without a value included; None if it does not say."""
        found = self.count.attributes.get("val", "") if self.count else ""
        return int(found) if found.isdecimal() and len(found) < 9 else None


def plotted_in(part: bytes, place: tuple[str, str]) -> list[Plotted]:
    """Every reference of a chart's part; raises RefusedError for a part that is no XML."""
    whole: dict[Element, Plotted] = {}
    points: dict[Element, Points] = {}
    texts: dict[Element, str] = {}
    found: list[Plotted] = []

    def of(element: Element) -> tuple[Plotted, Element] | None:
        above = element.parent
        while above is not None and above.kind not in KINDS:
            above = above.parent
        if above is None:
            return None
        return whole.setdefault(above, Plotted(KINDS[above.kind])), above

    def text(element: Element) -> None:
        if element.parent is not None and element.parent.kind == "pt":
            texts[element.parent] = element.text

    def formula(element: Element) -> None:
        if (owner := of(element)) is not None and element.parent is owner[1]:
            owner[0].formula = element.text

    def count(element: Element) -> None:
        if (owner := of(element)) is not None:
            owner[0].count = element

    def point(element: Element) -> None:
        number, around = element.attributes.get("idx", ""), element.parent
        if around is not None and number.isdecimal() and len(number) < 9:
            here = points.setdefault(around, Points(around))
            here.points[int(number)] = element
            here.texts[int(number)] = texts.get(element, "")

    def cache(element: Element) -> None:
        owner = of(element)
        if owner is not None and (element.kind == "lvl") == (owner[0].kind == LEVELS):
            owner[0].levels.append(points.get(element, Points(element)))

    def reference(element: Element) -> None:
        found.append(whole.get(element, Plotted(KINDS[element.kind])))

    heard = dict.fromkeys(_WANTED, cache) | {"v": text, "f": formula, "ptCount": count, "pt": point}
    walk(part, place, heard | dict.fromkeys(KINDS, reference))
    return found


def point_edits(part: bytes, plotted: Plotted, at: Points, texts: Mapping[int, str | None]) -> list[Edit]:
    """The edits after which points have these texts; None takes a point away. Those that say it already stay."""
    edits: list[Edit] = []
    new: dict[int, bytes] = {}
    for number, text in sorted(texts.items()):
        point = at.points.get(number)
        if point is None:
            if text is not None:
                place = _behind(part, plotted, at, number)
                new[place] = new.get(place, b"") + _point(_prefix(plotted, at), number, text)
        elif text is None:
            edits.append((point.start, point.end, b""))
        elif at.texts[number] != text:
            head = start_tag(part, point.start).removesuffix(b"/>").removesuffix(b">").rstrip() + b">"
            edits.append((point.start, point.end, head + _inside(point.prefix, text)))
    if new and start_tag(part, at.around.start).endswith(b"/>"):
        head = start_tag(part, at.around.start).removesuffix(b"/>").rstrip() + b">"
        end = f"</{at.around.whole_name}>".encode()
        return [(at.around.start, at.around.end, head + b"".join(new.values()) + end)]
    return [*edits, *((place, place, text) for place, text in new.items())]


def _behind(part: bytes, plotted: Plotted, at: Points, number: int) -> int:
    """Where a new point belongs: behind the one before it, else behind what heads the points."""
    before = [other for other in at.points if other < number]
    if before:
        return at.points[max(before)].end
    if plotted.count is not None and plotted.count.parent is at.around:
        return plotted.count.end
    return at.around.start + len(start_tag(part, at.around.start))


def _prefix(plotted: Plotted, at: Points) -> str:
    near = next(iter(at.points.values()), plotted.count)
    return at.around.prefix if near is None else near.prefix


def _point(prefix: str, number: int, text: str) -> bytes:
    return f'<{prefix}pt idx="{number}">'.encode() + _inside(prefix, text)


def _inside(prefix: str, text: str) -> bytes:
    return f"<{prefix}v>".encode() + escaped(text) + f"</{prefix}v></{prefix}pt>".encode()
