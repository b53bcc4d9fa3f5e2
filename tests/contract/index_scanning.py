"""A scan is complete, ordered, whole, and a snapshot; nothing ends at 10,000."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from search.index.clauses import Match
from search.index.filters import Filters
from search.index.legs import VectorLeg
from search.index.model import ArticleState, EmbeddedArticle, IndexIdentity
from search.index.port import IndexLocation, SearchIndex
from tests.contract.place import EVERYTHING, OnePlace, ask, run
from tests.support.newsroom import NEWSROOM, article_ids, edited, story, unit

CROWD = 10_050
"""More than Elasticsearch's window of 10,000 results."""


class Scanning(OnePlace):
    """`scan` and `scan_states`."""

    def test_every_article_whole_and_by_id(self, newsroom: SearchIndex) -> None:
        expected = sorted((e.article for e in NEWSROOM), key=lambda article: article.id)
        assert list(newsroom.scan(EVERYTHING)) == expected

    def test_only_what_passes(self, newsroom: SearchIndex) -> None:
        filters = Filters(tags=frozenset({"weather"}))
        assert [article.id for article in newsroom.scan(filters)] == ["es-storm", "ja-storm"]
        assert list(newsroom.scan(Filters(langs=frozenset({"xx"})))) == []

    def test_an_empty_index(self, index: SearchIndex) -> None:
        self.settle(index)
        assert list(index.scan(EVERYTHING)) == []

    def test_ids_are_ordered_by_code_point(self, index: SearchIndex) -> None:
        names = ["b", "B", "a", "ä", "10", "9", "я", "日", "a b", "a-b", "a!"]
        self.put(index, *(story(name, "Word", "word") for name in names))
        assert [article.id for article in index.scan(EVERYTHING)] == sorted(names)

    def test_a_scan_is_a_snapshot(self, index: SearchIndex) -> None:
        articles = [story(f"a{n:03}", "Word", "one", "two") for n in range(100)]
        self.put(index, *articles)
        scan = index.scan(EVERYTHING)
        seen = [next(scan)]
        index.delete(["a050"])
        self.put(index, edited(articles[60], title="Changed"), story("a070b", "New", "text"))
        index.optimize()
        seen += scan
        assert seen == [e.article for e in articles]
        later = [article.id for article in index.scan(EVERYTHING)]
        assert "a050" not in later
        assert "a070b" in later

    def test_two_scans_at_once(self, newsroom: SearchIndex) -> None:
        pairs = zip(newsroom.scan(EVERYTHING), newsroom.scan(EVERYTHING), strict=True)
        assert all(left == right for left, right in pairs)

    def test_a_scan_can_be_left_early(self, newsroom: SearchIndex) -> None:
        scan = newsroom.scan(EVERYTHING)
        first = next(scan)
        del scan
        assert first.id == min(article_ids(NEWSROOM))
        assert newsroom.stats().articles == len(NEWSROOM)

    def test_states_are_those_of_the_articles(self, newsroom: SearchIndex) -> None:
        scanned = list(newsroom.scan_states())
        assert [one for one, _ in scanned] == sorted(article_ids(NEWSROOM))
        assert dict(scanned) == newsroom.states(article_ids(NEWSROOM))

    def test_states_are_a_snapshot(self, index: SearchIndex) -> None:
        articles = [story(f"a{n:03}", "Word", "one", "two") for n in range(20)]
        self.put(index, *articles)
        before = dict(index.states(article_ids(articles)))
        scan = index.scan_states()
        seen = [next(scan)]
        index.delete(["a005"])
        self.put(index, edited(articles[6], title="Changed"), story("a007b", "New", "text"))
        assert dict([*seen, *scan]) == before

    def test_arrivals_in_the_order_of_writing(self, index: SearchIndex) -> None:
        batches = [[story(f"{name}{n}", "Word", "one") for n in (2, 1)] for name in "cab"]
        for batch in batches:
            self.put(index, *batch)
        found = list(index.arrivals())
        assert [one.id for one in found] == ["c1", "c2", "a1", "a2", "b1", "b2"]
        states = index.states([one.id for one in found])
        assert {one.id: ArticleState(one.content_hash, one.version) for one in found} == states
        moments = [one.seen for one in found]
        history = index.history([one.id for one in found])
        assert moments == [history[one.id][0].seen for one in found]
        middle = moments[2]
        assert middle is not None
        assert [one.id for one in index.arrivals(middle)] == ["a1", "a2", "b1", "b2"]
        last = moments[-1]
        assert last is not None
        assert list(index.arrivals(last + timedelta(microseconds=1))) == []

    def test_what_is_changed_arrives_again_and_what_is_deleted_never_did(
        self, index: SearchIndex
    ) -> None:
        articles = [story(f"a{n}", "Word", "one") for n in range(4)]
        self.put(index, *articles)
        before = list(index.arrivals())
        scan = index.arrivals()
        first = next(scan)
        self.put(index, edited(articles[0], title="Changed"))
        self.put(index, articles[1])
        index.delete(["a2"])
        self.settle(index)
        assert [first, *scan] == before
        assert [one.id for one in index.arrivals()] == ["a1", "a3", "a0"]

    @pytest.mark.slow
    def test_no_wall_at_ten_thousand(self, location: IndexLocation) -> None:
        identity = IndexIdentity("handmade", "00000000000000bb", dimension=4)
        index = location.create(identity)
        rng = np.random.default_rng(3)
        vectors = rng.normal(size=(CROWD, 4)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        crowd = [
            EmbeddedArticle(story(f"a{n:05}", "", f"word {n}").article, vectors[n : n + 1])
            for n in range(CROWD)
        ]
        for start in range(0, CROWD, 1000):
            index.write(crowd[start : start + 1000])
        self.settle(index)
        ids = article_ids(crowd)
        assert [one for one, _ in index.scan_states()] == ids
        assert [article.id for article in index.scan(EVERYTHING)] == ids
        assert len(index.get(ids)) == CROWD
        assert len(index.states(ids)) == CROWD
        assert ask(index, "word", limit=5).total == CROWD
        assert index.facets(["lang"], EVERYTHING)[0].counts == (("en", CROWD),)
        assert index.facets(["lang"], EVERYTHING, Match("word"))[0].counts == (("en", CROWD),)
        (result,) = run(index, [VectorLeg(unit(1, 0, 0, 0))], EVERYTHING, 200)
        assert len(result.hits) == 200
        assert index.delete(ids) == CROWD
        self.settle(index)
        assert list(index.scan(EVERYTHING)) == []
        index.close()
