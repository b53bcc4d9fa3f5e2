"""Which alerts a batch of new articles concerns: all alerts against all articles at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.alerts.alert import Alert
from search.alerts.meaning import Backgrounds, Curve, Numbers, backgrounds, best_cosines
from search.alerts.reasons import Near, of_meaning, of_words
from search.alerts.texts import Text
from search.alerts.words import Words
from search.embedding.port import Embedder, Vectors
from search.index.model import EmbeddedArticle
from search.index.port import SearchIndex


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
            why |= of_words(request, self.watched.words, self.text.article)
            by_words = bool(why["words"]) and not self.watched.words.listing
            why["by"] = (["words"] if by_words else []) + (["names"] if why["names"] else [])
        if self.near is not None and self.watched.vector is not None:
            query = self.watched.vector[None, :]
            article = self.text.article
            why["meaning"] = of_meaning(self.near, article, query, sentences, alert.precision)
            why["by"].append("meaning")
        why["by"] = why["by"] or ["filters"]
        return why


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """An alert that is ready: its words compiled, its vector of shape (dimension,) or None."""

    alert: Alert
    words: Words
    vector: Any = None


class Finder:
    """Finds what alerts have to tell of articles. Holds what it knows of the alerts it was given.

    `curve` is None where nothing is known of the model's cosines: then meaning finds nothing.
    """

    def __init__(
        self,
        index: SearchIndex,
        alerts: Sequence[Alert],
        model: Embedder | None,
        curve: Curve | None,
    ) -> None:
        self._index = index
        self._curve = curve
        self.watched = _ready(alerts, model if curve is not None else None)
        self._near = [one for one in self.watched if one.vector is not None]
        vectors = [one.vector for one in self._near]
        self._queries: Vectors | None = np.stack(vectors) if vectors else None
        self._backgrounds: dict[str, tuple[Numbers, bool]] = {}

    def matches(self, articles: Sequence[EmbeddedArticle]) -> Iterator[Match]:
        """Yield what is to be told, article by article."""
        texts = [Text(one.article) for one in articles]
        near = self._nearness(articles)
        for text in texts:
            by_meaning = near.get(text.article.id, {})
            for watched in self.watched:
                own = by_meaning.get(watched.alert.id)
                words = watched.words.match(text)
                if (words or own is not None) and watched.words.admits(text):
                    yield Match(watched, text, words, own)

    def few(self, langs: Sequence[str]) -> tuple[str, ...]:
        """Return the languages that have too few articles for a background of their own."""
        self._measure(langs)
        return tuple(lang for lang in langs if self._backgrounds.get(lang, (None, False))[1])

    def _nearness(self, articles: Sequence[EmbeddedArticle]) -> dict[str, dict[str, Near]]:
        """Return what is near enough, by article and alert: one matrix product for all."""
        found: defaultdict[str, dict[str, Near]] = defaultdict(dict)
        usable = [one for one in articles if len(one.vectors)]
        if self._queries is None or self._curve is None or not usable:
            return found
        langs = [one.article.lang for one in usable]
        self._measure(sorted(set(langs)))
        cosines = best_cosines(self._queries, [one.vectors for one in usable])
        backgrounds = np.stack([self._backgrounds[lang][0] for lang in langs], axis=1)
        log_odds = self._curve.log_odds(cosines, backgrounds)
        least = [self._curve.least(one.alert.precision) for one in self._near]
        for row, column in np.argwhere(log_odds >= np.asarray(least)[:, None]).tolist():
            embedded, watched = usable[column], self._near[row]
            best = int(np.argmax(embedded.vectors @ watched.vector))
            found[embedded.article.id][watched.alert.id] = Near(
                embedded.article.passages[best].position,
                float(cosines[row, column]),
                float(1 / (1 + np.exp(-log_odds[row, column]))),
                self._backgrounds[langs[column]][1],
            )
        return found

    def _measure(self, langs: Sequence[str]) -> None:
        """Look up the backgrounds of languages that are new."""
        new = [lang for lang in langs if lang not in self._backgrounds]
        if not new or self._queries is None or self._curve is None:
            return
        found: Backgrounds = backgrounds(self._index, self._queries, new, self._curve.typical)
        for lang in new:
            self._backgrounds[lang] = (found.of(lang), found.few(lang))


def _ready(alerts: Sequence[Alert], model: Embedder | None) -> list[Watched]:
    asked = [one for one in alerts if one.by_meaning and model is not None]
    texts = [one.request.text for one in asked if one.request is not None]
    vectors: Sequence[Any] = []
    if model is not None and texts:
        vectors = list(model.embed_queries(texts))
    by_id = {one.id: vector for one, vector in zip(asked, vectors, strict=True)}
    return [
        Watched(one, Words(one.request), by_id.get(one.id))
        for one in alerts
        if one.request is not None
    ]
