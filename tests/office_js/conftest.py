"""The real xlwings Server, once for all tests: on the loopback address, with a project that promo_xl writes."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promo_xl.cli.serve import environment
from promo_xl.functions.server_project import Project

HERE = Path(__file__).parent
STARTS_WITHIN = 60  # seconds


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    project: Project
    log: Path

    def get(self, path: str) -> str:
        """What the server answers to a GET."""
        with urllib.request.urlopen(f"{self.project.url}{path}", timeout=30) as response:
            return response.read().decode("utf-8")

    def post(self, path: str, body: object) -> tuple[int, Any]:
        """What the server answers to JSON: the status, and its JSON or text."""
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.project.url}{path}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8")

    def in_excel(self, calls: Sequence[tuple[str, list[object]]], runtime: str = "1.4") -> dict[str, Any]:
        """What the served JavaScript makes of calls, in Node."""
        node = shutil.which("node")
        assert node, "Node is not installed; `make tools` says how to get it"
        page = self.get("/taskpane.html")
        config = json.loads(
            page.partition('<script id="config" type="application/json">')[2].split("</script>")[0]
        )
        order = {
            "origin": self.project.url,
            "runtime": runtime,
            "config": config,
            "calls": [{"function": name, "arguments": arguments} for name, arguments in calls],
        }
        ran = subprocess.run(
            [node, HERE / "excel.mjs"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return dict(json.loads(ran.stdout))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, ready; stopped at the end."""
    folder = tmp_path_factory.mktemp("server")
    project = Project(folder / "project", f"http://127.0.0.1:{free_port()}")
    project.write()
    port = project.url.rpartition(":")[2]
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "xlwings_server.main:main_app",
        "--host",
        "127.0.0.1",
        "--port",
        port,
    ]
    told = {**environment(project, "noncommercial"), "PROMO_XL_LANG": "zh"}
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=project.folder, env=told, stdout=log, stderr=log)
        try:
            one = Server(project, folder / "log")
            _wait(one, running)
            yield one
        finally:
            running.terminate()
            running.wait(timeout=30)


def _wait(server: Server, running: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and running.poll() is None:
        try:
            server.get("/xlwings/custom-functions-meta.json")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(server.log.read_text())
