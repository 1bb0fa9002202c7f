"""Signs the add-in with a certificate of this user, by Microsoft's signtool, and looks whether it is signed.

signtool knows Office files once Microsoft's "Office Subject Interface Packages for Digitally Signing VBA
Projects" are registered. Each call adds the next of three signatures: legacy, agile, V3; Excel looks at the
last one that it knows.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from promo_xl.plan.findings import Finding, RefusedError

SIGNATURES = ("", "Agile", "V3")
THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")
LONGEST_SAID = 400
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Signer:
    """The program; a certificate by thumbprint or name; the address of a timestamp server, or none."""

    program: Path
    certificate: str
    timestamp: str = ""

    @property
    def command(self) -> list[str]:
        """The call that signs, without the file."""
        plain = re.sub(r"[\s:]", "", self.certificate)
        which = ["/sha1", plain] if THUMBPRINT.fullmatch(plain) else ["/n", self.certificate]
        stamped = ["/tr", self.timestamp, "/td", "SHA256"] if self.timestamp else []
        return [str(self.program), "sign", "/fd", "SHA256", *which, *stamped]


def signer(certificate: str, timestamp: str = "") -> Signer:
    """The signer of this computer; raises RefusedError where there is none."""
    if sys.platform != "win32":
        raise RefusedError([Finding("SIGN_WINDOWS_ONLY")])
    program = shutil.which("signtool") or _of_the_kit(os.environ)
    if program is None:
        raise RefusedError([Finding("SIGN_NO_TOOL")])
    return Signer(Path(program), certificate, timestamp)


def _of_the_kit(environment: Mapping[str, str]) -> Path | None:
    """The newest signtool of the Windows SDK; that for 32 bits goes first, as the packages were made for it."""
    folder = Path(environment.get("ProgramFiles(x86)", r"C:\Program Files (x86)"), "Windows Kits", "10", "bin")
    found = [path for bits in ("x64", "x86") for path in sorted(folder.glob(f"10.*/{bits}/signtool.exe"))]
    return found[-1] if found else None


def signed(content: bytes, name: str, signer: Signer) -> bytes:
    """The add-in with all three signatures, each of them verified; raises RefusedError if one is not to be had."""
    with TemporaryDirectory(prefix="promo_xl-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        for kind in SIGNATURES:
            _called([*signer.command, str(path)])
            _called([str(signer.program), "verify", "/pa", str(path)])
            if f"xl/vbaProjectSignature{kind}.bin" not in _parts(path):
                raise RefusedError([Finding("SIGN_NOT_THERE", details={"kind": kind or "Legacy"}, place=name)])
        made = path.read_bytes()
    if _project(made) != _project(content):
        raise RefusedError([Finding("SIGN_CHANGED", place=name)])
    return made


def _parts(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as package:
        return set(package.namelist())


def _project(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.read("xl/vbaProject.bin")


def _called(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - a list, no shell
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
        said, code = f"{done.stdout}\n{done.stderr}", done.returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        said, code = str(error), -1
    if code != 0:
        details = {"step": command[1], "code": code, "said": " ".join(said.split())[-LONGEST_SAID:]}
        raise RefusedError([Finding("SIGN_FAILED", details=details, place=Path(command[0]).name)])
