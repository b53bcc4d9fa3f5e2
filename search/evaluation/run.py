"""Rank articles for every topic of a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from search.evaluation.measures import DEPTH
from search.evaluation.topics import Topic
from search.request import Request
from search.retrieval.hybrid import Listing

Rank = Callable[[Request], Listing]
Watch = Callable[[Sequence[Topic]], Iterable[Topic]]
"""Goes through the topics as they are searched for, for a progress bar."""


@dataclass(frozen=True, slots=True)
class Run:
    """The ranking of every topic, the languages of what was found, and milliseconds per topic.

    `confidence` has, by topic, how likely each article is right; empty where that is not known.
    """

    rankings: Mapping[str, tuple[str, ...]]
    langs: Mapping[str, str]
    times_ms: tuple[float, ...]
    confidence: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def run(rank: Rank, topics: Sequence[Topic], template: Request, watch: Watch = iter) -> Run:
    """Rank `DEPTH` articles for every topic; mode, filters and balance are the template's.

    The articles that a topic excludes are added to those that the template excludes.
    """
    rankings: dict[str, tuple[str, ...]] = {}
    langs: dict[str, str] = {}
    times: list[float] = []
    confidence: dict[str, Mapping[str, float]] = {}
    for topic in watch(topics):
        request = replace(
            template,
            text=topic.query,
            filters=template.filters.without(topic.exclude_ids),
            limit=DEPTH,
            passages=1,
        )
        listing = rank(request)
        rankings[topic.id] = listing.ids
        langs.update(listing.langs)
        times.append(listing.took_ms)
        confidence[topic.id] = listing.confidence
    return Run(rankings, langs, tuple(times), confidence)
