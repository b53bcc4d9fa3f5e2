"""Near-duplicates are found as articles are written, and undone as they change or go.

What is stored follows from the articles alone, in whatever order they came. Before articles are
written, their ids are noted; after that their sketches, then their groups; then the note goes.
Whoever is killed in between leaves the note, and the next writer does what is left. Of programs
that write at once each notes its sketches before it reads those of the others, so that one of them
sees both; where they regroup the same articles, the second one is told, reads again and regroups.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from search.coverage.duplicates.blocks import Blocks
from search.coverage.duplicates.membership import GROUPS, MEMBERS
from search.coverage.duplicates.records import (
    Record,
    block,
    deleted,
    read_block,
    record_of,
    recorded,
)
from search.coverage.duplicates.stored import PENDING, SKETCHES, regrouping
from search.coverage.duplicates.texts import Texts
from search.index.errors import SearchIndexError
from search.index.model import EmbeddedArticle
from search.index.port import SearchIndex
from search.index.state import Change, IndexState, StateConflict, Value

T = TypeVar("T")

ALIVE_S = 600.0
"""A note as old as this was left by a program that ended."""

_TRIES = 20

_LOG = logging.getLogger(__name__)


class CopyKeeper:
    """Keeps the groups of an index. May be used from several threads, in several processes."""

    def __init__(
        self, state: IndexState, index: SearchIndex, now: Callable[[], float] = time.time
    ) -> None:
        """`now` is the time in seconds since 1970. Nothing is read yet."""
        self._state = state
        self._index = index
        self._now = now
        self._lock = threading.Lock()
        self._texts: Texts | None = None
        self._blocks = Blocks(state, now)
        self._touched: set[str] = set()

    def begin(self, ids: Sequence[str]) -> str:
        """Note articles that are about to be written or deleted; returns the name of the note."""
        with self._lock:
            self._load()
            note = self._blocks.key()
            self._state.write([Change(PENDING, note, {"at": self._now(), "articles": list(ids)})])
        return note

    def written(self, note: str, articles: Sequence[EmbeddedArticle]) -> None:
        """Take in articles that were written, and drop the note."""
        self._settle(note, [one.made_by(record_of) for one in articles])

    def deleted(self, note: str, ids: Sequence[str]) -> None:
        """Forget articles that were deleted, and drop the note."""
        self._settle(note, [deleted(one) for one in ids])

    def drop(self, note: str) -> None:
        """Drop the note of a write that wrote nothing."""
        self._state.write([Change(PENDING, note, None)])

    def close(self) -> None:
        """Close the state."""
        self._state.close()

    def rebuild(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Compare all that is stored with the index, and find the groups anew.

        What an earlier version sketched is sketched again.
        May be broken off and run again, beside programs that write. `progress` is told how many
        articles were looked at. Returns the number of groups.
        """
        with self._lock:
            self._load()
            texts = self._texts or Texts()
        left, looked = texts.ids(), 0
        for some in _chunks(self._index.scan_states(), 256):
            ids = [
                one
                for one, state in some
                if texts.content_hash(one) != state.content_hash or texts.sketched_before(one)
            ]
            left.difference_update(one for one, _ in some)
            self._look_up(ids)
            progress(looked := looked + len(some))
        self._look_up(sorted(left))
        with self._lock:
            self._regroup([], everything=True)
        return self._state.count(GROUPS)

    def _look_up(self, ids: Sequence[str]) -> None:
        """Record articles as the index has them now."""
        for some in _chunks(ids, 256):
            found = self._index.get(some)
            records = [
                recorded(found[one].article) if one in found else deleted(one) for one in some
            ]
            self._settle(None, records)

    def _settle(self, note: str | None, records: Sequence[Record]) -> None:
        with self._lock:
            self._load()
            notes = [] if note is None else [note]
            if records:
                key = self._blocks.key()
                self._state.write(
                    [
                        Change(PENDING, key, {"at": self._now(), "block": key}),
                        Change(SKETCHES, key, block(records)),
                    ]
                )
                notes.append(key)
            self._regroup(notes)
            self._tidy()

    def _regroup(self, notes: Sequence[str], *, everything: bool = False) -> None:
        """Bring groups up to date with what was recorded, here and by others; drop notes."""
        touched: set[str] = set()
        done = [Change(PENDING, note, None) for note in notes]
        for attempt in range(_TRIES):
            touched |= self._read_new()
            texts = self._texts or Texts()
            if everything:
                touched |= texts.ids() | {entry.key for entry in self._state.scan(MEMBERS)}
            reached, groups = texts.groups(touched)
            try:
                changes = regrouping(self._state, reached, groups)
                if everything:
                    changes += self._strays({one[0].record.id for one in groups})
                self._state.write([*changes, *done])
            except StateConflict:
                if attempt == _TRIES - 1:
                    raise
                time.sleep(0.01 * attempt)
            else:
                return

    def _strays(self, groups: set[str]) -> Iterator[Change]:
        return (
            Change(GROUPS, entry.key, None, entry.revision)
            for entry in self._state.scan(GROUPS)
            if entry.key not in groups
        )

    def _load(self) -> None:
        """Read what is stored, once, and finish what others left."""
        if self._texts is not None and not self._blocks.is_stale:
            return
        texts, blocks = Texts(), Blocks(self._state, self._now)
        blocks.read_new(texts)
        self._texts, self._blocks = texts, blocks
        self._touched = set()  # the groups are stored, but for what is noted
        if notes := self._notes():
            self._finish(notes, texts)
        self._tidy()

    def _notes(self) -> dict[str, Value]:
        return {entry.key: entry.value for entry in self._state.scan(PENDING)}

    def _finish(self, notes: Mapping[str, Value], texts: Texts) -> None:
        """Do what the notes of others say; those of programs that may be alive are left."""
        self._index.show()
        blocks = [str(note["block"]) for note in notes.values() if "block" in note]
        for entry in self._state.get(SKETCHES, blocks).values():
            self._touched |= {one.id for one in read_block(entry.value)}
        named = sorted({one for note in notes.values() for one in note.get("articles", ())})
        found = self._index.get(named)
        records = [
            recorded(found[one].article) if one in found else deleted(one)
            for one in named
            if one in found or one in texts
        ]
        if records:
            self._state.write([Change(SKETCHES, self._blocks.key(), block(records))])
        self._regroup([key for key, note in notes.items() if self._is_ended(note)])

    def _is_ended(self, note: Value) -> bool:
        return self._now() - float(note["at"]) > ALIVE_S

    def _read_new(self) -> set[str]:
        """Take in what was not seen yet; returns the articles that it touches."""
        touched, self._touched = self._touched, set()
        if self._texts is not None:
            touched |= self._blocks.read_new(self._texts)
        return touched

    def _tidy(self) -> None:
        """Keep what is stored, and what is in memory, in proportion to the articles there are."""
        if self._texts is not None and self._texts.is_worn:
            self._texts = self._texts.anew()
        if self._texts is None or not self._blocks.is_due:
            return
        try:
            notes = self._notes()
            if any(self._is_ended(note) for note in notes.values()):
                self._finish(notes, self._texts)
                notes = self._notes()
            noted = (str(note["block"]) for note in notes.values() if "block" in note)
            self._blocks.merge(self._texts, min(noted, default=None))
        except SearchIndexError as error:
            _LOG.warning("Near-duplicates are stored, but not in fewer blocks: %s", error)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while some := list(islice(source, size)):
        yield some
