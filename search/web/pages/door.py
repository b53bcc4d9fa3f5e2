"""`/login` and `/logout`: a key of the API opens a session of the page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from search.api.access.policy import LOG_IN, LOG_OUT
from search.api.access.sessions import COOKIE, LIFETIME_S
from search.api.errors import ForeignRequest, NotPermitted, Unauthenticated
from search.web.forms import form
from search.web.safety import HEADERS, inside
from search.web.site import Site


def routes(site: Site, router: APIRouter) -> None:
    """Add the routes."""

    @router.get(LOG_IN)
    async def ask(request: Request) -> Response:
        goal = inside(request.query_params.get("next"))
        if site.access.keyless:
            return RedirectResponse(goal, 303, dict(HEADERS))
        return site.show(request, "login.html", {"goal": goal, "said": None})

    @router.post(LOG_IN)
    async def enter(request: Request) -> Response:
        try:
            fields = await form(site, request)
        except ForeignRequest:
            # Of two first tabs only one has the cookie of the visit; and it may have logged in.
            came = parse_qs(urlsplit(request.headers.get("referer", "")).query)
            goal = inside(next(iter(came.get("next", ())), None))
            if site.access.has_session(request.scope):
                return RedirectResponse(goal, 303, dict(HEADERS))
            return site.show(request, "login.html", {"goal": goal, "said": "stale"}, 403)
        goal = inside(fields.get("next"))
        try:
            name = site.access.enter(fields.get("key", ""), request.scope)
        except (Unauthenticated, NotPermitted):
            return site.show(request, "login.html", {"goal": goal, "said": "wrong"}, 403)
        response = RedirectResponse(goal, 303, dict(HEADERS))
        response.set_cookie(
            COOKIE,
            name,
            LIFETIME_S,
            httponly=True,
            samesite="lax",
            secure=request.scope.get("scheme") == "https",
        )
        return response

    @router.post(LOG_OUT)
    async def leave(request: Request) -> Response:
        await form(site, request)
        name = request.cookies.get(COOKIE)
        if name and site.access.sessions is not None:
            site.access.sessions.end(name)
        response = RedirectResponse(LOG_IN, 303, dict(HEADERS))
        response.delete_cookie(COOKIE)
        return response
