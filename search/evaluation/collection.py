"""Topics and judgements, checked against the index that is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from search.evaluation.errors import NothingJudged
from search.evaluation.judgements import Judgements, read_judgements
from search.evaluation.topics import Topic, read_topics
from search.index.port import SearchIndex

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Collection:
    """What is searched for and what is right.

    `langs` maps the judged articles that are in the index to their languages; `absent` are
    relevant articles that are not in it, and so cannot be found.
    """

    topics: tuple[Topic, ...]
    judgements: Judgements
    langs: Mapping[str, str]
    absent: frozenset[str]

    @classmethod
    def read(cls, topics: Path, judgements: Path, index: SearchIndex) -> Collection:
        """Read both files; topics that have no relevant article are left out.

        Raises `TopicsUnreadable`, `JudgementsUnreadable`, or `NothingJudged` when nothing of
        the files fits together or the index holds none of the judged articles.
        """
        return cls.of(read_topics(topics), read_judgements(judgements), index)

    @classmethod
    def of(cls, topics: Sequence[Topic], judgements: Judgements, index: SearchIndex) -> Collection:
        """Check topics and judgements against an index; raises `NothingJudged`."""
        judged = tuple(t for t in topics if any(r > 0 for r in judgements.get(t.id, {}).values()))
        if not judged:
            raise NothingJudged(
                f"None of the {len(topics)} topics has a relevant article among the judgements; "
                "check that both files use the same topic ids."
            )
        relevant = {a for t in judged for a, r in judgements[t.id].items() if r > 0}
        known = {article for topic in judged for article in judgements[topic.id]}
        langs = dict(_langs(index, sorted(known)))
        absent = frozenset(relevant - langs.keys())
        if absent == relevant:
            raise NothingJudged(
                f"None of the {len(relevant)} relevant articles is in the index; ingest the "
                "articles that were judged first: polywire ingest PATH"
            )
        return cls(judged, judgements, langs, absent)


def _langs(index: SearchIndex, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(ids), _BATCH):
        for identifier, found in index.get(ids[start : start + _BATCH]).items():
            yield identifier, found.article.lang
