"""Stories are kept as articles are written, changed and deleted.

Before articles are written their ids are noted, and the note goes in the step that stores their
stories. Who is killed in between leaves the note, and the next writer compares what the index has
with what the stories have. All that changes in one batch is one entry of a log (`turns`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from search.coverage.stories import switching
from search.coverage.stories.clustering import Clustering, Fit
from search.coverage.stories.features import Read, featured, fingerprint
from search.coverage.stories.placing import place
from search.coverage.stories.records import (
    Known,
    article_value,
    known,
    read_article,
    story_value,
)
from search.coverage.stories.stored import (
    APART,
    ARTICLES,
    CORRECTIONS,
    FORMER,
    META,
    PENDING,
    STORIES,
)
from search.coverage.stories.turns import Turns
from search.index.errors import IndexMismatch
from search.index.model import Article, EmbeddedArticle
from search.index.port import SearchIndex
from search.index.state import Change, IndexState, Value

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
        self._clustering: Clustering | None = None
        self._known: dict[str, Known] = {}
        self._number = 0
        self._done: list[Change] = []

    def begin(self, ids: Sequence[str]) -> str:
        """Note articles that are about to be written or deleted; returns the name of the note."""
        note = f"{int(self._now() * 1000):015d}-{uuid4().hex[:12]}"
        self._state.write([Change(PENDING, note, {"at": self._now(), "articles": list(ids)})])
        return note

    def written(self, note: str, articles: Sequence[EmbeddedArticle]) -> None:
        """Find the stories of articles that were written, and drop the note."""
        read = _read(articles)
        self._settle(note, lambda clustering: self._place(clustering, read))

    def deleted(self, note: str, ids: Sequence[str]) -> None:
        """Forget articles that were deleted, and drop the note."""

        def remove(clustering: Clustering) -> None:
            for one in ids:
                if one in clustering.story:
                    clustering.remove(one)

        self._settle(note, remove)

    def drop(self, note: str) -> None:
        """Drop the note of a write that wrote nothing."""
        self._state.write([Change(PENDING, note, None)])

    def close(self) -> None:
        """Close the state."""
        self._state.close()

    @contextmanager
    def changing(
        self, further: Sequence[Change] = (), note: str | None = None
    ) -> Iterator[Clustering]:
        """Hand out the stories for changes, and store what was changed in one step.

        What `note` says is what is done here: it is not taken for what somebody has left.
        """
        with self._lock:
            self._turns.take(self._follow, self._forget)
            try:
                clustering = self._loaded(note)
                yield clustering
                changes = [*self._changes(clustering), *further]
            except BaseException:
                self._forget()
                self._turns.leave()
                raise
            try:
                self._turns.write(changes)
            except BaseException:
                self._forget()
                raise

    def take_in(self, articles: Sequence[EmbeddedArticle]) -> None:
        """Find the stories of articles that nobody noted."""
        read = _read(articles)
        with self.changing() as clustering:
            self._place(clustering, read)

    def forget(self, ids: Sequence[str]) -> None:
        """Forget articles that are not there any more."""
        with self.changing() as clustering:
            for one in ids:
                if one in clustering.story:
                    clustering.remove(one)

    def held(self) -> dict[str, str]:
        """Return the content hashes of all articles that have a story."""
        with self.reading() as clustering:
            return {one: self._known[one].content_hash for one in clustering.story}

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
            if self._clustering is None:
                self._turns.start()
                self._clustering = self._stored()
            yield self._clustering

    def _settle(self, note: str, change: Callable[[Clustering], None]) -> None:
        """Change stories and drop the note; stories of another model stop nobody from writing."""
        try:
            with self.changing([Change(PENDING, note, None)], note) as clustering:
                change(clustering)
        except IndexMismatch as mismatch:
            _LOG.warning("%s", mismatch)
            self.drop(note)

    def _loaded(self, note: str | None) -> Clustering:
        """Return what is stored, read once, with what killed programs have left undone."""
        if self._clustering is None:
            self._clustering = self._stored()
            self._finish(self._clustering, note)
        return self._clustering

    def _stored(self) -> Clustering:
        """Read what is stored. Raises `IndexMismatch` where that is of another model."""
        switching.carry_out(self._state)  # a rebuilding was killed as it came to its end
        identity = self._index.identity
        clustering = Clustering(identity.dimension)
        self._known, self._number = {}, 0
        meta = self._state.get(META, [switching.MODEL]).get(switching.MODEL)
        if meta is None:
            self._done.append(Change(META, switching.MODEL, {"fingerprint": fingerprint(identity)}))
        elif meta.value["fingerprint"] != fingerprint(identity):
            raise IndexMismatch(
                "The stories of this index were found with another model, or by an earlier "
                "version; find them anew: polywire stories rebuild"
            )
        self._read(clustering)
        return clustering

    def _read(self, clustering: Clustering) -> None:
        stored = [(entry.key, entry.value) for entry in self._state.scan(ARTICLES)]
        self._take_in(clustering, sorted(stored, key=lambda item: int(item[1]["number"])))
        for entry in self._state.scan(STORIES):
            self._measured(clustering, entry.key, entry.value)
        for entry in self._state.scan(CORRECTIONS):
            _pin(clustering, entry.key, entry.value)
        for entry in self._state.scan(APART):
            clustering.apart.add(frozenset(entry.value["stories"]))
        _rest(clustering)

    def _take_in(self, clustering: Clustering, stored: Sequence[tuple[str, Value]]) -> None:
        """Take in articles as they are stored."""
        settled = []
        for key, value in stored:
            one, features, story, fit = read_article(value)
            if key in clustering.story:
                clustering.forget(key)
            self._known[key] = one
            self._number = max(self._number, one.number)
            clustering.fits[key] = fit
            settled.append((key, features, story))
        clustering.settle(settled)

    def _measured(self, clustering: Clustering, key: str, value: Value) -> None:
        """Take in what is stored of a story besides its articles."""
        group = clustering.groups.get(key)
        if group is None:
            return
        group.likelihoods, group.pairs = float(value["likelihoods"]), int(value["pairs"])
        order = {one["id"]: number for number, one in enumerate(value["members"])}
        group.articles.sort(key=lambda name: order.get(name, len(order)))

    def _follow(self, changes: Sequence[Change]) -> None:
        """Take in what another program stored."""
        clustering = self._clustering
        if clustering is None:
            return
        placed = {one.key: one.value for one in changes if one.collection == ARTICLES}
        for key, value in placed.items():
            if value is None and key in clustering.story:
                clustering.forget(key)
        written = [(key, value) for key, value in placed.items() if value is not None]
        self._take_in(clustering, written)
        for change in changes:
            if change.collection == META and change.key == switching.MODEL:
                self._forget()
                return
            if change.value is not None:
                self._take_in_other(clustering, change, change.value)
            elif change.collection == CORRECTIONS:
                clustering.pinned.pop(change.key, None)
        _rest(clustering)

    def _take_in_other(self, clustering: Clustering, change: Change, value: Value) -> None:
        if change.collection == STORIES:
            self._measured(clustering, change.key, value)
        elif change.collection == CORRECTIONS:
            _pin(clustering, change.key, value)
        elif change.collection == APART:
            clustering.apart.add(frozenset(value["stories"]))

    def _forget(self, at: int | None = None) -> None:
        """Read everything anew next time."""
        self._clustering = None
        if at is None:
            self._turns.start()

    def _finish(self, clustering: Clustering, own: str | None) -> None:
        """Do what the notes of others say; those of programs that may be alive stay."""
        notes = {e.key: e.value for e in self._state.scan(PENDING) if e.key != own}
        if not notes:
            return
        self._index.show()
        named = sorted({one for note in notes.values() for one in note["articles"]})
        found, left = self._index.get(named), []
        for one in named:
            if one in found:
                article = found[one].article
                stored = self._known.get(one)
                if stored is None or stored.content_hash != article.content_hash:
                    left.append(found[one])
            elif one in clustering.story:
                clustering.remove(one)
        self._place(clustering, _read(left))
        self._done += [
            Change(PENDING, key, None)
            for key, note in notes.items()
            if self._now() - float(note["at"]) > ALIVE_S
        ]

    def _place(self, clustering: Clustering, articles: Sequence[_Article]) -> None:
        for article, _ in articles:
            self._number += 1
            self._known[article.id] = known(article, self._number)
        place(clustering, [(article.id, read) for article, read in articles])

    def _changes(self, clustering: Clustering) -> list[Change]:
        """Return what is to be stored of what was touched."""
        changes = []
        for key in sorted(clustering.touched):
            if key not in clustering.story:
                changes += [Change(ARTICLES, key, None)]
                self._known.pop(key, None)
                continue
            value = article_value(
                self._known[key], clustering.reading(key), clustering.story[key],
                clustering.fits.get(key, Fit()),
            )  # fmt: skip
            changes.append(Change(ARTICLES, key, value))
        for key in sorted(clustering.touched_stories):
            group = clustering.groups.get(key)
            stored = story_value(group, clustering, self._known) if group is not None else None
            changes.append(Change(STORIES, key, stored))
        at = datetime.fromtimestamp(self._now(), UTC).isoformat()
        for key, into in sorted(clustering.led.items()):
            why = "split" if key in clustering.groups else "joined"
            changes.append(Change(FORMER, key, {"into": list(into), "why": why, "at": at}))
        changes += self._done
        self._done = []
        _rest(clustering)
        return changes


_Article = tuple[Article, Read]


def _read(articles: Sequence[EmbeddedArticle]) -> list[_Article]:
    return [(one.article, featured(one)) for one in articles]


def _pin(clustering: Clustering, article: str, value: Value) -> None:
    """Remember where a person put an article."""
    clustering.pinned[article] = str(value["story"])
    if value.get("kept"):
        clustering.kept.add(article)


def _rest(clustering: Clustering) -> None:
    """Nothing is to be stored."""
    clustering.touched.clear()
    clustering.touched_stories.clear()
    clustering.led.clear()
