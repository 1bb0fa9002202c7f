"""A real PostgreSQL on loopback, in a folder of its own that is gone after the tests."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

OWNER, PASSWORD = "owner", "Kn0wn-to-nobody"
UNPRIVILEGED = ("postgres", "nobody")
FOLDERS = ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "unix_socket_directories=")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `owner` may do everything there."""

    port: int

    def place(self, database: str, user: str = OWNER) -> str:
        """The URL of a database."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, script: str) -> str:
        """Make a database by a script of any number of statements; its URL."""
        self.run(f'CREATE DATABASE "{database}"', "postgres")
        self.run(script, database)
        return self.place(database)

    def run(self, script: str, database: str) -> list[tuple[Any, ...]]:
        """Run a script as the owner; the rows of its only statement, if it gives some."""
        with self.connection(database) as connection:
            cursor = connection.execute(script)
            return cursor.fetchall() if cursor.description else []

    def connection(self, database: str) -> Any:
        """An open connection of the owner that commits each statement."""
        import psycopg

        address = {"host": "127.0.0.1", "port": self.port, "user": OWNER, "password": PASSWORD}
        return psycopg.connect(**address, dbname=database, autocommit=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, for all tests of a run."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="promo_xl_pg_", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account = _unprivileged(folder)
        data, secret, log = folder / "data", folder / "secret", folder / "log"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        how = ["--username", OWNER, "--auth", "scram-sha-256", "--pwfile", str(secret)]
        how += ["--encoding", "UTF8", "--locale", "C", "--no-sync"]
        _run([str(programs / "initdb"), "--pgdata", str(data), *how], folder, account)
        port = _free_port()
        options = " ".join(f"-c {each}" for each in (*FAST, f"port={port}", "listen_addresses=127.0.0.1"))
        control = [str(programs / "pg_ctl"), "--pgdata", str(data), "--wait"]
        _run([*control, "start", "--log", str(log), "--options", options], folder, account)
        try:
            yield Postgres(port)
        finally:
            _run([*control, "stop", "--mode", "immediate"], folder, account)


def _programs() -> Path:
    """Where initdb and pg_ctl of one version are."""
    found: list[Path] = []
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout
        found.append(Path(said.strip()))
    found += [folder for pattern in FOLDERS for folder in sorted(Path("/").glob(pattern), reverse=True)]
    if program := shutil.which("initdb"):
        found.append(Path(program).parent)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise RuntimeError("PostgreSQL (initdb, pg_ctl) is missing; get it with: bash scripts/test_tools.sh")


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Who runs the server, which refuses to run as root, as arguments of a process."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in UNPRIVILEGED if name in known)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(command: list[str], folder: Path, account: dict[str, Any]) -> None:
    # To files, not pipes: the server would keep a pipe open.
    with (folder / "said").open("w+b") as said:
        environment = {**os.environ, "LC_ALL": "C", "HOME": str(folder)}
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment,
            timeout=120, check=False, **account,
        )  # fmt: skip
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
