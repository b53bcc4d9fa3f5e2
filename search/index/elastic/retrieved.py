"""What the legs of one search found, and the requests for what is wanted of it later."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from search.index.elastic import counting, queries, results
from search.index.elastic.documents import to_article
from search.index.elastic.retrieval import PAGE, Found, best_passages, pages
from search.index.elastic.searching import Searcher
from search.index.model import Article, Bucket, Facet, PassageScore
from search.index.port import FacetField, Interval

COUNTED_PAGE = 50_000
"""Articles per request that counts; Elasticsearch takes 65,536 terms in a query."""

SOURCES = ("hits.hits._source",)
"""What of an answer is read: see `Searcher.search_many`."""

TIE = 1e-5
"""Scores that the same text gets twice differ by less, or by less than this share of them: they are
sums of single-precision numbers, added up in another order in another part of the index."""


class ElasticRetrieved:
    """See `search.index.port.Retrieved`.

    Languages, dates and scores are those of the moment when the legs ran; what is asked for later
    is as it is then.
    """

    def __init__(self, searcher: Searcher, found: Sequence[Found], passages: int) -> None:
        """`found` has one item per leg; `passages` is what `SearchIndex.retrieve` was told."""
        self._searcher = searcher
        self._found = found
        self._passages = passages
        self._keys = {key.id: key for one in found for key in one.keys}
        self.results = tuple(one.result for one in found)
        self._scores = [{one.id: one.score for one in result.candidates} for result in self.results]

    def langs(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Look into what came with the candidates."""
        return {one: self._keys[one].lang for one in article_ids if one in self._keys}

    def published(self, article_ids: Collection[str]) -> Mapping[str, datetime | None]:
        """Look into what came with the candidates."""
        return {one: self._keys[one].published for one in article_ids if one in self._keys}

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

    def histogram(self, interval: Interval, article_ids: Collection[str]) -> tuple[Bucket, ...]:
        """Let the server count."""
        counts: Counter[datetime] = Counter()
        for page in pages(self._known(article_ids), COUNTED_PAGE):
            spans = counting.histogram(self._searcher, interval, queries.of_ids(page))
            counts.update({bucket.start: bucket.count for bucket in spans})
        return tuple(Bucket(start, counts[start]) for start in sorted(counts))

    def _known(self, article_ids: Collection[str]) -> list[str]:
        return [one for one in article_ids if one in self._keys]

    def best_passages(
        self, article_ids: Collection[str]
    ) -> Sequence[Mapping[str, tuple[PassageScore, ...]]]:
        """Ask for those that did not come with the candidates, all in one request."""
        best = [one.best for one in self._found]
        wanted = [
            [one for one in article_ids if one in scores and one not in known]
            for scores, known in zip(self._scores, best, strict=True)
        ]
        asked = [number for number, ids in enumerate(wanted) if ids]
        if asked:
            legs = [self._found[number].leg for number in asked]
            ids = dict.fromkeys(one for number in asked for one in wanted[number])
            found = best_passages(self._searcher, legs, ids, self._passages)
            for number, own in zip(asked, found, strict=True):
                best[number] = best[number] | own
        return [
            {
                one: _led_by(scores[one], own[one])[: self._passages]
                for one in article_ids
                if one in scores and one in own
            }
            for scores, own in zip(self._scores, best, strict=True)
        ]

    def likeness(self, legs: Mapping[str, int]) -> Mapping[str, Hashable]:
        """Compare the texts of those that may be copies at all; any other is like itself alone.

        A leg gives the same score to the same text, so that of all candidates only those are looked
        at whose score by their leg comes twice within `TIE`; of these the headlines, and where the
        same comes twice, the passages. Not found are copies whose legs differ, and those of another
        language in a leg by words, which reads every language in its own way.
        """
        titles = self._titles(self._tied(legs))
        likes: defaultdict[Hashable, list[str]] = defaultdict(list)
        for one, title in titles.items():
            likes[legs[one], title].append(one)
        twice = {one: legs[one] for like in likes.values() if len(like) > 1 for one in like}
        texts = self._best_texts(twice)
        return {one: (titles[one], texts[one]) if one in texts else one for one in legs}

    def _tied(self, legs: Mapping[str, int]) -> list[str]:
        by_leg: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)
        for one, leg in legs.items():
            if one in self._scores[leg]:
                by_leg[leg].append((self._scores[leg][one], one))
        tied: dict[str, None] = {}
        for scored in by_leg.values():
            for (score, one), (next_score, other) in pairwise(sorted(scored)):
                if next_score - score <= TIE * max(1.0, abs(score)):
                    tied |= {one: None, other: None}
        return list(tied)

    def _titles(self, ids: Collection[str]) -> dict[str, str]:
        found = self._sources(ids, queries.TITLE_SOURCE)
        return {source["id"]: source["kept"]["title"] for source in found}

    def _best_texts(self, legs: Mapping[str, int]) -> dict[str, str]:
        if not legs:
            return {}
        best = self.best_passages(legs)
        at = {one: [best[leg][one][0].position] for one, leg in legs.items() if one in best[leg]}
        return {one: article.passages[0].text for one, article in self.fetch(at).items()}

    def fetch(self, passages: Mapping[str, Sequence[int]]) -> Mapping[str, Article]:
        """Fetch the articles with all their passages, and leave out those that were not named.

        To pick them out on the server takes it twice the time: it has to read the whole document
        all the same (ten articles of wmt-news: 2.0 instead of 1.0 ms of its processors, and 20
        instead of 37 kB).
        """
        found: dict[str, Article] = {}
        for source in self._sources(passages, [*queries.HEAD_SOURCE, *queries.PASSAGE_SOURCE]):
            article = to_article(source)
            by_position = {one.position: one for one in article.passages}
            named = [by_position[at] for at in passages[article.id] if at in by_position]
            if named:
                found[article.id] = replace(article, passages=tuple(named))
        return {one: found[one] for one in passages if one in found}

    def _sources(self, ids: Collection[str], fields: Sequence[str]) -> list[dict[str, Any]]:
        sources: list[dict[str, Any]] = []
        for page in pages(ids, PAGE):
            body = {
                "query": {"bool": {"filter": [queries.of_ids(page)]}},
                "size": len(page),
                "sort": ["_doc"],
                "_source": list(fields),
                "track_total_hits": False,
            }
            answer = self._searcher.search(body, SOURCES)
            sources += [hit["_source"] for hit in answer.get("hits", {}).get("hits", ())]
        return sources


def _led_by(score: float, best: Sequence[PassageScore]) -> tuple[PassageScore, ...]:
    """Let the best passage have the score of the candidate, and none a better one.

    They come from two computations of the server, which differ by the rounding of single-precision
    numbers.
    """
    first, *others = best
    rest = (PassageScore(one.position, min(score, one.score)) for one in others)
    return (PassageScore(first.position, score), *rest)
