"""Starts a module in a process that outlives the one that starts it, without a window."""

import os
import subprocess
import sys
from pathlib import Path

import promo_xl


def start(module: str, ticket: str) -> int:
    """Run `python -m module ticket` on its own; returns its number."""
    command = [sys.executable, "-m", module, ticket]
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    process = subprocess.Popen(  # noqa: S603 - ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(promo_xl.__file__).parent.parent,  # where a bare checkout is found
        creationflags=flags,
        start_new_session=sys.platform != "win32",
        env=os.environ,
    )
    process.returncode = 0  # nobody waits for it
    return process.pid
