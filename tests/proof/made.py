"""Tiny workbooks for the tests of the proofs, and faults seeded in their XML."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

Entries = dict[str, bytes]
Edit = tuple[str, str, str]
CURRENT_CALC_ID = 191029


def made(path: Path, build: Callable[[Any], None]) -> Path:
    """A workbook written by `build(workbook)`, its calculation settings as the project wants them."""
    workbook = xlsxwriter.Workbook(path, {"in_memory": True})
    build(workbook)
    workbook.calc_on_load = False
    workbook.calc_id = CURRENT_CALC_ID
    workbook.close()
    return path


def changed(path: Path, target: Path, change: Callable[[Entries], None]) -> Path:
    """A copy of the file with its zip entries changed."""
    with zipfile.ZipFile(path) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    change(entries)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target


def replaced(part: str, old: str, new: str) -> Callable[[Entries], None]:
    """A change: the first `old` of a part becomes `new`; the test is wrong if there is none."""

    def change(entries: Entries) -> None:
        text = entries[part].decode()
        assert old in text, f"{part} has no {old}: {text[:3000]}"
        entries[part] = text.replace(old, new, 1).encode()

    return change
