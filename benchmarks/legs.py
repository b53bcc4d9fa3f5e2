"""What the legs of a query find, on three judged collections: run once, to be fused many times.

The news headlines (only other languages are right), XQuAD-R (the own language and ten others) and
the sample corpus; needs ../shared/news and ../shared/eval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import retrieval_news, retrieval_xquad
from benchmarks.retrieval import ingest
from benchmarks.retrieval_sample import SAMPLE
from config import wiring
from config.settings import Settings
from search.embedding.port import Vectors
from search.evaluation.judgements import Judgements, read_judgements
from search.evaluation.measures import DEPTH
from search.evaluation.topics import Topic, read_topics
from search.index.filters import Filters
from search.ranking.fusion import Fusion, ranked
from search.request import Request
from search.retrieval.legs import LEGS, VECTOR, weighed

NEWS, XQUAD, SAMPLES = "news", "xquad", "sample"
"""Labels of the collections."""


@dataclass(frozen=True, slots=True)
class Legs:
    """What the legs of one query found: scores by leg and article id, and the articles' languages.

    `nearest` has the cosine of the best passage alone; `vector` is the query's, shape
    (1, dimension).
    """

    request: Request
    scores: Mapping[str, Mapping[str, float]]
    nearest: Mapping[str, float]
    langs: Mapping[str, str]
    vector: Vectors

    def fused(self, fusion: Fusion, cosines: Mapping[str, float] | None = None) -> dict[str, float]:
        """Fuse as the product does; `cosines` take the place of the vector leg's scores."""
        scores = self.scores if cosines is None else {**self.scores, VECTOR: cosines}
        return fusion.fused(scores, weighed(fusion, self.request, scores), self.langs)

    def first(self, depth: int) -> Legs:
        """Return what the legs would have found with a smaller pool."""
        return replace(
            self,
            scores={
                leg: {one: own[one] for one in ranked(own)[:depth]}
                for leg, own in self.scores.items()
            },
        )


Order = Callable[[Legs], list[str]]
"""Ranks what the legs of a query found: ids, best first."""


@dataclass(frozen=True, slots=True)
class JudgedLegs:
    """Queries of one collection, what is right, and what the legs found."""

    topics: Sequence[Topic]
    judgements: Judgements
    legs: Mapping[str, Legs]

    @property
    def langs(self) -> dict[str, str]:
        """The language of every article that was found, by id."""
        return {one: lang for legs in self.legs.values() for one, lang in legs.langs.items()}

    def rankings(self, order: Order) -> dict[str, list[str]]:
        """Rank what was found for each query."""
        return {topic.id: order(self.legs[topic.id])[:DEPTH] for topic in self.topics}

    def only(self, wanted: Callable[[Topic], bool]) -> JudgedLegs:
        """Return some of the queries alone."""
        return JudgedLegs([t for t in self.topics if wanted(t)], self.judgements, self.legs)


def run_legs(settings: Settings, topics: Sequence[Topic], judgements: Judgements) -> JudgedLegs:
    """Run the legs of every query."""
    search = wiring.hybrid_search(settings)
    legs = {}
    for topic in topics:
        filters = Filters(exclude_ids=topic.exclude_ids)
        pool = search.pool(Request(topic.query, filters, limit=DEPTH))
        found = pool.found
        assert found.vector is not None  # noqa: S101  hybrid mode has a vector leg
        nearest = found.results[VECTOR].candidates
        legs[topic.id] = Legs(
            pool.request,
            # A leg with nothing to look for, as the names leg, counts as one that found nothing.
            {leg: found.evidence.get(leg, {}) for leg in LEGS},
            {one.id: one.score for one in nearest},
            pool.langs,
            found.vector,
        )
    return JudgedLegs(list(topics), judgements, legs)


def indexed(folder: Path) -> dict[str, Settings]:
    """Index the three collections below a folder; return settings that search each."""
    paragraphs = retrieval_xquad.write_articles(retrieval_xquad.FOLDER, folder / "x.jsonl")
    return {
        NEWS: ingest(retrieval_news.NEWS, folder / NEWS),
        XQUAD: ingest(paragraphs, folder / XQUAD),
        SAMPLES: ingest(SAMPLE / "articles.jsonl", folder / SAMPLES),
    }


def collections(
    places: Mapping[str, Settings], every_story: int, every_question: int
) -> Iterator[tuple[str, JudgedLegs]]:
    """Run headlines of every nth story, every nth question of XQuAD, and the sample's queries."""
    headlines, judgements = retrieval_news.headlines(retrieval_news.NEWS, every_story)
    yield NEWS, run_legs(places[NEWS], headlines, judgements)
    questions, judgements = retrieval_xquad.questions(retrieval_xquad.FOLDER, every_question)
    yield XQUAD, run_legs(places[XQUAD], questions, judgements)
    judged = read_judgements(SAMPLE / "qrels.txt")
    yield SAMPLES, run_legs(places[SAMPLES], list(read_topics(SAMPLE / "topics.jsonl")), judged)
