"""The settings file: whatever stands in it, functions answer, as if it were absent where it cannot be read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from promo_xl import user_settings
from promo_xl.addin.settings_file import save
from promo_xl.plan.findings import RefusedError
from promo_xl.sheetspec.wording import wording
from promo_xl.user_settings import expanded, folder_named, path, reading, settings, write_lines

HOSTILE = {
    "size": b"LANGUAGE=zh\n" * 1_000_000,
    "ascii": "LANGUAGE=zh\nOUTPUT_FOLDER=D:\\推广".encode("gbk"),
    "line": b"LANGUAGE=zh\nOUTPUT FOLDER\n",
    "sign": b"LANGUAGE=zh\nTEMPLATES=C:\\\\x\\u0000y\n",
}


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("win32", ".promo_xl/promo_xl.conf"),
        ("darwin", "Library/Containers/com.microsoft.Excel/Data/promo_xl.conf"),
        ("linux", ".promo_xl/promo_xl.conf"),
    ],
)
def test_each_system_has_its_place(tmp_path: Path, system: str, expected: str) -> None:
    assert path(tmp_path, system) == tmp_path / expected


def written(home: Path, content: bytes) -> Path:
    file = path(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def test_settings_are_read_and_others_passed_over(tmp_path: Path) -> None:
    pairs = [("LANGUAGE", "en"), ("OUTPUT_FOLDER", "D:\\计划"), ("FUTURE", "x"), ("LANGUAGE", "zh")]
    file = written(tmp_path, write_lines(pairs).encode())
    assert dict(settings(tmp_path)) == {"LANGUAGE": "en", "OUTPUT_FOLDER": "D:\\计划"}
    assert reading(file).unknown == ("FUTURE",)


def test_of_a_setting_that_stands_there_twice_the_first_counts(tmp_path: Path) -> None:
    pairs = [("WORK_FOLDER", "/one"), ("FUTURE", "1"), ("WORK_FOLDER", "/other"), ("FUTURE", "2")]
    file = written(tmp_path, write_lines(pairs).encode())
    assert settings(tmp_path)["WORK_FOLDER"] == "/one"
    assert reading(file).doubled == ("WORK_FOLDER",)


@pytest.mark.parametrize("text", ["", "relative", "/nowhere/at/all", "/" + "x" * 5000, "/a\0b", "~nobody-at-all"])
def test_a_text_that_names_no_folder_is_none_and_no_fault(text: str) -> None:
    assert folder_named(text) is None


def test_a_whole_path_and_one_below_home_name_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "模板 1").mkdir()
    assert folder_named(str(tmp_path / "模板 1")) == folder_named("~/模板 1") == tmp_path / "模板 1"


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    assert dict(settings(tmp_path)) == {}
    assert not reading(path(tmp_path)).there


@pytest.mark.parametrize("problem", HOSTILE)
def test_a_file_that_cannot_be_read_is_as_if_absent(tmp_path: Path, problem: str) -> None:
    file = written(tmp_path, HOSTILE[problem])
    assert dict(settings(tmp_path)) == {}
    assert (reading(file).there, reading(file).problem) == (True, problem)


def test_a_folder_in_its_place_is_as_if_absent(tmp_path: Path) -> None:
    path(tmp_path).mkdir(parents=True)
    assert dict(settings(tmp_path)) == {}
    assert reading(path(tmp_path)).problem == "Is a directory"


@pytest.mark.parametrize("problem", HOSTILE)
def test_what_cannot_be_read_is_left_to_installing(tmp_path: Path, problem: str) -> None:
    file = written(tmp_path, HOSTILE[problem])
    with pytest.raises(RefusedError) as caught:
        save(file, {"OUTPUT_FOLDER": "D:\\计划"})
    sentence = wording("zh").sentence(caught.value.findings[0])
    assert "promo-xl addin install" in sentence
    assert problem not in sentence
    assert file.read_bytes() == HOSTILE[problem]


def test_saving_a_setting_keeps_the_first_of_the_others(tmp_path: Path) -> None:
    pairs = [("FUTURE", "1"), ("LANGUAGE", "en"), ("FUTURE", "2"), ("LANGUAGE", "zh"), ("TEMPLATES", "/t")]
    file = written(tmp_path, write_lines(pairs).encode())
    save(file, {"TEMPLATES": "", "OUTPUT_FOLDER": "/plans"})
    assert reading(file).pairs == (("OUTPUT_FOLDER", "/plans"), ("LANGUAGE", "en"), ("FUTURE", "1"))


def test_the_line_is_named(tmp_path: Path) -> None:
    assert reading(written(tmp_path, HOSTILE["ascii"])).line == 2
    assert reading(written(tmp_path, HOSTILE["line"])).line == 2


def test_variables_are_replaced_and_unknown_ones_stay() -> None:
    assert expanded("%APPDATA%\\x 50% %NONE%", {"APPDATA": "C:\\Users"}) == "C:\\Users\\x 50% %NONE%"


ASK = "from promo_xl.functions.answering import answer; from promo_xl.functions import installed; "
ASK += "print(answer('PROMO_ROI', 300, 100), installed.words().language, installed.folder())"


def answered(file: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROMO_XL")}
    environment = {**kept, user_settings.VARIABLE: str(file)}
    run = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return run.stdout.strip()


@pytest.mark.parametrize("problem", HOSTILE)
def test_a_function_answers_with_a_hostile_file(tmp_path: Path, problem: str) -> None:
    assert answered(written(tmp_path, HOSTILE[problem])) == answered(tmp_path / "none") == "3 zh None"


def test_language_and_templates_come_from_the_settings(tmp_path: Path) -> None:
    from promo_xl import assets

    pairs = [("LANGUAGE", "en"), ("TEMPLATES", str(assets.workbook_templates()))]
    said = answered(written(tmp_path, write_lines(pairs).encode()))
    assert said.endswith(f"en {assets.workbook_templates()}")


def test_a_language_and_a_folder_that_are_not_there_count_as_none(tmp_path: Path) -> None:
    check_answers_without(tmp_path, "/nowhere/at/all")
    check_answers_without(tmp_path, "/" + "x" * 5000)


def check_answers_without(tmp_path: Path, templates: str) -> None:
    pairs = [("LANGUAGE", "../../x"), ("TEMPLATES", templates)]
    assert answered(written(tmp_path, write_lines(pairs).encode())).endswith("zh None")
