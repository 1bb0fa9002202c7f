"""Packs what a workbook holds: with isal where that is installed, else with zlib."""

import zlib
from typing import Any

ZLIB = f"zlib {zlib.ZLIB_RUNTIME_VERSION}"
try:
    import isal
    from isal import isal_zlib

    _library: Any = isal_zlib
    LIBRARY, LEVEL = f"isal {isal.__version__}", 2
except ImportError:
    _library = zlib
    LIBRARY, LEVEL = ZLIB, 6
"""What packs, with its version: the bytes of a file depend on it, what they hold does not."""

WINDOW = 32_768  # bytes that a packed text can refer back to
END = b"\3\0"
"""A last block that holds nothing: packed texts in a row and this are a packed whole."""
crc32 = _library.crc32


def packed(raw: bytes, before: bytes = b"") -> bytes:
    """A text packed so that it can stand in a row of others, the text `before` right in front of it."""
    known = {"zdict": before[-WINDOW:]} if before else {}
    packing = _library.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, **known)
    return bytes(packing.compress(raw) + packing.flush(zlib.Z_FULL_FLUSH))
