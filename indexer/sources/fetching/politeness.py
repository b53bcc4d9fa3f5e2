"""How Polywire behaves towards other people's servers, and who waits for whom."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Protocol

from indexer.sources.fetching.errors import RateLimited

MOST_DELAY = 60.0
"""Seconds: a longer `Crawl-delay` of a robots.txt is taken for this."""


def default_user_agent() -> str:
    """Return how Polywire calls itself; who runs it adds whom to ask (`fetch.user_agent`)."""
    return f"Polywire/{version('polywire')} (news search index)"


@dataclass(frozen=True, slots=True)
class Politeness:
    """What is asked of servers, how often, and how long they may take.

    `user_agent` begins with the name by which a robots.txt calls us. `delay` is the number of
    seconds from the end of one request to a host to the next, `timeout` the longest silence of a
    server, and `longest` the time that a document may take, plus a second per `pace` bytes.
    `max_bytes` bounds a document, both as sent and as decoded. `patience` is the longest time that
    a server's wish to be asked later is waited for, in seconds; longer ones fail at once.
    """

    user_agent: str = field(default_factory=default_user_agent)
    delay: float = 1.0
    timeout: float = 20.0
    longest: float = 60.0
    pace: float = 10_000.0
    max_bytes: int = 1_000_000_000
    patience: float = 120.0
    allow_private: bool = False
    obey_robots: bool = True

    @property
    def robot(self) -> str:
        """The name by which a robots.txt calls us."""
        return self.user_agent.partition("/")[0].split(" ")[0]


class Clock(Protocol):
    """Time, so that tests need not wait."""

    def now(self) -> float:
        """Seconds since some moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class MachineClock:
    """The time of this machine, whatever happens to its calendar."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    due: float = 0.0
    """When it may be asked next."""
    closed_until: float = 0.0
    """When it wants to be asked next."""


class Hosts:
    """One request per host at a time, and a pause between two, whatever the number of threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, url: str, delay: float, patience: float) -> Iterator[None]:
        """Hold the host for one request; the next one comes `delay` seconds after its end.

        Raises `RateLimited` where the host wants to be left alone for longer than `patience`.
        """
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
        with state.turn:
            closed = state.closed_until - self._clock.now()
            if closed > patience:
                raise RateLimited(later(url), url, 429, closed)
            wait = max(state.due - self._clock.now(), closed)
            if wait > 0:
                self._clock.sleep(wait)
            try:
                yield
            finally:
                state.due = self._clock.now() + delay

    def close(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
        state.closed_until = max(state.closed_until, self._clock.now() + seconds)


def later(url: str) -> str:
    """Say that a server asks to come back later; without a time, for it may be stored."""
    return f"The server of {url} asks to be asked later: it has too many requests."
