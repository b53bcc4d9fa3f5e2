"""Nothing of deleted articles stays in what stories store: the log has what was written lately."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from search.coverage.stories import snapshot
from search.coverage.stories.stored import ARTICLES, JOURNAL, LOG, META, STORIES
from search.coverage.stories.turns import HEAD
from search.index.state import Change, IndexState, StateConflict


def purge(state: IndexState) -> int:
    """Take articles that have no story any more out of the log; returns how many entries changed.

    The snapshot goes as a whole, and the journal with it, which tells only what came after it. Who
    reads an entry later finds there that the article is gone, as he does at its end. The entry
    that somebody writes at this moment is left to him.
    """
    snapshot.remove(state)
    state.write([Change(JOURNAL, key, None) for key in state.keys(JOURNAL)])
    head = state.get(META, [HEAD]).get(HEAD)
    done = int(head.value["number"]) if head else 0
    purged = 0
    for entry in state.scan(LOG):
        if "changes" not in entry.value or int(entry.key) > done:
            continue
        named = {one for change in entry.value["changes"] for one in _articles(change)}
        gone = named - state.get(ARTICLES, named).keys()
        if not gone:
            continue
        kept = [_without(change, gone) for change in entry.value["changes"]]
        value = {**entry.value, "changes": kept}
        if value == entry.value:
            continue
        try:
            state.write([Change(LOG, entry.key, value, entry.revision)])
        except StateConflict:  # it has left the log
            continue
        purged += 1
    return purged


def _articles(change: list[Any]) -> list[str]:
    collection, key, value = change
    if collection == ARTICLES:
        return [key]
    if collection == STORIES and value is not None:
        return [str(one["id"]) for one in value["members"]]
    return []


def _without(change: list[Any], gone: Collection[str]) -> list[Any]:
    collection, key, value = change
    if collection == ARTICLES and key in gone:
        return [collection, key, None]
    if collection == STORIES and value is not None:
        return [collection, key, {**value, "members": [_bare(m, gone) for m in value["members"]]}]
    return change


def _bare(member: Mapping[str, Any], gone: Collection[str]) -> Mapping[str, Any]:
    return {**member, "title": ""} if member["id"] in gone else member
