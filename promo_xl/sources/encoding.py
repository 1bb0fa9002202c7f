"""Which encoding a text file has, found from its bytes alone."""

import codecs
from pathlib import Path

from promo_xl.sources.file_bytes import read_bytes
from promo_xl.sources.refusal import refused

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHINESE = "gb18030"
BLOCK = 1024 * 1024
MOST_LINES = 20_000_000
END_OF_FILE = "\x1a"
REPLACED = "\ufffd"
# Text in GB18030 that is read as UTF-8 breaks at nearly every Chinese character; UTF-8 with a damaged
# byte breaks at few.
UTF8_CHARACTERS_PER_FAULT = 3


def decoded(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030 (which includes GBK and GB2312)."""
    encoding = encoding_of(data)
    if b"\0" in data and not encoding.startswith("utf-16"):
        raise refused("FILE_NOT_TABLE", file, kind="binary")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken_byte(data, file, encoding, error.start) from error
    return text.removesuffix(END_OF_FILE)


def encoding_of(data: bytes) -> str:
    """The one encoding to read `data` with, even if a byte of it is broken."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    even, odd = data[:1000:2].count(0), data[1:1000:2].count(0)
    # Separators and digits leave zeros on one side only.
    if odd and not even:
        return "utf-16-le"
    if even and not odd:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if _is_damaged_utf8(data) else CHINESE
    return "utf-8"


def encoding_of_file(path: Path) -> str:
    """The encoding of the whole file, found a block at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = ""
    lines = 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            # A block ends with a line, so that no character is cut.
            rest = stream.readline(BLOCK)
            block += rest
            if not encoding:
                encoding = encoding_of(block)
            if b"\0" in block and not encoding.startswith("utf-16"):
                raise refused("FILE_NOT_TABLE", path.name, kind="binary")
            if len(rest) == BLOCK and b"\r" not in rest and not rest.endswith(b"\n"):
                raise refused("FILE_LINE_TOO_LONG", path.name, limit_mb=BLOCK // 2**20)
            lines += block.count(b"\n")
            if lines > MOST_LINES:
                raise refused("FILE_TOO_MANY_ROWS", path.name, rows=lines, limit=MOST_LINES)
            if encoding in {"utf-8", "utf-8-sig"}:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    # ASCII may come first, and Chinese in another encoding behind it.
                    if encoding == "utf-8-sig" or encoding_of(block) == "utf-8":
                        decoded(read_bytes(path), path.name)
                    encoding = encoding_of(block)
    return encoding or "utf-8"


def _is_damaged_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    faults = text.count(REPLACED)
    characters = sum(1 for character in text if character > "\x7f") - faults
    return characters >= faults * UTF8_CHARACTERS_PER_FAULT


def _broken_byte(data: bytes, file: str, encoding: str, at: int) -> Exception:
    before = data[:at].decode(encoding, "ignore")
    line = before.count("\n") + 1
    return refused(
        "FILE_ENCODING",
        f"{file} › {line}",
        line=line,
        byte=f"0x{data[at]:02X}",
        before=before.rpartition("\n")[2][-20:],
        encoding="UTF-8" if encoding.startswith("utf-8") else encoding.upper(),
    )
