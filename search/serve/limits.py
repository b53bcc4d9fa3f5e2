"""What every request passes before a router sees it: access, body limits, time limits.

Errors leave as problem documents here, so that each answer is one, whoever refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.api.access.policy import Access
from search.api.answers.problems import Problem, ProblemAnswer, as_document
from search.api.errors import (
    AnswerLate,
    BodyTooLarge,
    ClientSlow,
    HeadTooLarge,
    RequestMalformed,
    ServerBusy,
    WrongMediaType,
)
from search.api.requests.bodies import STREAMED_TYPES
from search.api.work.shares import set_caller
from search.deadline import set_deadline
from search.errors import PolywireError
from search.serve.protocol import HEAD_TOO_LARGE, HEADER_BYTES

T = TypeVar("T")

DISCARDED_BYTES = 256_000_000
DISCARDED_PACE = 256_000
DISCARDED_S, PAUSE_S = 10.0, 1.0
"""How much of a body that nobody reads is taken in, for how long, as long as so many bytes a second
come: most clients send all of it before they read, and whoever closes earlier takes the answer from
them (RFC 9112, section 9.6). Who trickles, or pauses, holds no connection."""

BODIES_AT_ONCE = 8
"""Bodies of the largest size that are held in memory together; each takes several times its size
as objects."""


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
    client_pace: float
    """Bytes a second that a body must have on average, once `client_s` has passed."""


class RequestLimits:
    """ASGI middleware; `access` says who is admitted, None: everyone who can connect.

    `answer` makes the answer of a problem.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: Access | None,
        limits: Limits,
        answer: ProblemAnswer = as_document,
    ) -> None:
        self._app = app
        self._access = access
        self._limits = limits
        self._answer = answer
        self._held = _Held(BODIES_AT_ONCE * limits.article_body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limited = _LimitedRequest(scope, receive, send, self._limits, self._held)
        try:
            limited.check_head()
            if self._access is not None:
                caller = self._access.admit(scope)
                scope["state"] |= {"caller": caller.name, "scopes": caller.scopes}
                set_caller(caller.name if caller.keyed else None)
            limited.check_headers()
            await limited.run(self._app)
        except PolywireError as error:
            await limited.refuse(error, self._answer)
        finally:
            limited.let_go()


@dataclass(slots=True)
class _Held:
    """Bytes of bodies that are in memory, of all requests together."""

    most: int
    size: int = 0


class _LimitedRequest:
    """One request and its answer, within the limits."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, limits: Limits, held: _Held
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._limits = limits
        self._held = held
        self._headers = Headers(scope=scope)
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        articles = scope["path"].startswith("/v1/articles")
        self._streamed = articles and kind in STREAMED_TYPES
        self._largest = limits.article_body if articles else limits.query_body
        self._received = 0
        self._waited_s = 0.0
        self._complete = not _has_body(self._headers)
        self._started = False
        self._is_slow = False
        self._deadline: asyncio.Timeout | None = None

    def check_head(self) -> None:
        """Refuse a head that is too large, whose path is no text, or that has two ends of its body.

        One that says in two ways where its body ends may mean another request to a proxy
        (RFC 9112, section 6.3), so that nothing that follows on its connection can be trusted.
        """
        if _head_size(self._scope) > HEADER_BYTES:
            self._complete = False
            raise HeadTooLarge(HEAD_TOO_LARGE)
        if not _is_utf8(self._scope):
            raise RequestMalformed("The path is not UTF-8 once it is percent-decoded.")
        if "transfer-encoding" in self._headers and "content-length" in self._headers:
            raise RequestMalformed(
                "A request has a Content-Length or a Transfer-Encoding, never both."
            )

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
        set_deadline(limit)
        try:
            async with asyncio.timeout(limit) as self._deadline:
                await app(self._scope, self.receive, self.send)
        except TimeoutError:
            late, self._deadline = self._deadline, None
            if late is None or not late.expired():
                raise
            raise self._late() from None

    async def receive(self) -> Message:
        """Pass on what the client sends, in time and up to the limit."""
        if self._complete:
            return await self._receive()
        began = time.monotonic()
        message = await _within(self._patience(), self._receive, self._slow)
        self._waited_s += time.monotonic() - began
        if message["type"] == "http.request":
            self._take(len(message.get("body", b"")))
            self._complete = not message.get("more_body", False)
        return message

    def _patience(self) -> float:
        """Return how long the next piece may take: a body that trickles is not waited for."""
        owed = self._limits.client_s + self._received / self._limits.client_pace
        return max(0.0, min(self._limits.client_s, owed - self._waited_s))

    def _take(self, size: int) -> None:
        """Count a piece of the body, from whose arrival on the time for the answer runs."""
        self._received += size
        if self._streamed:
            return
        self._held.size += size
        if self._received > self._largest:
            raise self._too_large()
        if self._held.size > self._held.most and self._held.size > self._received:
            raise ServerBusy("The server holds as many bodies as it may; try again in a moment.")
        if self._deadline is not None and not self._started:
            self._deadline.reschedule(asyncio.get_running_loop().time() + self._limits.answer_s)
            set_deadline(self._limits.answer_s)

    def let_go(self) -> None:
        """Count the body no longer: the request is over."""
        if not self._streamed:
            self._held.size -= self._received

    async def send(self, message: Message) -> None:
        """Pass on what the application answers, to a client that takes it in time."""
        if message["type"] == "http.response.start":
            self._started = True
            if not self._complete:
                # What is left of the body stays unread; the connection cannot be used again.
                MutableHeaders(scope=message)["Connection"] = "close"
            if self._deadline is not None:
                self._deadline.reschedule(None)
            set_deadline(None)
        is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if is_last and not self._complete:
            await self._pass_on({**message, "more_body": True})
            await self._discard_the_rest()
            message = {"type": "http.response.body", "body": b""}
        await self._pass_on(message)

    async def _pass_on(self, message: Message) -> None:
        await _within(self._limits.client_s, lambda: self._send(message), self._slow)

    async def _discard_the_rest(self) -> None:
        """Take in what a client still sends, so that it lives to read the answer."""
        if self._is_slow or "expect" in self._headers:  # the latter sends nothing until asked to
            return
        began, taken, passed = time.monotonic(), 0, 0.0
        with contextlib.suppress(TimeoutError):
            while not self._complete and taken < DISCARDED_BYTES and passed < DISCARDED_S:
                async with asyncio.timeout(PAUSE_S):
                    message = await self._receive()
                taken += len(message.get("body", b""))
                self._complete = not message.get("more_body", False)
                passed = time.monotonic() - began
                if passed > PAUSE_S and taken < passed * DISCARDED_PACE:
                    return

    async def refuse(self, error: PolywireError, answer: ProblemAnswer) -> None:
        """Answer with the problem, if the answer has not begun; else break it off."""
        self._scope["state"]["error"] = error
        if self._started:
            raise error
        response = answer(self._scope, Problem.of(error))
        await response(self._scope, self._receive, self.send)

    def _late(self) -> PolywireError:
        return AnswerLate(
            f"There was no answer within {self._limits.answer_s:g} s; request less, or try later."
        )

    def _slow(self) -> ClientSlow:
        self._is_slow = True
        return ClientSlow(
            f"The client was silent for {self._limits.client_s:g} s, or sends less than "
            f"{self._limits.client_pace:g} bytes a second."
        )

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(
            f"The body may have up to {self._largest:,} bytes here. Send articles as an "
            "application/x-ndjson stream, one per line, or one by one."
        )


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _is_utf8(scope: Scope) -> bool:
    """Tell whether the path is a text: of what is none, every byte would be the same character."""
    if "\ufffd" not in scope["path"]:
        return True
    try:
        unquote_to_bytes(scope.get("raw_path") or b"").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _head_size(scope: Scope) -> int:
    """Return the bytes of the request line and the headers, written without any needless space."""
    query = scope["query_string"]
    target = len(scope.get("raw_path") or b"") + len(query) + bool(query)
    fields = sum(len(name) + len(value) + len(":\r\n") for name, value in scope["headers"])
    return len(scope["method"]) + target + len("  HTTP/1.1\r\n\r\n") + fields


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
