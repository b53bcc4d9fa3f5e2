"""What was fetched before, so that only what is new since then is fetched again."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from indexer.article.dates import parse_date
from search.index.state import MOST_KEY_BYTES, Change, IndexState

COLLECTION = "fetched"
"""What the state of an index calls the addresses that were fetched into it."""

_DAY = 10
"""Characters of a date without a time."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a list says of the state of an address: `said`, and when that was, None if unsaid.

    `by` is `stamp` for the `lastmod` of sitemaps, `item` for the whole of a feed's item.
    """

    by: Literal["stamp", "item"]
    said: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of an address.

    `fetched` is when (ISO 8601); `stamp` and `item` are what a sitemap and a feed said of it last
    (`Mark`). `etag` and `last_modified` are the server's; `followed` tells that the links in it
    were, too.
    """

    fetched: str
    stamp: str | None = None
    item: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    followed: bool = False

    def marked(self, mark: Mark) -> Seen:
        """Return the same with what a list says now."""
        if mark.by == "stamp":
            return replace(self, stamp=mark.said)
        return replace(self, item=mark.said)

    def has_not_changed(self, mark: Mark) -> bool:
        """Tell whether a list says that nothing has happened since."""
        before = self.stamp if mark.by == "stamp" else self.item
        if mark.said is None:
            return True
        if before is None:  # it is known from elsewhere
            return self._is_since(mark.date)
        # On the day itself, a date says nothing of what comes later that day.
        is_day = mark.by == "stamp" and len(mark.said) == _DAY
        return before == mark.said and (not is_day or self._is_since(mark.said))

    def _is_since(self, date: str | None) -> bool:
        """Tell whether it was fetched after a moment, or after the end of a day."""
        try:
            end = parse_date(date or "") + timedelta(days=len(date or "") == _DAY)
        except ValueError:
            return True
        return datetime.fromisoformat(self.fetched) >= end


def now() -> str:
    """Return the present moment as it is stored."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Memory(Protocol):
    """Remembers addresses."""

    def seen(self, urls: Iterable[str]) -> Mapping[str, Seen]:
        """Return what is remembered of these addresses; new ones are left out."""
        ...

    def note(self, url: str, seen: Seen) -> None:
        """Remember an address once everything that came before is stored."""
        ...

    def came(self) -> None:
        """Count an item that was read."""
        ...


class NoMemory:
    """Every address is new."""

    def seen(self, urls: Iterable[str]) -> Mapping[str, Seen]:  # noqa: ARG002
        """Return nothing."""
        return {}

    def note(self, url: str, seen: Seen) -> None:
        """Remember nothing."""

    def came(self) -> None:
        """Count nothing."""


class IndexMemory:
    """Remembers addresses in the state of an index, each after the articles that came from it.

    `came` is called for every item that is read, and `settle` with the number of those that are
    stored or rejected for good: what is remembered is never ahead of what is stored. With
    `anew`, what was remembered before does not count.
    """

    def __init__(self, state: IndexState, *, anew: bool = False) -> None:
        self._state = state
        self._anew = anew
        self._came = 0
        self._waiting: deque[tuple[int, str, Seen]] = deque()

    def seen(self, urls: Iterable[str]) -> Mapping[str, Seen]:
        """Return what is remembered of these addresses; new ones are left out."""
        if self._anew:
            return {}
        keys = {_key(url): url for url in urls}
        entries = self._state.get(COLLECTION, keys)
        return {keys[key]: Seen(**entry.value) for key, entry in entries.items()}

    def note(self, url: str, seen: Seen) -> None:
        """Remember an address once everything that came before is stored."""
        self._waiting.append((self._came, url, seen))

    def came(self) -> None:
        """Count an item that was read."""
        self._came += 1

    def settle(self, stored: int) -> None:
        """Write what is to be remembered of the first `stored` items."""
        changes: dict[str, Change] = {}
        while self._waiting and self._waiting[0][0] <= stored:
            _, url, seen = self._waiting.popleft()
            changes[_key(url)] = Change(COLLECTION, _key(url), asdict(seen))
        if changes:
            self._state.write(list(changes.values()))


def _key(url: str) -> str:
    """Return the key of an address: itself, or its hash where it is too long for one."""
    data = url.encode("utf-8", "replace")
    if len(data) <= MOST_KEY_BYTES:
        return data.decode()
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
