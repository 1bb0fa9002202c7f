"""Laws of the documents: what the READMEs show is there, works, and is the same in both languages."""

import argparse
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from promo_xl.cli.main import command_parser, main
from promo_xl.cli.output import console
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.reference import with_reference
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Cards, Form, Table

ROOT = Path(__file__).resolve().parent.parent
READMES = {"en": "README.md", "zh": "README.zh-CN.md"}
EXCEL_LISTS = {"en": "docs/excel-smoke.md", "zh": "docs/excel-smoke.zh-CN.md"}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)\)")
STEP = re.compile(r"^- \[[ x]\] (\d+)\.", re.MULTILINE)
LARGEST, LARGEST_TOGETHER = 150_000, 1_200_000  # bytes of a picture, and of all

# Planners call the five steps of the method and the three phases of a campaign by one word.
STEPS_OF_THE_METHOD = ("gantt", "阶段", "Step")

# Their own tests run them: serve needs xlwings Server, and the others change the Excel of whoever runs the tests.
ELSEWHERE = ("promo-xl serve", "promo-xl addin install", "promo-xl addin uninstall")
MAY_FIND = "promo-xl addin doctor"  # 1 where there is no Excel

each_readme = pytest.mark.parametrize("language", READMES)
each_page = pytest.mark.parametrize("page", [*READMES.values(), "CHANGELOG.md", *EXCEL_LISTS.values()])


@dataclass(frozen=True, slots=True)
class Page:
    """A document: its text, and its code blocks as (kind, content)."""

    text: str

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """The code blocks in order."""
        return FENCE.findall(self.text)

    @property
    def prose(self) -> str:
        """The text without its code blocks."""
        return FENCE.sub("", self.text)

    @property
    def shape(self) -> list[str]:
        """What the page is made of, in order: headings by level, code blocks by kind, tables, lists, pictures."""
        lines = FENCE.sub(r"<\1>\n", self.text).splitlines()
        return [kind for line in lines if (kind := _kind(line))]


def _kind(line: str) -> str:
    if picture := re.match(r"!\[.*\]\(docs/pictures/(?:zh|en)-(.*)\)", line):
        return f"picture {picture[1]}"
    kinds = {r"#+(?= )": "heading ", r"<\w+>$": "block ", r"\s*\| ": "row", r"- ": "item"}
    for pattern, kind in kinds.items():
        if found := re.match(pattern, line):
            return kind + (found[0] if kind.endswith(" ") else "")
    return ""


def readme(language: str) -> Page:
    """The README of a language."""
    return Page((ROOT / READMES[language]).read_text(encoding="utf-8"))


