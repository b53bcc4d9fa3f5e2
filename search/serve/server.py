"""The HTTP servers around the applications: uvicorn, with what it leaves open closed."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from config.settings import ApiSettings
from search.serve.link import Link, Report
from search.serve.listening import BACKLOG, address_of, listen
from search.serve.protocol import HEADER_BYTES, BoundedHeads

_KEEP_ALIVE_S = 15


class HttpServer:
    """A server in this process, open from the start; `run` serves until it is stopped."""

    def __init__(self, application: ASGIApp, settings: ApiSettings) -> None:
        """Open the address. Raises `UsageError` where that fails."""
        self._socket = listen(settings.host, settings.port)
        self.address = address_of(settings.host, self._socket)
        self._server = uvicorn.Server(_configured(application, settings))

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or `stop`, then finish what was accepted and return."""
        if threading.current_thread() is threading.main_thread():
            _quiet_signals()
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Make `run` finish; may be called from another thread."""
        self._server.should_exit = True


class FedServer(uvicorn.Server):
    """A server that is passed its connections, besides those of sockets of its own.

    It stops when nobody can pass it any more, once it has taken those that were passed before.
    """

    def __init__(self, application: ASGIApp, settings: ApiSettings, link: Link) -> None:
        super().__init__(_configured(application, settings, lambda: link.tell(Report.CLOSED)))
        self._link = link
        self._connecting: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self._link.inbox.setblocking(False)
            asyncio.get_running_loop().add_reader(self._link.inbox, self._take)
            self._link.tell(Report.READY)

    def _take(self) -> None:
        try:
            content, descriptors, _, _ = socket.recv_fds(self._link.inbox, 1, 1)
        except BlockingIOError:
            return
        for descriptor in descriptors:
            self._serve_on(socket.socket(fileno=descriptor))
        if not content:
            asyncio.get_running_loop().remove_reader(self._link.inbox)
            self.should_exit = True

    def _serve_on(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        connection.setblocking(False)
        task = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
        self._connecting.add(task)
        task.add_done_callback(self._connected)

    def _connected(self, task: asyncio.Task[object]) -> None:
        self._connecting.discard(task)
        if task.cancelled() or task.exception() is not None:
            self._link.tell(Report.CLOSED)  # the client has gone already

    def _protocol(self) -> asyncio.Protocol:
        protocol: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return protocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _configured(
    application: ASGIApp, settings: ApiSettings, *lost: Callable[[], None]
) -> uvicorn.Config:
    """Say how uvicorn serves the application; `lost` is called per lost connection."""
    return uvicorn.Config(
        application,
        http=BoundedHeads.within(settings.client_s, *lost),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        limit_concurrency=settings.connections,
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=settings.shutdown_s,
        h11_max_incomplete_event_size=HEADER_BYTES,
    )


def _quiet_signals() -> None:
    # uvicorn stops gently and then raises the signal again; by then there is nothing to stop.
    def nothing(_number: int, _frame: FrameType | None) -> None:
        return

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, nothing)
