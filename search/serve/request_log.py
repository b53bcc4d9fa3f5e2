"""The request log: the id of every request, its line in the log, its metrics, safe headers.

The outermost layer: an unexpected error ends here as a problem document with the request's id,
and with its stack trace in the log.
"""

from __future__ import annotations

import logging
import os
import random
import re
import time

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.api.answers.problems import FAULT, ProblemAnswer, as_document, kind_of
from search.api.work.metrics import Metrics
from search.errors import PolywireError

log = logging.getLogger(__name__)
fault_log = logging.getLogger("search.serve")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Set where an answer does not set its own. Transport security is the proxy's to promise."""

_SAFE_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SAFE_HEADERS.items()]
"""As ASGI has them: looked up one by one they would cost as much as the rest of this module."""


class RequestLog:
    """ASGI middleware; without `metrics`, requests are logged and counted elsewhere."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics | None, fault: ProblemAnswer = as_document
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        scope.setdefault("state", {})["request_id"] = _request_id(scope)
        answer = _Answer(scope, send)
        if self._metrics is None:
            await self._answered(scope, receive, answer)
            return
        with self._metrics.in_flight.track_inprogress():
            try:
                await self._answered(scope, receive, answer)
            finally:
                seconds = time.perf_counter() - began
                self._metrics.answered(scope["method"], _route(scope), answer.status, seconds)
                _log(scope, answer, seconds)

    async def _answered(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        """Serve one request; whatever error it ends with is answered and logged."""
        state = scope["state"]
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            return  # nobody is left to be answered
        except Exception as error:  # the outermost layer: nothing may pass it
            state["error"] = error
            if not isinstance(error, PolywireError):
                fault_log.error("request %s failed", state["request_id"], exc_info=error)
            if not answer.begun:
                await self._fault(scope, FAULT)(scope, receive, answer.send)
            # An answer that has begun is left unfinished: the server closes the connection, and
            # the client sees that something is missing.
        refusal = state.get("error")
        if isinstance(refusal, PolywireError) and not kind_of(type(refusal)).public:
            fields = {"status": answer.status}
            fault_log.warning(
                "request %s: %s", state["request_id"], refusal, extra={"fields": fields}
            )


def _log(scope: Scope, answer: _Answer, seconds: float) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    # The path without its query: what people search for stays out of the log.
    fields = {
        "request_id": scope["state"]["request_id"],
        "client": (scope.get("client") or ("unknown", 0))[0],
        "caller": scope["state"].get("caller"),
        "method": scope["method"],
        "path": scope["path"],
        "status": answer.status,
        "duration_ms": round(seconds * 1000, 2),
        "bytes": answer.size,
        "complete": answer.complete,
        "process": os.getpid(),
    }
    log.info(
        "%(method)s %(path)r %(status)s %(duration_ms)s ms %(request_id)s",
        fields,
        extra={"fields": fields},
    )


class _Answer:
    """Notes what is sent, and adds the headers that every answer carries."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self.begun = False
        self.status = 499
        """That the client has gone before there was an answer, until there is one."""
        self.size = 0
        self.complete = False

    async def send(self, message: Message) -> None:
        """Pass on what the application answers."""
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            given = message["headers"]
            names = {name for name, _ in given}
            message["headers"] = [
                *(header for header in given if header[0] != b"x-request-id"),
                (b"x-request-id", self._scope["state"]["request_id"].encode("ascii")),
                *(header for header in _SAFE_HEADERS if header[0] not in names),
            ]
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.complete = True


def _request_id(scope: Scope) -> str:
    """Return the id that a proxy has given, if it is one, else a new one."""
    given = Headers(scope=scope).get("x-request-id", "")
    if _REQUEST_ID.fullmatch(given):
        return given
    # No secret, so not from the system's source: that lets go of the interpreter's lock, and with
    # searches under way it takes milliseconds to get it back.
    return f"{random.getrandbits(128):032x}"


def _route(scope: Scope) -> str:
    """Return the template of the path, so that metrics do not grow with ids."""
    return getattr(scope.get("route"), "path", None) or "unmatched"
