"""uvicorn's HTTP protocol, with a limit on the time that the head of a request may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from search.api.answers.problems import Problem

HEADER_BYTES = 32_768
"""The longest head of a request."""

HEAD_TOO_LARGE = f"The head of a request may have up to {HEADER_BYTES:,} bytes."


class BoundedHeads(H11Protocol):
    """Closes connections whose next request does not come in time.

    Without that, a client that opens connections and sends a byte now and then holds them for
    good ("slow loris"). uvicorn's parser in pure Python is taken because it bounds the size of
    the head; the faster one does not.
    """

    head_s: ClassVar[float] = 20.0
    told: ClassVar[tuple[Callable[[], None], ...]] = ()
    _head_timer: asyncio.TimerHandle | None = None

    @classmethod
    def within(cls, head_s: float, *lost: Callable[[], None]) -> type[BoundedHeads]:
        """Return the protocol with this limit, in seconds; `lost` is called per lost connection."""
        return type(cls.__name__, (cls,), {"head_s": head_s, "told": lost})

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

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request with a problem document, as all errors are."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()  # an answer has begun; that it ends early says enough
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True  # this is the answer; what comes of the request goes nowhere
            cycle.message_event.set()
        head, _ = self.conn.trailing_data
        problem = (
            Problem(400, "head-too-large", "The head is too large.", HEAD_TOO_LARGE)
            if len(head) > HEADER_BYTES
            else Problem(400, "bad-request", "The request cannot be understood.", msg)
        )
        response = problem.response(None)
        headers = [*response.raw_headers, (b"connection", b"close")]
        reason = HTTPStatus(response.status_code).phrase.encode("ascii")
        events = (
            h11.Response(status_code=response.status_code, headers=headers, reason=reason),
            h11.Data(data=bytes(response.body)),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting, and tell whoever wants to know."""
        self._stop_waiting()
        super().connection_lost(exc)
        for lost in self.told:
            lost()

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
