"""What the robots.txt of a site allows, and which sitemaps it names (RFC 9309)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from protego import Protego

from indexer.sources.fetching.errors import (
    RateLimited,
    RedirectsInCircles,
    RobotsRefused,
    StatusFailed,
)
from indexer.sources.fetching.politeness import MOST_DELAY, Clock
from indexer.text.encoding import marked_encoding

MOST_BYTES = 500 * 1024
"""What is read of a robots.txt: as much as RFC 9309 asks for."""

_LIFETIME = 3600.0
"""Seconds; RFC 9309 allows a day."""

_LIFETIME_OF_FAILURE = 300.0

_REMEMBERED = 2000

Ask = Callable[[str], bytes]
"""Fetches a robots.txt by its address, up to `MOST_BYTES`. Raises `FetchFailed`."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site; `parsed` is None where it has none, or does not give them.

    `failure` is its status then, from 500 on.
    """

    url: str
    parsed: Protego | None
    failure: int = 0

    def check(self, url: str, robot: str) -> None:
        """Raise `RobotsRefused` for what must not be fetched, `StatusFailed` for what not now."""
        if self.failure:
            raise StatusFailed(
                f"{self.url} answers {self.failure}, and while nobody knows what the site allows, "
                "nothing is fetched there.",
                url,
                self.failure,
            )
        if self.parsed is not None and not self.parsed.can_fetch(url, robot):
            raise RobotsRefused(f"The robots.txt of the site forbids {url}.", url)

    def delay(self, robot: str) -> float:
        """Return the pause between two requests that the site asks for, in seconds."""
        asked = self.parsed.crawl_delay(robot) if self.parsed else None
        return min(asked or 0.0, MOST_DELAY)

    def sitemaps(self) -> tuple[str, ...]:
        """Return the addresses of the sitemaps, in order."""
        named = self.parsed.sitemaps if self.parsed else ()
        return tuple(dict.fromkeys(urljoin(self.url, one.strip()) for one in named))


class Robots:
    """The rules of every site that is asked, each remembered for an hour."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._rules: OrderedDict[str, tuple[float, Rules]] = OrderedDict()
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}

    def rules(self, url: str) -> Rules:
        """Return the rules of the site of an address.

        A site without a robots.txt allows everything, one that fails to give it nothing. Raises
        `FetchFailed` where the site cannot be reached, or wants to be asked later.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        with self._lock:
            turn = self._asking.setdefault(site, threading.Lock())
        with turn:
            known = self._rules.get(site)
            if known and known[0] > self._clock.now():
                return known[1]
            rules = self._asked(f"{site}/robots.txt")
            lifetime = _LIFETIME_OF_FAILURE if rules.failure else _LIFETIME
            with self._lock:
                self._rules[site] = (self._clock.now() + lifetime, rules)
                while len(self._rules) > _REMEMBERED:
                    self._asking.pop(self._rules.popitem(last=False)[0], None)
            return rules

    def _asked(self, url: str) -> Rules:
        try:
            data = self._ask(url)
        except RateLimited:
            raise
        except StatusFailed as error:
            return Rules(url, None, error.status if error.status >= 500 else 0)
        except RedirectsInCircles:
            return Rules(url, None)
        return Rules(url, Protego.parse(text_of(data)))


def text_of(data: bytes) -> str:
    """Return the text of a robots.txt, which is UTF-8 unless a mark says otherwise."""
    data = data[:MOST_BYTES]
    encoding = marked_encoding(data)
    return data.decode(encoding or "utf-8", "replace").lstrip("\ufeff")
