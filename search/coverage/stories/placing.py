"""Online clustering: each article goes to the story whose members it fits best, or begins one.

After Miranda et al. 2018, "Multilingual Clustering of Streaming News" (EMNLP): a learnt similarity
decides, and one pass over the stream. Here an article is compared with the members of a story, and
not with a centroid per language, so that a story's first article in a language finds the others;
and an article that fits two stories joins them, so that little depends on the order of arrival.
Given that order, the outcome is always the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from search.coverage.stories.clustering import JOINING, Clustering
from search.coverage.stories.features import Features, Read
from search.coverage.stories.memory import AT_A_TIME, Floats, Rows
from search.coverage.stories.odds import moved, odds, slid
from search.coverage.stories.spellings import Looked, looked

MERGING = 0.0
"""Mean log odds between two stories from which on an article that fits both joins them."""


def place(clustering: Clustering, articles: Sequence[tuple[str, Read]]) -> list[str]:
    """Take in articles that arrive, each id once; returns the ids of their stories."""
    formers = [clustering.story.get(article) for article, _ in articles]
    for (article, _), former in zip(articles, formers, strict=True):
        if former is not None:
            clustering.remove(article)
    memory = clustering.memory
    features = [read.features for _, read in articles]
    rows = memory.add(features)
    found = []
    arriving = zip(articles, rows, memory.cosines(features), formers, strict=True)
    while some := list(islice(arriving, AT_A_TIME)):
        # Those of the batch that come before an article are awake when it is placed.
        named = [looked(read, memory.systems) for (_, read), *_ in some]
        near = [
            memory.near(read.features, names, cosines, range(rows.start, row))
            for ((_, read), row, cosines, _), names in zip(some, named, strict=True)
        ]
        if not memory.is_whole and len(articles) > 1:
            days = [read.features.day for (_, read), *_ in some]
            _fetch(clustering, [one[one < some[0][1]] for one in near], days)
        for ((article, read), row, _, former), names, others in zip(some, named, near, strict=True):
            own = odds(memory, read.features, names, others)
            one = _Arriving(article, row, read.features, names)
            one.odds = dict(zip(clustering.ids(others), own.tolist(), strict=True))
            found.append(_placed(clustering, one, former))
    return found


def _fetch(clustering: Clustering, near: Sequence[Rows], days: Sequence[int]) -> None:
    """Read at once what articles of some days will be compared with: the near, and their stories.

    What a story gets on the way is read when it is needed.
    """
    wanted: dict[str, None] = {}
    for rows, day in zip(near, days, strict=True):
        ids = clustering.ids(rows)
        wanted |= dict.fromkeys(ids)
        for story in {clustering.story[one] for one in ids}:
            wanted |= dict.fromkeys(clustering.nearest(story, day))
    clustering.fetch(wanted)


class _Arriving:
    """An article, and its log odds with the articles that it was compared with."""

    def __init__(self, article: str, row: int, features: Features, named: Looked) -> None:
        self.article = article
        self.row = row
        self.features = features
        self.named = named
        self.odds: dict[str, float] = {}

    def compare(self, clustering: Clustering, others: Sequence[str]) -> None:
        """Work out the log odds with some articles."""
        new = [one for one in others if one not in self.odds]
        if new:
            found = odds(clustering.memory, self.features, self.named, clustering.rows(new))
            self.odds |= zip(new, found.tolist(), strict=True)

    def with_story(self, clustering: Clustering, members: Sequence[str]) -> Floats:
        """Return the log odds with members of one story."""
        self.compare(clustering, members)
        found = np.asarray([self.odds[one] for one in members], np.float32)
        return slid(found, clustering.memory.apart(self.features.day, clustering.rows(members)))

    def likely(self, clustering: Clustering) -> set[str]:
        """Return the stories of articles that it may belong to, whenever they were published."""
        others = list(self.odds)
        found = np.asarray(list(self.odds.values()), np.float32)
        apart = clustering.memory.apart(self.features.day, clustering.rows(others))
        near = np.flatnonzero(moved(found, apart, 0) > JOINING - 1)
        return {clustering.story[others[number]] for number in near.tolist()}


def _placed(clustering: Clustering, one: _Arriving, former: str | None) -> str:
    scores = _scores(clustering, one)
    home = clustering.pinned.get(one.article) or _followed(clustering, one)
    if home is None and scores and scores[0][0] > JOINING:
        home = scores[0][1]
    if home is None:
        home = clustering.new_id(one.article, former)
    others = clustering.nearest(home, one.features.day)
    clustering.memory.wake(one.row)
    fits = one.with_story(clustering, others).tolist()
    clustering.join(one.article, one.row, home, dict(zip(others, fits, strict=True)))
    if one.article not in clustering.pinned:
        for score, other in scores:
            if other != home and _may_merge(clustering, home, other, one.article, score):
                home = clustering.merge(home, other)
    return home


def _scores(clustering: Clustering, one: _Arriving) -> list[tuple[float, str]]:
    """Return the mean log odds with each story that a near article is in, best first."""
    members = {
        story: clustering.nearest(story, one.features.day) for story in one.likely(clustering)
    }
    one.compare(clustering, [other for found in members.values() for other in found])
    scores = [
        (float(one.with_story(clustering, found).mean()), story) for story, found in members.items()
    ]
    return sorted(scores, key=lambda item: (-item[0], clustering.oldest(item[1])))


def _followed(clustering: Clustering, one: _Arriving) -> str | None:
    """Return where a person put the nearest article: later ones follow it."""
    if not clustering.pinned or not one.odds:
        return None
    best = max(one.odds, key=lambda other: (one.odds[other], -clustering.row(other)))
    near = best in clustering.pinned and one.odds[best] > JOINING
    return clustering.story[best] if near else None


def _may_merge(clustering: Clustering, home: str, other: str, article: str, score: float) -> bool:
    """Tell whether an article of `home` that fits another story as well joins the two.

    `score` is its mean log odds with the other one. Names in other scripts are looked for as an
    article arrives only, so that it counts as much as all that was there before.
    """
    if score <= JOINING or frozenset((home, other)) in clustering.apart:
        return False
    between = clustering.between(home, other, without=article)
    return not between.size or float(between.mean()) + score > MERGING
