"""Signing the add-in: three signatures, each verified; whatever goes wrong, no file is written."""

import json
import shlex
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from promo_xl.addin import signing
from promo_xl.addin.signing import SIGNATURES, Signer, signed
from promo_xl.cli.main import main
from promo_xl.plan.findings import RefusedError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for signtool is a script")

# Writes down how it was called, and adds the next signature as signtool with the Office packages does.
SIGNTOOL = """\
import json, sys, zipfile
folder, broken = {folder!r}, {broken!r}
with open(folder + "/calls.jsonl", "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + chr(10))
step, file = sys.argv[1], sys.argv[-1]
if step == broken:
    print("SignTool Error: no certificates were found", file=sys.stderr)
    sys.exit(1)
if step == "sign" and broken != "silent":
    with zipfile.ZipFile(file, "a") as package:
        there = set(package.namelist())
        kinds = ["xl/vbaProjectSignature%s.bin" % kind for kind in ("", "Agile", "V3")]
        package.writestr(next(kind for kind in kinds if kind not in there), "signed")
"""


def signtool(folder: Path, broken: str = "") -> Path:
    """A program that does what signtool does, or not."""
    path, script = folder / "signtool", folder / "signtool.py"
    script.write_text(SIGNTOOL.format(folder=str(folder), broken=broken), encoding="utf-8")
    # By the shell, for the path of Python may hold a space, which a first line `#!` cannot.
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))} "$@"\n', "utf-8")
    path.chmod(0o700)
    return path


def calls(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def addin(tmp_path: Path) -> bytes:
    """A file with a VBA project."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("xl/vbaProject.bin", b"project")
    return content.getvalue()


def test_three_signatures_are_made_and_each_is_verified(tmp_path: Path, addin: bytes) -> None:
    made = zipfile.ZipFile(BytesIO(signed(addin, "promo_xl.xlam", Signer(signtool(tmp_path), "Li Lei"))))
    assert {f"xl/vbaProjectSignature{kind}.bin" for kind in SIGNATURES} <= set(made.namelist())
    assert [call[0] for call in calls(tmp_path)] == ["sign", "verify"] * 3
    assert {Path(call[-1]).name for call in calls(tmp_path)} == {"promo_xl.xlam"}


@pytest.mark.parametrize(
    ("certificate", "arguments"),
    [
        ("Li Lei & Co. /f x", ["/n", "Li Lei & Co. /f x"]),
        ("aB" * 20, ["/sha1", "aB" * 20]),
        ("01:23 " * 10, ["/sha1", "0123" * 10]),
    ],
)
def test_a_certificate_is_one_argument_by_name_or_thumbprint(
    certificate: str, arguments: list[str], tmp_path: Path, addin: bytes
) -> None:
    signed(addin, "promo_xl.xlam", Signer(signtool(tmp_path), certificate, "http://time.example"))
    first = calls(tmp_path)[0][:-1]
    assert first == ["sign", "/fd", "SHA256", *arguments, "/tr", "http://time.example", "/td", "SHA256"]


@pytest.mark.parametrize(
    ("broken", "code"), [("sign", "SIGN_FAILED"), ("verify", "SIGN_FAILED"), ("silent", "SIGN_NOT_THERE")]
)
def test_what_signtool_does_not_do_is_said(broken: str, code: str, tmp_path: Path, addin: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        signed(addin, "promo_xl.xlam", Signer(signtool(tmp_path, broken), "Li Lei"))
    (finding,) = refused.value.findings
    assert finding.code == code
    if code == "SIGN_FAILED":
        assert finding.details["step"] == broken
        assert "no certificates were found" in str(finding.details["said"])


def test_a_program_that_is_not_there_is_said(tmp_path: Path, addin: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        signed(addin, "promo_xl.xlam", Signer(tmp_path / "gone", "Li Lei"))
    assert [finding.code for finding in refused.value.findings] == ["SIGN_FAILED"]


def test_elsewhere_than_on_windows_the_sentence_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "promo_xl.xlam"
    assert main(["addin", "build", "-o", str(target), "--sign-with", "Li Lei", "--lang", "en"]) == 2
    assert "Build there with --sign-with" in capsys.readouterr().out
    assert not target.exists()


def test_the_newest_signtool_of_the_windows_sdk_is_taken(tmp_path: Path) -> None:
    for version in ("10.0.19041.0", "10.0.22621.0"):
        for bits in ("arm64", "x64", "x86"):
            program = tmp_path / "Windows Kits" / "10" / "bin" / version / bits / "signtool.exe"
            program.parent.mkdir(parents=True)
            program.touch()
    found = signing._of_the_kit({"ProgramFiles(x86)": str(tmp_path)})
    assert found is not None
    assert found.parts[-3:] == ("10.0.22621.0", "x86", "signtool.exe")
    assert signing._of_the_kit({"ProgramFiles(x86)": str(tmp_path / "nothing")}) is None
