"""The folder that xlwings Server serves, made on the user's machine: text files, and a manifest for Excel."""

import importlib.util
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

SECTION = "tool.xlwings_server"
NAME = "promo_xl"
MANIFEST = "promo_xl-manifest.xml"
FUNCTIONS, SCRIPTS = "custom_functions/__init__.py", "custom_scripts/__init__.py"
ENVIRONMENTS = ("dev", "qa", "uat", "staging", "prod")
SETTINGS: Mapping[str, Any] = {
    "environment": "prod",
    "functions_namespace": "",  # none: PROMO_ROI as in a workbook, and not XLWINGS.PROMO_ROI
    "project_name": NAME,
    "enable_socketio": False,
    "enable_hotreload": False,
    "enable_examples": False,
}

LABELS: Mapping[str, str] = {
    "MyGroup": NAME,
    "Hello World": "Status",
    "Click to call the hello function": "Which promo_xl answers, and which cells wait to be recalculated",
}


@dataclass(frozen=True, slots=True)
class Project:
    """A folder for xlwings Server, and where Excel reaches it: https://localhost:8000."""

    folder: Path
    url: str

    @property
    def manifest(self) -> Path:
        """The file that Excel is given once."""
        return self.folder / MANIFEST

    @property
    def foreign(self) -> bool:
        """True if the folder holds something, and not what an earlier run wrote."""
        there = self.folder.is_dir() and any(self.folder.iterdir())
        return there and not known_ids(self.folder / "pyproject.toml")

    def write(self) -> None:
        """Write the folder; the add-in's ids in pyproject.toml are made once and kept. Raises OSError."""
        ids = known_ids(self.folder / "pyproject.toml") or {name: str(uuid.uuid4()) for name in ENVIRONMENTS}
        texts = {
            FUNCTIONS: '"""The PROMO_ functions."""\n\nfrom promo_xl.functions.server_host import *\n',
            SCRIPTS: '"""What buttons run."""\n\nfrom promo_xl.functions.server_scripts import *\n',
            "pyproject.toml": _settings_text(ids),
            MANIFEST: manifest_text(self.url, ids["prod"]),
        }
        for name, text in texts.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def known_ids(path: Path) -> dict[str, str]:
    """The ids of the add-in that an earlier run wrote; none where the file is not ours or no id."""
    import tomllib

    try:
        section: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["xlwings_server"]
        if section["project_name"] != NAME:
            return {}
        return {name: str(uuid.UUID(section[f"manifest_id_{name}"])) for name in ENVIRONMENTS}
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return {}


def _settings_text(ids: Mapping[str, str]) -> str:
    lines = [f"[{SECTION}]"]
    for name, value in SETTINGS.items():
        lines.append(f"{name} = {str(value).lower()}" if isinstance(value, bool) else f'{name} = "{value}"')
    return "\n".join([*lines, *(f'manifest_id_{name} = "{value}"' for name, value in ids.items()), ""])


def server_folder() -> Path | None:
    """Where xlwings Server is installed; None where it is not. It is not started for that."""
    found = importlib.util.find_spec("xlwings_server")
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


def manifest_text(url: str, manifest_id: str) -> str:
    """The manifest as the installed xlwings Server would serve it at `url`; its template is not copied here."""
    from jinja2 import Environment, FileSystemLoader

    folder = server_folder()
    assert folder is not None, "xlwings Server is looked for before"
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    settings = SimpleNamespace(**SETTINGS, static_url_path="/static", auth_providers=[])
    text = environment.get_template("manifest.xml").render(
        settings=settings, base_url=url, base_url_with_app_path=url, manifest_id=manifest_id
    )
    return with_own_labels(text)


def with_own_labels(manifest: str) -> str:
    """A manifest of xlwings Server whose group and button say what they are here."""
    for theirs, ours in LABELS.items():
        manifest = manifest.replace(f'DefaultValue="{theirs}"', f'DefaultValue="{ours}"')
    return manifest
