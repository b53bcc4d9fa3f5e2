"""The applications: routers, and the layers around them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from config.settings import ApiSettings
from search.api.access.policy import Access
from search.api.answers.openapi import describe
from search.api.answers.problems import Problem, ProblemAnswer, as_document
from search.api.routers import (
    alerts,
    articles,
    coverage,
    export,
    facets,
    search,
    similar,
    status,
    stories,
    versions,
)
from search.api.work.metrics import SAMPLED_EVERY_S, Metrics
from search.api.work.parts import Parts
from search.api.work.relay import Relay
from search.api.work.services import Services
from search.api.work.shared import SharedFolder
from search.errors import PolywireError
from search.serve.limits import Limits, RequestLimits
from search.serve.request_log import RequestLog

if TYPE_CHECKING:
    from search.web.site import Site

QUERY_BYTES = 1_000_000
"""Largest body without articles; `similar` takes a whole article as text."""
_MOST_ERRORS = 10


def application(
    services: Services,
    settings: ApiSettings,
    access: Access,
    shared: SharedFolder | None = None,
) -> ASGIApp:
    """Build the application for clients; `services` are closed when it ends.

    `shared` is given to a worker of a server with several processes. One that takes no writes
    itself then relays them to the process that writes, unless the settings say `read_only`.
    """
    relay = (
        Relay(shared.writer, settings.waiting_writes) if shared and not settings.read_only else None
    )
    parts = Parts.of(services, settings, shared, relay)
    routers = (
        search,
        similar,
        coverage,
        stories,
        facets,
        export,
        versions,
        articles,
        alerts,
        status,
    )
    site = _site(parts, access, shared) if settings.page else None
    answer = site.problem if site else as_document
    app = _routed(parts, routers, access, answer)
    describe(app)
    if site is not None:
        from search.web.pages.table import routes

        app.include_router(routes(site))
    limited: ASGIApp = RequestLimits(app, access, _limits(settings), answer)
    if settings.cors_origins:
        limited = CORSMiddleware(
            limited,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=("Authorization", "X-Api-Key", "If-Match", "If-None-Match"),
            expose_headers=("ETag", "Location", "Retry-After", "X-Request-Id"),
        )
    return RequestLog(limited, parts.metrics, answer)


def _site(parts: Parts, access: Access, shared: SharedFolder | None) -> Site:
    from search.web.site import Site

    return Site.of(parts, access, shared.secret if shared else secrets.token_bytes(16))


def writing_application(services: Services, settings: ApiSettings, shared: SharedFolder) -> ASGIApp:
    """Build the application of the process that writes, for the workers that relay to it.

    Clients were admitted, and requests are logged and counted, by the workers.
    """
    parts = Parts.of(services, settings, shared)
    app = _routed(parts, (articles,))
    return RequestLog(RequestLimits(app, None, _limits(settings)), None)


def _limits(settings: ApiSettings) -> Limits:
    return Limits(
        article_body=settings.max_body_mb * 1_000_000,
        query_body=QUERY_BYTES,
        answer_s=settings.answer_s,
        client_s=settings.client_s,
        client_pace=settings.client_pace,
    )


def _routed(
    parts: Parts,
    routers: Sequence[ModuleType],
    access: Access | None = None,
    answer: ProblemAnswer = as_document,
) -> FastAPI:
    app = FastAPI(
        title="Polywire",
        lifespan=_lifespan(parts, access),
        # Interactive pages load their scripts from elsewhere; the document itself is enough.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # No telemetry, not even where a provider of it happens to be installed.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.served = []
    app.state.answer = answer
    for routes in routers:
        made = routes.router(parts)
        app.include_router(made)
        app.state.served += made.routes
    app.exception_handler(PolywireError)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_not_served)
    return app


def _lifespan(
    parts: Parts, access: Access | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        parts.writer.start()
        sampling = asyncio.create_task(_sample(parts.metrics))
        yield
        sampling.cancel()
        if parts.relay is not None:
            await parts.relay.close()
        # What was accepted is finished before the index is closed.
        await parts.writer.close()
        parts.reads.close()
        parts.exports.close()
        parts.pages.close()
        parts.services.close()
        if access is not None:
            access.close()
        parts.let_go()

    return run


async def _sample(metrics: Metrics) -> None:
    """Let the other processes of the server see what runs and waits in this one."""
    while True:
        await asyncio.to_thread(metrics.sample)
        await asyncio.sleep(SAMPLED_EVERY_S)


async def _refused(request: Request, error: PolywireError) -> Response:
    request.scope["state"]["error"] = error
    return _answer(request, Problem.of(error))


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    malformed = any(each["type"] == "json_invalid" for each in found)
    errors = [
        {"at": ".".join(str(part) for part in each["loc"]), "message": each["msg"]}
        for each in found[:_MOST_ERRORS]
    ]
    first = errors[0]
    problem = Problem(
        400 if malformed else 422,
        "bad-request" if malformed else "invalid-parameter",
        "The request cannot be understood." if malformed else "A parameter is not valid.",
        f"{first['at']}: {first['message']}.",
        extra={"errors": errors},
    )
    return _answer(request, problem)


async def _not_served(request: Request, error: HTTPException) -> Response:
    cause = error.__cause__
    if isinstance(cause, PolywireError):  # raised while FastAPI read the body
        return await _refused(request, cause)
    answers = {
        400: ("bad-request", "The request cannot be understood.", "The body is not JSON in UTF-8."),
        404: ("no-such-path", "There is nothing here.", "/openapi.json lists what there is."),
        405: ("no-such-method", "This method is not served here.", "See the header Allow."),
    }
    slug, title, detail = answers.get(
        error.status_code, ("failed", "The request failed.", str(error.detail))
    )
    response = _answer(request, Problem(error.status_code, slug, title, detail))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_methods(request))
    return response


def _methods(request: Request) -> list[str]:
    """Return all methods of a path; its routes know their own only."""
    found: set[str] = set()
    for route in (*request.app.routes, *request.app.state.served):
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


def _answer(request: Request, problem: Problem) -> Response:
    answer: ProblemAnswer = request.app.state.answer
    return answer(request.scope, problem)
