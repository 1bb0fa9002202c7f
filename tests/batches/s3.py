"""A real S3 on loopback (moto's server), which can be made to answer 500."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

BUCKET = "plans"
SECRET = "not-to-be-told-to-anybody"


@dataclass(slots=True)
class S3:
    """A running server; `fails` says of each request (method, path) whether it is answered with 500."""

    port: int = 0
    fails: Callable[[str, str], bool] = lambda method, path: False
    requests: list[tuple[str, str]] = field(default_factory=list)

    def address(self, folder: str) -> str:
        """A folder in its bucket."""
        return f"s3://{BUCKET}/{folder}"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """The server, empty but for a bucket, and an environment in which s3fs finds it."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    server, app = S3(), DomainDispatcherApplication(create_backend_app)

    def answering(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        request = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        server.requests.append(request)
        if server.fails(*request):
            start("500 Internal Server Error", [("Content-Type", "application/xml")])
            return [b"<Error><Code>InternalError</Code><Message>We are sorry</Message></Error>"]
        return app(environ, start)  # type: ignore[no-any-return]

    running = make_server("127.0.0.1", 0, answering, threaded=True)
    server.port = running.server_port
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    with suppress(FileExistsError):  # the server is new, what it keeps is not
        s3fs.S3FileSystem(skip_instance_cache=True).mkdir(BUCKET)
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()
        thread.join()
        s3fs.S3FileSystem.clear_instance_cache()
