"""Web pages that a shop's back office calls .xls: every outermost table is a sheet."""

import re
from html.parser import HTMLParser

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.encoding import decoded
from promo_xl.sources.grid import CellValue, Grid, GridBuilder, Limits, MergedRange
from promo_xl.sources.refusal import refused

DECLARED_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
CHINESE_CHARSETS = {b"gb2312", b"gbk", b"gb18030"}
LARGEST_SPAN = 1000
LAST_COLUMN = 16_384
SPACES = re.compile(r"[ \t\r\n\xa0]+")


def read_html(data: bytes, file: str, limits: Limits) -> list[Grid]:
    """The tables of a web page, with what their cells show as text."""
    reader = _TableReader(file, limits)
    text = _text(data, file)
    try:
        reader.feed(text)
        reader.close()
        reader.finish_table()
    except RefusedError:
        raise
    except Exception as error:  # the parser asserts where a page is broken
        raise refused("FILE_CORRUPT", file, reason=str(error), part="HTML") from error
    if not reader.tables:
        raise refused("FILE_NOT_TABLE", file, kind="HTML")
    return [builder.build(merged) for builder, merged in reader.tables]


def _text(data: bytes, file: str) -> str:
    declared = DECLARED_CHARSET.search(data[:4096])
    # A page in UTF-8 often keeps the gb2312 of the template that it was made from, but not the reverse.
    if declared and declared[1].lower() in CHINESE_CHARSETS:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    return decoded(data, file)


class _TableReader(HTMLParser):
    """Hears the tags of a page and collects the cells of its tables."""

    def __init__(self, file: str, limits: Limits) -> None:
        """Begin outside of any table."""
        super().__init__(convert_charrefs=True)
        self.file = file
        self.limits = limits
        self.tables: list[tuple[GridBuilder, list[MergedRange]]] = []
        self.depth = 0
        self.row = 0
        self.column = 0
        self.values: list[CellValue] = []
        self.taken: dict[int, int] = {}
        self.span = (1, 1)
        self.pieces: list[str] | None = None
        self.mute = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        if tag in ("script", "style"):
            self.mute = tag
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                name = f"Table{len(self.tables) + 1}"
                self.tables.append((GridBuilder(name, self.file, self.limits), []))
                self.row, self.taken = 0, {}
        elif self.depth != 1:
            return
        elif tag == "tr":
            self._finish_row()
            self.row += 1
            self.column = 0
        elif tag in ("td", "th"):
            self._finish_cell()
            attributes = dict(attrs)
            self.span = (_span(attributes.get("rowspan")), _span(attributes.get("colspan")))
            self.pieces = []
        elif tag == "br" and self.pieces is not None:
            self.pieces.append("\0")

    def handle_endtag(self, tag: str) -> None:
        """Close a table, a row or a cell."""
        if tag == self.mute:
            self.mute = ""
        elif tag == "table" and self.depth:
            self.depth -= 1
            if self.depth == 0:
                self.finish_table()
        elif self.depth == 1 and tag in ("td", "th"):
            self._finish_cell()
        elif self.depth == 1 and tag == "tr":
            self._finish_row()

    def handle_data(self, data: str) -> None:
        """Text belongs to the cell that is open."""
        if self.pieces is not None and not self.mute:
            self.pieces.append(data)

    def finish_table(self) -> None:
        """Whatever was left open ends with the table."""
        self._finish_row()

    def _finish_cell(self) -> None:
        if self.pieces is None:
            return
        lines = SPACES.sub(" ", "".join(self.pieces)).split("\0")
        text = "\n".join(line.strip() for line in lines).strip()
        self.pieces = None
        self.row = max(self.row, 1)
        # Cells that reach down from above push this one to the right.
        while self.taken.get(self.column, 0) >= self.row:
            self.column += 1
        rows, columns = self.span
        if self.column + columns > LAST_COLUMN:
            raise ValueError(f"colspan={columns}")
        self.values.extend([None] * (self.column + columns - len(self.values)))
        self.values[self.column] = text or None
        if (rows, columns) != (1, 1):
            area = MergedRange(self.row, self.column + 1, self.row + rows - 1, self.column + columns)
            self.tables[-1][1].append(area)
            for column in range(self.column, self.column + columns):
                self.taken[column] = self.row + rows - 1
        self.column += columns

    def _finish_row(self) -> None:
        self._finish_cell()
        if self.values:
            self.tables[-1][0].add(self.row, self.values)
            self.values = []


def _span(text: str | None) -> int:
    digits = (text or "").strip()
    return min(max(int(digits), 1), LARGEST_SPAN) if re.fullmatch(r"[0-9]{1,6}", digits) else 1
