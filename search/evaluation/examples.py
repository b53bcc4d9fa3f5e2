"""What judged queries find, with what is right, to fit a confidence on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from search.calibration.confidence import Confidence
from search.calibration.confidence_fit import Examples
from search.evaluation.judgements import Judgements
from search.evaluation.topics import Topic
from search.ranking.fusion import ranked
from search.request import Mode, Request
from search.retrieval.features import features_of, fed_back_features_of
from search.retrieval.hybrid import HybridSearch

EVERY = 20
"""Hits of each query that are all examples: what people read."""

SPARSE = 5
"""Behind them every fifth: there are many, and most are wrong."""

DEPTH = 100


def without_feedback(search: HybridSearch) -> HybridSearch:
    """Return a search that feeds nothing back: what its answers say is fitted first."""
    return replace(search, fusion=replace(search.fusion, feedback_share=0.0))


def knowing(search: HybridSearch, confidence: Confidence) -> HybridSearch:
    """Return a search that reads confidence from what was fitted."""
    return replace(search, calibration=replace(search.calibration, confidence=confidence))


def examples_of(search: HybridSearch, topic: Topic, judged: Mapping[str, int]) -> Examples:
    """Run a query in hybrid mode: what it finds, in its order, and which of it is right.

    With what feedback says, where the search has it.
    """
    request = Request(topic.query, mode=Mode.HYBRID)
    pool = search.pool(replace(request, filters=request.filters.without(topic.exclude_ids)))
    order = ranked(pool.scores)[:DEPTH]
    sampled = [one for rank, one in enumerate(order) if rank < EVERY or rank % SPARSE == 0]
    return Examples(
        features_of(pool, sampled)
        if pool.feedback is None
        else fed_back_features_of(pool, sampled),
        [pool.langs[one] for one in sampled],
        np.asarray([float(judged.get(one, 0) > 0) for one in sampled]),
        np.ones(len(sampled)),
        np.zeros(len(sampled), np.int64),
    )


def examples(search: HybridSearch, topics: Sequence[Topic], judgements: Judgements) -> Examples:
    """Run every query that has judgements. Raises `ValueError` where there is none."""
    judged = [topic for topic in topics if judgements.get(topic.id)]
    if not judged:
        raise ValueError("no query has judgements")
    return Examples.joined([examples_of(search, topic, judgements[topic.id]) for topic in judged])
