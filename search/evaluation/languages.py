"""Quality by language: the language of the query against the language of the article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.evaluation.judgements import Judgements
from search.evaluation.measures import Rankings, Values, means, measure
from search.evaluation.topics import Topic
from search.index.model import UNKNOWN_LANGUAGE

SAME = "same"
CROSS = "cross"


@dataclass(frozen=True, slots=True)
class LanguageQuality:
    """Means over topics. `pairs` maps (topic language, article language) to measures."""

    pairs: Mapping[tuple[str, str], Values]
    same: Values
    """Only articles in the language of the query count as relevant."""
    cross: Values
    """Only articles in other languages count as relevant."""
    topics: Mapping[tuple[str, str], int]
    """How many topics each pair is the mean of."""


def quality_by_language(
    topics: Sequence[Topic],
    rankings: Rankings,
    judgements: Judgements,
    langs: Mapping[str, str],
) -> LanguageQuality:
    """Measure each group of articles on its own.

    For a group only its relevant articles count, and the relevant articles of other groups
    are taken out of the ranking, so that right answers in another language above it do not
    count against it; irrelevant articles of all languages stay. `langs` maps article ids to
    languages. Topics of unknown language are left out.
    """
    parts: dict[str, tuple[str, str]] = {}
    part_rankings: dict[str, list[str]] = {}
    part_judgements: dict[str, Mapping[str, int]] = {}
    for topic in topics:
        judged = judgements.get(topic.id, {})
        for group, wanted in _groups(topic, judged, langs):
            key = f"{topic.id}\t{group}"
            parts[key] = (topic.lang, group)
            part_judgements[key] = wanted
            part_rankings[key] = [
                article
                for article in rankings.get(topic.id, ())
                if article in wanted or judged.get(article, 0) <= 0
            ]
    values = measure(part_rankings, part_judgements)
    grouped: defaultdict[tuple[str, str], list[Values]] = defaultdict(list)
    for key, value in values.items():
        grouped[parts[key]].append(value)
    pairs = {pair: found for pair, found in sorted(grouped.items()) if pair[1] not in {SAME, CROSS}}
    return LanguageQuality(
        pairs={pair: means(found) for pair, found in pairs.items()},
        same=means(v for pair, found in grouped.items() if pair[1] == SAME for v in found),
        cross=means(v for pair, found in grouped.items() if pair[1] == CROSS for v in found),
        topics={pair: len(found) for pair, found in pairs.items()},
    )


def _groups(
    topic: Topic, judged: Mapping[str, int], langs: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield the relevant articles of each language, of the query's own, and of all others."""
    if topic.lang == UNKNOWN_LANGUAGE:
        return
    groups: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for article, relevance in judged.items():
        if relevance > 0 and article in langs:
            lang = langs[article]
            groups[lang][article] = relevance
            groups[SAME if lang == topic.lang else CROSS][article] = relevance
    yield from groups.items()
