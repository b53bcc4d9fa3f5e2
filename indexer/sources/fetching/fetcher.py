"""Fetches documents from other people's servers, politely and within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import BinaryIO, Self

import httpcore
import httpx

from indexer.sources.fetching.decoding import IN_MEMORY, decoded, kept, too_large
from indexer.sources.fetching.document import Fetched, Request
from indexer.sources.fetching.errors import (
    AddressRefused,
    CutOff,
    DocumentTooLarge,
    FetchFailed,
    RateLimited,
    RedirectsInCircles,
    StatusFailed,
    Unreachable,
)
from indexer.sources.fetching.politeness import Clock, Hosts, MachineClock, Politeness
from indexer.sources.fetching.public_addresses import Allowance, PublicNetwork, allowed
from indexer.sources.fetching.robots import MOST_BYTES, Robots
from indexer.sources.fetching.statuses import failure_of_status
from indexer.sources.fetching.translation import translated
from search.addresses import without_credentials

MOST_REDIRECTS = 10

MOST_TRIES = 3
"""Requests for one document where the server asks to come back later."""

MOST_PAGE_BYTES = 64_000_000
"""What is fetched of a page, a feed or a sitemap: some never end."""

LONGEST_ADDRESS = 8_000
"""Characters: more than servers take."""

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
_CODINGS = "gzip, deflate"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_PIECE = 1 << 16


class Fetcher:
    """Fetches one document after the other from a host, whatever the number of threads.

    Asks the robots.txt of every site first. Refuses addresses of this machine and of private
    networks, at every redirect anew. Keeps no cookies but for the redirects of one document.
    """

    def __init__(self, politeness: Politeness | None = None, clock: Clock | None = None) -> None:
        self._politeness = politeness or Politeness()
        self._clock = clock or MachineClock()
        self._hosts = Hosts(self._clock)
        self._robots = Robots(self._robots_txt, self._clock)
        self._transport = _Transport(PublicNetwork(self._politeness.allow_private))

    def fetch(self, request: Request | str) -> Fetched:
        """Return a document, which the caller closes. Raises `FetchFailed`."""
        asked = Request(request) if isinstance(request, str) else request
        patience = self._politeness.patience if asked.patience is None else asked.patience
        tries = 0
        while True:
            tries += 1
            try:
                return self._followed(asked, patience)
            except (RateLimited, StatusFailed, Unreachable, CutOff) as error:
                if not _worth_a_retry(error, tries, patience):
                    raise

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of an address's site names.

        Raises `FetchFailed`.
        """
        return self._robots.rules(str(_checked(url))).sitemaps()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _followed(self, request: Request, patience: float, *, is_robots: bool = False) -> Fetched:
        """Ask, and go where the answers lead. `is_robots` is for a robots.txt itself."""
        url = _checked(request.url)
        asked = shown(url)
        moved: str | None = None
        only_permanent = True
        seen: dict[str, int] = {}
        with self._client() as client:
            for _ in range(MOST_REDIRECTS + 1):
                delay = 0.0 if is_robots else self._permitted(url)
                with (
                    self._hosts.turn(url.host, shown(url), delay, patience),
                    allowed(self._allowance()),
                    self._sent(client, url, request) as response,
                ):
                    answer = self._read(response, url, request)
                if isinstance(answer, Fetched):
                    return replace(answer, asked=asked, moved=moved)
                only_permanent = only_permanent and answer.status in _PERMANENT
                url = _checked(_joined(url, answer.location))
                moved = shown(url) if only_permanent else moved
                # Once again is for servers that set a cookie by it.
                seen[str(url)] = seen.get(str(url), 0) + 1
                if seen[str(url)] > 2:
                    break
        raise RedirectsInCircles(
            f"{asked} redirects in circles: after {sum(seen.values())} redirects it is at "
            f"{shown(url)}.",
            asked,
        )

    def _permitted(self, url: httpx.URL) -> float:
        """Return the pause after a request. Raises what `Rules.check` does."""
        if not self._politeness.obey_robots:
            return self._politeness.delay
        rules = self._robots.rules(str(url))
        rules.check(shown(url), self._politeness.robot)
        return max(self._politeness.delay, rules.delay(self._politeness.robot))

    @contextmanager
    def _sent(
        self, client: httpx.Client, url: httpx.URL, request: Request
    ) -> Iterator[httpx.Response]:
        headers = {"if-none-match": request.etag, "if-modified-since": request.last_modified}
        given = {name: value for name, value in headers.items() if value}
        with translated(shown(url), self._politeness.timeout):
            response = client.send(client.build_request("GET", url, headers=given), stream=True)
            try:
                yield response
            finally:
                response.close()

    def _read(
        self, response: httpx.Response, url: httpx.URL, request: Request
    ) -> Fetched | _Redirect:
        if response.status_code in _REDIRECTS and response.headers.get("location"):
            return _Redirect(response.status_code, response.headers["location"])
        conditional = bool(request.etag or request.last_modified)
        not_modified = response.status_code == 304 and conditional
        failure = None if not_modified else failure_of_status(response, shown(url))
        if failure:
            if isinstance(failure, RateLimited):
                self._hosts.close(url.host, failure.retry_after or 0.0)
            raise failure
        kind = response.headers.get("content-type", "")
        limit = min(request.max_bytes or self._politeness.max_bytes, self._politeness.max_bytes)
        if "html" in kind or "xml" in kind:
            limit = min(limit, MOST_PAGE_BYTES)
        body = kept() if not_modified else _body(response, limit, shown(url))
        charset = _CHARSET.search(kind)
        return Fetched(
            asked=shown(url),
            url=shown(url),
            moved=None,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            media_type=kind.partition(";")[0].strip().lower(),
            charset=charset[1] if charset else None,
            body=body,
            size=_size(body),
            not_modified=not_modified,
        )

    def _robots_txt(self, url: str) -> bytes:
        request = Request(url, max_bytes=IN_MEMORY)
        with self._followed(request, self._politeness.patience, is_robots=True) as fetched:
            return fetched.body.read(MOST_BYTES)

    def _allowance(self) -> Allowance:
        return Allowance(self._clock, self._politeness.longest, self._politeness.pace)

    def _client(self) -> httpx.Client:
        """Return what sends the requests of one document; connections are those of all."""
        return httpx.Client(
            transport=_Lent(self._transport),
            timeout=self._politeness.timeout,
            trust_env=False,
            headers={
                "user-agent": self._politeness.user_agent,
                "accept": _ACCEPT,
                "accept-encoding": _CODINGS,
            },
        )


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: str


