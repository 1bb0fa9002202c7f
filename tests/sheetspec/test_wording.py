"""Every finding and every line has its words, in every language that ships."""

import re
from pathlib import Path
from string import Formatter

import pytest

from promo_xl import assets
from promo_xl.plan.findings import Finding
from promo_xl.sheetspec.wording import wording

SOURCES = sorted((Path(__file__).parents[2] / "promo_xl").rglob("*.py"))
LANGUAGES = sorted(path.name.split(".")[1] for path in assets.workbook_templates().glob("labels.*.yml"))
CODE = re.compile(
    r'(?:Finding|refused|_refused|_note|_explain|self\._note|note|problem|found|noted|report)\(\s*f?"([A-Z][A-Z_]{3,})"'
)
MADE_UP = {"NOT_A_DATE", "NOT_A_NUMBER", "NOT_A_GRADE"}


def codes_in_source() -> set[str]:
    return MADE_UP | {code for path in SOURCES for code in CODE.findall(path.read_text(encoding="utf-8"))}


def said_in_source() -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.parent.name == "cli")
    return set(re.findall(r'\bsay\(\s*"([a-z_]+)"', text)) | {"made", "failed", "unchanged", "wrote_list"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_sentence(language: str) -> None:
    assert codes_in_source() - wording(language).labels["findings"].keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_command_line_has_its_words(language: str) -> None:
    assert len(said_in_source()) >= 25
    assert said_in_source() - wording(language).labels["cli"].keys() == set()


def test_all_languages_say_the_same_things_about_the_same_facts() -> None:
    facts = {
        language: {
            (part, key): {name for _, name, _, _ in Formatter().parse(str(text)) if name}
            for part in ("findings", "cli", "words")
            for key, text in wording(language).labels[part].items()
        }
        for language in ("zh", "en")
    }
    assert facts["zh"] == facts["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_send_something_to_an_address_that_is_not_named(language: str) -> None:
    texts = [
        str(text) for part in ("findings", "cli", "addin") for text in wording(language).labels[part].values()
    ]
    assert [
        text for text in texts if re.search(r"(发|反馈|报告)给我们|send us|to us\b|[Pp]lease report", text)
    ] == []


def test_a_share_is_said_as_a_percentage() -> None:
    finding = Finding("SHARES_SUM", details={"sum": 0.9, "gap": -0.1})
    assert "90%" in wording("en").sentence(finding)
    assert "-10%" in wording("zh").sentence(finding)
