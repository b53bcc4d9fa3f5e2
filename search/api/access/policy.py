"""Who may do what: hosts and pages that a request may come from, keys, scopes and rates."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope as RequestScope

from search.api.access.keys import ApiKey, KeyFolder, KeyScope
from search.api.access.rates import RateLimiter
from search.api.access.sessions import COOKIE, Sessions
from search.api.errors import ForeignRequest, NotPermitted, RateExceeded, Unauthenticated
from search.errors import SettingsError, UsageError

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/openapi.json"})
"""What a load balancer and a developer's tool need without a key; none tells of the index."""

_BY_SECRET = re.compile(r"/v1/alerts/[^/]+/(?:feed|end)")
"""What whoever knows its secret may reach without a key."""

LOG_IN, LOG_OUT, STATIC = "/login", "/logout", "/static/"
"""Paths of the page: its door, and the files that it looks the same by for everybody."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_READ_BY_POST = frozenset({"/v1/search", "/v1/similar", LOG_OUT})
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def needed_scope(method: str, path: str) -> KeyScope | None:
    """Return the scope that a request needs, None if it needs no key: the one such table.

    What is not known to read only needs the scope to write.
    """
    if path in OPEN_PATHS or path == LOG_IN or path.startswith(STATIC):
        return None
    if path == "/metrics":
        return KeyScope.ADMIN
    if _BY_SECRET.fullmatch(path):
        return None
    if re.match(r"(?:/v1)?/alerts(?:/|$)", path):
        return KeyScope.ALERTS
    if method in _SAFE or (method == "POST" and path in _READ_BY_POST):
        return KeyScope.READ
    return KeyScope.WRITE


def is_of_the_page(path: str) -> bool:
    """Tell whether a path is for people in a browser, not for programs."""
    return not path.startswith("/v1/") and path not in OPEN_PATHS and path != "/metrics"


def is_loopback(host: str) -> bool:
    """Tell whether a bind address is reachable from this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_keyless(keys: KeyFolder, host: str) -> bool:
    """Tell whether a server is to be opened on this address without any keys, or with keys.

    Without keys only where there is no folder of keys. Raises `UsageError` where others could
    reach a server without keys, `SettingsError` where there is a folder without a single key that
    can be read: whoever made it wanted keys.
    """
    if keys.exists():
        if not keys.all():
            damaged = keys.damaged()
            raise SettingsError(
                damaged[0].sentence
                if damaged
                else f"There is no key in the folder of API keys {keys.path}. Create one: polywire "
                "keys create NAME --scope read. To let everybody on this machine read and write, "
                "remove the folder and give --without-keys."
            )
        return False
    if not is_loopback(host):
        raise UsageError(
            f"Without API keys the server listens on this machine only, not on {host}. Make one "
            "first: polywire keys create NAME --scope read"
        )
    return True


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: the id of the key, or the address where no key is needed."""

    name: str
    keyed: bool = False
    scopes: frozenset[KeyScope] = frozenset()
    """What he may do."""


class Access:
    """Admits or refuses requests.

    With no keys at all, on loopback, everybody on this machine may do everything; such a
    server answers only requests that name it by a local host name and do not come from a web
    page of another site, so that no page in a browser can reach it (DNS rebinding). Once a key has
    been made, requests need one.
    """

    def __init__(  # noqa: PLR0913  its parts, all of them
        self,
        keys: KeyFolder,
        rates: RateLimiter,
        hosts: Collection[str] = (),
        origins: Collection[str] = (),
        *,
        keyless: bool,
        sessions: Sessions | None = None,
    ) -> None:
        self._keys = keys
        self._rates = rates
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origins)
        self._keyless = keyless
        self.sessions = sessions
        """Who has logged in to the page; None where there is no page."""

    @property
    def keyless(self) -> bool:
        """Tell whether everybody on this machine is admitted."""
        return self._keyless

    def enter(self, token: str, scope: RequestScope) -> str:
        """Begin a session of the page for a key; returns what its cookie has.

        Raises `Unauthenticated`, `NotPermitted` or `RateExceeded`.
        """
        address = (scope.get("client") or ("unknown", 0))[0]
        key = self._keys.find(token.strip())
        if key is None or self.sessions is None:
            self._count(f"failed {address}")
            raise Unauthenticated("The API key is not valid, has expired, or was revoked.")
        self._count(key.id)
        if not key.allows(KeyScope.READ):
            raise NotPermitted(f"The key {key.id} does not carry the scope `read`.")
        return self.sessions.begin(key.id)

    def has_session(self, scope: RequestScope) -> bool:
        """Tell whether a request to the page comes from who has logged in."""
        return self._logged_in(scope) is not None

    def close(self) -> None:
        """Let go of the sessions."""
        if self.sessions is not None:
            self.sessions.close()

    def admit(self, scope: RequestScope) -> Caller:
        """Return who sent the request.

        Raises `ForeignRequest`, `Unauthenticated`, `NotPermitted` or `RateExceeded`, and
        `SettingsError` where the keys can no longer be read.
        """
        if self._keyless and self._keys.any_made():
            self._keyless = False
        headers = Headers(scope=scope)
        address = (scope.get("client") or ("unknown", 0))[0]
        self._check_host(headers)
        needed = needed_scope(scope["method"], scope["path"])
        if needed is None:
            return Caller(address)
        if self._keyless:
            if not self._is_link(scope, headers):
                self._check_page(headers)
            self._count(address)
            return Caller(address, scopes=frozenset(KeyScope))
        token = _token(headers)
        key = self._keys.find(token) if token else self._logged_in(scope)
        if key is None:
            self._count(f"failed {address}")
            raise Unauthenticated(
                "This needs an API key: send it as `Authorization: Bearer KEY`."
                if token is None
                else "The API key is not valid, has expired, or was revoked."
            )
        self._count(key.id)
        if not key.allows(needed):
            raise NotPermitted(
                f"The key {key.id} does not carry the scope `{needed}` that this needs."
            )
        return Caller(key.id, True, frozenset(each for each in KeyScope if key.allows(each)))

    def _logged_in(self, scope: RequestScope) -> ApiKey | None:
        """Return the key of a session; it opens the page, never the API."""
        if self.sessions is None or not is_of_the_page(scope["path"]):
            return None
        name = HTTPConnection(scope).cookies.get(COOKIE)
        key = self.sessions.key(name) if name else None
        return self._keys.named(key) if key else None

    def _is_link(self, scope: RequestScope, headers: Headers) -> bool:
        """Tell whether somebody followed a link to the page from elsewhere.

        Where he came from sees nothing of it: no page may be framed, and none gives its content to
        other sites.
        """
        return (
            self.sessions is not None
            and scope["method"] in ("GET", "HEAD")
            and is_of_the_page(scope["path"])
            and headers.get("sec-fetch-mode") == "navigate"
            and headers.get("sec-fetch-dest") == "document"
        )

    def _count(self, client: str) -> None:
        wait = self._rates.wait_s(client)
        if wait:
            raise RateExceeded(
                f"This client sends requests faster than it may; wait {wait} s.", wait
            )

    def _check_host(self, headers: Headers) -> None:
        allowed = self._hosts | (_LOOPBACK_NAMES if self._keyless or self._hosts else frozenset())
        name = _host_name(headers.get("host", ""))
        if allowed and name not in allowed:
            raise ForeignRequest(
                "This server does not answer under the host name of this request. Add the name "
                "to the setting api.hosts"
                + (", and create keys before others can reach it." if self._keyless else ".")
            )

    def _check_page(self, headers: Headers) -> None:
        origin = headers.get("origin")
        local = _LOOPBACK_NAMES | self._hosts
        ours = origin is None or origin in self._origins or _host_name_of_url(origin) in local
        if not ours or (origin is None and headers.get("sec-fetch-site") == "cross-site"):
            raise ForeignRequest("Web pages of other sites may not use this server.")


def _token(headers: Headers) -> str | None:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return headers.get("x-api-key") or None


def _host_name(host: str) -> str:
    """Return the name of a Host header, without the port, lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def _host_name_of_url(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
