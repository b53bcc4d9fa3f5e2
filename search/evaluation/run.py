"""Ask every question of a collection and keep what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from search.answer import Answer
from search.evaluation.measures import DEPTH
from search.evaluation.topics import Topic
from search.request import Request

Ask = Callable[[Request], Answer]
Watch = Callable[[Sequence[Topic]], Iterable[Topic]]
"""Goes through the topics as they are asked, for a progress bar."""


@dataclass(frozen=True, slots=True)
class Run:
    """The ranking of every topic, the languages of what was found, and milliseconds a topic."""

    rankings: Mapping[str, tuple[str, ...]]
    langs: Mapping[str, str]
    times_ms: tuple[float, ...]


def run(ask: Ask, topics: Sequence[Topic], template: Request, watch: Watch = iter) -> Run:
    """Ask `DEPTH` articles for every topic; mode, filters and balance are the template's.

    The articles that a topic excludes are added to those that the template excludes.
    """
    rankings: dict[str, tuple[str, ...]] = {}
    langs: dict[str, str] = {}
    times: list[float] = []
    for topic in watch(topics):
        filters = template.filters
        excluded = filters.exclude_ids | topic.exclude_ids
        request = replace(
            template,
            question=topic.query,
            filters=replace(filters, exclude_ids=excluded),
            limit=DEPTH,
            passages=1,
        )
        answer = ask(request)
        rankings[topic.id] = tuple(hit.article.id for hit in answer.hits)
        langs.update((hit.article.id, hit.article.lang) for hit in answer.hits)
        times.append(answer.took_ms)
    return Run(rankings, langs, tuple(times))
