"""What a search costs and finds: requests, exact cosines, several shards, every kind of vector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from search.index.clauses import Match
from search.index.elastic.index import ElasticIndex
from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import VectorIndexKind
from search.index.filters import Filters
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import EmbeddedArticle, IndexIdentity
from search.index.port import Retrieved
from search.ranking.fusion import Fusion
from search.request import Request
from search.retrieval.hybrid import HybridSearch
from tests.support.elastic import OPTIONS
from tests.support.newsroom import story

pytestmark = pytest.mark.elasticsearch

DIMENSION = 384
"""The fewest that one bit per dimension is meant for."""

IDENTITY = IndexIdentity("handmade", "00000000000000ab", DIMENSION)
ARTICLES, PASSAGES = 60, 5
RNG = np.random.default_rng(11)
QUERY = RNG.normal(size=DIMENSION).astype(np.float32)
QUERY /= np.linalg.norm(QUERY)


def articles() -> list[EmbeddedArticle]:
    """Make articles with vectors at random, some of them nearer to the query."""
    made = []
    for n in range(ARTICLES):
        texts = [f"Storm {n} hits the coast, part {p}." for p in range(1, PASSAGES)]
        article = story(f"a-{n:02}", f"Storm {n}", *texts).article
        vectors = RNG.normal(size=(PASSAGES, DIMENSION)).astype(np.float32)
        vectors += QUERY * RNG.uniform(0, 20, size=(PASSAGES, 1)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        made.append(EmbeddedArticle(article, vectors))
    return made


CORPUS = articles()


def cosines(embedded: EmbeddedArticle) -> list[tuple[int, float]]:
    """Positions and cosines with the query, best first."""
    found = (embedded.vectors.astype(np.float64) @ QUERY.astype(np.float64)).tolist()
    return sorted(enumerate(found), key=lambda pair: -pair[1])


TRUTH = {one.article.id: cosines(one) for one in CORPUS}


@pytest.fixture(
    params=[("int8_hnsw", 1), ("hnsw", 1), ("flat", 1), ("bbq_hnsw", 1), ("int8_hnsw", 3)],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def filled(
    request: pytest.FixtureRequest, new_location: Callable[..., ElasticLocation]
) -> Iterator[ElasticIndex]:
    """Return an index of each kind of vector, and one of several shards."""
    kind: VectorIndexKind
    kind, shards = request.param
    index = new_location(replace(OPTIONS, vector_index=kind, shards=shards)).create(IDENTITY)
    for start in range(0, ARTICLES, 25):
        index.write(CORPUS[start : start + 25])
        index.refresh()
    yield index
    index.close()


def near(index: ElasticIndex, limit: int, passages: int, scores: int) -> Retrieved:
    return index.retrieve([VectorLeg(QUERY)], Filters(), limit, passages, scores)


@pytest.mark.parametrize("scores", [1, 3])
@pytest.mark.parametrize("limit", [20, 6000])
def test_candidates_have_the_exact_cosines_of_their_best_passages(
    filled: ElasticIndex, limit: int, scores: int
) -> None:
    retrieved = near(filled, limit, 2, scores)
    (result,) = retrieved.results
    best = sorted(TRUTH, key=lambda one: -TRUTH[one][0][1])[:limit]
    assert [one.id for one in result.candidates] == best
    for one in result.candidates:
        exact = [cosine for _, cosine in TRUTH[one.id][:scores]]
        assert one.scores == pytest.approx(exact, abs=2e-6)
        assert one.score == one.scores[0]
    (passages,) = retrieved.best_passages(best[:10])
    assert {one: [at for at, _ in found] for one, found in passages.items()} == {
        one: [at for at, _ in TRUTH[one][:2]] for one in best[:10]
    }


def test_each_of_several_vector_legs_has_its_own_best_passages(filled: ElasticIndex) -> None:
    legs: list[Leg] = [VectorLeg(QUERY), LexicalLeg(Match("coast part 2")), VectorLeg(-QUERY)]
    retrieved = filled.retrieve(legs, Filters(), ARTICLES, 1)
    ids = ["a-00", "a-31", "a-59"]
    toward, words, away = retrieved.best_passages(ids)
    for one in ids:
        assert toward[one][0].position == TRUTH[one][0][0]
        assert words[one][0].position == 2
        assert away[one][0].position == TRUTH[one][-1][0]
        assert away[one][0].score == pytest.approx(-TRUTH[one][-1][1], abs=2e-6)


class Counted:
    """Counts the requests of a client from now on."""

    def __init__(self, index: ElasticIndex) -> None:
        self.requests: list[str] = []
        transport = index._client.transport  # the client has no counter of its own
        perform = transport.perform_request

        def counting(method: str, target: str, **how: Any) -> Any:
            self.requests.append(f"{method} {target.partition('?')[0].rpartition('/')[2]}")
            return perform(method, target, **how)

        transport.perform_request = counting  # type: ignore[method-assign]


class Same:
    """An embedding model that takes every text for the query."""

    name, fingerprint, dimension = "handmade", IDENTITY.model_fingerprint, DIMENSION

    def embed_queries(self, texts: Sequence[str]) -> Any:
        return np.stack([QUERY for _ in texts])

    embed_paragraphs = embed_queries


def test_a_search_takes_two_requests(new_location: Callable[..., ElasticLocation]) -> None:
    """One runs all legs, the other reads what is shown; the alias is not asked each time.

    A third looks up a word that no article shown has (12), and not again for the next search.
    """
    index = new_location().create(IDENTITY)
    index.write(CORPUS)
    index.refresh()
    counted = Counted(index)
    search = HybridSearch(index, Same(), Fusion())
    for text, requests in (
        ("Storm hits coast", 2),
        ("part of the coast", 2),
        ("Storm 12", 3),
        ("Storm 12", 2),
    ):
        assert len(search.search(Request(text)).hits) == 10
        assert counted.requests == ["POST _msearch"] * requests, text
        counted.requests.clear()
    legs: list[Leg] = [NamesLeg(("x",)), LatestLeg(), LexicalLeg(Match("coast"))]
    retrieved = index.retrieve(legs, Filters(), 50)
    ids = [one.id for one in retrieved.results[1].candidates]
    assert retrieved.langs(ids) == dict.fromkeys(ids, "en")
    assert retrieved.published(ids) == dict.fromkeys(ids)
    assert counted.requests == ["POST _msearch"]
    passages = retrieved.best_passages(ids)
    retrieved.fetch({one: [found[0].position] for one, found in passages[1].items()})
    assert counted.requests == ["POST _msearch"] * 2
    index.close()


def test_what_was_deleted_meanwhile_is_left_out(
    new_location: Callable[..., ElasticLocation],
) -> None:
    index = new_location().create(IDENTITY)
    index.write(CORPUS[:3])
    index.refresh()
    retrieved = index.retrieve([LexicalLeg(Match("storm"))], Filters(), 5)
    ids = [one.id for one in retrieved.results[0].candidates]
    index.delete(["a-01"])
    index.refresh()
    (best,) = retrieved.best_passages(ids)
    assert set(best) == {"a-00", "a-02"}
    assert set(retrieved.fetch({one: [1] for one in ids})) == {"a-00", "a-02"}
    likeness = retrieved.likeness(dict.fromkeys(ids, 0), ids)
    assert len(set(likeness.values())) == 3
    assert retrieved.facets(["lang"], ids)[0].counts == (("en", 2),)
    index.close()
