"""What is stored of near-duplicates besides who is in which group, and how groups change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from search.coverage.duplicates.membership import GROUPS, MEMBERS
from search.coverage.duplicates.texts import Carrier
from search.index.state import Change, Entry, IndexState

SKETCHES = "copies.sketches"
"""Blocks of records (`records.block`), under keys that ascend with the time of writing."""

PENDING = "copies.pending"
"""What was begun: articles about to be written or deleted, blocks not yet matched."""


def regrouping(
    state: IndexState, reached: Collection[str], groups: Sequence[Sequence[Carrier]]
) -> list[Change]:
    """Return the changes that make these the groups of all articles that were reached.

    Groups come before what leads to them, and each is expected as it was read, so that of two
    programs which regroup the same articles at once the second one is told (`StateConflict`).
    """
    wanted = {group[0].record.id: group for group in groups}
    members = {
        one.record.id: _document(one, name) for name, group in wanted.items() for one in group
    }
    known = state.get(MEMBERS, sorted(reached))
    names = {str(entry.value["group"]) for entry in known.values()} | wanted.keys()
    stored = state.get(GROUPS, sorted(names))
    changes = [
        Change(GROUPS, name, value, stored[name].revision if name in stored else 0)
        for name, group in sorted(wanted.items())
        if not _is(stored.get(name), value := {"members": [one.record.id for one in group]})
    ]
    changes += [
        Change(MEMBERS, one, members.get(one))
        for one in sorted(reached)
        if (one in members or one in known) and not _is(known.get(one), members.get(one))
    ]
    changes += [
        Change(GROUPS, name, None, stored[name].revision)
        for name in sorted(stored.keys() - wanted.keys())
    ]
    return changes


def _is(entry: Entry | None, value: Mapping[str, Any] | None) -> bool:
    return entry is not None and value is not None and dict(entry.value) == dict(value)


def _document(carrier: Carrier, group: str) -> dict[str, Any]:
    record = carrier.record
    return {
        "group": group,
        "source": record.source,
        "published": None if record.published is None else record.published.isoformat(),
        "length": 0 if record.sketch is None else record.sketch.length,
        "hash": record.content_hash,
        "kind": carrier.kind,
        "resemblance": round(carrier.resemblance, 3),
        "containment": round(carrier.containment, 3),
    }
