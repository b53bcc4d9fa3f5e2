"""Which alerts a batch of new articles concerns: all alerts against all articles at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.alerts.alert import Alert
from search.alerts.backgrounds import FEWEST
from search.alerts.batch import Batch
from search.alerts.evidence import nearness, possible, shares
from search.alerts.meaning import Curve
from search.alerts.memory import Memory
from search.alerts.reasons import Near, of_meaning, of_words
from search.alerts.second_look import Likelihoods, least_likelihood, most_searches
from search.alerts.texts import Text
from search.alerts.words import Words
from search.calibration.logistic import Numbers
from search.embedding.port import Embedder, Vectors
from search.index.model import EmbeddedArticle
from search.index.port import SearchIndex

USUAL = -0.1
"""How far over what is usual a cosine is of what is looked at again. Of what searches rightly find
on the sample's topics 0.96 are, and 0.89 over -0.05 (likelihood 0.78 or more, all 79 alerts)."""

MANY_WORDS = 12
"""Words of a query from which on all that they may come to is too much to look at."""


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """An alert and an article that it tells, by words or by meaning or by both."""

    watched: Watched
    text: Text
    words: bool
    near: Near | None

    def why(self, sentences: Embedder | None) -> dict[str, Any]:
        """Return the reason as a document."""
        alert, request = self.watched.alert, self.watched.alert.request
        why: dict[str, Any] = {"by": []}
        if request is not None and self.words:
            why |= of_words(request, self.watched.words, self.text)
            by_words = bool(why["words"]) and not self.watched.words.listing
            why["by"] = (["words"] if by_words else []) + (["names"] if why["names"] else [])
        if self.near is not None and self.watched.vector is not None:
            query = self.watched.vector[None, :]
            article = self.text.article
            why["meaning"] = of_meaning(self.near, article, query, sentences, alert.precision)
            why["by"].append("meaning")
        why["by"] = why["by"] or ["filters"]
        return why


