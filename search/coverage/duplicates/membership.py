"""Which articles carry the same text, as it is stored beside them. Loads nothing heavy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from search.index.state import Entry, IndexState
from search.retrieval.copies import Membership

MEMBERS = "copies"
"""By article: the group that it is in. Articles that are alone have no entry."""

GROUPS = "copies.groups"
"""By the id of its first article: the ids of all articles of a group, first published first."""


def memberships(state: IndexState, ids: Iterable[str]) -> dict[str, Membership]:
    """Read the groups of articles; those that are alone are left out."""
    return {one: _membership(entry) for one, entry in state.get(MEMBERS, ids).items()}


def members_of(state: IndexState, groups: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read which articles a group has, first published first."""
    return {one: tuple(entry.value["members"]) for one, entry in state.get(GROUPS, groups).items()}


def _membership(entry: Entry) -> Membership:
    value = entry.value
    published = value["published"]
    return Membership(
        id=entry.key,
        group=value["group"],
        source=value["source"],
        published=None if published is None else datetime.fromisoformat(published),
        length=value["length"],
        content_hash=value["hash"],
        kind=value["kind"],
        resemblance=value["resemblance"],
        containment=value["containment"],
    )
