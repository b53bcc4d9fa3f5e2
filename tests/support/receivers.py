"""Real receivers of notices on this machine, which fail as they are told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What a webhook got; `answers` are the statuses of the next answers, then 200.

    -1 closes the connection without an answer, a pair is a redirect: status and address.
    `hang` is waited for before any answer.
    """

    url: str = ""
    answers: list[int | tuple[int, str]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hang: threading.Event | None = None


@contextmanager
def webhook() -> Iterator[Receiver]:
    """Serve on a free port of 127.0.0.1."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if receiver.hang is not None:
                receiver.hang.wait(30)
            answer = receiver.answers.pop(0) if receiver.answers else 200
            status, to = answer if isinstance(answer, tuple) else (answer, None)
            if status == -1:
                self.close_connection = True
                return
            if status == 200:
                receiver.got.append((dict(self.headers.items()), body))
            self.send_response(status)
            if to is not None:
                self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hang is not None:
            receiver.hang.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mailbox:
    """Mails that were taken; `answers` are what the server says to the next ones, then 250."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)


@contextmanager
def mail_server(context: Any = None) -> Iterator[Mailbox]:
    """Serve SMTP on a free port, with STARTTLS where there is a context."""
    from aiosmtpd.controller import Controller

    box = Mailbox()

    class Handler:
        async def handle_DATA(  # noqa: N802 - its name in aiosmtpd
            self, _server: Any, _session: Any, envelope: Any
        ) -> str:
            said = box.answers.pop(0) if box.answers else "250 taken"
            if said.startswith("250"):
                box.mails.append(envelope.content)
            return said

    required: dict[str, Any] = {"require_starttls": True} if context is not None else {}
    with socket.socket() as free:  # the controller takes no port 0
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(
        Handler(), hostname="127.0.0.1", port=box.port, tls_context=context, **required
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
