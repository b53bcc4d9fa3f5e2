"""What the state of an index knows of stories: read without an index or a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from search.coverage.stories.model import Story, ordered, read_member
from search.index.state import Entry, IndexState

STORIES = "stories"
ARTICLES = "stories.articles"
FORMER = "stories.former"
CORRECTIONS = "stories.corrections"
APART = "stories.apart"
LOG = "stories.log"
JOURNAL = "stories.journal"
SNAPSHOT = "stories.snapshot"
META = "stories.meta"
PENDING = "stories.pending"


def story_of(state: IndexState, ids: Iterable[str]) -> dict[str, str]:
    """Return the id of the story of each article; articles without one yet are left out."""
    return {key: str(entry.value["story"]) for key, entry in state.get(ARTICLES, ids).items()}


def former(state: IndexState, story_id: str) -> tuple[str, ...]:
    """Return the stories of today that an old id leads to, the one with most of it first."""
    found: dict[str, None] = {}
    seen = {story_id}
    waiting = [story_id]
    while waiting:
        entry = state.get(FORMER, [waiting.pop(0)])
        for into in (one for value in entry.values() for one in value.value["into"]):
            if into not in seen:
                seen.add(into)
                if state.get(STORIES, [into]):
                    found[into] = None
                waiting.append(into)
    return tuple(found)


def story(state: IndexState, story_id: str) -> Story | None:
    """Return a story by its id, or the one that an old id leads to; None where there is none."""
    entry = state.get(STORIES, [story_id]).get(story_id)
    if entry is None:
        today = former(state, story_id)
        entry = state.get(STORIES, today[:1]).get(today[0]) if today else None
    return read_story(entry) if entry is not None else None


def members_of(state: IndexState, stories: Iterable[str]) -> frozenset[str]:
    """Return the articles of stories; an old id stands for all that it leads to."""
    wanted: dict[str, None] = {}
    for name in stories:
        there = state.get(STORIES, [name])
        wanted |= dict.fromkeys((name,) if there else former(state, name))
    found = state.get(STORIES, wanted).values()
    return frozenset(str(one["id"]) for entry in found for one in entry.value["members"])


def several(state: IndexState, ids: Iterable[str]) -> dict[str, Story]:
    """Return stories of today by their ids."""
    read = ((key, read_story(entry)) for key, entry in state.get(STORIES, ids).items())
    return {key: one for key, one in read if one is not None}


def stories(state: IndexState) -> Iterator[Story]:
    """Every story, by id."""
    read = (read_story(entry) for entry in state.scan(STORIES))
    return (one for one in read if one is not None)


def read_story(entry: Entry, now: datetime | None = None) -> Story | None:
    """Read a stored story; None where all of it is still under embargo."""
    moment = now or datetime.now(UTC)
    members = [read_member(one) for one in entry.value["members"]]
    shown = [one for one in members if one.embargo is None or one.embargo <= moment]
    return Story(entry.key, ordered(shown), float(entry.value["cohesion"])) if shown else None


def correction(state: IndexState, article: str) -> dict[str, Any] | None:
    """Return where a person put an article, when, and the reason given; None where nobody did."""
    found = state.get(CORRECTIONS, [article]).get(article)
    if found is None:
        return None
    return {name: found.value.get(name) for name in ("story", "left", "at", "reason")}


def membership_document(state: IndexState, article: str, lang: str | None) -> dict[str, Any] | None:
    """Return what `polywire show --json` says of an article's story; None without one.

    The headline is in a language where there is one.
    """
    named = story_of(state, [article]).get(article)
    found = story(state, named) if named else None
    member = next((one for one in found.members if one.id == article), None) if found else None
    if found is None or member is None:
        return None
    return {
        "id": found.id,
        "headline": found.headline_in(lang),
        "size": found.size,
        "certainty": round(member.certainty, 3),
        "doubtful": member.doubtful,
        "moved": member.moved,
    }
