"""`/alerts/new` and `/alerts/ID/edit`: the form of an alert. What is wrong is said above it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from search.alerts.alert import PRECISION, Alert, Stories
from search.alerts.damage import Part
from search.alerts.desk import destinations
from search.alerts.destinations import Destination
from search.alerts.errors import AlertError, AlertUnusable
from search.api.requests.alerts import AlertChanges, AlertSent
from search.api.routers.query_string import query_reader
from search.errors import UsageError
from search.query.errors import QueryError
from search.web.addresses import refusal, understood
from search.web.forms import MOST_FIELDS, form
from search.web.pages.alerts import EVERY, PREVIEW, desk_of, home, owner_of, shown, to_mend
from search.web.safety import HEADERS
from search.web.site import Site
from search.web.views import narrowing
from search.web.views.asked import Asked

_sent = query_reader(AlertSent)

WORDS = "words"
"""In place of a precision: meaning is left out."""
MEANING = {f"{PRECISION:g}": "sure", "0.7": "wide", "0.5": "half", WORDS: "none"}
"""Precisions to choose from, by their keys in the catalogues."""

_LABELS = {
    Part.SEARCH: "query",
    Part.EVERY: "every",
    Part.TIMEZONE: "zone",
    Part.DESTINATIONS: "to",
}
"""Keys of what the parts of an alert are called on the form."""

_REFUSED = (UsageError, QueryError, AlertError)

Fields = Mapping[str, str]

UNTOUCHED: Fields = {
    "q": "",
    "follow": "",
    "name": "",
    "every": "",
    "meaning": f"{PRECISION:g}",
    "stories": str(Stories.GROUPED),
    "to": "",
}


def routes(site: Site, router: APIRouter) -> None:
    """Add the routes; they come before those of one alert."""
    router.add_api_route("/alerts/new", site.view(new))
    router.add_api_route("/alerts/{alert_id}/edit", site.view(edit))

    @router.post("/alerts")
    async def make(request: Request) -> Response:
        fields = await form(site, request)
        return await site.parts.reads.run(lambda: _made(site, request, fields))

    @router.post("/alerts/{alert_id}/edit")
    async def change(request: Request) -> Response:
        fields = await form(site, request)
        return await site.parts.reads.run(lambda: _edited(site, request, fields))


def new(site: Site, request: Request) -> Response:
    """Show the form of a new alert, and with `preview` what it would have told."""
    given = request.query_params
    asked = Asked.of("/", given.multi_items())
    follow = given.get("follow", "")
    name = given.get("name") or (asked.get("q") or follow)[:100]
    preview, refusal = None, None
    if "preview" in given and not follow:
        now = datetime.now(UTC)
        pairs = [*_search(site, request, asked), ("name", name.strip() or "?")]
        try:
            sent = _read(pairs).alert(owner_of(), site.parts.services.defaults, now)
            preview = desk_of(site).preview(sent, now - PREVIEW, now)
        except _REFUSED as error:
            refusal = str(error)
    values = {"follow": follow, "name": name}
    return _new_form(site, request, asked, values, refusal=refusal, preview=preview)


def edit(site: Site, request: Request) -> Response:
    """Show the form of an alert that is there; what of it cannot be read is empty."""
    found, _ = _found(site, request)
    values = {
        "q": _written(found),
        "every": found.schedule.every or "",
        "meaning": WORDS if found.only_words else f"{found.precision:g}",
        "stories": str(found.stories),
        "to": "",
    }
    return _edit_form(site, request, found, values, {one.id for one in found.destinations})


def _new_form(  # noqa: PLR0913  what a form is shown with
    site: Site,
    request: Request,
    asked: Asked,
    values: Fields,
    *,
    refusal: str | None = None,
    preview: Mapping[str, Any] | None = None,
) -> Response:
    context = {
        "action": "/alerts",
        "alert": None,
        "asked": asked,
        "chips": narrowing.chips(asked, site.reader(request)),
        "search": urlencode(asked.pairs, errors="replace"),
        "preview": preview,
        "broken": None,
    }
    return _form(site, request, context, values, refusal)


def _edit_form(  # noqa: PLR0913  what a form is shown with
    site: Site,
    request: Request,
    found: Alert,
    values: Fields,
    kept: set[str],
    *,
    refusal: str | None = None,
    preview: Mapping[str, Any] | None = None,
) -> Response:
    error = _found(site, request)[1]
    broken = None
    if error is not None:
        broken = {
            "fault": error.fault,
            "labels": [key for part, key in _LABELS.items() if part in error.parts],
        }
    context = {
        "broken": broken,
        "action": f"{home(found.id)}/edit",
        "alert": found,
        "destinations": [(one.id, one.shown, one.id in kept) for one in found.destinations],
        "preview": preview,
    }
    return _form(site, request, context, values, refusal)


def _form(
    site: Site,
    request: Request,
    context: Mapping[str, Any],
    values: Fields,
    refusal: str | None,
) -> Response:
    given = {**UNTOUCHED, **values}
    choices = {
        "every": _with_chosen(EVERY, given["every"]),
        "meaning": _with_chosen(MEANING, given["meaning"]),
        "stories": [str(one) for one in Stories],
    }
    context = {**context, "values": given, **choices, "refusal": refusal}
    return site.show(request, "alert_form.html", context, 400 if refusal else 200)


def _with_chosen(choices: Mapping[str, str], chosen: str) -> Mapping[str, str]:
    """Return the choices with one that is not among them, which has no key in the catalogues."""
    return choices if chosen in choices else {**choices, chosen: ""}


def _made(site: Site, request: Request, fields: Fields) -> Response:
    """Make an alert. It is shown at once, not at its address: its secrets are shown only here."""
    desk, owner, now = desk_of(site), owner_of(), datetime.now(UTC)
    asked = Asked.of("/", parse_qsl(fields.get("search", ""), max_num_fields=MOST_FIELDS))
    try:
        sent = _read(_pairs(site, request, asked, fields))
        alert = sent.alert(owner, site.parts.services.defaults, now)
        if "preview" in fields and alert.follows is None:
            told = desk.preview(alert, now - PREVIEW, now)
            return _new_form(site, request, asked, fields, preview=told)
        made = desk.added(alert, str(request.base_url))
    except _REFUSED as error:
        return _new_form(site, request, asked, fields, refusal=str(error))
    return shown(site, request, {**desk.one(made["id"], owner, now), **made}, 201)


def _pairs(site: Site, request: Request, asked: Asked, fields: Fields) -> list[tuple[str, str]]:
    """Return what was sent in the parameters of the API."""
    pairs = [("name", fields.get("name", ""))]
    if follow := fields.get("follow"):
        pairs += [("follow", follow), ("timezone", site.reader(request).zone)]
    else:
        pairs += [*_search(site, request, asked), *_fires(fields).items()]
    if every := fields.get("every"):
        pairs.append(("every", every))
    if to := fields.get("to", "").split():
        pairs += [("to", each) for each in (*to, "feed")]
    return pairs


def _edited(site: Site, request: Request, fields: Fields) -> Response:
    """Change an alert; shown at once where there are new secrets, else at its address."""
    desk, owner, now = desk_of(site), owner_of(), datetime.now(UTC)
    before, error = _found(site, request)
    unread = frozenset[str]() if error is None else error.parts
    kept = tuple(one for one in before.destinations if fields.get(f"keep-{one.id}"))
    ids = {one.id for one in kept}
    try:
        zone = before.schedule.timezone
        if Part.TIMEZONE in unread:
            zone = site.reader(request).zone
        changes = _changes(before, fields, unread, zone)
        after = changes.applied(before, site.parts.services.defaults, now)
        after = replace(
            after,
            # The zone of a new search is not that of the schedule.
            schedule=replace(after.schedule, timezone=zone),
            destinations=_leading_to(kept, fields.get("to", "").split()),
        )
        if "preview" in fields and after.follows is None:
            told = desk.preview(after, now - PREVIEW, now)
            return _edit_form(site, request, before, fields, ids, preview=told)
        changed = desk.changed(before, after, str(request.base_url))
    except _REFUSED as refused:
        return _edit_form(site, request, before, fields, ids, refusal=str(refused))
    if changed["secrets"] or "feed" in changed:
        return shown(site, request, {**desk.one(before.id, owner, now), **changed})
    return RedirectResponse(home(before.id), 303, dict(HEADERS))


def _changes(before: Alert, fields: Fields, unread: Collection[str], zone: str) -> AlertChanges:
    """Return what changes; the search is made anew only of another query, or if it was unread."""
    given: dict[str, Any] = {}
    every = fields.get("every", "") or None
    if every != before.schedule.every:
        given["every"] = every
    if before.follows is None:
        given |= {"only_words": False, **_fires(fields)}
    query, request = fields.get("q", "").strip(), before.request
    if Part.SEARCH in unread:
        given |= {"q": query, "timezone": zone}
    if request is not None and query != _written(before):
        given |= {
            "q": query,
            "mode": request.mode,
            "names": request.names,
            "timezone": request.timezone,
            "sort": request.sort,
            "copies": request.every_copy,
        }
    try:
        return AlertChanges.model_validate(given)
    except ValidationError as error:
        raise refusal(error.errors()) from None


def _fires(fields: Fields) -> dict[str, str]:
    """Return what fires, in the parameters of the API; what was not sent is left out."""
    meaning, stories = fields.get("meaning", ""), fields.get("stories", "")
    found = {"stories": stories} if stories else {}
    if meaning == WORDS:
        return {**found, "only_words": "true"}
    return {**found, "precision": meaning} if meaning else found


def _leading_to(kept: Sequence[Destination], more: Sequence[str]) -> tuple[Destination, ...]:
    if kept and not more:
        return tuple(kept)
    known = {one.id for one in kept}
    return (*kept, *(one for one in destinations(more) if one.id not in known))


def _written(alert: Alert) -> str:
    """Return the search of an alert in the query language, filters included; "" without one."""
    request = alert.request
    if request is None:
        return ""
    return alert.query if request.canonical is None else request.canonical


def _search(site: Site, request: Request, asked: Asked) -> list[tuple[str, str]]:
    """Return the search in the parameters of the API; days are those of the reader."""
    pairs = [pair for pair in asked.pairs if pair[0] not in ("view", "limit")]
    if asked.get("timezone") is None:
        pairs.append(("timezone", site.reader(request).zone))
    return pairs


def _found(site: Site, request: Request) -> tuple[Alert, AlertUnusable | None]:
    """Return the alert of an address, and what of it cannot be read, which is empty."""
    desk, owner, now = desk_of(site), owner_of(), datetime.now(UTC)
    name = request.path_params["alert_id"]
    mending = to_mend(desk, name, owner, now)
    return (desk.find(name, owner, now), None) if mending is None else mending


def _read(pairs: list[tuple[str, str]]) -> AlertSent:
    return understood(_sent, pairs)
