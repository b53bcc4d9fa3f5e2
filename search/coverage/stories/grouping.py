"""The hits of an answer, story by story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.answer import Hit
from search.coverage.stories.model import Story
from search.coverage.stories.stored import several, story_of
from search.index.state import IndexState


@dataclass(frozen=True, slots=True)
class StoryHits:
    """Hits of one story, best first; `story` is None for an article that has none yet."""

    story: Story | None
    hits: tuple[Hit, ...]


def grouped(hits: Sequence[Hit], state: IndexState) -> tuple[StoryHits, ...]:
    """Group hits by story; the story with the best hit comes first."""
    ids = [hit.article.id for hit in hits]
    of = story_of(state, ids)
    known = several(state, set(of.values()))
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        name = of.get(hit.article.id, "")
        key = name if name in known else f"\0{hit.article.id}"
        groups.setdefault(key, []).append(hit)
    return tuple(StoryHits(known.get(key), tuple(found)) for key, found in groups.items())


def grouped_document(
    document: Mapping[str, Any], groups: Sequence[StoryHits], lang: str | None
) -> dict[str, Any]:
    """Add the stories to the document of an answer, and to each hit the id of its story."""
    of = {
        hit.article.id: group.story.id
        for group in groups
        for hit in group.hits
        if group.story is not None
    }
    hits = [{**hit, "story": of.get(hit["id"])} for hit in document["hits"]]
    stories = [
        {
            **({} if group.story is None else _summary(group.story, lang)),
            "score": group.hits[0].score,
            "hits": [hit.article.id for hit in group.hits],
        }
        for group in groups
    ]
    return {**document, "hits": hits, "stories": stories}


def _summary(story: Story, lang: str | None) -> dict[str, Any]:
    whole = story.document(lang)
    del whole["articles"]
    return whole
