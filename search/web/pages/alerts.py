"""`/alerts`: one's own alerts, what each told, and buttons to pause, resume and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from search.alerts.alert import Alert
from search.alerts.damage import Part
from search.alerts.desk import AlertDesk
from search.alerts.errors import AlertUnusable
from search.api.errors import NotPermitted, RequestMalformed
from search.api.requests.alerts import AlertChanges
from search.api.work.shares import caller
from search.web.forms import form
from search.web.safety import HEADERS
from search.web.site import Site

EVERY = {"": "any", "15m": "quarter", "hourly": "hour", "daily 08:00": "day"}
"""Schedules to choose from, by their keys in the catalogues."""
PREVIEW = timedelta(days=30)
SHOWN = 100
"""Notices of a history and of a preview, at most."""


def routes(site: Site, router: APIRouter) -> None:
    """Add the routes."""
    router.add_api_route("/alerts", site.view(alerts))
    router.add_api_route("/alerts/{alert_id}", site.view(alert))

    @router.post("/alerts/{alert_id}/{change}")
    async def change(request: Request) -> Response:
        await form(site, request)
        name, what = request.path_params["alert_id"], request.path_params["change"]
        return await site.parts.reads.run(lambda: _changed(site, name, what))


def alerts(site: Site, request: Request) -> Response:
    """List them."""
    desk, owner, now = desk_of(site), owner_of(), datetime.now(UTC)
    found = desk.listed(owner, now)
    mendable = {
        one["id"]
        for one in found
        if one.get("error") and to_mend(desk, one["id"], owner, now) is not None
    }
    return site.show(
        request, "alerts.html", {"alerts": list(map(_with_search, found)), "mendable": mendable}
    )


def alert(site: Site, request: Request) -> Response:
    """Show an alert, how far it is, and what it told."""
    desk, owner, now = desk_of(site), owner_of(), datetime.now(UTC)
    name = request.path_params["alert_id"]
    try:
        found = desk.one(name, owner, now)
    except AlertUnusable as error:
        if not error.parts:
            raise
        return RedirectResponse(f"{home(desk.store.id_of(name, owner))}/edit", 303, dict(HEADERS))
    preview = None
    if "preview" in request.query_params and found["follows"] is None:
        preview = desk.preview(desk.find(name, owner, now), now - PREVIEW, now)
    return shown(site, request, found, preview=preview)


def shown(
    site: Site,
    request: Request,
    found: Mapping[str, Any],
    status: int = 200,
    preview: Mapping[str, Any] | None = None,
) -> Response:
    """Show an alert that is known."""
    context = {
        "alert": _with_search(found),
        "every": EVERY,
        "history": desk_of(site).history(found["id"], owner_of(), SHOWN),
        "preview": preview,
    }
    return site.show(request, "alert.html", context, status)


def _with_search(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add what an alert searches for in the query language, its filters included."""
    request = found.get("request")
    searched = request["understood"]["query"] if request else found.get("query")
    return {**found, "searched": searched}


def to_mend(
    desk: AlertDesk, identifier: str, owner: str, now: datetime
) -> tuple[Alert, AlertUnusable] | None:
    """Return an alert that can be mended, with what of it is to be given anew left empty.

    None for one that is whole, or that nothing can be given to. Raises `AlertMissing`.
    """
    try:
        desk.find(identifier, owner, now)
    except AlertUnusable as error:
        if error.parts:
            return desk.find(identifier, owner, now, frozenset(map(Part, error.parts))), error
    return None


def home(identifier: str) -> str:
    """Return the address of an alert."""
    return f"/alerts/{quote(identifier, safe='')}"


def desk_of(site: Site) -> AlertDesk:
    """Return the desk. Raises `NotPermitted` where the server has none."""
    if site.parts.services.alerts is None:
        raise NotPermitted("This server has no alerts.")
    return site.parts.services.alerts


def owner_of() -> str:
    """Return whose alerts the sender of this request sees."""
    return caller() or ""


def _changed(site: Site, name: str, what: str) -> Response:
    desk, owner, now = desk_of(site), owner_of(), datetime.now(UTC)
    goal = home(name)
    if what == "remove":
        desk.remove(name, owner)
        goal = "/alerts"
    elif what in ("pause", "resume"):
        before = desk.find(name, owner, now)
        changes = AlertChanges.model_validate({"paused": what == "pause"})
        desk.changed(before, changes.applied(before, site.parts.services.defaults, now))
    else:
        raise RequestMalformed("An alert is paused, resumed or removed.")
    return RedirectResponse(goal, 303, dict(HEADERS))
