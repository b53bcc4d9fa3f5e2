"""The stories of an index in memory: read when they are needed, and what is to be stored of them.

Who writes reads a snapshot and what changed since, or everything where there is none that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Self

from search.coverage.stories import snapshot, switching
from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import Features, Read, fingerprint
from search.coverage.stories.group import Fit
from search.coverage.stories.placing import place
from search.coverage.stories.records import Known, article_value, known, read_article, story_value
from search.coverage.stories.stored import APART, ARTICLES, CORRECTIONS, FORMER, META, STORIES
from search.coverage.stories.turns import changed_since
from search.index.errors import IndexMismatch
from search.index.model import Article, IndexIdentity
from search.index.state import Change, IndexState, StateConflict, Value

LEAST = 2_000
"""Articles from which on a snapshot is worth it: as many are read in an eighth of a second."""

SHARE = 16
"""A snapshot is made anew when one article in so many changed since. One of 100,000 takes a second
to write, and reading what changed since then 0.3 s at most."""

MOST_ENTRIES = 2_048
"""Entries of the log after which it is made anew in any case; the log tells of twice as many."""


class Held:
    """Stories, and what is remembered of each article. Not for several threads at once."""

    def __init__(self, state: IndexState, identity: IndexIdentity) -> None:
        """Nothing is read yet."""
        self._state = state
        self._known: dict[str, Known] = {}
        self._numbers: dict[str, int] = {}
        """The place of each article in the order of arrival: a changed one has another."""
        self._number = 0
        self._epoch = switching.epoch(state)
        self._saved_at: int | None = None
        self._changed = 0
        self.is_out_of_step = False
        """An article that the snapshot names was not stored: all must be read."""
        self.first: list[Change] = []
        """What is to be stored besides, the first time."""
        self.clustering = Clustering(identity.dimension, self._absent)

    @classmethod
    def read(cls, state: IndexState, identity: IndexIdentity, entry: int, *, anew: bool) -> Self:
        """Read what is stored after an entry of the log; `anew` without the help of a snapshot.

        Raises `IndexMismatch` where that is of another model.
        """
        switching.carry_out(state)  # a rebuilding was killed as it came to its end
        held = cls(state, identity)
        meta = state.get(META, [switching.MODEL]).get(switching.MODEL)
        if meta is None:
            own = {"fingerprint": fingerprint(identity)}
            held.first.append(Change(META, switching.MODEL, own))
        elif meta.value["fingerprint"] != fingerprint(identity):
            raise IndexMismatch(
                "The stories of this index were found with another model, or by an earlier "
                "version; find them anew: polywire stories rebuild"
            )
        if anew or not held._read_snapshot(entry):
            held._read_all()
        for one in state.scan(CORRECTIONS):
            _pin(held.clustering, one.key, one.value)
        for one in state.scan(APART):
            held.clustering.apart.add(frozenset(one.value["stories"]))
        _rest(held.clustering)
        return held

    def follow(self, changes: Sequence[Change]) -> bool:
        """Take in what another program stored; False where all must be read anew."""
        if any(one.collection == META and one.key == switching.MODEL for one in changes):
            return False
        self._update({one.key: one.value for one in changes if one.collection == ARTICLES})
        for change in changes:
            if change.collection == CORRECTIONS and change.value is None:
                self.clustering.pinned.pop(change.key, None)
            elif change.value is not None:
                self._take_in_other(change, change.value)
        _rest(self.clustering)
        return True

    def place(self, articles: Sequence[tuple[Article, Read]]) -> None:
        """Find the stories of articles that were written."""
        for article, _ in articles:
            self._number += 1
            self._numbers[article.id] = self._number
            self._known[article.id] = known(article, self._number)
        place(self.clustering, [(article.id, read) for article, read in articles])

    def remove(self, articles: Iterable[str]) -> None:
        """Forget articles that are not there any more."""
        for one in articles:
            if one in self.clustering.story:
                self.clustering.remove(one)

    def hashes(self, articles: Iterable[str]) -> dict[str, str]:
        """Return the content hashes of those of some articles that have a story."""
        there = [one for one in articles if one in self.clustering.story]
        self.clustering.fetch(there)
        return {one: self._known[one].content_hash for one in there}

    def changes(self, now: float) -> list[Change]:
        """Return what is to be stored of what was touched. `now` is in seconds since 1970."""
        clustering = self.clustering
        touched = [one for one in clustering.touched if one in clustering.story]
        grown = [one for one in clustering.touched_stories if one in clustering.groups]
        clustering.fetch([*touched, *(a for one in grown for a in clustering.groups[one].articles)])
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
        at = datetime.fromtimestamp(now, UTC).isoformat()
        for key, into in sorted(clustering.led.items()):
            why = "split" if key in clustering.groups else "joined"
            changes.append(Change(FORMER, key, {"into": list(into), "why": why, "at": at}))
        changes += self.first
        self.first = []
        self._changed += len(clustering.touched)
        _rest(clustering)
        return changes

    def save(self, entry: int) -> None:
        """Store a snapshot of how it is after `entry`, if enough changed since the last one."""
        count = len(self.clustering.story)
        if count < LEAST:
            return
        if (
            self._saved_at is None
            or self._changed > max(LEAST, count // SHARE)
            or entry - self._saved_at > MOST_ENTRIES
        ):
            made = snapshot.captured(self.clustering, self._numbers, entry)
            snapshot.write(self._state, made, self._epoch)
            self._saved_at, self._changed = entry, 0

    def _read_snapshot(self, entry: int) -> bool:
        """Read the snapshot and what changed since; False where there is none that helps."""
        found = snapshot.read(self._state, self._epoch)
        since = changed_since(self._state, found.entry, entry) if found is not None else None
        if found is None or since is None:
            return False
        self.clustering.outlined(found.articles, found.outline, found.groups)
        self._numbers = dict(zip(found.articles, found.numbers, strict=True))
        self._number, self._saved_at = max(found.numbers, default=0), found.entry
        articles, stories = since
        self._changed = len(articles)
        written = self._state.get(ARTICLES, articles)
        self._update({one: e.value if (e := written.get(one)) else None for one in articles})
        for one in self._state.get(STORIES, stories).values():
            self._measured(one.key, one.value)
        return True

    def _read_all(self) -> None:
        self._update({entry.key: entry.value for entry in self._state.scan(ARTICLES)})
        for entry in self._state.scan(STORIES):
            self._measured(entry.key, entry.value)

    def _absent(self, articles: Sequence[str]) -> list[Features]:
        """Read articles of which only the outline is in memory."""
        found = self._state.get(ARTICLES, articles)
        features = []
        for key in articles:
            if key not in found:
                self.is_out_of_step = True
                raise StateConflict(
                    "Another program changed the stories of this index at the same moment. Run the "
                    "same command again."
                )
            stored, own, _, fit = read_article(found[key].value)
            self._known.setdefault(key, stored)  # one that is being changed is known as it will be
            self.clustering.fits.setdefault(key, fit)
            features.append(own)
        return features

    def _update(self, stored: dict[str, Value | None]) -> None:
        """Take in articles as they are stored; None for those that are gone."""
        clustering = self.clustering
        for key, value in stored.items():
            if value is None and key in clustering.story:
                clustering.forget(key)
        settled = []
        written = [(key, value) for key, value in stored.items() if value is not None]
        for key, value in sorted(written, key=lambda item: int(item[1]["number"])):
            one, features, story, fit = read_article(value)
            is_there = key in clustering.story
            if is_there and self._numbers[key] == one.number:
                if clustering.story[key] != story:
                    clustering.put(key, story)
            else:
                if is_there:
                    clustering.forget(key)
                settled.append((key, features, story))
            self._numbers[key], self._known[key] = one.number, one
            self._number = max(self._number, one.number)
            clustering.fits[key] = fit
        clustering.settle(settled)

    def _measured(self, key: str, value: Value) -> None:
        """Take in what is stored of a story besides its articles."""
        group = self.clustering.groups.get(key)
        if group is None:
            return
        group.likelihoods, group.pairs = float(value["likelihoods"]), int(value["pairs"])
        order = {one["id"]: number for number, one in enumerate(value["members"])}
        group.articles.sort(key=lambda name: order.get(name, len(order)))

    def _take_in_other(self, change: Change, value: Value) -> None:
        if change.collection == STORIES:
            self._measured(change.key, value)
        elif change.collection == CORRECTIONS:
            _pin(self.clustering, change.key, value)
        elif change.collection == APART:
            self.clustering.apart.add(frozenset(value["stories"]))


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