class _Transport(httpx.HTTPTransport):
    """Connections by a network of our own; for names and certificates it is httpx's."""

    def __init__(self, network: PublicNetwork) -> None:
        context = httpx.create_ssl_context()
        super().__init__(verify=context)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=30.0,
            network_backend=network,
        )


class _Lent(httpx.BaseTransport):
    """A transport that stays open when the client is closed."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)


def shown(url: httpx.URL) -> str:
    """Return an address as it may be printed and stored."""
    return without_credentials(str(url))


def _checked(url: str) -> httpx.URL:
    """Return an address that can be asked, without its fragment. Raises `AddressRefused`."""
    said = without_credentials(url[:200])
    if len(url) > LONGEST_ADDRESS:
        raise AddressRefused(f"The address {said}... is longer than any.", said)
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError):
        raise AddressRefused(f"{said} is no address that can be fetched.", said) from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise AddressRefused(f"{said} is no web address (http, https).", said)
    return parsed.copy_with(fragment=None)


def _joined(url: httpx.URL, location: str) -> str:
    """Return where a redirect leads; a user and a password go nowhere else."""
    try:
        return str(url.copy_with(userinfo=b"").join(location))
    except (httpx.InvalidURL, ValueError):
        raise AddressRefused(
            f"{shown(url)} redirects to what is no address: {location[:200]!r}.", shown(url)
        ) from None


def _body(response: httpx.Response, limit: int, url: str) -> BinaryIO:
    """Read the body as it is sent, and decode it. Raises `DocumentTooLarge` and `CutOff`."""
    said = response.headers.get("content-length", "")
    size = int(said[:18]) if said.isdecimal() else 0
    body = kept()
    try:
        _check(size, limit, url)
        size = 0
        for piece in response.iter_raw(_PIECE):
            size += len(piece)
            _check(size, limit, url)
            body.write(piece)
        return decoded(body, response.headers.get("content-encoding", ""), limit, url)
    except BaseException:
        body.close()
        raise


def _check(size: int, limit: int, url: str) -> None:
    if size > limit:
        raise DocumentTooLarge(too_large(url, limit), url)


def _size(body: BinaryIO) -> int:
    size = body.seek(0, 2)
    body.seek(0)
    return size


def _worth_a_retry(error: FetchFailed, tries: int, patience: float) -> bool:
    """Tell whether to ask again now: for who waits for nothing on a new connection at most."""
    if isinstance(error, Unreachable) and error.connected:
        return tries == 1
    if not patience or tries >= MOST_TRIES:
        return False
    if isinstance(error, RateLimited):
        return (error.retry_after or 0.0) <= patience
    passing = not isinstance(error, StatusFailed) or error.status in (502, 503, 504)
    return passing and tries == 1