@dataclass(frozen=True, eq=False)
class Watched:
    """An alert that is ready: its words compiled, its vector of shape (dimension,) or None."""

    alert: Alert
    words: Words
    vector: Any = None

    @cached_property
    def id(self) -> str:
        """The alert's id, which is a digest."""
        return self.alert.id


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What tells how near is near enough.

    `curve` is None where nothing is known of the model's cosines: then meaning finds nothing.
    `likely` takes a second look at what is near and not near enough; None leaves that out.
    """

    model: Embedder | None
    curve: Curve | None
    likely: Likelihoods | None = None


class Finder:
    """Finds what alerts have to tell of articles."""

    def __init__(
        self,
        index: SearchIndex,
        alerts: Sequence[Alert],
        meaning: Meaning,
        memory: Memory | None = None,
    ) -> None:
        self._index = index
        self._curve = curve = meaning.curve
        self._likely, model = meaning.likely, meaning.model
        self._memory = Memory() if memory is None else memory
        asked = [one for one in alerts if one.by_meaning and model is not None and curve]
        self._texts = [one.request.text for one in asked if one.request is not None]
        self._queries: Vectors | None = None
        if model is not None and asked:
            self._queries = self._memory.vectors(self._texts, model)
        rows = {one.id: n for n, one in enumerate(asked)}
        self.watched = [
            Watched(one, Words(one.request), self._vector(rows.get(one.id)))
            for one in alerts
            if one.request is not None
        ]
        self._near = [one for one in self.watched if one.vector is not None]

    def matches(self, articles: Sequence[EmbeddedArticle]) -> Iterator[Match]:
        """Yield what is to be told, alert by alert."""
        batch = Batch([Text(one) for one in articles])
        near = self._nearness(articles, batch)
        for watched in self.watched:
            by_meaning = near.get(watched.id, {})
            likely = watched.words.candidates(batch)
            for number, text in batch.of(likely | sum(1 << n for n in by_meaning)):
                own = by_meaning.get(number)
                words = bool(likely >> number & 1) and watched.words.match(text)
                if (words or own is not None) and watched.words.admits(text):
                    yield Match(watched, text, words, own)

    def few(self, langs: Sequence[str]) -> tuple[str, ...]:
        """Return the languages that have too few articles for a background of their own."""
        if self._queries is None:
            return ()
        return tuple(lang for lang in langs if self._background(lang)[1])

    def _vector(self, row: int | None) -> Any:  # noqa: ANN401 - shape (dimension,)
        return None if row is None or self._queries is None else self._queries[row]

    def _nearness(
        self, articles: Sequence[EmbeddedArticle], batch: Batch
    ) -> dict[str, dict[int, Near]]:
        """Return what is near enough, by alert and number of the article: one product for all."""
        found: defaultdict[str, dict[int, Near]] = defaultdict(dict)
        usable = [n for n, one in enumerate(articles) if len(one.vectors)]
        if self._queries is None or self._curve is None or not usable:
            return found
        near = nearness(self._queries, [articles[n].vectors for n in usable])
        langs = [articles[n].article.lang for n in usable]
        known = {lang: self._background(lang) for lang in sorted(set(langs))}
        for row, watched in enumerate(self._near):
            columns = np.flatnonzero(near[row, :, 0] >= self._curve.near)
            if not len(columns):
                continue
            own = [known[langs[column]][0][row] for column in columns]
            pairs = np.column_stack([near[row, columns], own])
            least = self._curve.least(watched.alert.precision)
            may = self._may_reach(least, watched, pairs, [langs[column] for column in columns])
            if not may.any():
                continue
            columns, pairs = columns[may], pairs[may]
            words = shares(watched.words, batch, [usable[column] for column in columns])
            powers = self._curve.logistic.power(
                np.column_stack([pairs, words]), [langs[column] for column in columns]
            )
            for at in np.flatnonzero(powers >= least).tolist():
                column = int(columns[at])
                found[watched.id][usable[column]] = Near(
                    _nearest_passage(articles[usable[column]], watched),
                    float(near[row, column, 0]),
                    float(self._curve.chance(powers[at])),
                    known[langs[column]][1],
                )
        if self._likely is not None:
            usual = np.column_stack([known[lang][0] for lang in langs])
            new = {n: articles[n] for n in usable}
            self._look_again(self._likely, new, near[:, :, 0], usual, found)
        return found

    def _look_again(
        self,
        likely: Likelihoods,
        articles: Mapping[int, EmbeddedArticle],
        cosines: Numbers,
        usual: Numbers,
        found: defaultdict[str, dict[int, Near]],
    ) -> None:
        """Add to what was `found` what a search is as sure of as the alert wants.

        `cosines` of each alert (row) and article (column), and what is `usual` there; `articles`
        by their numbers in the batch.
        """
        over = cosines - usual
        columns = {number: column for column, number in enumerate(articles)}
        for row, watched in enumerate(self._near):
            if watched.id in found:
                over[row, [columns[number] for number in found[watched.id]]] = -np.inf
        nearest = over.max(axis=1)
        most = most_searches(len(articles), len(self._near))
        rows = np.argsort(-nearest, kind="stable")[:most].tolist()
        for row in (row for row in rows if nearest[row] >= USUAL):
            watched = self._near[row]
            request = watched.alert.request
            chances = likely(request) if request is not None else {}
            bound = least_likelihood(watched.alert.precision)
            for number, one in articles.items():
                chance = chances.get(one.article.id, 0.0)
                if chance >= bound and number not in found[watched.id]:
                    cosine = float(cosines[row, columns[number]])
                    found[watched.id][number] = Near(_nearest_passage(one, watched), cosine, chance)

    def _may_reach(
        self, least: float, watched: Watched, pairs: Numbers, langs: Sequence[str]
    ) -> NDArray[np.bool_]:
        """Tell which articles would be told if they had the words: only there words are looked up.

        `pairs` has what `nearness` says of each, and the background: shape (n, 4).
        """
        assert self._curve is not None  # noqa: S101 - who asks has looked
        count = len(watched.words.telling)
        if count > MANY_WORDS:
            return np.ones(len(pairs), np.bool_)
        words = possible(count)
        features = np.column_stack(
            [np.repeat(pairs, len(words), axis=0), np.tile(words, (len(pairs), 1))]
        )
        repeated = [lang for lang in langs for _ in words]
        powers = self._curve.logistic.power(features, repeated).reshape(len(pairs), len(words))
        reached: NDArray[np.bool_] = powers.max(axis=1) >= least
        return reached

    def _background(self, lang: str) -> tuple[Numbers, bool]:
        """Return the background of each query in a language, and whether it knows too little."""
        assert self._queries is not None and self._curve is not None  # noqa: S101, PT018
        found, count = self._memory.background(self._index, self._texts, self._queries, lang)
        few = count < FEWEST
        return np.full(len(found), self._curve.typical) if few else found, few


def _nearest_passage(embedded: EmbeddedArticle, watched: Watched) -> int:
    """Return the position of the passage that is nearest to an alert in meaning."""
    best = int(np.argmax(embedded.vectors @ watched.vector))
    return embedded.article.passages[best].position
