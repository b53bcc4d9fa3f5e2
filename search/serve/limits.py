"""What every request passes before a router sees it: access, body limits, time limits.

Errors leave as problem documents here, so that each answer is one, whoever refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.api.access.policy import Access
from search.api.answers.problems import Problem
from search.api.errors import AnswerLate, BodyTooLarge, ClientSlow, WrongMediaType
from search.api.requests.bodies import STREAMED_TYPES
from search.errors import PolywireError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    article_body: int
    """A body with articles."""
    query_body: int
    """Any other body."""
    answer_s: float
    """From the end of the request to the start of its answer."""
    client_s: float
    """The longest that a client may send or take nothing."""


class RequestLimits:
    """ASGI middleware; `access` says who is admitted, None: everyone who can connect."""

    def __init__(self, app: ASGIApp, access: Access | None, limits: Limits) -> None:
        self._app = app
        self._access = access
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limited = _LimitedRequest(scope, receive, send, self._limits)
        try:
            if self._access is not None:
                scope["state"]["caller"] = self._access.admit(scope).name
            limited.check_headers()
            await limited.run(self._app)
        except PolywireError as error:
            await limited.refuse(error)


class _LimitedRequest:
    """One request and its answer, within the limits."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limits: Limits) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._limits = limits
        self._headers = Headers(scope=scope)
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        articles = scope["path"].startswith("/v1/articles")
        self._streamed = articles and kind in STREAMED_TYPES
        self._largest = limits.article_body if articles else limits.query_body
        self._received = 0
        self._complete = not _has_body(self._headers)
        self._started = False
        self._deadline: asyncio.Timeout | None = None

    def check_headers(self) -> None:
        """Refuse a body whose headers say already that it is too large or encoded."""
        encoding = self._headers.get("content-encoding", "identity").lower()
        if encoding != "identity":
            raise WrongMediaType("Compressed bodies are not read; send this one uncompressed.")
        length = self._headers.get("content-length", "")
        if not self._streamed and length.isdigit() and int(length) > self._largest:
            raise self._too_large()

    async def run(self, app: ASGIApp) -> None:
        """Run the application; raises `ClientSlow` or `AnswerLate` if it takes too long."""
        limit = None if self._streamed else self._limits.answer_s
        try:
            async with asyncio.timeout(limit) as self._deadline:
                await app(self._scope, self.receive, self.send)
        except TimeoutError:
            if self._deadline is None or not self._deadline.expired():
                raise
            raise self._late() from None

    async def receive(self) -> Message:
        """Pass on what the client sends, in time and up to the limit."""
        if self._complete:
            return await self._receive()
        message = await _within(self._limits.client_s, self._receive, self._slow)
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if not self._streamed and self._received > self._largest:
                raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """Pass on what the application answers, to a client that takes it in time."""
        if message["type"] == "http.response.start":
            self._started = True
            if not self._complete:
                # What is left of the body stays unread; the connection cannot be used again.
                MutableHeaders(scope=message)["Connection"] = "close"
            if self._deadline is not None:
                self._deadline.reschedule(None)
        await _within(self._limits.client_s, lambda: self._send(message), self._slow)

    async def refuse(self, error: PolywireError) -> None:
        """Answer with the problem, if the answer has not begun; else break it off."""
        self._scope["state"]["error"] = error
        if self._started:
            raise error
        problem = Problem.of(error)
        response = problem.response(self._scope["state"].get("request_id"))
        await response(self._scope, self._receive, self.send)

    def _late(self) -> PolywireError:
        if not self._complete:
            return self._slow()
        return AnswerLate(
            f"There was no answer within {self._limits.answer_s:g} s; request less, or try later."
        )

    def _slow(self) -> ClientSlow:
        return ClientSlow(f"The client was silent for {self._limits.client_s:g} s.")

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(
            f"The body may have up to {self._largest:,} bytes here. Send articles as an "
            "application/x-ndjson stream, one per line, or one by one."
        )


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


async def _within(
    seconds: float, call: Callable[[], Awaitable[T]], error: Callable[[], PolywireError]
) -> T:
    """Await the call; raise the error if it takes longer than `seconds`."""
    try:
        async with asyncio.timeout(seconds) as timer:
            return await call()
    except TimeoutError:
        if timer.expired():
            raise error() from None
        raise
