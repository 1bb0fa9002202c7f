"""Hostile exports, sheets of data sources and hidden cells: each is refused or named, and nothing is lost."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from promo_xl.cli.main import main
from promo_xl.refresh import fetching
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import FOLDER_VARIABLE
from promo_xl.workbook.growth import grown
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from tests.refresh.exports import HEAD
from tests.refresh.small_plan import FIRST, Ground, exported, refreshed
from tests.refresh.what_stands import nothing_doubled, nothing_lost, seen
from tests.sources.zips import ROOT_RELATIONS, TYPES, WORKBOOK, WORKBOOK_RELATIONS, sheet, styles, zipped

SOURCE = {(FIRST, "抖音", "A"): {"spend": 1.0}, (FIRST, "朋友圈", ""): {"spend": 2.0, "impressions": 3.0}}
DAY = "2026-06-02,抖音,,"


@pytest.fixture(autouse=True)
def path(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A refreshed workbook in which a planner typed over a number and wrote a note."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    monkeypatch.chdir(tmp_path)
    exported(tmp_path, SOURCE)
    file = tmp_path / "计划.xlsx"
    file.write_bytes(ground.fresh)
    refreshed(file, ground.book, History())
    typed(file, ground, 0, spend=90.0, note="财务核对过")
    return file


def typed(path: Path, ground: Ground, index: int, **values: float | str) -> None:
    table = open_workbook(path, ground.book).tables["readings"]
    row = table.numbers[index]
    patch_workbook(path, [Change(table.grid.name, row, table.columns[f], v) for f, v in values.items()])


def said(capfd: pytest.CaptureFixture[str], ground: Ground, *more: str) -> tuple[int, dict[str, Any]]:
    """What the command ends with and says to a program."""
    capfd.readouterr()
    code = main(["refresh", "计划.xlsx", "--templates", str(ground.templates), "--lang", "zh", "--json", *more])
    return code, json.loads(capfd.readouterr().out)


def findings(data: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*data.get("findings", [])]
    for each in data.get("refused", {}).values():
        found += each
    for each in data.get("refreshed", {}).values():
        found += each["findings"]
    return found


def packed(rows: str, head: str = "") -> bytes:
    whole = sheet(rows).replace("<worksheet", f"{head}<worksheet", 1)
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": ROOT_RELATIONS, "xl/workbook.xml": WORKBOOK}
    parts |= {"xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS, "xl/styles.xml": styles(0)}
    return zipped({**parts, "xl/worksheets/sheet1.xml": whole})


def bomb() -> bytes:
    return packed(f"<row r='1'><c r='A1' t='inlineStr'><is><t>{' ' * 80_000_000}</t></is></c></row>")


REPORTED: dict[str, tuple[bytes | str, set[str], str]] = {
    "a formula as channel": (HEAD + "2026-06-02,=cmd|' /C calc'!A0,,1,2\n", {"REFRESH_CHANNEL_UNPLANNED"}, ""),
    "a formula as number": (HEAD + f"{DAY}=1+1,2\n", {"SOURCE_VALUE_UNREADABLE"}, "导出.csv › D2"),
    "a minus formula": (HEAD + f"{DAY}-2+3,2\n", {"SOURCE_VALUE_UNREADABLE"}, "导出.csv › D2"),
    "one thing in two columns": (
        "日期,渠道,消耗,花费\n2026-06-02,抖音,1,2\n", {"SOURCE_COLUMN_TWICE"}, "导出.csv › ",
    ),
    "two rows of totals": (
        HEAD + f"{DAY}1,2\n合计,,,1,2\n总计,,,1,2\n", {"SOURCE_TOTALS_TWICE"}, "导出.csv",
    ),
    "totals that do not add up": (HEAD + f"{DAY}1,2\n合计,,,9,2\n", {"SOURCE_TOTAL_MISMATCH"}, "导出.csv › "),
    "a day without a year": (HEAD + "6月2日,抖音,,1,2\n", {"SOURCE_DATE_WITHOUT_YEAR"}, "导出.csv › A2"),
    "an endless number": (HEAD + f"{DAY}1e999,2\n", {"SOURCE_VALUE_UNREADABLE"}, "导出.csv › D2"),
}  # fmt: skip
REFUSED: dict[str, tuple[bytes | str | Callable[[], bytes], str, str]] = {
    "a zip bomb": (bomb, "FILE_TOO_LARGE", "导出.xlsx"),
    "entities": (
        lambda: packed("<row r='1'><c r='A1'><v>1</v></c></row>", '<!DOCTYPE a [<!ENTITY b "c">]>'),
        "FILE_HOSTILE",
        "导出.xlsx",
    ),
    "no encoding at all": (b"\xc8\xd5\xc6\xda,\xff\xfe\xff,a\n\xff\xff,1\n", "FILE_ENCODING", "导出.csv"),
    "cells beyond the header": (HEAD + f"{DAY}1,2,3,4\n{DAY}1,2\n", "SOURCE_ROW_WIDER_THAN_HEADER", "导出.csv"),
    "no date": ("渠道,消耗\n抖音,1\n", "SOURCE_DATE_COLUMN_MISSING", "导出.csv"),
    "no metric": ("日期,渠道,甲\n2026-06-02,抖音,1\n", "SOURCE_METRIC_COLUMN_MISSING", "导出.csv"),
    "a program": (b"MZ\x90\x00\x03\x00\x00\x00" * 40, "FILE_NOT_TABLE", "导出.csv"),
    "nothing": (b"", "FILE_EMPTY", "导出.csv"),
    "an open quote": ('日期,渠道,消耗\n2026-06-02,"抖音,1\n', "FILE_QUOTE_OPEN", "导出.csv"),
}


@pytest.mark.parametrize("name", REPORTED)
def test_what_is_odd_in_an_export_is_named_with_its_place(
    path: Path, ground: Ground, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    content, codes, place = REPORTED[name]
    Path("导出.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    before = seen(path, ground.book)
    code, data = said(capfd, ground, "--trust")
    assert code in (0, 1), data
    found = {finding["code"]: finding["place"] for finding in findings(data)}
    assert codes <= found.keys()
    assert all(found[one].startswith(place) for one in codes), found
    nothing_lost(before, seen(path, ground.book))
    with zipfile.ZipFile(path) as archive:
        assert not any(
            b"<f>cmd" in archive.read(part) or b"<f>1+1" in archive.read(part) for part in archive.namelist()
        )


@pytest.mark.parametrize("name", REFUSED)
def test_an_export_that_cannot_be_trusted_is_refused_by_its_name(
    path: Path, ground: Ground, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    content, expected, file = REFUSED[name]
    data = content() if callable(content) else content.encode() if isinstance(content, str) else content
    Path(file).write_bytes(data)
    before = path.read_bytes()
    code, told = said(capfd, ground, "--source", file)
    (found,) = findings(told)
    assert (code, found["code"]) == (2, expected)
    assert found["place"].startswith(file)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("日期,渠道,消耗(元)\n2026-06-02,抖音,1.5万\n", 15000.0),
        ("日期,渠道,消耗(万元)\n2026-06-02,抖音,1.5\n", 15000.0),
        ('日期,渠道,消耗\n2026-06-02,抖音,"12,000.5"\n', 12000.5),
        ("日期,渠道,消耗\n2026-06-02,抖音,--\n2026-06-02,抖音,7\n", 7.0),
    ],
)
def test_units_that_are_mixed_arrive_as_one(
    path: Path, ground: Ground, capfd: pytest.CaptureFixture[str], text: str, expected: float
) -> None:
    Path("导出.csv").write_text(text, encoding="gb18030")
    said(capfd, ground, "--trust")
    assert expected in [row.spend for row in open_workbook(path, ground.book).promotion.readings]


def sources(path: Path, ground: Ground, *rows: dict[str, str]) -> None:
    """These rows stand in the sheet of data sources, and no others."""
    table = open_workbook(path, ground.book).tables["sources"]
    if len(rows) > 3:
        grown(path, {table.table.name: len(rows)})
    fields = ("active", "kind", "source_place", "query", "channel")
    patch_workbook(path, [
        Change(table.grid.name, table.first + at, table.columns[field], {"active": "是", **row}.get(field))
        for at, row in enumerate(rows)
        for field in fields
    ])  # fmt: skip


WRITES_WITHIN = "WITH a AS (DELETE FROM readings RETURNING *) SELECT * FROM a"
HOSTILE = {
    "a file URL": {"kind": "导出文件", "source_place": "file:///etc/passwd"},
    "a network path": {"kind": "导出文件", "source_place": "\\\\server\\share\\a.csv"},
    "a long network path": {"kind": "文件夹", "source_place": "//?/UNC/server/share"},
    "the program's own files": {"kind": "导出文件", "source_place": "../../../../../../../../etc/passwd"},
    "a device": {"kind": "导出文件", "source_place": "CON"},
    "another module": {"kind": "os", "source_place": "导出.csv"},
    "SQL that writes": {"kind": "数据库", "source_place": "shop.db", "query": "DELETE FROM readings"},
    "SQL with a tail": {"kind": "数据库", "source_place": "shop.db", "query": "readings; DROP TABLE readings"},
    "SQL that attaches": {"kind": "数据库", "source_place": "shop.db", "query": "ATTACH 'x.db' AS x"},
    "SQL that writes within": {"kind": "数据库", "source_place": "shop.db", "query": WRITES_WITHIN},
    "a password": {"kind": "数据库", "source_place": "postgresql://u:geheim@127.0.0.1/db", "query": "t"},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_row_of_data_sources_is_not_read_before_it_is_trusted_and_changes_nothing_then(
    path: Path, ground: Ground, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with closing(sqlite3.connect("shop.db")) as shop, shop:
        shop.execute("CREATE TABLE readings (date TEXT, channel TEXT, spend REAL)")
    sources(path, ground, HOSTILE[name])
    before, database = path.read_bytes(), Path("shop.db").read_bytes()

    def read(kind: str) -> object:
        raise AssertionError(f"{kind} was asked before it was trusted")

    with monkeypatch.context() as patch:
        if name in ("the program's own files", "SQL that writes", "SQL with a tail"):
            patch.setattr(fetching, "source_of", read)
        code, data = said(capfd, ground)
        assert code == 2
        assert findings(data)
    code, data = said(capfd, ground, "--trust")
    assert code == 2
    assert all(one["place"] and one["message"] for one in findings(data))
    assert "geheim" not in json.dumps(data)
    assert path.read_bytes() == before
    assert Path("shop.db").read_bytes() == database
    assert not Path("x.db").exists()


def test_thousands_of_data_sources_are_refused_before_anybody_is_asked(
    path: Path, ground: Ground, capfd: pytest.CaptureFixture[str]
) -> None:
    sources(path, ground, *({"kind": "导出文件", "source_place": f"{at}.csv"} for at in range(10_000)))
    before = path.read_bytes()
    code, data = said(capfd, ground)
    assert (code, [one["code"] for one in findings(data)]) == (2, ["SOURCES_TOO_MANY"])
    assert path.read_bytes() == before


def test_nothing_that_a_workbook_names_moves_the_cursor_of_a_terminal(
    path: Path, ground: Ground, capfd: pytest.CaptureFixture[str]
) -> None:
    sources(
        path, ground, {"kind": "导出文件", "source_place": "a\x1b[2K\u202e.csv", "query": "甲\n  export · /ok.csv"}
    )
    capfd.readouterr()
    main(["refresh", "计划.xlsx", "--templates", str(ground.templates), "--lang", "zh"])
    text = capfd.readouterr().out
    assert not {"\x1b", "\u202e"} & set(text)
    assert not any(line.strip() == "export · /ok.csv" for line in text.splitlines())


TAMPERED = {
    "huge": '{"key":["2026-06-01","抖音","A"],"values":{"spend":1},"label":"' + "x" * 30_000 + '","fetched":null}',
    "deep": "[" * 7000,
    "deep in an object": '{"key":' + "[" * 7000,
    "another row's": '{"key":["2026-06-01","朋友圈",""],"values":{"spend":2},"label":"导出.csv","fetched":1}',
    "no number": '{"key":["2026-06-01","抖音","A"],"values":{"spend":NaN},"label":"","fetched":NaN}',
    "too big": '{"key":["2026-06-01","抖音","A"],"values":{"spend":1e999},"label":"","fetched":1e308}',
    "a list": '{"key":["2026-06-01","抖音","A"],"values":[1],"label":"","fetched":null}',
    "a formula": "=1+1",
    "gone": None,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_hidden_cell_that_somebody_bent_loses_nothing(path: Path, ground: Ground, name: str) -> None:
    typed(path, ground, 0, baseline=TAMPERED[name])
    before = seen(path, ground.book)
    later = {**SOURCE, (FIRST, "抖音", "A"): {"spend": 50.0}, (FIRST, "朋友圈", ""): {"spend": 60.0}}
    exported(path.parent, later)
    refreshed(path, ground.book, History())
    after = seen(path, ground.book)
    nothing_lost(before, after)
    nothing_doubled(before, after, later)
    content = path.read_bytes()
    refreshed(path, ground.book, History())
    assert path.read_bytes() == content
