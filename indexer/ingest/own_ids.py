"""One id, two sources: two articles. Pure.

Many sources number their articles from 1. An id that a record gives belongs to its source, where
the source is known: the article that has it first is stored under it as it is, one of another
source under `ID@source` (`own_id`). So ids stay what they were wherever they do not clash, an
article that is stored keeps its id, and reading the same records again finds the same articles.

An article without a source, or one that is stored without, is the same article as any of its id.
Of two programs that bring in a clash at the same moment, both first, one is a version of the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from indexer.article.draft import Notice
from indexer.ingest.batches import Incoming
from search.index.admission import MAX_ID_BYTES
from search.index.model import ArticleState
from search.index.withdrawals import Withdrawal


def own_id(given: str, source: str) -> str:
    """Return the id of a source's article whose given id is that of another source's."""
    own = f"{given}@{_folded(source)}"
    if len(own.encode("utf-8", "replace")) <= MAX_ID_BYTES:
        return own
    return "s-" + hashlib.sha256(own.encode("utf-8", "replace")).hexdigest()[:24]


def looked_up_of(notices: Sequence[Notice]) -> Iterator[str]:
    """Every id that an article may have that is withdrawn."""
    for notice in notices:
        for one in notice.withdrawals:
            yield one.id
            if notice.scope is not None:
                yield own_id(one.id, notice.scope)


def own_withdrawals(
    notices: Sequence[Notice], holders: Mapping[str, str | None]
) -> tuple[Withdrawal, ...]:
    """Give each withdrawal the id that its article is stored under, or would be.

    `holders` has the source (None for none) of every article that is stored, or was withdrawn.
    """
    found = []
    for notice in notices:
        for one in notice.withdrawals:
            scope = notice.scope
            own = one.id if scope is None else own_id(one.id, scope)
            is_given = own not in holders and _may_have(scope, holders.get(one.id))
            found.append(one if is_given else replace(one, id=own))
    return tuple(found)


def looked_up(items: Sequence[Incoming]) -> Iterator[str]:
    """Every id that an item may have."""
    for item in items:
        yield item.article.id
        if item.scope is not None:
            yield own_id(item.article.id, item.scope)


def with_own_ids(
    items: Sequence[Incoming],
    states: Mapping[str, ArticleState],
    withdrawn: Mapping[str, Withdrawal] | None = None,
) -> tuple[Incoming, ...]:
    """Give each item the id that it is stored under, in their order.

    `states` are those of the articles that are in the index, of all ids `looked_up`; an article
    that was withdrawn has its id still.
    """
    holders = holders_of(states, withdrawn or {})
    return tuple(_with_own_id(item, holders) for item in items)


def holders_of(
    states: Mapping[str, ArticleState], withdrawn: Mapping[str, Withdrawal]
) -> dict[str, str | None]:
    """Say which source has an id, None where no source is known."""
    gone = {name: one.source for name, one in withdrawn.items()}
    return gone | {name: state.source for name, state in states.items()}


def _with_own_id(item: Incoming, holders: dict[str, str | None]) -> Incoming:
    given, source = item.article.id, item.article.source
    own = given if item.scope is None else own_id(given, item.scope)
    if own not in holders and _may_have(item.scope, holders.get(given)):
        holders[given] = source or holders.get(given)
        return item
    holders[own] = source
    if own == given:
        return item
    remarks = replace(item.remarks, renamed=True)
    return replace(item, article=replace(item.article, id=own), remarks=remarks)


def _may_have(scope: str | None, holder: str | None) -> bool:
    return scope is None or holder is None or _folded(scope) == _folded(holder)


def _folded(source: str) -> str:
    return " ".join(source.casefold().split())
