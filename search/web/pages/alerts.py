"""`/alerts`: one's own alerts, what each told, and forms to make, pause and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from search.alerts.desk import AlertDesk
from search.api.errors import NotPermitted, RequestMalformed
from search.api.requests.alerts import AlertChanges, AlertSent
from search.api.routers.query_string import query_reader
from search.api.work.shares import caller
from search.errors import UsageError
from search.web.forms import form
from search.web.safety import HEADERS
from search.web.site import Site
from search.web.views.asked import Asked

_sent = query_reader(AlertSent)

EVERY = {"": "any", "15m": "quarter", "hourly": "hour", "daily 08:00": "day"}
"""Schedules to choose from, by their keys in the catalogues."""
PREVIEW = timedelta(days=30)
SHOWN = 100
"""Notices of a history and of a preview, at most."""


def routes(site: Site, router: APIRouter) -> None:
    """Add the routes."""
    router.add_api_route("/alerts", site.view(alerts))
    router.add_api_route("/alerts/new", site.view(new))
    router.add_api_route("/alerts/{alert_id}", site.view(alert))

    @router.post("/alerts")
    async def make(request: Request) -> Response:
        fields = await form(site, request)
        return await site.parts.reads.run(lambda: _made(site, request, fields))

    @router.post("/alerts/{alert_id}/{change}")
    async def change(request: Request) -> Response:
        await form(site, request)
        name, what = request.path_params["alert_id"], request.path_params["change"]
        return await site.parts.reads.run(lambda: _changed(site, name, what))


def alerts(site: Site, request: Request) -> Response:
    """List them."""
    found = _desk(site).listed(_owner(), datetime.now(UTC))
    return site.show(request, "alerts.html", {"alerts": found})


def new(site: Site, request: Request) -> Response:
    """Show the form of a new alert, and with `preview` what it would have told."""
    given = request.query_params
    asked = Asked.of("/", given.multi_items())
    follow = given.get("follow", "")
    name = given.get("name") or (asked.get("q") or follow)[:100]
    preview = None
    if "preview" in given and not follow:
        now = datetime.now(UTC)
        pairs = [*_search(site, request, asked), ("name", name or "?")]
        sent = _read(pairs).alert(_owner(), site.parts.services.defaults, now)
        preview = _desk(site).preview(sent, now - PREVIEW, now)
    context = {
        "asked": asked,
        "search": urlencode(asked.pairs, errors="replace"),
        "follow": follow,
        "name": name,
        "every": EVERY,
        "preview": preview,
    }
    return site.show(request, "alert_new.html", context)


def alert(site: Site, request: Request) -> Response:
    """Show an alert, how far it is, and what it told."""
    desk, owner, now = _desk(site), _owner(), datetime.now(UTC)
    name = request.path_params["alert_id"]
    found = desk.one(name, owner, now)
    preview = None
    if "preview" in request.query_params and found["follows"] is None:
        preview = desk.preview(desk.find(name, owner, now), now - PREVIEW, now)
    return _shown(site, request, found, preview)


def _shown(
    site: Site, request: Request, found: Mapping[str, Any], preview: Mapping[str, Any] | None = None
) -> Response:
    context = {
        "alert": found,
        "history": _desk(site).history(found["id"], _owner(), SHOWN),
        "preview": preview,
    }
    return site.show(request, "alert.html", context, 201 if "secrets" in found else 200)


def _made(site: Site, request: Request, fields: Mapping[str, str]) -> Response:
    """Make an alert. It is shown at once, not at its address: its secrets are shown only here."""
    desk, owner, now = _desk(site), _owner(), datetime.now(UTC)
    pairs = [("name", fields.get("name", ""))]
    if follow := fields.get("follow"):
        pairs += [("follow", follow), ("timezone", site.reader(request).zone)]
    else:
        asked = Asked.of("/", parse_qsl(fields.get("search", ""), max_num_fields=SHOWN))
        pairs += _search(site, request, asked)
    if every := fields.get("every"):
        pairs.append(("every", every))
    pairs += [("to", each) for each in fields.get("to", "").split()]
    if fields.get("to", "").strip():
        pairs.append(("to", "feed"))
    made = desk.added(_read(pairs).alert(owner, site.parts.services.defaults, now))
    return _shown(site, request, {**desk.one(made["id"], owner, now), **made})


def _changed(site: Site, name: str, what: str) -> Response:
    desk, owner, now = _desk(site), _owner(), datetime.now(UTC)
    goal = f"/alerts/{quote(name, safe='')}"
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


def _search(site: Site, request: Request, asked: Asked) -> list[tuple[str, str]]:
    """Return the search in the parameters of the API; days are those of the reader."""
    pairs = [pair for pair in asked.pairs if pair[0] not in ("view", "limit")]
    if asked.get("timezone") is None:
        pairs.append(("timezone", site.reader(request).zone))
    return pairs


def _read(pairs: list[tuple[str, str]]) -> AlertSent:
    try:
        return _sent(QueryParams(pairs))
    except RequestValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{first['loc'][-1]}: {first['msg']}.") from None


def _desk(site: Site) -> AlertDesk:
    if site.parts.services.alerts is None:
        raise NotPermitted("This server has no alerts.")
    return site.parts.services.alerts


def _owner() -> str:
    return caller() or ""
