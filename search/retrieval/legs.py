"""The one table of legs: what each asks of the index, and how its scores count.

Whatever has something to say per leg goes through this table: fusion, scores, exports, method
files, explanations, the HTTP API and Haystack. A new leg is a row here, what the engines answer
it with (`search.index.legs`), and a weight in the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from search.embedding.port import Vectors
from search.index.credible import latest
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import Candidate
from search.ranking.fusion import Fusion, Scaling, Weighed
from search.ranking.scoring import best, evidence
from search.request import Mode, Request
from search.values import dataclass

LEXICAL, VECTOR, NAMES = "lexical", "vector", "names"
"""Names of the legs: by words, by meaning, and by names in any spelling."""

LATEST = "latest"
"""What stands in the place of all legs where the order is by date: `Request.by_date`."""

NAMES_ALONE = 4
"""How much more names weigh where they are all that is asked: without it, names asked by themselves
gain only half of what they gain (`benchmarks/results/retrieval_names.md`)."""

NAMES_ONLY = 2
"""How much more they weigh where a query may be nothing but a name, and no article has a word of
it: names in scripts without capitals have an nDCG@10 of 0.853 instead of 0.625, subjects lose
0.002; 3 gains and costs another 0.05 and 0.012 (`benchmarks/results/retrieval_names.md`)."""

Evidence = Mapping[str, Mapping[str, float]]
"""The score that counts, by leg and id."""


def _once(_: Request, __: Evidence) -> float:
    return 1.0


@dataclass(frozen=True, slots=True)
class LegKind:
    """A leg: one ranking of the index.

    `ask` says what a request asks of the index; None where the leg has nothing to ask (the vector
    of the query is None where nothing is asked by meaning). `evidence` is the score of a candidate
    that counts in hybrid mode.
    """

    name: str
    unit: str
    """What its scores are, for a person who reads them."""
    ask: Callable[[Request, Vectors | None], Leg | None]
    weight: float
    """In the fusion, unless the settings say otherwise."""
    scaling: Scaling
    holds: str
    """What a complete result has of it; `{pool}` is the number of candidates per leg."""
    optional: bool = False
    """Whether there are queries that it has nothing to look for in."""
    emphasis: Callable[[Request, Evidence], float] = _once
    """What its weight is multiplied by for a request, and what all legs found for it."""
    evidence: Callable[[Candidate], float] = best


def _words(request: Request, _: Vectors | None) -> Leg | None:
    if request.mode is Mode.VECTOR or request.matching is None:
        return None
    return LexicalLeg(request.matching)


def _meaning(_: Request, vector: Vectors | None) -> Leg | None:
    return None if vector is None else VectorLeg(vector[0])


def _names(request: Request, _: Vectors | None) -> Leg | None:
    keys = request.query_names.keys
    return NamesLeg(keys) if keys else None


def _where_alone(request: Request, found: Evidence) -> float:
    if request.query_names.alone:
        return NAMES_ALONE
    # A word that no article has, but a name that sounds like it: most likely a name.
    is_only = request.query_names.may_be_alone and not found.get(LEXICAL)
    return NAMES_ONLY if is_only else 1.0


LEGS: dict[str, LegKind] = {
    kind.name: kind
    for kind in (
        LegKind(
            LEXICAL,
            unit="BM25",
            ask=_words,
            # The best of 0.1 to 1 on the mean of the three collections, by 0.002 over 0.3, which
            # loses 0.010 on news headlines (`benchmarks/results/retrieval_fusion.md`); with 0.2 a
            # Ukrainian query, too, has the German article that answers it first
            # (`tests/e2e/test_main_job.py`).
            weight=0.2,
            scaling=Scaling.LANGUAGE,
            holds="every article that matches the words",
        ),
        LegKind(
            VECTOR,
            unit="cosine",
            ask=_meaning,
            weight=1.0,
            scaling=Scaling.POOL,
            holds="the {pool} articles nearest in meaning",
            evidence=evidence,
        ),
        LegKind(
            NAMES,
            unit="BM25",
            ask=_names,
            weight=0.3,
            scaling=Scaling.LANGUAGE,
            holds="the {pool} that name most of the same names, in any spelling",
            optional=True,
            emphasis=_where_alone,
        ),
    )
}


def latest_leg(request: Request) -> LatestLeg:
    """Return the leg that lists by date; a date that is most likely a mistake does not lead it."""
    return LatestLeg(request.matching, latest(request.filters.at or datetime.now(UTC)))


def legs_of(request: Request, vector: Vectors | None) -> dict[str, Leg]:
    """Return what a request asks of the index, by leg; `vector` has shape (1, dimension)."""
    if request.by_date:
        return {LATEST: latest_leg(request)}
    asked = {name: kind.ask(request, vector) for name, kind in LEGS.items()}
    return {name: leg for name, leg in asked.items() if leg is not None}


def weights(fusion: Fusion) -> dict[str, float]:
    """Return the weight of every leg: that of the settings, else that of the table."""
    return {name: fusion.weights.get(name, kind.weight) for name, kind in LEGS.items()}


def weighed(fusion: Fusion, request: Request, found: Evidence) -> Mapping[str, Weighed]:
    """Return what every leg brings into the fusion for a request and what the legs found."""
    return {
        name: Weighed(weight * LEGS[name].emphasis(request, found), LEGS[name].scaling)
        for name, weight in weights(fusion).items()
    }
