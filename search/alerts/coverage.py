"""Which story an article belongs to, as the state of an index knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from search.coverage.duplicates.membership import members_of, memberships
from search.coverage.stories.stored import story, story_of
from search.index.state import IndexState

STORY = "story:"
"""Begins what names a story, not an article."""


class Coverage:
    """Reads stories and near-duplicates; where neither is known, every article is alone."""

    def __init__(self, state: IndexState) -> None:
        self._state = state

    def groups(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return what each article is a part of: its story, else the group of its text.

        Articles that are alone are left out.
        """
        wanted = list(ids)
        found = {one.id: f"copies:{one.group}" for one in memberships(self._state, wanted).values()}
        return found | {
            one: f"{STORY}{name}" for one, name in story_of(self._state, wanted).items()
        }

    def story(self, identifier: str) -> tuple[str, ...]:
        """Return the articles of a story, by an id of today or an old one; () if there is none."""
        found = story(self._state, identifier)
        return found.articles if found is not None else ()

    def carriers(self, article_id: str) -> tuple[str, ...]:
        """Return the articles with the same text as one, itself included; () if it is alone."""
        membership = memberships(self._state, [article_id]).get(article_id)
        if membership is None:
            return ()
        return members_of(self._state, [membership.group]).get(membership.group, ())
