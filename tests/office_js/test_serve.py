"""promo-xl serve as a planner meets it, and the manifest that Excel is given."""

import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from promo_xl.cli import serve
from promo_xl.cli.main import main
from promo_xl.functions.server_project import ENVIRONMENTS, MANIFEST, known_ids, with_own_labels
from tests.office_js.conftest import Server, free_port

pytestmark = pytest.mark.noncommercial
ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-key-that-nobody-sees"
each_language = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(serve.KEY, raising=False)
    monkeypatch.setenv("PROMO_XL_LANG", "en")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["serve", *arguments])
    found = capsys.readouterr()
    assert found.err == ""
    return code, found.out


def test_the_folder_is_written_and_the_ids_of_the_add_in_are_kept(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--write-only"]) == 0
    ids = known_ids(here / "promo_xl_server" / "pyproject.toml")
    assert len(set(ids.values())) == len(ENVIRONMENTS)
    code, text = said(capsys, "--write-only", "--port", "8443")
    assert code == 0
    assert known_ids(here / "promo_xl_server" / "pyproject.toml") == ids
    assert str(here / "promo_xl_server" / MANIFEST) in text
    assert "PolyForm Noncommercial 1.0.0" in text
    manifest = ET.parse(here / "promo_xl_server" / MANIFEST).getroot()
    values = {element.get("DefaultValue", "") for element in manifest.iter()}
    assert "http://localhost:8443/xlwings/custom-functions-code.js" in values
    assert "http://localhost:8443/xlwings/custom-functions-meta.json" in values
    assert not [element for element in manifest.iter() if element.tag.endswith("}Namespace")]
    assert next(element.text for element in manifest.iter() if element.tag.endswith("}Id")) == ids["prod"]


def test_the_manifest_in_the_file_is_the_one_that_the_server_serves(server: Server) -> None:
    written = server.project.manifest.read_text(encoding="utf-8")
    assert written.strip() == with_own_labels(server.get("/manifest.xml")).strip()
    assert "Hello World" not in written


@each_language
def test_everything_in_the_way_is_said_at_once(
    language: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        code, text = said(
            capsys, "--port", port, "--certificate", "none.pem", "--lang", language, "--project", str(here / "p")
        )
    assert code == 2
    for part in ("XLWINGS_LICENSE_KEY", f"127.0.0.1:{port}", "none.pem", "--key", "PolyForm"):
        assert part in text
    assert "SERVE_" not in text


@each_language
def test_a_missing_server_says_what_to_install(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "server_folder", lambda: None)
    code, text = said(capsys, "--write-only", "--lang", language)
    assert (code, 'pip install ".[server]"' in text) == (2, True)


def test_a_folder_with_other_things_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "own").mkdir()
    (here / "own" / "pyproject.toml").write_text("[project]\nname = 'own'\n")
    code, text = said(capsys, "--write-only", "--project", "own")
    assert (code, "holds other things" in text) == (2, True)
    assert (here / "own" / "pyproject.toml").read_text() == "[project]\nname = 'own'\n"


def test_a_file_in_place_of_the_folder_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "file").write_text("")
    assert said(capsys, "--write-only", "--project", "file/below")[0] == 2


def test_files_that_are_no_certificate_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("c.pem", "k.pem"):
        (here / name).write_text("no certificate")
    code, text = said(capsys, "--write-only", "--certificate", "c.pem", "--key", "k.pem")
    assert (code, "c.pem" in text) == (2, True)


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_cannot_be_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "--write-only", f"--port={port}")
    assert (code, port in text) == (2, True)


def test_the_key_stands_in_no_output_no_file_and_no_argument(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []

    class Popen:
        def __init__(self, command: list[str], *, cwd: Path, env: dict[str, str]) -> None:
            started.append((command, env))

        def wait(self) -> int:
            return 0

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(serve.subprocess, "Popen", Popen)
    monkeypatch.setenv("XLWINGS_FUNCTIONS_NAMESPACE", "OTHER")
    code, text = said(capsys, "--port", str(free_port()), "--license-key", SECRET)
    ((command, env),) = started
    assert (code, SECRET in text, SECRET in " ".join(command), env[serve.KEY]) == (0, False, False, SECRET)
    assert "XLWINGS_FUNCTIONS_NAMESPACE" not in env
    files = [path for path in here.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET in path.read_text(encoding="utf-8")]
    if os.name == "posix":
        assert not [path for path in files if path.stat().st_mode & stat.S_IWOTH]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_serving_answers_until_it_is_stopped(here: Path, scheme: str) -> None:
    port, certificate = str(free_port()), _certificate(here) if scheme == "https" else []
    command = [sys.executable, "-m", "promo_xl", "serve", "--port", port, *certificate]
    env = {**os.environ, serve.KEY: "noncommercial", "PYTHONPATH": str(Path(serve.__file__).parents[2])}
    trusted = ssl.create_default_context(cafile=certificate[1]) if certificate else None
    with subprocess.Popen(command, cwd=here, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        try:
            url = f"{scheme}://localhost:{port}/xlwings/custom-functions-meta.json"
            assert '"PROMO_ROI"' in _asked(url, trusted)
        finally:
            running.send_signal(signal.SIGINT)
            out, _ = running.communicate(timeout=30)
    assert running.returncode == 130, out
    with socket.socket() as tried:
        assert tried.connect_ex(("127.0.0.1", int(port))) != 0


def _certificate(folder: Path) -> list[str]:
    """The options for a certificate of localhost that signs itself."""
    files = {"--certificate": str(folder / "certificate.pem"), "--key": str(folder / "key.pem")}
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += [
        "-addext",
        "subjectAltName=DNS:localhost",
        "-out",
        files["--certificate"],
        "-keyout",
        files["--key"],
    ]
    subprocess.run(command, check=True, capture_output=True)
    return [part for pair in files.items() for part in pair]


def _asked(url: str, trusted: ssl.SSLContext | None = None) -> str:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30, context=trusted) as response:
                return str(response.read().decode("utf-8"))
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.3)


def test_the_status_names_the_cells_that_wait(server: Server) -> None:
    assert '"promo_status"' in server.get("/xlwings/custom-scripts-meta.json")
    values = [["预计", "需重算"], ["", 5], ["recalculate", ""]]
    status, found = server.post("/xlwings/custom-scripts-call/promo_status", book(values))
    assert status == 200, found
    (action,) = found["actions"]
    assert action["func"] == "alert"
    said = " ".join(map(str, action["args"]))
    assert "2 个格子" in said
    assert "计划!B1 · 计划!A3" in said


def book(values: list[list[object]]) -> dict[str, object]:
    """A workbook of one sheet as Office.js sends it."""
    sheet = {"name": "计划", "values": values, "pictures": [], "tables": [], "names": []}
    return {
        "client": "Office.js",
        "version": __import__("xlwings").__version__,
        "book": {"name": "计划.xlsx", "active_sheet_index": 0, "selection": "A1"},
        "names": [],
        "sheets": [sheet],
    }


@pytest.mark.parametrize("language", ["README.md", "README.zh-CN.md"])
def test_the_command_of_the_readme_writes_the_folder(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = re.findall(r"^promo-xl (serve .*)$", (ROOT / language).read_text(encoding="utf-8"), re.MULTILINE)
    assert main(line.split()) == 0
    assert (tmp_path / "promo_xl_server" / MANIFEST).is_file()
