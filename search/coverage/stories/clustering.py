"""Stories as they grow: which articles are in which, how well they fit, and how stories change.

Articles are placed by `placing`; what a person changes is done here as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from search.coverage.stories.features import Features
from search.coverage.stories.group import Fit, Group
from search.coverage.stories.likelihood import likelihoods
from search.coverage.stories.memory import Floats, Memory, Rows
from search.coverage.stories.odds import moved, odds, slid
from search.coverage.stories.outline import Outline
from search.coverage.stories.spellings import plainly

JOINING = -0.4
"""Mean log odds with the members of a story from which on an article is one of them. BCubed F1 of
the tuning halves of sample, wmt-news, BASIL and mixed is 0.963 on average with it, 0.958 with -0.7
and 0.956 with 0."""

COMPARED = 16
"""Members of a story that an article is compared with: those nearest in time."""


class Clustering:
    """Articles and their stories. Remembers what was touched, for who stores it."""

    def __init__(
        self,
        dimension: int,
        absent: Callable[[Sequence[str]], Sequence[Features]] | None = None,
    ) -> None:
        """Nothing is there yet. `absent` reads features of articles that came by `outlined`.

        It adds what is stored of how these fit to `fits`.
        """
        if absent is None:
            self.memory = Memory(dimension)
        else:
            self.memory = Memory(dimension, lambda rows: absent([self._ids[row] for row in rows]))
        self.groups: dict[str, Group] = {}
        self.story: dict[str, str] = {}
        self.fits: dict[str, Fit] = {}
        self.pinned: dict[str, str] = {}
        """Where a person put an article: an id of a story that is there."""
        self.kept: set[str] = set()
        """Those of them that no person moved: a rebuilding leaves corrected stories as they are."""
        self.apart: set[frozenset[str]] = set()
        """Stories that a person parted; they are not joined again."""
        self.touched: set[str] = set()
        self.touched_stories: set[str] = set()
        self.led: dict[str, tuple[str, ...]] = {}
        """Old ids, and the stories that they lead to."""
        self._rows: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._members: dict[str, Rows] = {}
        """Rows of the articles of a story, as far as they were asked for: stories can be large."""

    def settle(self, articles: Sequence[tuple[str, Features, str]]) -> None:
        """Take in articles whose stories are known."""
        rows = self.memory.add([features for _, features, _ in articles])
        for row, (article, _, story) in zip(rows, articles, strict=True):
            self.memory.wake(row)
            self._rows[article], self._ids[row] = row, article
            self._into(article, story)

    def outlined(self, articles: Sequence[str], outline: Outline, groups: Iterable[Group]) -> None:
        """Take in articles by their outline, and the stories that they are in; before any others.

        How they fit is read with their features.
        """
        rows = self.memory.take(outline)
        self._rows = dict(zip(articles, rows, strict=True))
        self._ids = dict(zip(rows, articles, strict=True))
        self.groups = {group.id: group for group in groups}
        self.story = {one: group.id for group in self.groups.values() for one in group.articles}

    def fetch(self, articles: Iterable[str]) -> None:
        """Read at once what is not in memory of some articles."""
        if not self.memory.is_whole:
            self.memory.fetch([self._rows[one] for one in articles])

    def forget(self, article: str) -> Group:
        """Forget an article, and nothing more; returns the story that it was in."""
        group = self.groups[self.story.pop(article)]
        self._leave(article, group)
        row = self._rows.pop(article)
        del self._ids[row]
        self.memory.remove(row)
        self.fits.pop(article, None)
        self.touched.add(article)
        self.touched_stories.add(group.id)
        if not group.articles:
            del self.groups[group.id]
        return group

    def remove(self, article: str) -> None:
        """Forget an article; a story that hung together by it alone is split."""
        group = self.forget(article)
        if 0 < len(group.articles) <= 2 * COMPARED:
            self.fetch(group.articles)
            parts = self._parts(group)
            for part in parts[1:]:
                made = self.split(group.id, part)
                self.led[group.id] = (*self.led.get(group.id, ()), made)
            self.refit(group.id)

    def move(self, article: str, story: str) -> None:
        """Put an article where a person says, and remember it."""
        left = self.story[article]
        self.put(article, story)
        if left not in self.groups:
            self.led[left] = (story,)
        self.pinned[article] = story
        for one in {left, story} & self.groups.keys():
            self.refit(one)

    def put(self, article: str, story: str) -> None:
        """Take an article from its story to another, and nothing more."""
        left = self.groups[self.story[article]]
        self._leave(article, left)
        self.touched_stories.add(left.id)
        if not left.articles:
            del self.groups[left.id]
        self._into(article, story)

    def merge(self, one: str, other: str) -> str:
        """Join two stories under the id of the larger one (the older of equals); returns it."""
        kept, gone = sorted(
            (one, other), key=lambda name: (-len(self.groups[name].articles), self.oldest(name))
        )
        between = likelihoods(self.between(kept, gone))
        lost = self.groups.pop(gone)
        self._members.pop(gone, None)
        group = self.groups[kept]
        group.likelihoods += lost.likelihoods + float(between.sum())
        group.pairs += lost.pairs + between.size
        for article in lost.articles:
            self._into(article, kept)
            if self.pinned.get(article) == gone:
                self.pinned[article] = kept
        self.touched_stories.add(gone)
        self.led[gone] = (kept,)
        self.apart = {
            frozenset(kept if name == gone else name for name in pair) for pair in self.apart
        }
        return kept

    def split(self, story: str, articles: Iterable[str]) -> str:
        """Part some articles from a story; returns the id of theirs."""
        parted = sorted(articles, key=lambda one: self._rows[one])
        made = self.new_id(parted[0], None)
        group = self.groups[story]
        for article in parted:
            self._leave(article, group)
            self._into(article, made)
        self.touched_stories.add(story)
        self.refit(made)
        self.refit(story)
        return made

    def refit(self, story: str) -> None:
        """Work out anew how well the members of a story fit together."""
        group = self.groups[story]
        some = group.articles[-2 * COMPARED :]
        self.fetch(some)
        group.likelihoods, group.pairs = 0.0, 0
        self.touched_stories.add(story)
        for article in some:
            self.fits[article] = Fit()
        for number, article in enumerate(some[1:], 1):
            self._compare(article, some[:number], group)

    def reading(self, article: str) -> Features:
        """Return the features of an article."""
        return self.memory.features(self._rows[article])

    def row(self, article: str) -> int:
        """Return the row of an article in the memory."""
        return self._rows[article]

    def ids(self, rows: Rows) -> list[str]:
        """Return the articles in rows of the memory."""
        return [self._ids[row] for row in rows.tolist()]

    def rows(self, articles: Sequence[str]) -> Rows:
        """Return the rows of articles in the memory."""
        return np.asarray([self._rows[one] for one in articles], np.intp)

    def compared(self, article: str, story: str) -> list[str]:
        """Return the members of a story that an article is compared with."""
        return self.nearest(story, self.reading(article).day, article)

    def between(self, one: str, other: str, without: str = "") -> Floats:
        """Return log odds between members of two stories: shape (members, members), `slid`.

        An article of the first one that is left out counts in how near they are in time: what
        lies between two stories leads from one to the other.
        """
        left = [name for name in self.groups[one].articles if name != without][-COMPARED:]
        right = self.rows(self.groups[other].articles[-COMPARED:])
        self.memory.fetch([*self.rows(left).tolist(), *right.tolist()])
        read = [self.reading(name) for name in left]
        if not read:
            return np.zeros((0, len(right)), np.float32)
        apart = np.stack([self.memory.apart(one.day, right) for one in read])
        found = np.stack([odds(self.memory, one, plainly(one), right) for one in read])
        among = apart
        if without:
            bridge = self.memory.apart(self.reading(without).day, right)
            among = np.concatenate([apart, bridge[np.newaxis]])
        return np.clip(slid(found, apart, among), -12, 12)

    def join(self, article: str, row: int, story: str, odds: Mapping[str, float]) -> None:
        """Put a new article into a story; `odds` are those with some of its members."""
        self._rows[article], self._ids[row] = row, article
        self._into(article, story)
        self.fits[article] = Fit()
        self._fit(
            article, list(odds), np.asarray(list(odds.values()), np.float32), self.groups[story]
        )

    def _compare(self, article: str, others: Sequence[str], group: Group) -> None:
        features, rows = self.reading(article), self.rows(others)
        found = odds(self.memory, features, plainly(features), rows)
        self._fit(article, others, slid(found, self.memory.apart(features.day, rows)), group)

    def _fit(self, article: str, others: Sequence[str], odds: Floats, group: Group) -> None:
        for other, chance in zip(others, likelihoods(odds).tolist(), strict=True):
            group.likelihoods += chance
            group.pairs += 1
            for one in (article, other):
                fit = self.fits.setdefault(one, Fit())
                fit.sum += chance
                fit.pairs += 1

    def _parts(self, group: Group) -> list[list[str]]:
        """Return the articles of a story that hang together, whenever they were published.

        The largest part comes first.
        """
        left = list(group.articles)
        parts = []
        while left:
            part = [left.pop(0)]
            for article in part:
                features = self.reading(article)
                if not left:
                    break
                rows = self.rows(left)
                z = odds(self.memory, features, plainly(features), rows)
                z = moved(z, self.memory.apart(features.day, rows), 0)
                joined = {
                    one
                    for one, chance in zip(left, z, strict=True)
                    if chance > JOINING - 1 or {one, article} <= self.pinned.keys()
                }
                part += [one for one in left if one in joined]
                left = [one for one in left if one not in joined]
            parts.append(part)
        return sorted(parts, key=lambda part: -len(part))

    def nearest(self, story: str, day: int, without: str = "") -> list[str]:
        """Return some of the members of a story: those nearest in time, the later of equals.

        None of a story that is not there.
        """
        if story not in self.groups:
            return []
        articles, rows = self.groups[story].articles, self._rows_of(story)
        places = np.arange(len(rows))
        if without:
            places = places[rows != self._rows[without]]
        if len(places) > COMPARED:
            places = places[::-1]  # the later ones first
            if day:
                apart = np.abs(self.memory.days(rows[places]) - day).astype(np.int64)
                order = apart * len(places) + np.arange(len(places))
                nearest = np.argpartition(order, COMPARED)[:COMPARED]
                places = places[nearest[np.argsort(order[nearest])]]
            places = places[:COMPARED]
        return [articles[place] for place in places.tolist()]

    def oldest(self, story: str) -> int:
        """Return the first row of a story."""
        return int(self._rows_of(story).min())

    def _rows_of(self, story: str) -> Rows:
        articles = self.groups[story].articles
        known = self._members.get(story)
        if known is None:
            known = self._members[story] = self.rows(articles)
        elif len(known) < len(articles):
            known = np.concatenate([known, self.rows(articles[len(known) :])])
            self._members[story] = known
        return known

    def _leave(self, article: str, group: Group) -> None:
        group.articles.remove(article)
        self._members.pop(group.id, None)

    def _into(self, article: str, story: str) -> None:
        self.groups.setdefault(story, Group(story)).articles.append(article)
        self.story[article] = story
        self.touched.add(article)
        self.touched_stories.add(story)

    def new_id(self, article: str, former: str | None) -> str:
        """Return the id of a story that begins with an article; `former` is where it was."""
        if former is not None and former not in self.groups:
            return former
        number = 0
        while True:
            name = story_id(article, number)
            if name not in self.groups:
                return name
            number += 1


def story_id(article: str, number: int = 0) -> str:
    """Return the id of a story that begins with an article."""
    written = article if not number else f"{article}\n{number}"
    return "s" + hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:11]
