"""What every part of the contract suite stands on: a fresh place, and an index in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, settings

from search.index.clauses import Match, Matching
from search.index.filters import Filters
from search.index.legs import Leg, LexicalLeg, VectorLeg
from search.index.model import ArticleHit, EmbeddedArticle, Outcome, PassageHit
from search.index.port import IndexLocation, Retrieved, SearchIndex
from tests.support.newsroom import IDENTITY, NEWSROOM, topic_vector

EVERYTHING = Filters()

ON_EACH_ENGINE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        # Each engine inherits the test: that is the executor that differs.
        HealthCheck.differing_executors,
    ],
)
"""For properties that are checked against an engine: a few examples, each of them slow."""


class OnePlace:
    """Gives each test an empty place, an empty index in it, or a newsroom.

    An engine's test class overrides the fixture `location`, and `settle` if `refresh` alone
    does not make writes visible.
    """

    @pytest.fixture
    def location(self) -> IndexLocation:
        """Return a place where nothing has been indexed yet; a new one for each test."""
        raise NotImplementedError("override the fixture `location`")

    def settle(self, index: SearchIndex) -> None:
        """Make what was written visible."""
        index.refresh()

    @pytest.fixture
    def index(self, location: IndexLocation) -> Iterator[SearchIndex]:
        index = location.create(IDENTITY)
        yield index
        index.close()

    @pytest.fixture
    def newsroom(self, index: SearchIndex) -> SearchIndex:
        """Return an index with `NEWSROOM` in it."""
        self.put(index, *NEWSROOM)
        return index

    def put(self, index: SearchIndex, *articles: EmbeddedArticle) -> None:
        """Write articles that nothing is wrong with, and make them visible."""
        report = index.write(articles)
        outcomes = {result.outcome for result in report.results}
        assert outcomes <= {Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED}, report
        self.settle(index)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one leg found, with everything that an answer may show of it."""

    hits: tuple[ArticleHit, ...]
    total: int | None


def run(
    index: SearchIndex,
    legs: Sequence[Leg],
    filters: Filters = EVERYTHING,
    limit: int = 50,
    passages: int = 3,
) -> tuple[Shown, ...]:
    """Run legs and fetch all that they found."""
    retrieved = index.retrieve(legs, filters, limit, passages)
    return tuple(_shown(retrieved, leg) for leg in range(len(legs)))


def _shown(retrieved: Retrieved, leg: int) -> Shown:
    result = retrieved.results[leg]
    ids = [one.id for one in result.candidates]
    best = retrieved.best_passages(ids)[leg]
    articles = retrieved.fetch({one: [at for at, _ in found] for one, found in best.items()})
    hits = []
    for one in result.candidates:
        article = articles[one.id]
        assert [p.position for p in article.passages] == [at for at, _ in best[one.id]]
        scored = zip(article.passages, best[one.id], strict=True)
        passages = tuple(PassageHit(passage, own.score) for passage, own in scored)
        hits.append(ArticleHit(replace(article, passages=()), one.score, passages))
    langs, published = retrieved.langs(ids), retrieved.published(ids)
    assert langs == {hit.article.id: hit.article.lang for hit in hits}
    assert published == {hit.article.id: hit.article.published for hit in hits}
    return Shown(tuple(hits), result.total)


def ask(
    index: SearchIndex,
    clause: Matching | str,
    filters: Filters = EVERYTHING,
    limit: int = 50,
    passages: int = 3,
) -> Shown:
    """Run one lexical leg; a bare string is a `Match`."""
    leg = LexicalLeg(Match(clause) if isinstance(clause, str) else clause)
    (result,) = run(index, [leg], filters, limit, passages)
    return result


def near(
    index: SearchIndex,
    topic: str,
    filters: Filters = EVERYTHING,
    limit: int = 50,
    passages: int = 3,
) -> Shown:
    """Run one vector leg for a topic of `tests.support.newsroom.TOPICS`."""
    (result,) = run(index, [VectorLeg(topic_vector(topic))], filters, limit, passages)
    return result


def found(result: Shown) -> list[str]:
    """Return the ids of the articles, best first."""
    return [hit.article.id for hit in result.hits]


def texts(hit: ArticleHit) -> list[str]:
    """Return the texts of the passages, best first."""
    return [passage_hit.passage.text for passage_hit in hit.passages]


def in_order(hits: Sequence[ArticleHit]) -> bool:
    """Tell whether hits are best first, equal scores by id, and so within each article."""
    keys = [(-hit.score, hit.article.id) for hit in hits]
    inner = [[(-p.score, p.passage.position) for p in hit.passages] for hit in hits]
    return keys == sorted(keys) and all(passages == sorted(passages) for passages in inner)
