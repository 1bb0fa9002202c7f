"""All that the add-in is made of, as text; by it a build is known."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from promo_xl import assets
from promo_xl.addin.texts import sheets_of_texts
from promo_xl.addin.xlwings_module import patched
from promo_xl.functions.vba_wrappers import modules as function_modules
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.version import VERSION
from promo_xl.workbook.macros import TextSheet

RIBBON = "customUI14.xml"
DOCUMENT = "ThisWorkbook"
XLWINGS = "xlwings"
PACKAGES = {XLWINGS: "xlwings", "pyOpenVBA": "pyopenvba"}  # by the names under which they are imported
XLWINGS_FILE = "xlwings_custom_addin.bas"
BUILD_SHEET = "promo_build"


@dataclass(frozen=True, slots=True)
class Module:
    """A VBA module, its text with CR LF; `kind` is standard, class or document."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a build is made of."""

    modules: tuple[Module, ...]
    ribbon: str
    texts: tuple[TextSheet, ...]
    versions: tuple[tuple[str, str], ...]

    @property
    def build(self) -> str:
        """The build id: the same ingredients, the same id."""
        return hashlib.sha256(repr((self.modules, self.ribbon, self.texts, self.versions)).encode()).hexdigest()

    def sheets(self, *, installed: bool) -> tuple[TextSheet, ...]:
        """The hidden sheets: the texts, and which build this is.

        A workbook that is its own add-in names no build: it would ask to have the installed add-in replaced.
        """
        rows = ((self.build if installed else "",), *((known,) for _, known in self.versions))
        return (*self.texts, TextSheet(BUILD_SHEET, rows))


@cache
def ingredients() -> Ingredients:
    """The ingredients as they are now; raises RefusedError for packages that are not installed."""
    missing = [name for name, package in PACKAGES.items() if find_spec(package) is None]
    if missing:
        raise RefusedError([Finding("ADDIN_NOT_INSTALLED", details={"package": name}) for name in missing])
    versions = (("promo_xl", VERSION), *((name, version(name)) for name in PACKAGES))
    return Ingredients(_modules(), ribbon(), sheets_of_texts(), versions)


def ribbon() -> str:
    """The ribbon, its labels and tips asked of VBA."""
    return (assets.macros() / RIBBON).read_text(encoding="utf-8")


def _modules() -> tuple[Module, ...]:
    texts = {path.stem: path for path in sorted(assets.macros().glob("*.[bc][al]s"))}
    found = [Module(name, _kind(path), _lines(path)) for name, path in texts.items()]
    written = [Module(name, "standard", text) for name, text in function_modules().items() if name not in texts]
    return (*found, *written, Module(XLWINGS, "standard", _xlwings()))


def _kind(path: Path) -> str:
    if path.stem == DOCUMENT:
        return "document"
    return "class" if path.suffix == ".cls" else "standard"


def _lines(path: Path) -> str:
    return path.read_text(encoding="ascii").replace("\n", "\r\n")


def _xlwings() -> str:
    spec = find_spec(XLWINGS)
    assert spec is not None and spec.origin is not None
    path = Path(spec.origin).parent / XLWINGS_FILE
    return patched(path.read_text(encoding="utf-8"), version(XLWINGS), path.name).replace("\n", "\r\n")
