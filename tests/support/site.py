"""A real HTTP server on a free port of 127.0.0.1 that behaves as a test says, also badly."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

Answer = Callable[["Visit"], None]
"""Answers one request."""


class Visit(BaseHTTPRequestHandler):
    """One connection to the site; `path` and `headers` are those of the request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = cast(_Server, self.server).site
        site.visits.append((self.path, dict(self.headers.items())))
        answer = site.pages.get(self.path.partition("?")[0], site.missing)
        if callable(answer):
            answer(self)
        else:
            self.send(answer)

    def send(
        self,
        body: bytes | str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        """Send a whole answer; `length` is what is said of it, the right one if None."""
        data = body.encode() if isinstance(body, str) else body
        given = {"Content-Type": "text/html; charset=utf-8"} | dict(headers or {})
        self.send_response(status)
        for name, value in given.items():
            self.send_header(name, value)
        if "Transfer-Encoding" not in given:
            self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def redirect(self, to: str, status: int = 302) -> None:
        """Send a redirect."""
        self.send("", status, {"Location": to})

    def hang_up(self) -> None:
        """End the connection."""
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Tests never print."""


@dataclass
class Site:
    """Pages by path: what to send, or what answers. `visits` are the requests that came."""

    pages: dict[str, bytes | str | Answer] = field(default_factory=dict)
    visits: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    def url(self, path: str = "/") -> str:
        """Return the address of a path."""
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, in order, but for robots.txt."""
        return [path for path, _ in self.visits if path != "/robots.txt"]

    @staticmethod
    def missing(visit: Visit) -> None:
        visit.send("There is nothing here.", 404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients go away in the middle of an answer here."""


@contextmanager
def serving_site(
    pages: Mapping[str, bytes | str | Answer] | None = None, certificate: Path | None = None
) -> Iterator[Site]:
    """Serve pages until the block ends, over TLS with the certificate and key of a file."""
    server = _Server(("127.0.0.1", 0), Visit)
    site = Site(dict(pages or {}), port=server.server_address[1])
    server.site = site
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        site.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def silent_port() -> Iterator[int]:
    """Listen on a port, and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def raw_server(answer: bytes) -> Iterator[int]:
    """Send the same bytes to everybody who asks something, and close the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, suppress(OSError):
                        if connection.recv(65_536):
                            connection.sendall(answer)
                        connection.shutdown(socket.SHUT_WR)
                        while connection.recv(65_536):
                            pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def closed_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def self_signed(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that nobody vouches for, and its key, in one file."""
    key, certificate, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subject = ["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out"]
    with suppress(FileNotFoundError):
        subprocess.run(
            [*command, *subject, *files, str(certificate)], check=True, capture_output=True
        )
        both.write_bytes(certificate.read_bytes() + key.read_bytes())
    return both


class PatientClock:
    """A clock whose time passes by sleeping only."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += seconds
