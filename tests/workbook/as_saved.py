"""A generated workbook as Excel leaves it behind when it saves, written by editing the text of its parts.

Excel was not there: the spellings are those that its documentation and the file format describe.
"""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.tables_in_file import named_areas, named_cells, sheet_parts
from tests.proof.areas import cell_name
from tests.proof.made import Entries, changed
from tests.workbook.files import PLANS
from tests.workbook.live_cells import WHAT_CALCULATED, with_and_without

XLSTART = r"C:\Users\王 五\AppData\Roaming\Microsoft\Excel\XLSTART\promo_xl.xlam"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FULL_PATH, IN_XLSTART = (
    f"{OFFICE}/externalLinkPath",
    "http://schemas.microsoft.com/office/2006/relationships/xlExternalLinkPath/xlStartup",
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CALL = re.compile(r"PROMO_[A-Z_]+\(")
FORMULA = re.compile(r"(<(?:f|calculatedColumnFormula)\b[^>]*>)([^<]*)(?=</)")
ARRAY_FORMULA = re.compile(r'<f t="array"')
CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?[^>]*?(?:/>|>(<f\b.*?</f>)?(?:<v>[^<]*</v>)?</c>)')


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which Excel saves the calls; `link` is where its link to the add-in leads, and of what type."""

    spell: Callable[[str], str]
    link: tuple[str, str] | None = None
    in_arrays: bool = True


def before_calls(prefix: str) -> Callable[[str], str]:
    return lambda formula: CALL.sub(lambda match: prefix + match[0], formula)


def as_one_value(formula: str) -> str:
    """`IFERROR(PROMO_X(1),2)` -> `IFERROR(_xlfn.SINGLE(PROMO_X(1)),2)`."""
    match = CALL.search(formula)
    if match is None:
        return formula
    depth, at = 1, match.end()
    while depth:  # no text of a generated call holds a bracket
        depth += {"(": 1, ")": -1}.get(formula[at], 0)
        at += 1
    inside = formula[match.start() : at]
    return f"{formula[: match.start()]}_xlfn.SINGLE({inside}){as_one_value(formula[at:])}"


VARIANTS = {
    "linked_by_path": Variant(before_calls("[1]!"), (FULL_PATH, "file:///" + XLSTART.replace(" ", "%20"))),
    "linked_in_xlstart": Variant(before_calls("[1]!"), (IN_XLSTART, "promo_xl.xlam")),
    "path_in_each_call": Variant(before_calls(f"'{XLSTART}'!")),
    "office_js": Variant(before_calls("_xldudf_")),
    "one_value_wanted": Variant(as_one_value, in_arrays=False),
    "one_value_of_a_link": Variant(
        lambda formula: before_calls("[1]!")(as_one_value(formula)), (IN_XLSTART, "promo_xl.xlam"), in_arrays=False
    ),
}


def as_saved(generated: Path, target: Path, variant: Variant, plan: str = "running_zh") -> Path:
    """A copy of a generated workbook as Excel saves it: spelling, link, order of calculation, live answers."""
    answers = live_answers(generated, plan)
    with zipfile.ZipFile(generated) as archive:
        parts = {part: name for name, part in sheet_parts(archive)}

    def save(entries: Entries) -> None:
        for part, sheet in parts.items():
            text = with_answers(entries[part].decode(), answers.get(sheet, {}))
            entries[part] = FORMULA.sub(spelled(variant), text).encode()
        for part in [name for name in entries if name.startswith("xl/tables/")]:
            entries[part] = FORMULA.sub(spelled(variant), entries[part].decode()).encode()
        add_calculation_chain(entries, list(parts))
        if variant.link:
            add_link(entries, *variant.link)

    return changed(generated, target, save)


def spelled(variant: Variant) -> Callable[[re.Match[str]], str]:
    def spell(match: re.Match[str]) -> str:
        if not variant.in_arrays and ARRAY_FORMULA.match(match[1]):
            return match[0]
        return match[1] + variant.spell(match[2])

    return spell


def live_answers(path: Path, plan: str) -> dict[str, dict[str, Value]]:
    """What the add-in put into cells: sheet -> cell -> value."""
    found: dict[str, dict[str, Value]] = {}
    areas, cells = named_areas(path), named_cells(path)
    live, engine = answers_of(plan)
    for (call, column), values in live.items():
        area = areas[f"{call}.{column}"]
        for row, value in enumerate(values):
            found.setdefault(area.sheet, {})[cell_name(area.top + row, area.left)] = value
    place = cells[f"plan_{WHAT_CALCULATED}"]
    found.setdefault(place.sheet, {})[cell_name(place.top, place.left)] = engine
    return found


@cache
def answers_of(plan: str) -> tuple[Mapping[tuple[str, str], list[Value]], Value]:
    live, _ = with_and_without(*PLANS[plan]()[:1], load_book(), PLANS[plan]()[1])
    answers = {
        (name, column): values
        for name, call in live.book.calls.items()
        for column, values in zip(call.columns, live.answers(name), strict=True)
    }
    return answers, live.single(WHAT_CALCULATED)


def with_answers(sheet: str, values: Mapping[str, Value]) -> str:
    """The part of a sheet with other cached values; formulas and formats stay."""

    def answered(match: re.Match[str]) -> str:
        if match[1] not in values:
            return match[0]
        kind, shown = stored(values[match[1]])
        return f'<c r="{match[1]}"{match[2] or ""}{kind}>{match[3] or ""}<v>{shown}</v></c>'

    return CELL.sub(answered, sheet)


def stored(value: Value) -> tuple[str, str]:
    if isinstance(value, CellError):
        return ' t="e"', value.code
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, int | float):
        return "", repr(value)
    return ' t="str"', escape("" if value is None else str(value))


def add_calculation_chain(entries: Entries, sheets: list[str]) -> None:
    """Every formula cell in the order of the file; cells of an array stand with their first one."""
    chain = []
    for number, part in enumerate(sheets, 1):
        for match in CELL.finditer(entries[part].decode()):
            if match[3]:
                array = ' a="1"' if ARRAY_FORMULA.match(match[3]) else ""
                chain.append(f'<c r="{match[1]}" i="{number}"{array}/>')
    add_part(entries, "calcChain", f'<calcChain xmlns="{MAIN}">{"".join(chain)}</calcChain>')


def add_part(entries: Entries, kind: str, content: str, folder: str = "", name: str = "") -> str:
    """A part of the workbook with its content type and its relationship; the relationship's id."""
    short = f"{folder}{name or kind}.xml"
    content_type = f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
    entries[f"xl/{short}"] = (HEAD + content).encode()
    put_before(
        entries,
        "[Content_Types].xml",
        "</Types>",
        f'<Override PartName="/xl/{short}" ContentType="{content_type}"/>',
    )
    number = entries["xl/_rels/workbook.xml.rels"].count(b"<Relationship ") + 1
    relation = f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{short}"/>'
    put_before(entries, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)
    return f"rId{number}"


def add_link(entries: Entries, kind: str, target: str, names: str = "") -> None:
    """A link to another book, numbered behind those that are there; `names` are of the book, if not the add-in."""
    called = {name for part in entries.values() for name in re.findall(rb"\]!(PROMO_[A-Z_]+)\(", part)}
    functions = "".join(f'<definedName name="{name.decode()}"/>' for name in sorted(called))
    names = names or (f"<definedNames>{functions}</definedNames>" if functions else "")
    number = sum(name.startswith("xl/externalLinks/externalLink") for name in entries) + 1
    book = f'<externalBook xmlns:r="{OFFICE}" r:id="rId1">{names}</externalBook>'
    link = f'<externalLink xmlns="{MAIN}">{book}</externalLink>'
    relation_id = add_part(entries, "externalLink", link, "externalLinks/", f"externalLink{number}")
    entries[f"xl/externalLinks/_rels/externalLink{number}.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{kind}" '
        f'Target="{escape(target)}" TargetMode="External"/></Relationships>'
    ).encode()
    reference = f'<externalReference r:id="{relation_id}"/>'
    if b"</externalReferences>" in entries["xl/workbook.xml"]:
        put_before(entries, "xl/workbook.xml", "</externalReferences>", reference)
    else:
        whole = f"<externalReferences>{reference}</externalReferences>"
        put_before(entries, "xl/workbook.xml", "<definedNames>", whole)


def put_before(entries: Entries, part: str, mark: str, text: str) -> None:
    whole = entries[part].decode()
    assert whole.count(mark) == 1, (part, mark)
    entries[part] = whole.replace(mark, text + mark).encode()
