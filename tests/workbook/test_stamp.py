"""Laws of stamped workbooks: each part is what the builder writes, byte for byte, whichever product was traced."""

import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from isal import isal_zlib

from promo_xl.plan.promotion import Promotion
from promo_xl.plan.readings import Reading
from promo_xl.sheetspec.host_names import Host
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook import deflate
from promo_xl.workbook.macros import Macros, TextSheet, finished
from promo_xl.workbook.press import Press
from promo_xl.workbook.slots import BEGIN, END
from promo_xl.workbook.stamp import _element
from promo_xl.workbook.trace import UntraceableError, trace
from promo_xl.workbook.write import Edition, build
from tests.proof.package_lint import lint
from tests.proof.validator import validate
from tests.workbook.files import HOSTS, PLANS, STAMP, planned
from tests.workbook.test_random_plans import PLANS as RANDOM_PLANS
from tests.workbook.test_random_plans import QUIET

BOOK = load_book()


def parts(package: bytes) -> list[tuple[str, bytes]]:
    """Every part with its name, in the order of the container."""
    with ZipFile(BytesIO(package)) as archive:
        assert archive.testzip() is None
        return [(name, archive.read(name)) for name in archive.namelist()]


def built(plan: Promotion, language: str = "zh", host: Host = "xlam") -> list[tuple[str, bytes]]:
    """What the builder writes for this plan."""
    target = BytesIO()
    build(plan, BOOK, language, target, replace(STAMP, host=host))
    return parts(target.getvalue())


def press(language: str = "zh", host: Host = "xlam") -> Press:
    """A press that has traced nothing yet."""
    return Press(Edition.of(BOOK, language, replace(STAMP, host=host)))


shared = cache(press)
"""One whose traces come from whatever plans went before."""


def other(plan: Promotion) -> Promotion:
    """A plan of the same shape that says something else in every row."""
    return replace(
        plan,
        project=plan.project | {"product": "另一个产品", "owner": "旁人", "budget": 1.0},
        tasks=tuple(
            replace(task, name=f"任务{i}", owners=(), completion=None) for i, task in enumerate(plan.tasks)
        ),
        targets=tuple(replace(target, goal="", metric="别的指标") for target in plan.targets),
        risks=tuple(replace(risk, description="别的风险", likelihood=1) for risk in plan.risks),
        readings=tuple(replace(reading, spend=1.5, revenue=None) for reading in plan.readings),
    )


@pytest.mark.parametrize("name", PLANS)
def test_a_stamped_workbook_has_the_parts_that_the_builder_writes(name: str) -> None:
    (plan, language), host = PLANS[name](), HOSTS.get(name, "xlam")
    stamping = press(language, host)
    stamping.workbook(other(plan))
    assert parts(stamping.workbook(plan)) == built(plan, language, host)


@settings(max_examples=25, derandomize=True, **QUIET)
@given(RANDOM_PLANS)
def test_so_has_that_of_any_plan(plan: Promotion) -> None:
    assert parts(shared("zh").workbook(plan)) == built(plan)


@pytest.mark.thorough
@settings(max_examples=500, **QUIET)
@given(RANDOM_PLANS)
def test_so_have_those_of_hundreds_of_plans(plan: Promotion) -> None:
    assert parts(shared("zh").workbook(plan)) == built(plan)


def test_the_bytes_do_not_depend_on_the_product_that_was_traced() -> None:
    first, second = planned(), other(planned())
    forth, back = press(), press()
    assert [forth.workbook(first), forth.workbook(second)] == [back.workbook(p) for p in (second, first)][::-1]


def test_several_threads_may_share_a_press() -> None:
    plans = [replace(planned(), project=planned().project | {"product": f"产品{i}"}) for i in range(12)]
    stamping = press()
    with ThreadPoolExecutor(4) as executor:
        assert list(executor.map(stamping.workbook, plans)) == list(map(press().workbook, plans))


def test_a_cell_knows_no_negative_zero_whichever_product_was_traced() -> None:
    plain, negative = (
        replace(planned(), readings=(Reading(date=date(2026, 6, 2), channel="KOL", spend=spend),))
        for spend in (0.0, -0.0)
    )
    stamping = press()
    stamping.workbook(plain)
    assert parts(stamping.workbook(negative)) == built(negative) == built(plain)


def test_long_texts_of_other_products_do_not_stay_in_memory() -> None:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(50):
            assert str(number) in _element(f"{number}" + "长" * 32_000)
        assert tracemalloc.get_traced_memory()[0] - before < 100_000
    finally:
        tracemalloc.stop()


def test_products_of_one_shape_are_traced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    traced: list[str] = []
    monkeypatch.setattr("promo_xl.workbook.stamp.trace", lambda *given: traced.append("") or trace(*given))
    stamping = press()
    for product in "甲乙丙丁":
        stamping.workbook(replace(planned(), project=planned().project | {"product": product}))
    assert len(traced) == 1


@pytest.mark.parametrize("library", [zlib, isal_zlib])
def test_whatever_packs_the_parts_are_the_same(library: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deflate, "_library", library)
    monkeypatch.setattr(deflate, "LEVEL", 2)
    plan = planned()
    assert parts(press().workbook(plan)) == built(plan)


def test_so_are_those_of_a_workbook_that_is_its_own_add_in() -> None:
    macros = Macros(b"a project", "<customUI/>", (TextSheet("_texts", (("label", "=1+1"),)),))
    imprint = replace(STAMP, macros=macros)
    target = BytesIO()
    build(planned(), BOOK, "zh", target, imprint)
    stamping = Press(Edition.of(BOOK, "zh", imprint))
    stamping.workbook(other(planned()))
    assert parts(stamping.workbook(planned())) == parts(finished(target.getvalue(), macros.ribbon))


def test_a_stamped_workbook_is_sound(tmp_path: Path) -> None:
    files = []
    for name in ("hostile", "broken", "running_zh"):
        plan, language = PLANS[name]()
        stamping = shared(language)
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(stamping.workbook(plan))
        assert [str(problem) for problem in lint(path)] == []
        files.append(path)
    assert [str(problem) for problem in validate(files)] == []


@pytest.mark.parametrize("number", ["7", "-1", "999999999"])
def test_a_label_that_looks_like_a_hole_keeps_a_book_from_being_traced(number: str) -> None:
    first, *rest = BOOK.sheets
    intro = replace(first.intro, by_language={"zh": f"填写{BEGIN}{number}{END}", "en": ""})
    book = replace(BOOK, sheets=(replace(first, intro=intro), *rest))
    edition = Edition.of(book, "zh", STAMP)
    plan = planned()
    with pytest.raises(UntraceableError):
        trace(edition, Workings(plan, edition.book, "zh"))
    target = BytesIO()
    build(plan, book, "zh", target, STAMP)
    assert parts(Press(edition).workbook(plan)) == parts(target.getvalue())


def test_packed_texts_in_a_row_are_one_packed_text() -> None:
    texts = [b"<row>1</row>" * 9, b"", b"<row>2</row>" * 9]
    packed = [deflate.packed(text, before) for text, before in zip(texts, [b"", *texts], strict=False)]
    assert zlib.decompress(b"".join([*packed, deflate.END]), -zlib.MAX_WBITS) == b"".join(texts)
