"""Stories are kept as articles are written, changed and deleted.

Before articles are written their ids are noted, and the note goes in the step that stores their
stories. Who is killed in between leaves the note, and the next writer compares what the index has
with what the stories have. All that changes in one batch is one entry of a log (`turns`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from search.coverage.stories import switching
from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import Read, featured
from search.coverage.stories.held import Held
from search.coverage.stories.stored import META, PENDING
from search.coverage.stories.turns import Turns
from search.index.errors import IndexMismatch, SearchIndexError
from search.index.model import Article, EmbeddedArticle
from search.index.port import SearchIndex
from search.index.state import Change, IndexState, StateConflict

ALIVE_S = 600.0
"""A note as old as this was left by a program that ended."""

_LOG = logging.getLogger(__name__)


class StoryKeeper:
    """Keeps the stories of an index. May be used from several threads, in several processes."""

    def __init__(
        self, state: IndexState, index: SearchIndex, now: Callable[[], float] = time.time
    ) -> None:
        """`now` is the time in seconds since 1970. Nothing is read yet."""
        self._state = state
        self._index = index
        self._now = now
        self._lock = threading.Lock()
        self._turns = Turns(state, now)
        self._held: Held | None = None
        self._anew = False

    def begin(self, ids: Sequence[str]) -> str:
        """Note articles that are about to be written or deleted; returns the name of the note."""
        note = f"{int(self._now() * 1000):015d}-{uuid4().hex[:12]}"
        self._state.write([Change(PENDING, note, {"at": self._now(), "articles": list(ids)})])
        return note

    def written(self, note: str, articles: Sequence[EmbeddedArticle]) -> None:
        """Find the stories of articles that were written, and drop the note."""
        read = _read(articles)
        self._settle(note, lambda held: held.place(read))

    def deleted(self, note: str, ids: Sequence[str]) -> None:
        """Forget articles that were deleted, and drop the note."""
        self._settle(note, lambda held: held.remove(ids))

    def drop(self, note: str) -> None:
        """Drop the note of a write that wrote nothing, and do what killed programs have left.

        Who was killed is mostly run again, and then finds that all articles are there already.
        """
        if self._held is None and any(one != note for one in self._state.keys(PENDING)):
            self._settle(note, lambda _: None)
        else:
            self._state.write([Change(PENDING, note, None)])

    def close(self) -> None:
        """Close the state."""
        self._state.close()

    @contextmanager
    def changing(self, further: Sequence[Change] = ()) -> Iterator[Clustering]:
        """Hand out the stories for changes, and store what was changed in one step."""
        with self._changing(further) as held:
            yield held.clustering

    def take_in(self, articles: Sequence[EmbeddedArticle]) -> None:
        """Find the stories of articles that nobody noted."""
        read = _read(articles)
        with self._changing() as held:
            held.place(read)

    def forget(self, ids: Sequence[str]) -> None:
        """Forget articles that are not there any more."""
        with self._changing() as held:
            held.remove(ids)

    def hashes(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the content hashes of those of some articles that have a story."""
        with self.reading():
            return self._held.hashes(ids) if self._held is not None else {}

    def articles(self) -> set[str]:
        """Return all articles that have a story."""
        with self.reading() as clustering:
            return set(clustering.story)

    @contextmanager
    def turn(self) -> Iterator[Callable[[], None]]:
        """Take the turn, so that nobody else changes stories; hand out what says one is alive.

        For who writes the state himself: everyone reads it anew after that.
        """
        with self._lock:
            self._turns.take(self._follow, self._forget)
            try:
                yield self._turns.hold
                self._forget(at=self._turns.number)
                model = self._state.get(META, [switching.MODEL])[switching.MODEL].value
                self._turns.write([Change(META, switching.MODEL, model)])
            except BaseException:
                self._forget()
                self._turns.leave()
                raise

    @contextmanager
    def reading(self) -> Iterator[Clustering]:
        """Hand out the stories as they are, to be read only."""
        with self._lock:
            if self._held is None:
                self._turns.start()
                self._held = self._read()
            yield self._held.clustering

    @contextmanager
    def _changing(self, further: Sequence[Change] = (), note: str | None = None) -> Iterator[Held]:
        """See `changing`. What `note` says is done here: it is not what somebody has left."""
        with self._lock:
            self._turns.take(self._follow, self._forget)
            try:
                held = self._loaded(note)
                yield held
                changes = [*held.changes(self._now()), *further]
            except BaseException:
                self._forget()
                self._turns.leave()
                raise
            try:
                self._turns.write(changes)
            except BaseException:
                self._forget()
                raise
            self._save(held)
            if held.clustering.memory.is_worn:
                self._forget()

    def _save(self, held: Held) -> None:
        """Store a snapshot where it is worth it; what it saves is time alone."""
        try:
            held.save(self._turns.number)
        except SearchIndexError as error:
            _LOG.warning("Stories are stored, but not the snapshot that saves time: %s", error)

    def _settle(self, note: str, change: Callable[[Held], None]) -> None:
        """Change stories and drop the note; stories of another model stop nobody from writing."""

        def settle() -> None:
            with self._changing([Change(PENDING, note, None)], note) as held:
                change(held)

        try:
            try:
                settle()
            except StateConflict:
                if not self._anew:
                    raise
                settle()  # with everything read
        except IndexMismatch as mismatch:
            _LOG.warning("%s", mismatch)
            self._state.write([Change(PENDING, note, None)])

    def _loaded(self, note: str | None) -> Held:
        """Return what is stored, read once, with what killed programs have left undone."""
        if self._held is None:
            held = self._held = self._read()
            self._finish(held, note)
        return self._held

    def _read(self) -> Held:
        entry = self._turns.number
        return Held.read(self._state, self._index.identity, entry, anew=self._anew)

    def _follow(self, changes: Sequence[Change]) -> None:
        """Take in what another program stored."""
        if self._held is not None and not self._held.follow(changes):
            self._forget()

    def _forget(self, at: int | None = None) -> None:
        """Read what is stored anew next time."""
        self._anew = self._held is not None and self._held.is_out_of_step
        self._held = None
        if at is None:
            self._turns.start()

    def _finish(self, held: Held, own: str | None) -> None:
        """Do what the notes of others say; those of programs that may be alive stay."""
        notes = {e.key: e.value for e in self._state.scan(PENDING) if e.key != own}
        if not notes:
            return
        self._index.show()
        named = sorted({one for note in notes.values() for one in note["articles"]})
        found, stored = self._index.get(named), held.hashes(named)
        left = [
            article
            for one, article in found.items()
            if stored.get(one) != article.article.content_hash
        ]
        held.remove(one for one in named if one not in found)
        held.place(_read(sorted(left, key=lambda one: one.article.id)))
        held.first += [
            Change(PENDING, key, None)
            for key, note in notes.items()
            if self._now() - float(note["at"]) > ALIVE_S
        ]


_Article = tuple[Article, Read]


def _read(articles: Sequence[EmbeddedArticle]) -> list[_Article]:
    return [(one.article, one.made_by(featured)) for one in articles]
