"""The page as a whole: its parts, how a view becomes an answer, and how an error does.

A view is a function of the site and a request that runs in a thread of the reads. It calls what the
routers of the API call, and returns `site.show(...)`.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from search.api.access.keys import KeyScope
from search.api.access.policy import LOG_IN, Access, is_of_the_page
from search.api.access.sessions import COOKIE as SESSION_COOKIE
from search.api.answers.problems import Problem, as_document
from search.api.work.parts import Parts
from search.web.reader import COOKIES, Reader, reader_of
from search.web.safety import HEADERS, forms_token, inside, same_token
from search.web.sections import SECTIONS
from search.web.templates_of import environment

VISIT_COOKIE = "polywire_visit"
_YEAR_S = 365 * 24 * 60 * 60

View = Callable[["Site", Request], Response]


@dataclass(frozen=True)
class Site:
    """What every view has at hand."""

    parts: Parts
    access: Access
    secret: bytes
    """Signs the tokens of forms; all processes of a server have the same."""
    environment: Environment

    @classmethod
    def of(cls, parts: Parts, access: Access, secret: bytes) -> Site:
        """Make the site of a server."""
        return cls(parts, access, secret, environment())

    @cached_property
    def zone(self) -> str:
        """The time zone of readers of whom nothing else is known."""
        return self.parts.services.defaults.timezone

    def view(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a view."""

        async def answer(request: Request) -> Response:
            return await self.parts.reads.run(lambda: view(self, request))

        return answer

    def reader(self, request: Request) -> Reader:
        """Say how the sender of a request reads."""
        return reader_of(request, self.zone)

    def show(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Render a template; `context` adds to what every template has (`_common`)."""
        reader = self.reader(request)
        visit = _Visit.of(request)
        common = self._common(request, reader, visit)
        text = self.environment.get_template(template).render({**common, **context})
        # Half a surrogate pair, which UTF-8 cannot hold, is shown as a question mark.
        response = Response(
            text.encode("utf-8", "replace"), status, {**HEADERS, **(headers or {})}, "text/html"
        )
        secure = request.scope.get("scheme") == "https"
        for name, value in reader.chosen.items():
            response.set_cookie(
                COOKIES[name], value, _YEAR_S, samesite="lax", secure=secure, path="/"
            )
        if visit.new and visit.used:
            response.set_cookie(
                VISIT_COOKIE, visit.name, httponly=True, samesite="lax", secure=secure
            )
        return response

    def problem(self, scope: Scope, problem: Problem) -> Response:
        """Answer a problem: as a page to who reads in a browser, else as a document."""
        request = Request(scope)
        if not is_of_the_page(scope["path"]) or "text/html" not in request.headers.get(
            "accept", ""
        ):
            return as_document(scope, problem)
        if problem.status == 401 and scope["method"] == "GET":
            target = scope["path"] + (f"?{request.url.query}" if request.url.query else "")
            query = urlencode({"next": target})
            return RedirectResponse(f"{LOG_IN}?{query}", 303, dict(HEADERS))
        if problem.status == 401:
            came = urlsplit(request.headers.get("referer", ""))
            goal = inside(came.path + (f"?{came.query}" if came.query else ""))
            return self.show(request, "login.html", {"goal": goal, "said": "ended"}, 401)
        headers = {}
        if problem.retry_after_s is not None:
            headers["Retry-After"] = str(problem.retry_after_s)
        context = {"problem": problem, "request_id": scope["state"].get("request_id")}
        return self.show(request, "problem.html", context, problem.status, headers)

    def owns(self, request: Request, token: str) -> bool:
        """Tell whether a form was made for this browser: before it logged in, or since then."""
        names = (request.cookies.get(one) for one in (SESSION_COOKIE, VISIT_COOKIE))
        return any(name and same_token(forms_token(self.secret, name), token) for name in names)

    def may(self, request: Request, scope: KeyScope) -> bool:
        """Tell whether the sender of a request may do what needs a scope."""
        return scope in request.scope["state"].get("scopes", ())

    def _common(self, request: Request, reader: Reader, visit: _Visit) -> dict[str, Any]:
        asked = [(k, v) for k, v in request.query_params.multi_items() if k not in COOKIES]
        return {
            "reader": reader,
            "t": reader.catalogue.text,
            "path": request.url.path,
            "parameters": asked,
            "sections": [
                one
                for one in SECTIONS
                if one.scope is KeyScope.READ or self.may(request, one.scope)
            ],
            "token": lambda: forms_token(self.secret, visit.for_form()),
            "logged_in": SESSION_COOKIE in request.cookies and not self.access.keyless,
            "may_write": self.may(request, KeyScope.WRITE) and not self.parts.read_only,
            "may_alert": self.may(request, KeyScope.ALERTS),
            "may_administer": self.may(request, KeyScope.ADMIN),
        }


@dataclass(slots=True)
class _Visit:
    """What the tokens of forms are bound to: the session, or a cookie that is made for them."""

    name: str
    new: bool
    used: bool = False

    @classmethod
    def of(cls, request: Request) -> _Visit:
        known = request.cookies.get(SESSION_COOKIE) or request.cookies.get(VISIT_COOKIE)
        return cls(known or secrets.token_urlsafe(16), not known)

    def for_form(self) -> str:
        """Return its name for a form, so that it must be remembered."""
        self.used = True
        return self.name
