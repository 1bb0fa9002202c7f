"""promo-xl serve: the PROMO_ functions for Excel on a Mac and on the web, through xlwings Server."""

import os
import socket
import ssl
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import promo_xl
from promo_xl.cli import options as shared
from promo_xl.cli.output import DONE, Console
from promo_xl.cli.terminal import flush
from promo_xl.functions.server_project import Project, server_folder
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import Wording

KEY = "XLWINGS_LICENSE_KEY"
LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"}  # noqa: S104 - where this computer answers
_STARTED = ("-m", "uvicorn", "xlwings_server.main:main_app")


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("--port", type=int, default=8000, metavar="N", help=words.say("arg_port"))
    parser.add_argument("--address", default="127.0.0.1", metavar="ADDRESS", help=words.say("arg_address"))
    parser.add_argument("--project", default="promo_xl_server", metavar="FOLDER", help=words.say("arg_project"))
    for name in ("certificate", "key"):
        parser.add_argument(f"--{name}", default="", metavar="FILE", help=words.say(f"arg_{name}"))
    parser.add_argument("--license-key", default="", metavar="KEY", help=words.say("arg_license_key"))
    parser.add_argument("--write-only", action="store_true", help=words.say("arg_write_only"))
    shared.language(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Write the folder, then serve it until Ctrl+C; 2 if it cannot be."""
    console.say("serve_licence")
    key = options.license_key or os.environ.get(KEY, "")
    scheme = "https" if options.certificate and options.key else "http"
    host = "localhost" if options.address in LOCAL else options.address
    project = Project(Path(options.project).resolve(), f"{scheme}://{host}:{options.port}")
    findings = _obstacles(options, key)
    if not any(finding.code == "SERVE_NOT_INSTALLED" for finding in findings):
        try:
            if project.foreign:
                details = {"folder": str(project.folder)}
                findings.append(Finding("SERVE_FOREIGN_FOLDER", details=details, place=str(project.folder)))
            project.folder.mkdir(parents=True, exist_ok=True)
            if not findings:
                project.write()
        except OSError as error:
            details = {"folder": str(project.folder), "problem": error.strerror or str(error)}
            findings.append(Finding("OUTPUT_FOLDER", details=details, place=str(project.folder)))
    if findings:
        raise RefusedError(findings)
    console.say("serve_written", folder=project.folder)
    console.say("serve_manifest", file=project.manifest)
    if scheme == "http":
        console.say("serve_no_https")
    if options.write_only:
        return DONE
    console.say("serve_started", url=project.url)
    flush()
    return _served(options, project, key)


def _obstacles(options: Namespace, key: str) -> list[Finding]:
    """Everything that stands in the way, as far as it can be seen before."""
    findings = []
    if server_folder() is None:
        findings.append(Finding("SERVE_NOT_INSTALLED"))
    if not options.write_only and not key:
        findings.append(Finding("SERVE_NO_LICENCE"))
    if not 1 <= options.port <= 65535:
        findings.append(Finding("SERVE_PORT", details={"port": options.port}))
    elif not options.write_only and (problem := _taken(options.address, options.port)):
        details = {"host": options.address, "port": options.port, "problem": problem}
        findings.append(Finding("SERVE_PORT_TAKEN", details=details))
    return [*findings, *_certificate(options)]


def _certificate(options: Namespace) -> list[Finding]:
    given = {"--certificate": options.certificate, "--key": options.key}
    if not any(given.values()):
        return []
    findings = []
    for option, path in given.items():
        if not path:
            findings.append(Finding("SERVE_HALF_CERTIFICATE", details={"option": option}))
        elif not Path(path).is_file():
            findings.append(Finding("SERVE_NO_CERTIFICATE", details={"option": option, "file": path}, place=path))
    if not findings:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(options.certificate, options.key, password="")
        except (OSError, ValueError) as error:
            details = {"file": options.certificate, "problem": str(error)}
            findings.append(Finding("SERVE_BAD_CERTIFICATE", details=details, place=options.certificate))
    return findings


def _taken(host: str, port: int) -> str:
    """Why the server could not listen there; nothing where it can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            if sys.platform != "win32":
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def environment(project: Project, key: str) -> dict[str, str]:
    """The environment of the server: ours alone decides its settings, and the key stands in no file."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("XLWINGS_")}
    kept.pop("DOTENV_PATH", None)
    package = str(Path(promo_xl.__file__).resolve().parent.parent)  # a bare checkout is found too
    paths = [package, *filter(None, [kept.get("PYTHONPATH")])]
    return {
        **kept,
        "XLWINGS_PROJECT_DIR": str(project.folder),
        KEY: key,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
    }


def _served(options: Namespace, project: Project, key: str) -> int:
    command = [sys.executable, *_STARTED, "--host", options.address, "--port", str(options.port)]
    command += ["--log-level", "warning"]
    if options.certificate:
        command += ["--ssl-certfile", str(Path(options.certificate).resolve())]
        command += ["--ssl-keyfile", str(Path(options.key).resolve())]
    server = subprocess.Popen(command, cwd=project.folder, env=environment(project, key))  # noqa: S603 - our own
    try:
        code = server.wait()
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait()
    if code != 0:
        raise RefusedError([Finding("SERVE_ENDED", details={"code": code})])
    return DONE
