"""What becomes of old notices: what they said goes, and that it was told stays.

An article is told once per alert for as long as it is in the index, so what remains of an old
notice is little more than its key: some hundred bytes, at most one per alert and article of the
index. What is not delivered yet stays whole, however old it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from search.alerts.grouping import PART, TOLD, really_told
from search.alerts.store import NOTICES, AlertStore
from search.index.port import SearchIndex
from search.index.state import Change, Entry, StateConflict

KEEP = timedelta(days=90)
EVERY = timedelta(days=1)

PRUNED = "alert_pruned"
"""One entry: when it was last done."""

OF_ARTICLES = frozenset({"found", "further", PART})
"""Kinds of notices that stand under an article: those of what is followed are told by turns, and
nothing need be known of an old one."""

_TOGETHER = 500


def prune_if_due(store: AlertStore, index: SearchIndex, keep: timedelta, now: datetime) -> int:
    """Prune once a day; returns how many notices were pruned."""
    entry = store.state.get(PRUNED, ["last"]).get("last")
    if (
        entry is not None
        and timedelta(0) <= now - datetime.fromisoformat(entry.value["at"]) < EVERY
    ):
        return 0
    pruned = prune(store, index, now - keep)
    store.state.write([Change(PRUNED, "last", {"at": now.isoformat()})])
    return pruned


def prune(store: AlertStore, index: SearchIndex, before: datetime) -> int:
    """Prune what was told before a moment. May be ended at any time, and done twice at once."""
    pending = set(store.pending())
    count = 0
    for some in _old(store, pending, before):
        kept = [entry for entry in some.values() if entry.value["kind"] in OF_ARTICLES]
        ids = {str(entry.value["article"]["id"]) for entry in kept}
        there = index.states(sorted(ids)).keys()
        told = really_told(store, {entry.key: entry.value for entry in kept})
        left = {key: _left(one, there) if key in told else None for key, one in some.items()}
        changes = [
            Change(NOTICES, key, left[key], entry.revision)
            for key, entry in some.items()
            if left[key] != entry.value
        ]
        count += _written(store, changes)
    _prune_stories(store)
    return count


def _old(store: AlertStore, pending: set[str], before: datetime) -> Iterator[Mapping[str, Entry]]:
    """Yield old notices, further sources before the notices that have them."""
    parts, others = list[str](), list[str]()
    for entry in store.state.scan(NOTICES):
        if entry.key not in pending and datetime.fromisoformat(entry.value["found"]) < before:
            (parts if entry.value["kind"] == PART else others).append(entry.key)
    for keys in (parts, others):
        for start in range(0, len(keys), _TOGETHER):
            yield store.notices(keys[start : start + _TOGETHER])


def _left(entry: Entry, there: Collection[str]) -> dict[str, Any] | None:
    """Return what stays of a notice; nothing where its article is not `there`, in the index."""
    article = str(entry.value["article"]["id"])
    if article not in there:
        return None
    return {
        "kind": entry.value["kind"],
        "found": entry.value["found"],
        "article": {"id": article},
        "deliveries": {},
        "pruned": True,
    }


def _written(store: AlertStore, changes: Sequence[Change]) -> int:
    """Write what nobody else has changed meanwhile."""
    try:
        store.state.write(changes)
    except StateConflict:
        return sum(_written(store, [one]) for one in changes) if len(changes) > 1 else 0
    return len(changes)


def _prune_stories(store: AlertStore) -> None:
    """Forget stories whose first notice is pruned: what comes of them then is told anew."""
    keys = {entry.key: str(entry.value["notice"]) for entry in store.state.scan(TOLD)}
    for start in range(0, len(keys), _TOGETHER):
        some = dict(list(keys.items())[start : start + _TOGETHER])
        notices = store.notices(list(some.values()))
        old = [k for k, one in some.items() if one not in notices or _is_pruned(notices[one])]
        store.state.write([Change(TOLD, key, None) for key in old])


def _is_pruned(entry: Entry) -> bool:
    return bool(entry.value.get("pruned"))
