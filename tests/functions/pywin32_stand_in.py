"""What xlwings needs of pywin32 and of Windows to be imported and called on any system.

`installed()` puts it into this process: only a process that serves nothing else calls it (see com_process).
It stands for the parts of COM that a call of a function touches: values as pywin32 passes them, Range objects,
the calling cell and the workbook. It proves nothing about COM itself.
"""

import asyncio  # noqa: F401  # before Python is told that it runs on Windows
import concurrent.futures.thread  # noqa: F401
import ctypes
import subprocess  # noqa: F401
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

RANGE = "{00020846-0000-0000-C000-000000000046}"
MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: an argument that the formula leaves out


@dataclass(frozen=True)
class Cells:
    """A Range as an argument: `value` is what its Value gives, a scalar or a tuple of rows."""

    value: Any


@dataclass(frozen=True)
class Book:
    """A workbook, with the names of its sheets."""

    name: str
    sheets: tuple[str, ...] = ()


def com_date(*parts: int) -> datetime:
    """A date as pywin32 reads it from a cell: local time that says it is UTC."""
    return datetime(*parts, tzinfo=UTC)


class ComError(Exception):
    """pywintypes.com_error."""


class Dispatch:
    """A COM object that Python holds: win32com's CDispatch around an IDispatch."""

    def __init__(self, raw: "RawDispatch", **_: object) -> None:
        self.__dict__["_oleobj_"] = raw
        self.__dict__.update(raw.members)


class RawDispatch:
    """The bare IDispatch pointer as it arrives in a server's method."""

    def __init__(self, iid: str, members: dict[str, Any]) -> None:
        self.iid = iid
        self.members = members

    def GetTypeInfo(self) -> Any:
        return SimpleNamespace(
            GetDocumentation=lambda _: ("Range",), GetTypeAttr=lambda: SimpleNamespace(iid=self.iid)
        )


def argument(given: object) -> object:
    """An argument of a function as the server's method receives it."""
    if isinstance(given, Cells):
        rows = given.value if isinstance(given.value, tuple) else ((given.value,),)
        return _range(given.value, len(rows), len(rows[0]))
    return given


def caller() -> RawDispatch:
    """The calling cell."""
    return _range(None, 1, 1)


def workbook(book: Book) -> Dispatch:
    """The workbook that a wrapper passes, ready to be read."""
    sheets = [Dispatch(RawDispatch("sheet", {"Name": name})) for name in book.sheets]
    numbered = SimpleNamespace(Count=len(sheets))
    listed = _Listed(sheets)
    return Dispatch(
        RawDispatch("book", {"Name": book.name, "Sheets": listed, "Worksheets": listed, "n": numbered})
    )


class _Listed:
    """A COM collection, counted from 1."""

    def __init__(self, items: list[Dispatch]) -> None:
        self.items = items
        self.Count = len(items)

    def __call__(self, index: int) -> Dispatch:
        return self.items[index - 1]

    def __iter__(self) -> Any:
        return iter(self.items)


def _range(value: object, height: int, width: int) -> RawDispatch:
    application = Dispatch(RawDispatch("application", {"Hwnd": 1}))
    book = Dispatch(RawDispatch("book", {"Name": "plan.xlsx", "Application": application}))
    sheet = Dispatch(RawDispatch("sheet", {"Name": "Sheet1", "Parent": book}))
    members = {
        "Value": value,
        "Worksheet": sheet,
        "Row": 1,
        "Column": 1,
        "Rows": SimpleNamespace(Count=height),
        "Columns": SimpleNamespace(Count=width),
    }
    return RawDispatch(RANGE, members)


def _not_wrapped(_: object) -> object:
    raise ComError("not an object of this server")


def _module(name: str, **members: object) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
    return module


def installed() -> None:
    """Make this process one in which xlwings is imported as it is on Windows."""
    import pandas  # noqa: F401 - xlwings imports it, and it looks for the real Windows where it sees one

    nothing = lambda *_, **__: None  # noqa: E731
    _module("pywintypes", com_error=ComError, error=ComError, TimeType=datetime, IID=str)
    _module(
        "pythoncom",
        IID_IDispatch="IDispatch",
        IID_IEnumVARIANT="IEnumVARIANT",
        TypeIIDs={"IDispatch": RawDispatch},
        CoInitialize=nothing,
        ole_error=ComError,
        com_error=ComError,
        __file__="pythoncom.dll",
    )
    for name in ("win32api", "win32event", "win32gui", "winreg"):
        _module(name)
    _module("win32con", **dict.fromkeys(("MB_OK", "MB_OKCANCEL", "MB_YESNO", "MB_YESNOCANCEL"), 0))
    _module("win32process", GetWindowThreadProcessId=lambda _: (1, 1))
    _module("win32timezone", TimeZoneInfo=SimpleNamespace(utc=lambda: UTC))
    _module("win32com")
    _module(
        "win32com.client",
        Dispatch=lambda raw, **_: raw if isinstance(raw, Dispatch) else Dispatch(raw),
        DispatchEx=Dispatch,
        CDispatch=Dispatch,
        DispatchBaseClass=type("DispatchBaseClass", (), {}),
        CoClassBaseClass=type("CoClassBaseClass", (), {}),
        gencache=SimpleNamespace(EnsureModule=nothing),
    )
    _module("win32com.server")
    _module("win32com.server.dispatcher")
    _module("win32com.server.policy", DefaultPolicy=object)
    _module("win32com.server.exception", COMException=ComError)
    _module("win32com.server.util", unwrap=_not_wrapped, wrap=lambda thing, **_: thing)
    library = SimpleNamespace(CLSIDFromString=nothing, PyCom_PyObjectFromIUnknown=SimpleNamespace())
    ctypes.oledll = SimpleNamespace(ole32=library, oleacc=SimpleNamespace())  # type: ignore[attr-defined, assignment]
    ctypes.windll = SimpleNamespace(user32=library)  # type: ignore[attr-defined, assignment]
    ctypes.PyDLL = lambda *_, **__: library  # type: ignore[misc, assignment]
    system, sys.platform = sys.platform, "win32"
    try:
        import xlwings.com_server  # noqa: F401
    finally:
        sys.platform = system
