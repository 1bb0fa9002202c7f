"""A VBA project from modules as text, in the form that workbooks carry: vbaProject.bin."""

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from promo_xl.addin.ingredients import DOCUMENT, Module

PART = "xl/vbaProject.bin"
HEADER = re.compile(r"\A(?:VERSION .*\r\nBEGIN\r\n(?:.*\r\n)*?END\r\n)?(?:Attribute .*\r\n)*")


def vba_project(modules: Iterable[Module], sheets: int) -> bytes:
    """The project for a workbook of that many sheets: Excel wants a document module for each."""
    from pyopenvba import ExcelFile, VBAModuleKind

    with TemporaryDirectory(prefix="promo_xl-") as folder:
        path = Path(folder) / "project.xlsm"
        _write_empty(path, sheets)
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for module in modules:
                if module.kind == "document":
                    project.get_module(module.name).body = body(module.text)
                else:
                    kind = VBAModuleKind.standard if module.kind == "standard" else VBAModuleKind.other
                    project.add_module(module.name, module.text, kind=kind)
            book.save()
        with zipfile.ZipFile(path) as package:
            return package.read(PART)


def body(text: str) -> str:
    """A module's text without its header, which the editor of VBA hides."""
    return HEADER.sub("", text, count=1)


def _write_empty(path: Path, sheets: int) -> None:
    with xlsxwriter.Workbook(path, {"in_memory": True}) as workbook:
        workbook.set_vba_name(DOCUMENT)
        for _ in range(sheets):
            workbook.add_worksheet()
