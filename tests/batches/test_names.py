"""Laws of the names of files."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.batches.names import MOST_BYTES, MOST_CHARACTERS, file_stem, same_file_key, unique_stems
from promo_xl.batches.naming import FileNames, survey
from promo_xl.batches.product_rows import ProductRow

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
FLAG = "🇨🇳"
ODD = 'aA/\\. ~$-2:CONconé\u0301👩\u200d🇨🇳ſßﬀ１¹\u202e"[]'
NAMES = st.text(max_size=120) | st.text(alphabet=ODD, max_size=100)
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"
}


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("玻尿酸面膜", "玻尿酸面膜"),
        ("A/B款 [新品]", "A-B款 (新品)"),
        ('<>:"/\\|?*', "---------"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\Windows\\x", "C--Windows-x"),
        ("..", "product"),
        ("   ", "product"),
        ("", "product"),
        (" . 面膜 . ", "面膜"),
        ("面膜\n套装\t三盒", "面膜 套装 三盒"),
        ("面膜　套装", "面膜 套装"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("Com1", "_Com1"),
        ("COM¹", "_COM¹"),
        ("nul .x", "_nul .x"),
        ("CONTACT", "CONTACT"),
        ("COM10", "COM10"),
        ("~$面膜", "面膜"),
        ("~$ .~$a", "a"),
        ("a_VTI_b", "a-VTI-b"),
        ("=1+1", "=1+1"),
        ("+面膜", "+面膜"),
        ("-面膜", "-面膜"),
        ("@面膜", "@面膜"),
        ("e\u0301", "é"),
        ("gpj\u202e.exe", "gpj.exe"),
        ("a\u200bb\ufeffc\0d\x7f", "abcd"),
        ("\ud800面膜", "面膜"),
        (FAMILY, FAMILY),
        ("100%纯棉 #1 & 'x'!", "100%纯棉 #1 & 'x'!"),
    ],
)
def test_a_name_becomes_its_stem(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@given(NAMES)
def test_every_stem_is_safe_on_every_system(name: str) -> None:
    stem = file_stem(name)
    assert stem
    assert not set(stem) & set('<>:"/\\|?*[]')
    assert all(unicodedata.category(character) not in ("Cc", "Cs", "Cn") for character in stem)
    assert stem == stem.strip(" .")
    assert not stem.startswith("~$")
    assert stem.split(".", maxsplit=1)[0].rstrip().lower() not in DEVICES
    assert "_vti_" not in stem.lower()
    assert len(stem) <= MOST_CHARACTERS
    assert len(stem.encode()) <= MOST_BYTES
    assert unicodedata.is_normalized("NFC", stem)


@given(NAMES)
def test_a_stem_is_its_own_stem(name: str) -> None:
    assert file_stem(file_stem(name)) == file_stem(name)


@pytest.mark.parametrize(
    "unit", ["面", "a", FAMILY, FLAG, "e\u0301\u0323", "👍🏽", "🏴\U000e0067\U000e0062\U000e007f"]
)
def test_a_long_name_is_cut_between_characters_as_a_reader_sees_them(unit: str) -> None:
    whole = unicodedata.normalize("NFC", unit)
    stem = file_stem(unit * 200)
    assert stem == whole * (len(stem) // len(whole))
    assert len(stem) > MOST_CHARACTERS // 2 or len(stem.encode()) > MOST_BYTES // 2


def test_a_long_name_keeps_its_beginning_and_ends_in_no_space() -> None:
    name = "超长商品名" * 13 + " 结尾" * 60
    assert name.startswith(file_stem(name))
    assert file_stem("a" * 79 + " b") == "a" * 79


def test_a_character_under_a_heap_of_accents_is_cut_inside() -> None:
    assert file_stem("a" + "\u0323" * 500).startswith("ạ")


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (["面膜", "面膜", "面膜"], ["面膜", "面膜-2", "面膜-3"]),
        (["面膜", "面膜", "面膜-2"], ["面膜", "面膜-3", "面膜-2"]),
        (["面膜-2", "面膜", "面膜", "面膜-2"], ["面膜-2", "面膜", "面膜-3", "面膜-2-2"]),
        (["Abc", "aBC"], ["Abc", "aBC-2"]),
        (["é", "e\u0301"], ["é", "é-2"]),
        (["1号", "１号", "①号"], ["1号", "１号-2", "①号-3"]),
        (["straße", "STRASSE"], ["straße", "STRASSE-2"]),
        (["a/b", "a:b", "a-b"], ["a-b", "a-b-2", "a-b-3"]),
        (["", " ", "product"], ["product", "product-2", "product-3"]),
        (["CON", "con"], ["_CON", "_con-2"]),
        (["❤", "❤\ufe0f"], ["❤", "❤\ufe0f-2"]),
    ],
)
def test_names_that_would_share_a_file_are_numbered_in_order(names: list[str], stems: list[str]) -> None:
    assert unique_stems(names) == stems


def keys_on_disks(stem: str) -> set[str]:
    """What different file systems compare instead of the name."""
    forms = [unicodedata.normalize(form, stem) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    return {folded for form in forms for folded in (form.casefold(), form.upper(), form.lower())}


@given(st.lists(NAMES | st.sampled_from(["面膜", "面膜-2", "A", "a", "é", "e\u0301", "CON"]), max_size=12))
def test_no_two_products_share_a_file(names: list[str]) -> None:
    stems = unique_stems(names)
    assert len(stems) == len(names)
    taken: set[str] = set()
    for stem in stems:
        keys = keys_on_disks(stem)
        assert not keys & taken
        taken |= keys
    assert len({same_file_key(stem) for stem in stems}) == len(stems)
    assert all(len(stem.encode()) <= MOST_BYTES + 7 for stem in stems)


@given(st.lists(NAMES, max_size=12))
def test_a_stem_depends_on_other_products_only_if_they_collide(names: list[str]) -> None:
    keys = [same_file_key(file_stem(name)) for name in names]
    for name, key, stem in zip(names, keys, unique_stems(names), strict=True):
        if keys.count(key) == 1:
            assert stem == file_stem(name)
        assert stem.startswith(file_stem(name))


@given(st.lists(NAMES, max_size=12))
def test_the_same_list_gives_the_same_stems(names: list[str]) -> None:
    assert unique_stems(names) == unique_stems(list(names))


@pytest.mark.parametrize("kind", ["equal", "different", "numbered"])
def test_time_grows_no_faster_than_the_list(kind: str) -> None:
    def names(count: int) -> list[str]:
        if kind == "equal":
            return ["面膜"] * count
        if kind == "different":
            return [f"面膜 {number}" for number in range(count)]
        return [f"面膜-{number}" for number in range(count // 2)] + ["面膜"] * (count // 2)

    def seconds(count: int) -> float:
        start = time.process_time()
        assert len(set(unique_stems(names(count)))) == count
        return time.process_time() - start

    few, many = max(seconds(10_000), 0.01), seconds(100_000)
    assert many < few * 40


@given(st.lists(NAMES | st.sampled_from(["面膜", "面膜-2", "面 膜", "A", "ａ"]), max_size=12))
def test_names_given_one_after_the_other_are_those_given_at_once(names: list[str]) -> None:
    names = [name for name in names if name]
    files = FileNames("", survey(names))
    rows = [ProductRow(name, str(n), "", None, None, ()) for n, name in enumerate(names)]
    assert [files.of(row) for row in rows] == unique_stems(names)
