"""What the legs of one search found, and the requests for what is wanted of it later."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from search.index.elastic import counting, nearest, nearness, queries, results
from search.index.elastic.documents import to_article
from search.index.elastic.results import Best
from search.index.elastic.retrieval import (
    PAGE,
    PASSAGE_PATHS,
    Found,
    pages,
    passages_body,
    passages_of,
)
from search.index.elastic.searching import Searcher
from search.index.legs import Leg
from search.index.model import Article, Bucket, Facet, PassageScore
from search.index.port import FacetField, Interval
from search.index.time_zones import UTC_NAME

COUNTED_PAGE = 50_000
"""Articles per request that counts; Elasticsearch takes 65,536 terms in a query."""

SOURCES = "hits.hits._source"
"""What of an answer is read: see `Searcher.search_many`."""

TIE = 1e-5
"""Scores that the same text gets twice differ by less, or by less than this share of them: they are
sums of single-precision numbers, added up in another order in another part of the index."""


class ElasticRetrieved:
    """See `search.index.port.Retrieved`.

    Languages, dates and scores are those of the moment when the legs ran; what is asked for later
    is as it is then.
    """

    def __init__(
        self,
        searcher: Searcher,
        found: Sequence[Found],
        passages: int,
    ) -> None:
        """`found` has one item per leg; `passages` is what `SearchIndex.retrieve` was told."""
        self._searcher = searcher
        self._found = found
        self._passages = passages
        self._langs: dict[str, str] = {}
        self._dates: dict[str, int] = {}
        for one in found:
            self._langs.update(zip(one.keys.ids, one.keys.langs, strict=True))
            self._dates.update(zip(one.keys.ids, one.keys.dates, strict=True))
        self.results = tuple(one.result for one in found)
        self._scores = [{one.id: one.score for one in result.candidates} for result in self.results]
        self._best = [dict(one.best) for one in found]
        self._asked: set[str] = set()
        self._articles: dict[str, Article] = {}
        self._titles: dict[str, str] = {}

    def langs(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Look into what came with the candidates."""
        return {one: self._langs[one] for one in article_ids if one in self._langs}

    def published(self, article_ids: Collection[str]) -> Mapping[str, datetime | None]:
        """Look into what came with the candidates."""
        dates = self._dates
        return {one: results.date_of(dates[one]) for one in article_ids if one in dates}

    def facets(
        self, fields: Sequence[FacetField], article_ids: Collection[str]
    ) -> tuple[Facet, ...]:
        """Let the server count."""
        counts: dict[FacetField, Counter[str]] = {field: Counter() for field in fields}
        for page in pages(self._known(article_ids), COUNTED_PAGE):
            found = counting.facets(self._searcher, fields, queries.of_ids(page))
            for field, facet in zip(fields, found, strict=True):
                counts[field].update(dict(facet.counts))
        return tuple(results.facet_of(field, counts[field]) for field in fields)

    def histogram(
        self, interval: Interval, article_ids: Collection[str], zone: str = UTC_NAME
    ) -> tuple[Bucket, ...]:
        """Let the server count."""
        counts: Counter[datetime] = Counter()
        for page in pages(self._known(article_ids), COUNTED_PAGE):
            spans = counting.histogram(self._searcher, interval, queries.of_ids(page), zone)
            counts.update({bucket.start: bucket.count for bucket in spans})
        return tuple(Bucket(start, counts[start]) for start in sorted(counts))

    def _known(self, article_ids: Collection[str]) -> list[str]:
        return [one for one in article_ids if one in self._langs]

    def best_passages(
        self, article_ids: Collection[str]
    ) -> Sequence[Mapping[str, tuple[PassageScore, ...]]]:
        """Ask for them, and for the texts with them, all in one request."""
        self._read(article_ids)
        return [
            {
                one: _led_by(scores[one], best[one])[: self._passages]
                for one in article_ids
                if one in scores and one in best
            }
            for scores, best in zip(self._scores, self._best, strict=True)
        ]

    def likeness(self, legs: Mapping[str, int], shown: Collection[str]) -> Mapping[str, Hashable]:
        """Compare the texts of those that may be copies at all; any other is like itself alone.

        A leg gives the same score to the same text, so that only those are looked at whose score by
        their leg is within `TIE` of that of an article to be shown; of these the headlines, and
        where the same comes twice, the passages. Not found are copies whose legs differ, and those
        of another language in a leg by words, which reads every language in its own way.

        What is to be shown is read along, with all that is asked for next.
        """
        tied = self._tied(legs, shown)
        self._read([one for one in shown if one in self._langs], tied)
        alike: defaultdict[Hashable, list[str]] = defaultdict(list)
        for one in (*shown, *tied):
            if one in self._titles:
                alike[legs[one], self._titles[one]].append(one)
        twice = [one for like in alike.values() if len(like) > 1 for one in like]
        self._read(twice)
        texts = {one: self._best_text(one, legs[one]) for one in twice}
        return {one: (self._titles[one], texts[one]) if texts.get(one) else one for one in legs}

    def _tied(self, legs: Mapping[str, int], shown: Collection[str]) -> list[str]:
        """Return those, not shown themselves, whose score by their leg is that of one shown."""
        by_leg: defaultdict[int, list[float]] = defaultdict(list)
        for one in shown:
            by_leg[legs[one]].append(self._scores[legs[one]][one])
        for scores in by_leg.values():
            scores.sort()
        among = frozenset(shown)
        return [
            one
            for one, leg in legs.items()
            if one not in among and _is_near(self._scores[leg][one], by_leg[leg])
        ]

    def _best_text(self, identifier: str, leg: int) -> str | None:
        article, best = self._articles.get(identifier), self._best[leg].get(identifier)
        if article is None or best is None:
            return None
        texts = (one.text for one in article.passages if one.position == best.positions[0])
        return next(texts, None)

    def means(self, article_ids: Collection[str]) -> Mapping[str, NDArray[np.float64]]:
        """Let the server add up: the vectors of three articles of wmt-news are 161 kB as JSON."""
        found: dict[str, NDArray[np.float64]] = {}
        for page in pages(self._known(article_ids), PAGE):
            answer = self._searcher.search(nearness.means_body(page), nearest.PATHS)
            found |= nearness.means(answer)
        return {one: found[one] for one in article_ids if one in found}

    def nearness(
        self, vectors: NDArray[np.float32], article_ids: Collection[str]
    ) -> Mapping[str, tuple[float, ...]]:
        """Let the server compute the exact cosines."""
        found: dict[str, tuple[float, ...]] = {}
        for page in pages(self._known(article_ids), PAGE):
            answer = self._searcher.search(nearness.nearness_body(page, vectors), nearest.PATHS)
            found |= nearness.nearness(answer, len(vectors))
        return found

    def fetch(self, passages: Mapping[str, Sequence[int]]) -> Mapping[str, Article]:
        """Pick the passages out of whole articles, which are read if they were not yet.

        To pick them out on the server takes it twice the time: it has to read the whole document
        all the same (ten articles of wmt-news: 2.0 instead of 1.0 ms of its processors, and 20
        instead of 37 kB).
        """
        self._read(passages)
        found: dict[str, Article] = {}
        for one, positions in passages.items():
            if one in self._articles:
                by_position = {p.position: p for p in self._articles[one].passages}
                named = tuple(by_position[at] for at in positions if at in by_position)
                if named:
                    found[one] = replace(self._articles[one], passages=named)
        return found

    def _read(self, article_ids: Collection[str], titles: Collection[str] = ()) -> None:
        """Read whole articles with their best passages by each leg, and headlines of others.

        What was read is not asked for again.
        """
        wanted = [one for one in dict.fromkeys(article_ids) if one not in self._asked]
        self._asked.update(wanted)
        headed = [one for one in titles if one not in self._titles and one not in self._asked]
        legs = self._legs_of(wanted)
        bodies = [
            {**passages_body(page, legs, self._passages), "_source": queries.ARTICLE_SOURCE}
            for page in pages(wanted, PAGE)
        ]
        heads = [queries.titles_body(page) for page in pages(headed, PAGE)]
        answers = self._searcher.search_many([*bodies, *heads], (*PASSAGE_PATHS, SOURCES))
        for answer in answers[: len(bodies)]:
            for name, best in passages_of(answer, legs).items():
                self._best[int(name)] |= best
            articles = map(to_article, results.sources(answer))
            self._articles.update((article.id, article) for article in articles)
        for answer in answers:
            heads_of = results.sources(answer)
            self._titles.update((head["id"], head["kept"]["title"]) for head in heads_of)

    def _legs_of(self, article_ids: Collection[str]) -> dict[str, Leg]:
        """Return the legs whose best passages of one of these are not known yet, by number."""
        return {
            str(number): one.leg
            for number, one in enumerate(self._found)
            if any(i in self._scores[number] and i not in self._best[number] for i in article_ids)
        }


def _is_near(score: float, scores: Sequence[float]) -> bool:
    """Tell whether a score is within `TIE` of one of others, which ascend."""
    margin = TIE * max(1.0, score)
    place = bisect_left(scores, score - margin)
    return place < len(scores) and scores[place] <= score + margin


def _led_by(score: float, best: Best) -> tuple[PassageScore, ...]:
    """Let the best passage have the score of the candidate, and none a better one.

    They come from two computations of the server, which differ by the rounding of single-precision
    numbers.
    """
    scores = (score, *(min(score, own) for own in best.scores[1:]))
    return tuple(map(PassageScore, best.positions, scores))
