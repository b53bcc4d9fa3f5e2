"""Which story an article belongs to, as the state of an index knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from search.coverage.duplicates.membership import members_of, memberships
from search.index.state import IndexState

STORY = "story:"
"""Begins what names a story, not an article."""

_STORIES, _OF_ARTICLES, _FORMER = "stories", "stories.articles", "stories.former"


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
        for key, entry in self._state.get(_OF_ARTICLES, wanted).items():
            found[key] = f"{STORY}{entry.value['story']}"
        return found

    def story(self, identifier: str) -> tuple[str, ...]:
        """Return the articles of a story, by an id of today or an old one; () if there is none."""
        seen: set[str] = set()
        waiting = [identifier]
        while waiting:
            wanted = waiting.pop(0)
            seen.add(wanted)
            entry = self._state.get(_STORIES, [wanted]).get(wanted)
            if entry is not None:
                return tuple(member["id"] for member in entry.value["members"])
            for former in self._state.get(_FORMER, [wanted]).values():
                waiting += [one for one in former.value["into"] if one not in seen]
        return ()

    def carriers(self, article_id: str) -> tuple[str, ...]:
        """Return the articles with the same text as one, itself included; () if it is alone."""
        membership = memberships(self._state, [article_id]).get(article_id)
        if membership is None:
            return ()
        return members_of(self._state, [membership.group]).get(membership.group, ())