def _commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every command with its options, from the parser that `--help` prints."""
    options = [
        text for action in parser._actions for text in action.option_strings if action.help != argparse.SUPPRESS
    ]
    yield name, options
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from _commands(below, f"{name} {word}".strip())


COMMANDS = dict(_commands(command_parser(console("en").words)))


@each_readme
def test_every_command_stands_in_the_readme_as_an_example(language: str) -> None:
    examples = [
        line for kind, content in readme(language).blocks if kind == "console" for line in content.splitlines()
    ]
    ends = [name for name in COMMANDS if not any(other.startswith(f"{name} ") for other in COMMANDS) and name]
    assert [name for name in ends if not any(line.startswith(f"promo-xl {name}") for line in examples)] == []


@each_readme
def test_every_option_of_every_command_stands_in_the_table_of_options(language: str) -> None:
    rows = [line.split("|") for line in readme(language).text.splitlines() if line.startswith("| `-")]
    table = {option: row[2] for row in rows for option in re.findall(r"`(-[^`]+)`", row[1])}
    for command, options in COMMANDS.items():
        for option in options:
            named = table[option]
            assert command == "" or f"`{command}`" in named or "`" not in named, f"{command} {option}: {named}"


@each_readme
def test_the_table_of_options_names_no_command_that_does_not_take_the_option(language: str) -> None:
    for line in readme(language).text.splitlines():
        if line.startswith("| `--"):
            row = line.split("|")
            for option in re.findall(r"`(-[^`]+)`", row[1]):
                for command in re.findall(r"`([a-z]+(?: [a-z]+)?)`", row[2]):
                    assert option in COMMANDS[command]


@each_readme
def test_every_command_of_the_readme_runs_in_its_order(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMO_XL_LANG", language)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for kind, content in readme(language).blocks:
        if kind == "csv":
            Path("products.csv").write_text(content, encoding="utf-8")
        for line in content.splitlines() if kind == "console" else ():
            if line.startswith(ELSEWHERE):
                continue
            program, *arguments = shlex.split(line)
            assert program == "promo-xl"
            code = main(arguments)
            said = capsys.readouterr()
            fine = (0, 1) if line == MAY_FIND else (0,)
            assert code in fine and said.err == "", f"{line}\n{said.out}{said.err}"
            if arguments[0] == "init":
                _fill_in(Path(arguments[1]))


@each_readme
def test_every_example_with_a_launch_says_its_as_of_date_so_that_no_task_is_late_in_later_years(
    language: str,
) -> None:
    lines = [
        line for kind, content in readme(language).blocks if kind == "console" for line in content.splitlines()
    ]
    dated = [
        line for line in lines if line.startswith("promo-xl new") or re.match(r"promo-xl batch .*\.csv", line)
    ]
    assert len(dated) > 6
    assert [line for line in dated if "--as-of 2026-03-" not in line] == []


def _fill_in(form: Path) -> None:
    """What the README tells the reader to do: a product in the first blank row of the list."""
    workbook = openpyxl.load_workbook(form)
    sheet = workbook.worksheets[0]
    row = next(n for n in range(6, 20) if sheet.cell(n, 1).value is None)
    sheet.cell(row, 1, "Filled in")
    sheet.cell(row, 2, "2026-06-01")
    workbook.save(form)


@each_readme
def test_the_own_column_of_the_readme_appears_in_the_workbook(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (column,) = [content for kind, content in readme(language).blocks if kind == "yaml"]
    assert main(["templates", "export", "own"]) == 0
    sheet = tmp_path / "own" / "sheets" / "gantt.yml"
    text = sheet.read_text(encoding="utf-8")
    before = next(line for line in text.splitlines() if "field: note" in line)
    sheet.write_text(text.replace(before, column + before), encoding="utf-8")
    assert main(["new", "Own", "--launch", "2026-06-01", "--lang", language, "--templates", "own", "-o", "."]) == 0
    (made,) = tmp_path.glob("*.xlsx")
    values = {
        cell.value for row in openpyxl.load_workbook(made).worksheets[2].iter_rows(max_row=10) for cell in row
    }
    assert {"en": "Approver", "zh": "审批人"}[language] in values


@each_page
def test_every_linked_file_and_picture_exists(page: str) -> None:
    here = ROOT / page
    targets = LINK.findall(Page(here.read_text(encoding="utf-8")).prose)
    local = [target for target in targets if not target.startswith("https://")]
    assert [target for target in local if not (here.parent / target).is_file()] == []


def test_every_picture_is_small_and_shown() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    shown = {Path(target).name for language in READMES for target in LINK.findall(readme(language).text)}
    assert sizes.keys() <= shown
    assert max(sizes.values()) <= LARGEST
    assert sum(sizes.values()) <= LARGEST_TOGETHER


def test_both_readmes_have_the_same_parts_in_the_same_order() -> None:
    assert readme("en").shape == readme("zh").shape


@each_readme
def test_the_readme_shows_every_function_as_the_catalogue_says(language: str) -> None:
    text = readme(language).text
    assert with_reference(text, language) == text  # `make reference` writes it
    assert [name for name in CATALOGUE if f"| `{name}(" not in text] == []


def test_both_readmes_have_the_same_glossary() -> None:
    en, zh = (_glossary(language) for language in READMES)
    assert en == zh
    assert len(en) == len(set(en)) == len({chinese for chinese, _ in en}) > 30


def test_labels_of_the_sheets_speak_the_words_of_the_glossary() -> None:
    words = dict(_glossary("en"))
    pairs = {
        (sheet.sheet, column.label.text("zh"), column.label.text("en"))
        for sheet in load_book().sheets
        for block in sheet.blocks
        if isinstance(block, Table | Form | Cards)
        for column in (block.columns if isinstance(block, Table) else block.fields)
    }
    other = {pair for pair in pairs if pair[1] in words and _plain(pair[2]) != _plain(words[pair[1]])}
    assert other == {STEPS_OF_THE_METHOD}


def _plain(word: str) -> str:
    return word.casefold().removesuffix("s")


def _glossary(language: str) -> list[tuple[str, str]]:
    """Pairs of Chinese and English words, from the one table with such a head."""
    _, _, rest = readme(language).text.partition("| 中文 | English |")
    rows = [line.strip("| ").split("|") for line in rest.split("\n\n")[0].splitlines()[2:]]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [pair for row in cells for pair in ((row[0], row[1]), (row[3], row[4]))]


@pytest.mark.parametrize(
    ("language", "heading", "sentence"),
    [
        ("en", "## Who walked what", "Nothing on this page has been walked yet"),
        ("zh", "## 谁走过什么", "这一页还没有人走过"),
    ],
)
def test_the_excel_list_says_that_it_was_not_walked_as_long_as_its_table_is_blank(
    language: str, heading: str, sentence: str
) -> None:
    text = (ROOT / EXCEL_LISTS[language]).read_text(encoding="utf-8")
    table = text.partition(heading)[2].splitlines()[4:]
    assert table
    walked = any(cell.strip() for line in table for cell in line.strip("| ").split("|")[1:])
    assert walked or sentence in text
    numbers = [int(n) for n in STEP.findall(text)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_both_excel_lists_have_the_same_steps_and_the_same_code_blocks() -> None:
    en, zh = (Page((ROOT / path).read_text(encoding="utf-8")) for path in EXCEL_LISTS.values())
    assert STEP.findall(en.text) == STEP.findall(zh.text) != []
    assert en.blocks == zh.blocks != []
