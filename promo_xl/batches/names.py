"""A product's name becomes the name of its file: safe everywhere, readable, and its own.

Safe means on Windows, macOS, Linux and OneDrive, and in Excel, which opens no file with [ ] in its name.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

FALLBACK = "product"
# Windows allows 255 UTF-16 units a name and Linux 255 bytes; what is left over is for a folder prefix,
# a number against collisions and the extension. Excel refuses paths beyond 218 characters.
MOST_CHARACTERS = 80
MOST_BYTES = 200
FORBIDDEN = str.maketrans({**dict.fromkeys('<>:"/\\|?*', "-"), "[": "(", "]": ")"})
# A device keeps its power whatever extension follows it, and superscript digits count as digits.
DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$) *(\.|$)", re.IGNORECASE)
ONEDRIVE_WORD = re.compile("_(vti)_", re.IGNORECASE)
UNSAFE_START = re.compile(r"(~\$|[ .])+")
UNSAFE_END = " ."
SPACES = re.compile(r"\s+")
JOINER, NON_JOINER = "\u200d", "\u200c"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)
FLAG_TAGS = range(0xE0020, 0xE0080)
INVISIBLE_IN_COMPARISON = dict.fromkeys([0x200C, 0x200D, *range(0xFE00, 0xFE10), *FLAG_TAGS])


def file_stem(product_name: str) -> str:
    """The file name, without extension, of a product that shares its name with no other.

    `A/B款 [新品]` -> `A-B款 (新品)`; `CON` -> `_CON`; `  ` -> `product`.
    """
    text = unicodedata.normalize("NFC", product_name)
    text = "".join(_visible(character) for character in text)
    text = unicodedata.normalize("NFC", SPACES.sub(" ", text)).translate(FORBIDDEN)
    text = ONEDRIVE_WORD.sub(r"-\1-", text)
    text = _trimmed(text)
    if DEVICE.match(text):
        text = f"_{text}"
    return _cut(text).rstrip(UNSAFE_END) or FALLBACK


def _visible(character: str) -> str:
    """Control characters and marks that turn or hide text vanish; those that build emoji stay."""
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category == "Cf":
        is_builder = character in (JOINER, NON_JOINER) or ord(character) in FLAG_TAGS
        return character if is_builder else ""
    # Some file systems refuse halves of characters and code points without meaning.
    return "" if category in ("Cc", "Cs", "Cn") else character


def _trimmed(text: str) -> str:
    start = UNSAFE_START.match(text)
    return text[start.end() if start else 0 :].rstrip(UNSAFE_END)


def _cut(text: str) -> str:
    if _fits(text):
        return text
    kept = ""
    for cluster in _clusters(text):
        if not _fits(kept + cluster):
            break
        kept += cluster
    # A single character under a heap of accents is cut inside.
    while not kept.rstrip(UNSAFE_END) and text:
        text = text[: max(len(text) // 2, 1)]
        kept = text if _fits(text) else ""
    return kept


def _fits(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and len(text.encode()) <= MOST_BYTES


def _clusters(text: str) -> Iterator[str]:
    """What a reader takes for one character: a letter with its accents, a flag, a family emoji."""
    cluster = ""
    for character in text:
        if cluster and not _continues(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _continues(cluster: str, character: str) -> bool:
    code = ord(character)
    if code in FLAG_LETTERS:
        return len(cluster) == 1 and ord(cluster) in FLAG_LETTERS
    return (
        character in (JOINER, NON_JOINER)
        or cluster.endswith(JOINER)
        or code in SKIN_TONES
        or code in FLAG_TAGS
        or unicodedata.category(character) in ("Mn", "Mc", "Me")
    )


def unique_stems(names: Sequence[str]) -> list[str]:
    """The stem of every name, in order; names that would share a file get -2, -3 … after the first.

    `["面膜", "面膜", "面膜-2"]` -> `["面膜", "面膜-3", "面膜-2"]`
    """
    stems = [file_stem(name) for name in names]
    keys = [same_file_key(stem) for stem in stems]
    natural = set(keys)
    used: set[str] = set()
    last_number: dict[str, int] = {}
    result = []
    for stem, key in zip(stems, keys, strict=True):
        own_stem, own_key = stem, key
        while own_key in used or (own_key in natural and own_key != key):
            last_number[key] = last_number.get(key, 1) + 1
            suffix = f"-{last_number[key]}"
            own_stem, own_key = stem + suffix, same_file_key(stem + suffix)
        used.add(own_key)
        result.append(own_stem)
    return result


def same_file_key(stem: str) -> str:
    """Equal for any two stems that some file system takes for the same file."""
    text = unicodedata.normalize("NFKC", stem.translate(INVISIBLE_IN_COMPARISON))
    text = unicodedata.normalize("NFKC", text.upper().casefold())
    return unicodedata.normalize("NFKC", text.casefold())
