"""What the legs of a question find, on three judged collections: run once, to be fused many times.

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
from search.names.asked import asked_names
from search.ranking.fusion import Fusion, ranked
from search.ranking.scoring import evidence, hits_of
from search.request import Request
from search.retrieval.legs import LEXICAL, NAMES, VECTOR

NEWS, XQUAD, SAMPLES = "news", "xquad", "sample"
"""Labels of the collections."""


@dataclass(frozen=True, slots=True)
class Legs:
    """What the legs of one question found: scores by article id, and the articles' languages.

    `nearest` has the cosine of the best passage alone, `alone` says that names are all that is
    asked; `question` has shape (1, dimension).
    """

    lexical: Mapping[str, float]
    vector: Mapping[str, float]
    nearest: Mapping[str, float]
    names: Mapping[str, float]
    langs: Mapping[str, str]
    alone: bool
    question: Vectors

    def fused(self, fusion: Fusion, vector: Mapping[str, float] | None = None) -> dict[str, float]:
        """Fuse as the product does; `vector` takes the place of the vector leg's scores."""
        near = self.vector if vector is None else vector
        return fusion.fused(self.lexical, near, self.langs, self.names, self.alone)

    def first(self, depth: int) -> Legs:
        """Return what the legs would have found with a smaller pool."""
        lexical, vector, names = (
            {one: leg[one] for one in ranked(leg)[:depth]}
            for leg in (self.lexical, self.vector, self.names)
        )
        return replace(self, lexical=lexical, vector=vector, names=names)


Order = Callable[[Legs], list[str]]
"""Ranks what the legs of a question found: ids, best first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions of one collection, what is right, and what the legs found."""

    topics: Sequence[Topic]
    judgements: Judgements
    legs: Mapping[str, Legs]

    @property
    def langs(self) -> dict[str, str]:
        """The language of every article that was found, by id."""
        return {one: lang for legs in self.legs.values() for one, lang in legs.langs.items()}

    def rankings(self, order: Order) -> dict[str, list[str]]:
        """Rank what was found for each question."""
        return {topic.id: order(self.legs[topic.id])[:DEPTH] for topic in self.topics}

    def only(self, wanted: Callable[[Topic], bool]) -> Asked:
        """Keep some of the questions."""
        return Asked([t for t in self.topics if wanted(t)], self.judgements, self.legs)


def ask(settings: Settings, topics: Sequence[Topic], judgements: Judgements) -> Asked:
    """Run the legs of every question."""
    search = wiring.hybrid_search(settings)
    legs = {}
    for topic in topics:
        filters = Filters(exclude_ids=topic.exclude_ids)
        pool = search.pool(Request(topic.query, filters, limit=DEPTH))
        assert pool.vector is not None  # noqa: S101  hybrid mode asks by meaning
        results = pool.candidates.results
        legs[topic.id] = Legs(
            lexical={hit.article.id: hit.score for hit in hits_of(results, LEXICAL)},
            vector={hit.article.id: evidence(hit) for hit in hits_of(results, VECTOR)},
            nearest={hit.article.id: hit.score for hit in hits_of(results, VECTOR)},
            names={hit.article.id: hit.score for hit in hits_of(results, NAMES)},
            langs=pool.candidates.langs,
            alone=asked_names(topic.query).alone,
            question=pool.vector,
        )
    return Asked(list(topics), judgements, legs)


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
) -> Iterator[tuple[str, Asked]]:
    """Ask the headlines of every nth story, every nth question, and those of the sample."""
    headlines, judgements = retrieval_news.headlines(retrieval_news.NEWS, every_story)
    yield NEWS, ask(places[NEWS], headlines, judgements)
    questions, judgements = retrieval_xquad.questions(retrieval_xquad.FOLDER, every_question)
    yield XQUAD, ask(places[XQUAD], questions, judgements)
    judged = read_judgements(SAMPLE / "qrels.txt")
    yield SAMPLES, ask(places[SAMPLES], list(read_topics(SAMPLE / "topics.jsonl")), judged)
