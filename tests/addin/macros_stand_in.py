"""An Excel for the add-in's VBA in pyOpenVBA's interpreter: objects with the few members that the macros touch."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.interpreter import EMPTY, MISSING, NOTHING, Interpreter, VBAInt, VBAObject
from pyopenvba.interpreter._values import error

from promo_xl.addin.ingredients import ingredients

FAKES = """\
Attribute VB_Name = "Fakes"
Option Explicit
Public Function XLPy() As Object
End Function
Public Function RunPython(ByVal command As String) As Variant
    Application.RunPython command
End Function

Public Function FileText(ByVal path As String) As String
    Dim content As String

    PromoReadFile path, content
    FileText = content
End Function

Public Function IsFileWritten(ByVal path As String, ByVal content As String) As Boolean
    Dim isWritten As Boolean

    PromoWriteFile path, content, isWritten
    IsFileWritten = isWritten
End Function
"""
ON_WINDOWS_ONLY = "#ElseIf Win64 Or Win32 Then"


class Thing(VBAObject):
    """An object whose members are what it was made with: values, or functions of Python."""

    def __init__(self, kind: str = "Object", **members: Any) -> None:
        self.kind = kind
        self.members = {name.lower(): value for name, value in members.items()}
        self.refused: dict[str, str] = {}

    @property
    def vba_type_name(self) -> str:  # type: ignore[override]
        return self.kind

    def vba_get(self, name: str, args: Sequence[object] = (), named: dict[str, object] | None = None) -> object:
        """Read a member, or call it."""
        key = name.lower()
        if key in self.refused:
            raise error(1004, self.refused[key])
        if key not in self.members:
            raise error(438)
        found = self.members[key]
        if callable(found) and not isinstance(found, VBAObject):
            try:
                return _vba(found(*args, **{one.lower(): value for one, value in (named or {}).items()}))
            except OSError as problem:
                raise error(53, str(problem.strerror)) from None
        if isinstance(found, Thing) and args:
            return found.vba_get("item", args)
        return _vba(found)

    def vba_set(self, name: str, value: object, *args: Any, **named: Any) -> None:
        """Write a member."""
        if name.lower() in self.refused:
            raise error(1004, self.refused[name.lower()])
        self.members[name.lower()] = value

    def vba_iterate(self) -> Iterator[object]:
        """What a collection holds."""
        return iter([_vba(one) for one in self.members["all"]])


def _vba(value: Any) -> object:
    if value is None:
        return EMPTY
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return VBAInt(value, "Long")


def collection(things: Sequence[Thing]) -> Thing:
    """Excel's collections: by name or number."""

    def item(key: Any = MISSING) -> object:
        if key is MISSING:
            return found
        for number, thing in enumerate(things, 1):
            if key == number or str(thing.members["name"]).lower() == str(key).lower():
                return thing
        raise error(9)

    found = Thing("Collection", all=list(things), count=len(things), item=item)
    return found


def sheet_of_rows(name: str, rows: Sequence[Sequence[str]]) -> Thing:
    """A sheet that holds texts."""

    def cells(row: Any, column: Any) -> Thing:
        r, c = int(row) - 1, int(column) - 1
        return Thing("Range", value2=rows[r][c] if r < len(rows) and c < len(rows[r]) else EMPTY)

    return Thing("Worksheet", name=name, cells=cells)


def disk() -> Thing:
    """The FileSystemObject."""

    def read(path: str, mode: object = MISSING) -> Thing:
        text = Path(path).read_bytes().decode("ascii")
        return Thing("TextStream", atendofstream=not text, readall=lambda: text, close=lambda: None)

    def create(path: str, overwrite: object = MISSING) -> Thing:
        if not Path(path).parent.is_dir():
            raise error(76)
        return Thing(
            "TextStream", write=lambda text: Path(path).write_bytes(text.encode("ascii")), close=lambda: None
        )

    return Thing(
        "FileSystemObject",
        fileexists=lambda path: Path(path).is_file(),
        folderexists=lambda path: Path(path).is_dir(),
        opentextfile=read,
        createtextfile=create,
        deletefile=lambda path, force: Path(path).unlink(),
        movefile=lambda one, other: Path(one).rename(other) and None,
    )


class Bridge(ExcelBridge):
    """Makes the FileSystemObject; knows the names of the stand-in's objects."""

    def __init__(self, application: Thing) -> None:
        super().__init__(application)  # type: ignore[arg-type]

    def create(self, type_name_: str) -> object:
        """What CreateObject makes."""
        if type_name_ == "Scripting.FileSystemObject":
            return disk()
        home = self.application.vba_get("home")
        return Thing("Shell", expandenvironmentstrings=lambda text: str(text).replace("%USERPROFILE%", str(home)))


def workbook(folder: Path, name: str, **members: Any) -> Thing:
    """A plan as far as a button asks for it; saving a copy writes a few bytes."""
    sheets = members.pop("sheets", [Thing("Worksheet", name="任务", protectcontents=False)])
    return Thing(
        "Workbook",
        **{
            "name": name,
            "fullname": f"C:\\plans\\{name}",
            "path": "C:\\plans",
            "fileformat": 51,
            "worksheets": collection(sheets),
            "names": collection([]),
            "readonly": False,
            "protectstructure": False,
            "date1904": False,
            "signatures": Thing(count=0),
            "saved": True,
            "activate": lambda: None,
            "savecopyas": lambda path: Path(path).write_bytes(b"copy") and None,
            **members,
        },
    )


def excel(home: Path, book: Thing | None, python: Callable[[str], None]) -> Thing:
    """The application; `python` is what RunPython runs."""
    sheets = [sheet_of_rows(one.name, one.rows) for one in ingredients().texts]
    sheets.append(sheet_of_rows("promo_build", [[ingredients().build]]))
    addin = Thing(
        "Workbook",
        name="promo_xl.xlam",
        fullname="C:\\promo_xl.xlam",
        readonly=True,
        worksheets=collection(sheets),
    )
    later: list[tuple[object, ...]] = []
    gone: list[str] = []
    return Thing(
        "Application",
        home=str(home),
        ready=True,
        activeworkbook=NOTHING if book is None else book,
        activesheet=Thing("Worksheet", name="任务"),
        activecell=Thing("Range", row=7),
        activewindow=Thing("Window", activate=lambda: None),
        activeprotectedviewwindow=NOTHING,
        thisworkbook=addin,
        workbooks=collection([] if book is None else [book]),
        pathseparator="/",
        version="16.0",
        operatingsystem="Windows (64-bit) NT 10.00",
        languagesettings=Thing(languageid=lambda which: 1033),
        statusbar=False,
        cutcopymode=False,
        calculation=-4105,
        enableevents=True,
        screenupdating=True,
        runpython=python,
        later=later,
        gone=gone,
        macrooptions=lambda **told: None,
        goto=lambda cell: gone.append(cell.members["at"]),
        ontime=lambda *what: later.append(what),
    )


def interpreter(application: Thing) -> Interpreter:
    """All modules of the add-in, but for the events, in that Excel."""
    vba = Interpreter(Bridge(application))
    for module in ingredients().modules:
        if module.kind == "standard" and module.name not in {"xlwings", "PromoFunctions"}:
            text = module.text.replace(ON_WINDOWS_ONLY, "#ElseIf False Then")
            vba.add_module(text, name=module.name)
    vba.add_module(FAKES, name="Fakes")
    return vba
