"""One writer at a time, and nothing half done: the log of what changed in stories.

Who wants to change stories takes the next number of the log, so that of several programs one at a
time decides; the entry then says what is to be written, and it is written. Whoever comes next
writes it again if a killed program did not come to the end: writing it twice changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from search.coverage.stories.stored import ARTICLES, JOURNAL, LOG, META, STORIES
from search.index.errors import EngineBusy
from search.index.state import Change, Entry, IndexState, StateConflict

STALE_S = 30.0
"""Whoever took a number this long ago and did not write was killed."""

PATIENCE_S = 180.0
KEPT = 64
"""Entries of the log that are kept: programs that write at once read what the others did."""

NAMED = 4_096
"""Entries of the journal, which says of later ones than the log what they changed, not how."""

HEAD = "head"


class Turns:
    """The log of one place."""

    def __init__(self, state: IndexState, now: Callable[[], float] = time.time) -> None:
        """`now` is the time in seconds since 1970."""
        self._state = state
        self._now = now
        self._own = uuid4().hex
        self._revision = 0
        self.number = 0
        """The last entry that this program has taken in."""

    def take(self, follow: Callable[[Sequence[Change]], None], reload: Callable[[], None]) -> None:
        """Wait for the turn, and take in what others wrote meanwhile.

        `follow` is given the changes of each entry that was not seen yet; `reload` is called where
        the log does not go back so far. Raises `EngineBusy` if another program does not come to
        an end.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            self._catch_up(follow, reload)
            claim = {"owner": self._own, "at": self._now()}
            key = journal_key(self.number + 1)
            try:
                self._state.write([Change(LOG, key, claim, expected=0)])
            except StateConflict:
                entry = self._state.get(LOG, [key]).get(key)
                if entry is None or "changes" in entry.value or not self._take_over(entry, claim):
                    if time.monotonic() > until:
                        raise EngineBusy(
                            "Another program is changing the stories of this index; try again when "
                            "it is done."
                        ) from None
                    time.sleep(0.02)
                    continue
            self._revision = self._state.get(LOG, [key])[key].revision
            return

    def write(self, changes: Sequence[Change]) -> None:
        """Write changes, and end the turn. Raises `StateConflict` if another took it over."""
        number = self.number + 1
        entry = {"owner": self._own, "changes": [_document(one) for one in changes]}
        log = Change(LOG, journal_key(number), entry, expected=self._revision)
        self._state.write([log, *changes, *_ended(number, changes)])
        self.number = number

    def leave(self) -> None:
        """End the turn without writing anything."""
        try:
            self._state.write(
                [Change(LOG, journal_key(self.number + 1), None, expected=self._revision)]
            )
        except StateConflict:
            return

    def hold(self) -> None:
        """Say that the turn is still used. Raises `StateConflict` if another took it over."""
        key = journal_key(self.number + 1)
        claim = {"owner": self._own, "at": self._now()}
        self._state.write([Change(LOG, key, claim, expected=self._revision)])
        self._revision = self._state.get(LOG, [key])[key].revision

    def start(self) -> None:
        """Begin to read the log behind what is stored."""
        self.number = self._stored()

    def _catch_up(
        self, follow: Callable[[Sequence[Change]], None], reload: Callable[[], None]
    ) -> None:
        for entry in list(self._state.scan(LOG, after=journal_key(self.number))):
            if "changes" not in entry.value:
                return
            number = int(entry.key)
            if number != self.number + 1:
                self.number = self._stored()
                reload()
                self._catch_up(follow, reload)
                return
            changes = [_read(one) for one in entry.value["changes"]]
            if number > self._stored():
                self._state.write([*changes, *_ended(number, changes)])
            follow(changes)
            self.number = number

    def _stored(self) -> int:
        entry = self._state.get(META, [HEAD]).get(HEAD)
        return int(entry.value["number"]) if entry else 0

    def _take_over(self, entry: Entry, claim: Mapping[str, Any]) -> bool:
        if self._now() - float(entry.value["at"]) < STALE_S:
            return False
        try:
            self._state.write([Change(LOG, entry.key, claim, expected=entry.revision)])
        except StateConflict:
            return False
        return True


def changed_since(state: IndexState, first: int, last: int) -> tuple[list[str], list[str]] | None:
    """Return the articles and the stories that entries after `first` up to `last` changed.

    None where the journal does not go back so far, or where everything was changed.
    """
    articles: dict[str, None] = {}
    stories: dict[str, None] = {}
    expected = first + 1
    for entry in state.scan(JOURNAL, after=journal_key(first)) if first < last else ():
        if int(entry.key) > last:
            break
        if int(entry.key) != expected or entry.value["all"]:
            return None
        articles |= dict.fromkeys(entry.value["articles"])
        stories |= dict.fromkeys(entry.value["stories"])
        expected += 1
    return (list(articles), list(stories)) if expected == last + 1 else None


def _ended(number: int, changes: Sequence[Change]) -> list[Change]:
    """Return what is written last of an entry."""
    named: dict[str, Any] = {
        "all": any(one.collection == META for one in changes),
        "articles": [one.key for one in changes if one.collection == ARTICLES],
        "stories": [one.key for one in changes if one.collection == STORIES],
    }
    ended = [Change(JOURNAL, journal_key(number), named), Change(META, HEAD, {"number": number})]
    for collection, kept in ((LOG, KEPT), (JOURNAL, NAMED)):
        if number > kept:
            ended.append(Change(collection, journal_key(number - kept), None))
    return ended


def journal_key(number: int) -> str:
    """Return the key of an entry, in the log and in the journal."""
    return f"{number:015d}"


def _document(change: Change) -> list[Any]:
    return [change.collection, change.key, change.value]


def _read(written: Sequence[Any]) -> Change:
    return Change(written[0], written[1], written[2])
