"""The HTTP server around the application: uvicorn, with what it leaves open closed."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from types import FrameType
from typing import ClassVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from config.settings import ApiSettings
from search.errors import UsageError

_KEEP_ALIVE_S = 15
_BACKLOG = 1024
_HEADER_BYTES = 32_768


class HttpServer:
    """One server on one address, open from the start; `run` serves until it is stopped."""

    def __init__(self, application: ASGIApp, settings: ApiSettings) -> None:
        """Open the address. Raises `UsageError` where that fails."""
        self._socket = _listen(settings.host, settings.port)
        self.address = _address(settings.host, self._socket)
        self._server = uvicorn.Server(
            uvicorn.Config(
                application,
                http=BoundedHeads.within(settings.client_s),
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=list(settings.trusted_proxies),
                limit_concurrency=settings.connections,
                backlog=_BACKLOG,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=settings.shutdown_s,
                h11_max_incomplete_event_size=_HEADER_BYTES,
            )
        )

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or `stop`, then finish what was accepted and return."""
        if threading.current_thread() is threading.main_thread():
            _quiet_signals()
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Make `run` finish; may be called from another thread."""
        self._server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        raise UsageError(
            f"{host} port {port} cannot be listened on: {error.strerror or error}. Choose another "
            "with --host and --port."
        ) from None
    return listening


def _address(host: str, listening: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def _quiet_signals() -> None:
    # uvicorn stops gently and then raises the signal again; by then there is nothing to stop.
    def nothing(_number: int, _frame: FrameType | None) -> None:
        return

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, nothing)


class BoundedHeads(H11Protocol):
    """uvicorn's HTTP protocol, with a limit on the time that the head of a request may take.

    Without it, a client that opens connections and sends a byte now and then holds them for
    good ("slow loris"). uvicorn's parser in pure Python is taken because it bounds the size of
    the head; the faster one does not.
    """

    head_s: ClassVar[float] = 20.0
    _head_timer: asyncio.TimerHandle | None = None

    @classmethod
    def within(cls, head_s: float) -> type[BoundedHeads]:
        """Return the protocol with this limit, in seconds."""
        return type(cls.__name__, (cls,), {"head_s": head_s})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Begin to wait for a further head, or stop when one has come."""
        if self._idle() and self._head_timer is None:
            self._expect_head()
        super().data_received(data)
        if not self._idle():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _idle(self) -> bool:
        # uvicorn sets it with the first request.
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_s, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self._idle() and not self.transport.is_closing():
            self.transport.close()
