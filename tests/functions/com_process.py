"""A process of its own in which VBA's call, `XLPy.CallUDF(…)`, runs through the real xlwings.

Run as a program it answers requests that arrive pickled on its input.
"""

import os
import pickle
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO

from tests.functions import pywin32_stand_in as com

ROOT = Path(__file__).parents[2]
HOST = "promo_xl.functions.com_host"
ADD_IN = com.Book("promo_xl.xlam", ("texts",))


class RefusedError(Exception):
    """What arrives in VBA as a COM error: the type and the words of Python's exception."""


class ComProcess:
    """The server as Excel sees it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.functions.com_process"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def call(self, function: str, *arguments: object, module: str = HOST, book: com.Book = ADD_IN) -> Any:
        """What VBA gets for these arguments; raises RefusedError where VBA would get an error."""
        return self._ask("call", module, function, arguments, book)

    def wrapper(self, module: str = HOST, book: com.Book = ADD_IN) -> str:
        """The VBA that xlwings writes for a module."""
        return str(self._ask("wrapper", module, book))

    def read(self, given: object) -> Any:
        """What a function's Python gets for an argument."""
        return self._ask("read", given)

    def loaded(self) -> set[str]:
        """The modules of the process."""
        return set(self._ask("loaded"))

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)

    def _ask(self, *request: object) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        pickle.dump(request, self.process.stdin)
        self.process.stdin.flush()
        answered, found = pickle.load(self.process.stdout)
        if not answered:
            raise RefusedError(found)
        return found


def _answered(request: tuple[Any, ...]) -> object:
    from xlwings import com_server, conversion, udfs

    match request:
        case ("call", module, function, arguments, book):
            given = tuple(com.argument(one) for one in arguments)
            server = com_server.XLPython()
            return server.CallUDF(module, function, given, com.workbook(book), com.caller())
        case ("wrapper", module, book):
            written = StringIO()
            udfs.generate_vba_wrapper(module, udfs.get_udf_module(module, None), written, com.workbook(book))
            return written.getvalue()
        case ("read", given):
            options = {"ndim": 2, "err_to_str": True}
            raw = com.argument(given)
            if isinstance(raw, com.RawDispatch):
                return conversion.read(
                    udfs.Range(impl=udfs.xlwings._xlwindows.Range(com.Dispatch(raw))), None, options
                )
            return conversion.read(None, raw, options)
        case ("loaded",):
            return sorted(sys.modules)
    raise AssertionError(request)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    while True:
        try:
            request = pickle.load(requests)
        except EOFError:
            return
        try:
            answer: tuple[bool, object] = (True, _answered(request))
        except Exception as error:  # as pywin32 does: every exception of a method becomes a COM error
            answer = (False, f"{type(error).__name__}: {error}")
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # xlwings prints
    com.installed()
    serve(requests, answers)
