"""A server on this computer that answers as an API would, and remembers what it was asked."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def page(self) -> int:
        """The page asked for."""
        return int(self.query["page"])


@dataclass(frozen=True)
class Says:
    """An answer. With `length` the header promises so many bytes; `drip` seconds pass before each byte."""

    body: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    delay: float = 0
    drip: float = 0

    @property
    def content(self) -> bytes:
        """The body as it travels."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answers = Callable[[Asked], Says]


@dataclass
class Server:
    """The server's address, how it answers, and everything it was asked."""

    address: str = ""
    answers: Answers = lambda asked: Says(status=404)
    asked: list[Asked] = field(default_factory=list)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server that lives as long as the test."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
            server.asked.append(asked)
            says = server.answers(asked)
            time.sleep(says.delay)
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(says.content) if says.length is None else says.length))
            self.send_header("Connection", "close")
            self.end_headers()
            with contextlib.suppress(OSError):
                pieces = [says.content] if not says.drip else [bytes([byte]) for byte in says.content]
                for piece in pieces:
                    time.sleep(says.drip)
                    self.wfile.write(piece)
            self.close_connection = True

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *said: object) -> None:
            """Nothing: the test's output is for the test."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    server.address = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
