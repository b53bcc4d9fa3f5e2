"""What Polywire itself writes, as a record again: stored articles and hits of searches. Pure.

An article as `polywire show --json` and the API print it has what only the index knows of it; a hit
of a search has some paragraphs of its article, which is a summary: it never replaces the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.index.model import HEADLINE

OF_THE_INDEX = frozenset(
    {"languages", "version", "content_hash", "versions", "suspicious", "copies", "story"}
)
"""Keys of a stored article that nobody gave; `version` is one of its source's where no
`content_hash` stands beside it."""

_HITS = (frozenset({"score", "legs", "paragraphs"}), frozenset({"rank", "score", "paragraph"}))
"""What tells hits: in JSON and JSON Lines, and in CSV."""

_OF_HITS = ("id", "url", "title", "lang", "source", "published", "updated", "section", "tags")
"""What a hit has of its article, besides paragraphs."""


def as_given(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a stored article as it was given, a hit as a summary, and anything else as it is."""
    keys = record.keys()
    if "content_hash" in keys and "languages" in keys:
        return {key: value for key, value in record.items() if key not in OF_THE_INDEX}
    if not any(keys >= needed for needed in _HITS):
        return record
    texts = _texts(record.get("paragraphs", record.get("paragraph")))
    if texts is None:
        return record
    given = {key: record[key] for key in _OF_HITS if key in keys}
    return given | {"paragraphs": texts, "meta": {"summary": True}}


def _texts(shown: object) -> list[str] | None:
    """Return the paragraphs of a hit in the order of the article; None where it is no hit's."""
    if isinstance(shown, str):
        return [shown]
    if not isinstance(shown, list) or not all(map(_is_passage, shown)):
        return None
    body = (one for one in shown if one["position"] != HEADLINE)
    return [one["text"] for one in sorted(body, key=lambda one: one["position"])]


def _is_passage(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    return isinstance(value.get("position"), int) and isinstance(value.get("text"), str)
