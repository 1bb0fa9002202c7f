"""CSV and its relatives, whatever encoding and separator a program chose for them."""

import csv
import re
from collections import Counter
from io import StringIO

from promo_xl.sources.encoding import decoded
from promo_xl.sources.grid import Grid, GridBuilder, Limits
from promo_xl.sources.refusal import refused

SEPARATORS = "\t,;"
SAMPLE_LENGTH = 64 * 1024
SAMPLE_ROWS = 200
REGULAR_SHARE = 0.5
LONGEST_CELL = 131_072
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
# Programs write ="00123" so that Excel keeps the zeros.
TEXT_FORMULA = re.compile(r'="([^"]*)"')
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x19\x7f]")


def read_text(data: bytes, file: str, limits: Limits) -> Grid:
    """The only sheet of a text file; every value is a text as it stands there."""
    text = decoded(data, file)
    if CONTROL_CHARACTERS.search(text[:SAMPLE_LENGTH]):
        raise refused("FILE_NOT_TABLE", file, kind="binary")
    separator, text = separator_of(text, file)
    builder = GridBuilder("", file, limits)
    try:
        _read_rows(text, separator, builder, strict=True)
    except csv.Error as error:
        # Only the end of the text inside quotes loses data; other liberties with quotes are common.
        if "unexpected end" in str(error):
            raise refused("FILE_QUOTE_OPEN", file, text=_open_quote(text, separator)) from error
        builder = GridBuilder("", file, limits)
        _read_rows(text, separator, builder, strict=False)
    return builder.build()


def _read_rows(text: str, separator: str, builder: GridBuilder, *, strict: bool) -> None:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=strict)
    has_text_formulas = '="' in text
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            fields = map(plain_field, row) if has_text_formulas else row
            builder.add(number, [field or None for field in fields])
    except csv.Error as error:
        if "field limit" in str(error):
            raise refused("FILE_CELL_TOO_LONG", f"{builder.file} › A{number + 1}", limit=LONGEST_CELL) from error
        raise


def plain_field(field: str) -> str:
    """What a field means: `="00123"` is the text 00123."""
    match = TEXT_FORMULA.fullmatch(field)
    return match[1] if match else field


def _open_quote(text: str, separator: str) -> str:
    last: list[str] = []
    for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
        last = row
    return last[-1][:30] if last else ""


def separator_of(text: str, file: str) -> tuple[str, str]:
    """The separator of a text, and the text without the line that declares it."""
    declared = SEPARATOR_LINE.match(text)
    if declared:
        return declared[1], text[declared.end() :]
    sample = text[:SAMPLE_LENGTH]
    if len(sample) < len(text):
        # The last row of the sample is probably cut.
        sample = sample.rpartition("\n")[0] or sample
    best = max(SEPARATORS, key=lambda separator: _regularity(sample, separator))
    share, _ = _regularity(sample, best)
    # Where few rows are separated, a list of names in a .txt file keeps its commas.
    if share >= REGULAR_SHARE:
        return best, text
    return ("," if file.lower().endswith(".csv") else "\t"), text


def _regularity(sample: str, separator: str) -> tuple[float, int]:
    """How large a share of the rows has the commonest width, and that width."""
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(StringIO(sample, newline=""), delimiter=separator):
            if any(row):
                widths[len(row)] += 1
            if widths.total() == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    wide = [(count, width) for width, count in widths.items() if width > 1]
    if not wide:
        return 0, 0
    count, width = max(wide)
    return count / widths.total(), width
