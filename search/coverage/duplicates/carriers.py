"""Who else carries the text of an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.coverage.duplicates.membership import members_of, memberships
from search.index.port import SearchIndex
from search.index.state import IndexState
from search.query.dates import moment

MOST_CARRIERS = 500
"""Articles of one text that are looked up."""


@dataclass(frozen=True, slots=True)
class Carrying:
    """An article that carries the text of another; `kind` and `resemblance` as `Membership`."""

    id: str
    title: str
    lang: str
    source: str | None
    published: datetime | None
    kind: str
    resemblance: float


def carriers(
    index: SearchIndex, state: IndexState, article_id: str, now: datetime
) -> tuple[Carrying, ...]:
    """Return the other articles that carry the text of one, first published first.

    What has been changed or deleted since, or may not be shown before a later moment than `now`,
    is left out.
    """
    own = memberships(state, [article_id]).get(article_id)
    if own is None:
        return ()
    ids = members_of(state, [own.group]).get(own.group, ())[:MOST_CARRIERS]
    members = memberships(state, ids)
    found = index.get(list(ids))
    current = {
        one: found[one].article
        for one in ids
        if one in found and one in members
        if found[one].article.content_hash == members[one].content_hash
    }
    if article_id not in current:
        return ()
    return tuple(
        Carrying(
            one,
            article.title,
            article.lang,
            article.source,
            article.published,
            members[one].kind,
            members[one].resemblance,
        )
        for one, article in current.items()
        if one != article_id and (article.embargo is None or article.embargo <= now)
    )


def carriers_document(copies: Sequence[Carrying]) -> list[dict[str, Any]]:
    """Return JSON values only."""
    return [
        {
            "id": copy.id,
            "title": copy.title,
            "lang": copy.lang,
            "source": copy.source,
            "published": moment(copy.published),
            "kind": copy.kind,
            "resemblance": copy.resemblance,
        }
        for copy in copies
    ]
