"""An HTTP server on loopback that plays a controller: what it answers by path, and whom it let in."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext

TOKEN = "s3cret-of-the-cloud"


@dataclass(frozen=True)
class Reply:
    """One answer; with `trickle`, an octet at a time and that many seconds between."""

    body: str = "[]"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    trickle: float = 0.0


def refused(status: int, **headers: str) -> Reply:
    return Reply("nope", status, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    at: float


@dataclass
class Served:
    """A server: `replies` by path, one or several of which the last one repeats; all else is not found."""

    url: str
    replies: dict[str, Reply | list[Reply]]
    asked: list[Request] = field(default_factory=list)
    allowed: Callable[[Mapping[str, str]], bool] = lambda _: True

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if request.method == "GET" and not self.allowed(request.headers):
            return refused(401)
        found = self.replies.get(request.path, refused(404))
        if isinstance(found, Reply):
            return found
        return found.pop(0) if len(found) > 1 else found[0]

    def times(self, path: str) -> list[float]:
        return [request.at for request in self.asked if request.path == path]


def bearer(headers: Mapping[str, str]) -> bool:
    return headers.get("authorization") == f"Bearer {TOKEN}"


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@contextmanager
def serving(replies: Mapping[str, Reply | list[Reply]], *, tls: SSLContext | None = None) -> Iterator[Served]:
    """Serve until the block ends."""
    served = Served("", dict(replies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            reply = served.answer(Request(self.command, self.path, _lower(self.headers), body, time.monotonic()))
            octets = reply.body.encode()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(octets)), "Connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # who asked has gone
                self._send(octets, reply.trickle)

        do_POST = do_GET  # noqa: N815

        def _send(self, octets: bytes, pause: float) -> None:
            for at in range(0, len(octets), 1 if pause else len(octets) or 1):
                self.wfile.write(octets[at : at + 1] if pause else octets)
                time.sleep(pause)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        served.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
