"""Writes on their way to the one process that writes.

A server with several workers has one process for writing: so there is one queue, which is
bounded, one commit for all that waits, and one place where conditions are checked right before
the write. The workers pass requests that write on to it as they are, over a socket that only
the server's own user can open, and pass its answers back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from search.api.errors import WriterLost
from search.api.work.shares import Shares

_UNUSED_S = 5.0
"""How long a connection is held for the next write; shorter than the writer holds it."""

_NOT_PASSED_ON = frozenset(
    b"connection keep-alive transfer-encoding te upgrade expect host date x-request-id".split()
)
"""Headers that belong to one connection, or that each side sets by itself."""


class Relay:
    """Passes requests on; its methods belong to one event loop."""

    def __init__(self, socket: Path, waiting: int) -> None:
        """`socket` is where the writer listens. It need not be there yet.

        `waiting` is how many writes may wait there; how many one key may have is told here, since
        the writer does not know the keys.
        """
        self._shares = Shares(waiting)
        self._http = httpx.AsyncClient(
            base_url="http://writer",
            transport=httpx.AsyncHTTPTransport(
                uds=str(socket),
                # How many writes may wait is the writer's to say.
                limits=httpx.Limits(max_connections=None, keepalive_expiry=_UNUSED_S),
            ),
            # Limited by what surrounds the request, see `search.serve.limits`.
            timeout=None,  # noqa: S113
        )

    async def answer(self, request: Request) -> Response:
        """Return the writer's answer to a request.

        While a new writer is being started, the request waits for it. Raises `WriterLost` where
        the writer ends before it has answered, `ServerBusy` where the key has its share of writes.
        """
        with self._shares.place("writes"):
            return await self._passed(request)

    async def _passed(self, request: Request) -> Response:
        passed = self._http.build_request(
            request.method,
            httpx.URL(raw_path=_target(request.scope)),
            headers=[
                *_passed_on(request.headers.raw),
                (b"x-request-id", request.scope["state"]["request_id"].encode("ascii")),
            ],
            content=request.stream() if _has_body(request) else None,
        )
        try:
            answer = await self._http.send(passed, stream=True)
        except httpx.TransportError as error:
            raise _lost() from error
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in _passed_on(answer.headers.raw)
        }
        if "content-length" not in answer.headers:
            return _Streamed(answer, headers)
        try:
            content = await answer.aread()
        except httpx.TransportError as error:
            raise _lost() from error
        return Response(content, answer.status_code, headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def writing_routes(relay: Relay | None) -> type[APIRoute]:
    """Return the class of routes whose requests that write are relayed; None: none are."""
    if relay is None:
        return APIRoute
    relayed = relay.answer

    class RelayedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            return super().get_route_handler() if self.methods == {"GET"} else relayed

    return RelayedRoute


class _Streamed(StreamingResponse):
    """An answer of any length, passed back as it comes."""

    def __init__(self, answer: httpx.Response, headers: dict[str, str]) -> None:
        super().__init__(self._pieces(answer), answer.status_code, headers)
        self._passed_back = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._passed_back.aclose()

    @staticmethod
    async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
        except httpx.TransportError as error:
            raise _lost() from error


def _lost() -> WriterLost:
    return WriterLost(
        "The process that writes has ended before it answered; whether anything of this request "
        "was written is not known. Send it again: what is stored already comes back as unchanged."
    )


def _target(scope: Scope) -> bytes:
    """Return path and query as the client wrote them."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"]
    return path + (b"?" + query if query else b"")


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _passed_on(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in _NOT_PASSED_ON]
