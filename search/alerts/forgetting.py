"""Articles that are deleted or withdrawn leave what alerts have told, too.

That a notice was told stays, so that nothing is told twice; headline, address, quotations and
texts leave it, also where it has not been delivered yet. What was delivered, to files, mailboxes
and other programs, is out of reach.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from typing import Any

from search.alerts.following import FOLLOWED
from search.alerts.store import ALERTS, NOTICES, notice_key
from search.index.errors import EngineBusy
from search.index.state import Change, Entry, IndexState, StateConflict

DELETED = "[deleted]"
"""Stands where a headline was."""

_WHY = "The article is no longer in the index."
_TEXTS = ("changes", "before", "after")
_TRIES = 20
_TOGETHER = 500


def forget(state: IndexState, ids: Collection[str], *, followed: bool = True) -> int:
    """Take these articles out of all notices; returns how many notices that changed.

    Without `followed`, what alerts remember of the articles that they follow stays, so that they
    can say which one was withdrawn.
    """
    changed = 0
    for alert in list(state.scan(ALERTS)) if ids else ():
        follows = bool(alert.value.get("follows"))
        changed += _forgotten(state, partial(_notices, state, alert.key, ids, follows), ids)
        if followed and follows:
            _forgotten(state, partial(_followed, state, alert.key), ids, FOLLOWED)
    return changed


def forget_missing(state: IndexState, missing: Callable[[Sequence[str]], Set[str]]) -> int:
    """Take out all articles that `missing` says of ids are not there any more, for a purge."""
    told: dict[str, None] = {}
    for entry in state.scan(NOTICES):
        told |= dict.fromkeys(_named(entry.value))
    for entry in state.scan(FOLLOWED):
        told |= dict.fromkeys(entry.value["articles"])
    names, gone = list(told), set[str]()
    for start in range(0, len(names), _TOGETHER):
        gone |= missing(names[start : start + _TOGETHER])
    return forget(state, gone)


def _named(notice: Mapping[str, Any]) -> Iterator[str]:
    if notice["article"].get("title") != DELETED:
        yield str(notice["article"]["id"])
    yield from (str(one["id"]) for one in notice.get("more", ()) if one["title"] != DELETED)


def _notices(
    state: IndexState, alert: str, ids: Iterable[str], follows: bool
) -> Iterable[tuple[str, Entry]]:
    """Return the notices of an alert that may have something of these articles."""
    if follows:  # what was told of changes stands under keys that nobody knows
        return [(entry.key, entry) for entry in state.scan(NOTICES, prefix=f"{alert}/")]
    found = dict(state.get(NOTICES, [notice_key(alert, one) for one in ids]))
    holders = [str(entry.value["of"]) for entry in found.values() if "of" in entry.value]
    return (found | dict(state.get(NOTICES, holders))).items()


def _followed(state: IndexState, alert: str) -> Iterable[tuple[str, Entry]]:
    return state.get(FOLLOWED, [alert]).items()


def _forgotten(
    state: IndexState,
    read: Callable[[], Iterable[tuple[str, Entry]]],
    ids: Collection[str],
    collection: str = NOTICES,
) -> int:
    without = _without if collection == NOTICES else _unfollowed
    for _ in range(_TRIES):
        changes = [
            Change(collection, key, value, entry.revision)
            for key, entry in read()
            if (value := without(entry.value, ids)) != entry.value
        ]
        try:
            state.write(changes)
        except StateConflict:  # it was delivered meanwhile
            continue
        return len(changes)
    raise EngineBusy("Other programs kept changing what alerts have told; try again.")


def _without(notice: Mapping[str, Any], ids: Collection[str]) -> Mapping[str, Any]:
    """Return a notice without what it has of these articles."""
    made = dict(notice)
    if made["article"]["id"] in ids:
        made["article"] = _bare(made["article"])
        made |= {name: None for name in _TEXTS if name in made}
        if made["kind"] not in ("withdrawn", "part"):
            made["why"] = {"sentence": _WHY}
        if "links" in made:
            made["links"] = {**made["links"], "article": None}
    if "more" in made:
        made["more"] = [_bare(one) if one["id"] in ids else one for one in made["more"]]
    return made


def _bare(article: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: None for name in ("url", "section") if name in article}
    return {**article, **told, "title": DELETED}


def _unfollowed(value: Mapping[str, Any], ids: Collection[str]) -> Mapping[str, Any]:
    articles = {
        one: {**seen, "title": DELETED} if one in ids else seen
        for one, seen in value["articles"].items()
    }
    return {**value, "articles": articles}
