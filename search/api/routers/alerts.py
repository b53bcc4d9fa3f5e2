"""`/v1/alerts`: saved searches that watch what arrives; each key sees and changes its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from search.alerts.desk import AlertDesk
from search.api.answers.alert_shapes import (
    AlertAnswer,
    AlertHistory,
    AlertList,
    AlertPreview,
)
from search.api.answers.openapi import problems
from search.api.answers.rendering import json_response, rendered
from search.api.errors import NotPermitted
from search.api.requests.alerts import AlertChanges, AlertSent
from search.api.work.parts import Parts
from search.api.work.shares import caller
from search.errors import UsageError
from search.query.dates import span

AlertId = Annotated[str, Path(description="Its id, or its name", max_length=200)]
Since = Annotated[
    str, Query(description="Arrived since: 30d, 12h, 2025-08-01", max_length=40, examples=["30d"])
]
Secret = Annotated[str, Query(description="What the address was made with", max_length=100)]
_PROBLEMS = problems(400, 401, 403, 404, 408, 409, 413, 422, 429, 503, 504)


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["alerts"])
    _all(routes, parts)
    _one(routes, parts)
    _told(routes, parts)
    _by_secret(routes, parts)
    return routes


def _desk(parts: Parts) -> AlertDesk:
    if parts.services.alerts is None:
        raise NotPermitted("This server has no alerts.")
    return parts.services.alerts


def _owner() -> str:
    return caller() or ""


async def _answered(parts: Parts, work: Callable[[], Any], status: int = 200) -> Response:
    return json_response(await parts.reads.run(lambda: rendered(work())), status)


def _all(routes: APIRouter, parts: Parts) -> None:
    @routes.get(
        "/v1/alerts",
        summary="List the alerts of this key",
        response_model=AlertList,
        responses=_PROBLEMS,
    )
    async def listed() -> Response:
        desk, owner = _desk(parts), _owner()
        return await _answered(parts, lambda: {"alerts": desk.listed(owner, datetime.now(UTC))})

    @routes.post(
        "/v1/alerts",
        summary="Make an alert; its secrets are in this answer, and never again",
        status_code=201,
        response_model=AlertAnswer,
        responses=_PROBLEMS,
    )
    async def add(sent: Annotated[AlertSent, Body()]) -> Response:
        desk, owner, defaults = _desk(parts), _owner(), parts.services.defaults
        return await _answered(
            parts, lambda: desk.added(sent.alert(owner, defaults, datetime.now(UTC))), 201
        )

    @routes.post(
        "/v1/alerts/preview",
        summary="Show what an alert would have told, without making it",
        response_model=AlertPreview,
        responses=_PROBLEMS,
    )
    async def preview(sent: Annotated[AlertSent, Body()], since: Since = "30d") -> Response:
        desk, owner, defaults = _desk(parts), _owner(), parts.services.defaults

        def work() -> dict[str, Any]:
            now = datetime.now(UTC)
            return desk.preview(sent.alert(owner, defaults, now), _since(since, now), now)

        return await _answered(parts, work)


def _one(routes: APIRouter, parts: Parts) -> None:
    @routes.get(
        "/v1/alerts/{alert_id}",
        summary="Fetch an alert and how far it is",
        response_model=AlertAnswer,
        responses=_PROBLEMS,
    )
    async def fetch(alert_id: AlertId) -> Response:
        desk, owner = _desk(parts), _owner()
        return await _answered(parts, lambda: desk.one(alert_id, owner, datetime.now(UTC)))

    @routes.patch(
        "/v1/alerts/{alert_id}",
        summary="Change what is sent, pause it or let it go on",
        response_model=AlertAnswer,
        responses=_PROBLEMS,
    )
    async def change(alert_id: AlertId, sent: Annotated[AlertChanges, Body()]) -> Response:
        desk, owner, defaults = _desk(parts), _owner(), parts.services.defaults

        def work() -> dict[str, Any]:
            now = datetime.now(UTC)
            before = desk.find(alert_id, owner, now, sent.anew())
            return desk.changed(before, sent.applied(before, defaults, now))

        return await _answered(parts, work)

    @routes.delete(
        "/v1/alerts/{alert_id}",
        summary="Remove an alert with its history",
        status_code=204,
        responses=_PROBLEMS,
    )
    async def remove(alert_id: AlertId) -> Response:
        desk, owner = _desk(parts), _owner()
        await parts.reads.run(lambda: desk.remove(alert_id, owner))
        return Response(status_code=204)


def _told(routes: APIRouter, parts: Parts) -> None:
    @routes.get(
        "/v1/alerts/{alert_id}/preview",
        summary="Show what an alert would have told; nobody is told",
        response_model=AlertPreview,
        responses=_PROBLEMS,
    )
    async def preview(alert_id: AlertId, since: Since = "30d") -> Response:
        desk, owner = _desk(parts), _owner()

        def work() -> dict[str, Any]:
            now = datetime.now(UTC)
            return desk.preview(desk.find(alert_id, owner, now), _since(since, now), now)

        return await _answered(parts, work)

    @routes.get(
        "/v1/alerts/{alert_id}/history",
        summary="What an alert told, newest first, with its deliveries",
        response_model=AlertHistory,
        responses=_PROBLEMS,
    )
    async def history(
        alert_id: AlertId,
        limit: Annotated[int, Query(ge=1, le=1000, description="Notices, at most")] = 100,
    ) -> Response:
        desk, owner = _desk(parts), _owner()
        return await _answered(parts, lambda: {"notices": desk.history(alert_id, owner, limit)})


def _by_secret(routes: APIRouter, parts: Parts) -> None:
    @routes.get(
        "/v1/alerts/{alert_id}/feed",
        summary="What an alert told as an Atom feed, for whoever knows the address",
        responses={
            200: {"content": {"application/atom+xml": {"schema": {"type": "string"}}}},
            **problems(400, 404, 422, 429, 503, 504),
        },
        response_class=Response,
    )
    async def feed(request: Request, alert_id: AlertId, secret: Secret = "") -> Response:
        desk, server = _desk(parts), str(request.base_url)
        content = await parts.reads.run(
            lambda: desk.feed(alert_id, secret, datetime.now(UTC), server)
        )
        return Response(content, media_type="application/atom+xml")

    @routes.post(
        "/v1/alerts/{alert_id}/end",
        summary="Pause an alert, for whoever knows the address that mail has (RFC 8058)",
        response_model=None,
        status_code=204,
        responses=problems(400, 404, 422, 429, 503, 504),
    )
    async def end(alert_id: AlertId, secret: Secret = "") -> Response:
        desk = _desk(parts)

        def work() -> None:
            now = datetime.now(UTC)
            alert = desk.by_secret(alert_id, secret, now)
            desk.store.put(replace(alert, paused=True, edited=now))

        await parts.reads.run(work)
        return Response(status_code=204)


def _since(text: str, now: datetime) -> datetime:
    try:
        return span(text, now)[0]
    except ValueError as error:
        raise UsageError(f"since: {error}.") from None
