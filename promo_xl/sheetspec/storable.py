"""What of a text a cell can hold."""

LONGEST_TEXT = 32_767  # characters in a cell; Excel refuses a file with more


def storable(text: str) -> str:
    """`text` as a cell can hold it: cut at Excel's limit, without characters that XML cannot carry."""
    clean = text if text.isprintable() else "".join(sign for sign in text if _carried(sign))
    clean = clean.replace("\r\n", "\n").replace("\r", "\n") if "\r" in clean else clean
    if len(clean) * 2 <= LONGEST_TEXT:
        return clean
    return clean.encode("utf-16-le")[: LONGEST_TEXT * 2].decode("utf-16-le", "ignore")  # as Excel counts


def _carried(sign: str) -> bool:
    code = ord(sign)
    return code in {9, 10, 13} or (code >= 32 and not 0xD800 <= code <= 0xDFFF and code not in {0xFFFE, 0xFFFF})
