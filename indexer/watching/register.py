"""Which addresses are watched, and which process checks one: changes to the state of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from indexer.watching.opml import Outline
from indexer.watching.schedule import FIRST_S, begun_anew
from search.addresses import without_credentials
from search.claims import claim, holds
from search.index.state import Change, IndexState, StateConflict
from search.watched import (
    COLLECTION,
    MOST_CHECKS,
    Check,
    Watched,
    from_entry,
    key_of,
    to_value,
    watched,
)

ENDED_EARLY = "The program ended before the check did; the next check goes on."

_ROUNDS = 20
"""In each, at least one of those who change an entry at once gets through."""


class Register:
    """The addresses that are watched, in the state of an index."""

    def __init__(self, state: IndexState) -> None:
        self._state = state

    def all(self) -> Iterator[Watched]:
        """Every address, by address."""
        return watched(self._state)

    def find(self, url: str) -> Watched | None:
        """Return one address."""
        entry = self._state.get(COLLECTION, [key_of(url)]).get(key_of(url))
        return from_entry(entry) if entry is not None else None

    def add(self, outlines: Iterable[Outline], now: datetime, *, follow: bool) -> list[Watched]:
        """Watch addresses from now on; returns those that were not watched before."""
        new = []
        for outline in outlines:
            url = without_credentials(outline.url)
            one = Watched(
                url=url,
                access=None if url == outline.url else outline.url,
                kind=outline.kind,
                added=now,
                due=now,
                interval_s=FIRST_S,
                title=outline.title,
                follow=follow if outline.follow is None else outline.follow,
                source=outline.source,
                lang=outline.lang,
            )
            try:
                self._state.write([_change(one, 0)])
            except StateConflict:
                continue
            new.append(one)
        return new

    def begin_anew(self, url: str, now: datetime) -> None:
        """Let an address be checked at the next run, though it was stopped or is not due."""
        there = self.find(url)
        if there is not None:
            self._update(there, lambda one: begun_anew(one, now))

    def remove(self, urls: Sequence[str]) -> None:
        """Watch addresses no longer."""
        self._state.write([Change(COLLECTION, key_of(url), None) for url in urls])

    def due(self, now: datetime, *, at_once: bool = False) -> list[Watched]:
        """Return what is due, the longest overdue first; `at_once` all that is not stopped."""
        found = [one for one in self.all() if not one.stopped and (at_once or one.due <= now)]
        return sorted(found, key=lambda one: (one.due, one.url))

    def claim(self, one: Watched, now: datetime, *, at_once: bool = False) -> Watched | None:
        """Take an address to check it; None where another process does, or did just now."""
        there = self.find(one.url)
        if there is None or there.stopped or not (at_once or there.due <= now):
            return None
        if there.claim is not None and holds(there.claim, now):
            return None
        taken = replace(released(there), claim=claim(now))
        try:
            self._state.write([_change(taken, there.revision)])
        except StateConflict:
            return None
        return taken

    def renew(self, taken: Watched, now: datetime) -> None:
        """Hold a claim for longer."""
        until = claim(now)["until"]
        self._update(taken, lambda there: _with_claim(there, until=until))

    def note(self, taken: Watched, now: datetime, new: int, updated: int) -> None:
        """Note what a check has brought so far, for the case that it does not come to its end."""
        at = now.isoformat()
        self._update(taken, lambda there: _with_claim(there, at=at, new=new, updated=updated))

    def settle(self, taken: Watched, change: Callable[[Watched], Watched]) -> Watched | None:
        """Store what a check changed, and let go; None where somebody else has it, or nobody.

        A change of address moves the entry.
        """
        settled = self._update(taken, change)
        if settled is not None and settled.url != taken.url:
            moved = replace(settled, claim=None)
            known = self.find(moved.url)
            changes = [] if known is not None else [_change(moved, None)]
            self._state.write([*changes, Change(COLLECTION, key_of(taken.url), None)])
        return settled

    def _update(self, taken: Watched, change: Callable[[Watched], Watched]) -> Watched | None:
        for _ in range(_ROUNDS):
            there = self.find(taken.url)
            if there is None or (there.claim or {}).get("token") != (taken.claim or {}).get(
                "token"
            ):
                return None
            changed = change(there)
            stored = replace(changed, url=there.url)
            try:
                self._state.write([_change(stored, there.revision)])
            except StateConflict:
                continue
            return changed
        return None


def released(one: Watched) -> Watched:
    """Return an address that nobody checks; what a check brought that did not end counts."""
    given = one.claim or {}
    new, updated = int(given.get("new", 0)), int(given.get("updated", 0))
    one = replace(one, claim=None)
    if not new + updated:
        return one
    at = datetime.fromisoformat(given["at"])
    check = Check(at, new, updated, reasons=(ENDED_EARLY,))
    checks = (check, *one.checks)[:MOST_CHECKS]
    return replace(one, articles=one.articles + new, arrived=at, checks=checks)


def _with_claim(one: Watched, **more: str | int) -> Watched:
    return replace(one, claim={**(one.claim or {}), **more})


def _change(one: Watched, expected: int | None) -> Change:
    return Change(COLLECTION, key_of(one.url), to_value(one), expected)
