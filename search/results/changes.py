"""What a repeated search finds different from its method file. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.results.tally import LISTED


@dataclass(frozen=True, slots=True)
class Changes:
    """What a repetition found different: settings as (name, before, now), and articles by id.

    `moved` counts articles that are in both but not at the same rank among those that stayed.
    `partial` says that only the first `LISTED` articles could be compared.
    """

    settings: tuple[tuple[str, Any, Any], ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    moved: int
    partial: bool

    def __bool__(self) -> bool:
        return bool(self.settings or self.added or self.gone or self.moved)


_COMPARED = (
    ("program", ("polywire",)),
    ("index", ("index", "location")),
    ("engine", ("index", "engine")),
    ("articles in the index", ("index", "articles")),
    ("passages in the index", ("index", "passages")),
    ("schema version", ("index", "schema_version")),
    ("vector index", ("index", "vector_index")),
    ("model", ("model", "name")),
    ("model fingerprint", ("model", "fingerprint")),
    ("language offsets", ("offsets", "digest")),
    ("least confidence", ("min_confidence",)),
    ("reranker", ("rerank", "model")),
    ("reranker's fingerprint", ("rerank", "fingerprint")),
    ("articles reranked", ("rerank", "top")),
    ("articles in the result", ("result", "articles")),
)


def compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> Changes:
    """Compare two method files of the same request."""
    old, new = _listed_ids(before), _listed_ids(now)
    stayed = set(old) & set(new)
    pairs = zip(
        [identifier for identifier in old if identifier in stayed],
        [identifier for identifier in new if identifier in stayed],
        strict=True,
    )
    differing = [
        (name, _at(before, path), _at(now, path))
        for name, path in _COMPARED
        if _at(before, path) != _at(now, path)
    ]
    return Changes(
        settings=tuple(differing),
        added=tuple(identifier for identifier in new if identifier not in stayed),
        gone=tuple(identifier for identifier in old if identifier not in stayed),
        moved=sum(first != second for first, second in pairs),
        partial=any(
            document["result"]["articles"] > document["hits_listed"] for document in (before, now)
        ),
    )


def changes_document(changes: Changes) -> dict[str, Any]:
    """Return JSON values only."""
    return {
        "settings": [
            {"name": name, "before": before, "now": now} for name, before, now in changes.settings
        ],
        "added": list(changes.added),
        "gone": list(changes.gone),
        "moved": changes.moved,
        "partial": changes.partial,
    }


def changes_text(changes: Changes, then: str) -> str:
    """Say in a few lines what is different since then."""
    since = f"since {then}"
    if not changes:
        return f"Nothing has changed {since}: the same articles in the same order."
    lines = [f"What changed {since}:"]
    lines += [f"  {name}: {before} -> {now}" for name, before, now in changes.settings]
    if changes.added:
        lines.append(f"  {len(changes.added)} new: {_some(changes.added)}")
    if changes.gone:
        lines.append(f"  {len(changes.gone)} gone: {_some(changes.gone)}")
    if changes.moved:
        lines.append(f"  {changes.moved} at a different rank")
    if not (changes.added or changes.gone or changes.moved):
        lines.append("  the articles are the same, in the same order")
    if changes.partial:
        lines.append(f"  (only the first {LISTED:,} articles were compared)")
    return "\n".join(lines)


def _listed_ids(document: Mapping[str, Any]) -> list[str]:
    return [hit["id"] for hit in document["hits"]]


def _at(document: Mapping[str, Any], path: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    value: Any = document
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _some(identifiers: Sequence[str], most: int = 5) -> str:
    more = f", and {len(identifiers) - most} more" if len(identifiers) > most else ""
    return ", ".join(identifiers[:most]) + more
