"""A record out of the objects that it stands in, with what stands beside its text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.article.key_lookup import field_of, folded_keys
from indexer.article.posts import post_of

WRAPPERS = ("_source", "doc", "document", "article", "attributes", "story", "node", "snippet")
"""Keys of objects that are the article itself: dumps of Elasticsearch, JSON:API, ..."""

WRAPPERS_OF_TEXTS = ("post", "data", "entry", "object", "item", "fields", "properties")
"""Keys of such objects where these have a text, and little stands beside them."""

BESIDE = ("metadata", "meta_data", "document_metadata", "frontmatter", "front_matter")
"""Keys of objects with what else is known of a text: LangChain, Firecrawl, Apify, ..."""

_BODIES = ("text", "paragraphs", "body", "content")
_INNER_BODIES = (*_BODIES, "selftext", "html", "record", "attributes")
_MOST_AROUND = 4
_MOST_WRAPPERS = 3

ENGINE_KEYS = frozenset("_index _type _score _version _seq_no _primary_term _ignored sort".split())  # noqa: SIM905
"""What Elasticsearch puts beside `_source`: nothing of the article."""


def unwrapped(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take an article out of the objects that it stands in, if these say nothing themselves."""
    for _ in range(_MOST_WRAPPERS):
        inner = post_of(record)
        if inner is record:
            inner = _unwrapped_once(record)
        if inner is record:
            break
        record = inner
    return record


def with_metadata(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add to a record what only the object beside its text says; the object stays where it is."""
    for name in BESIDE:
        inner = record.get(name)
        if isinstance(inner, dict):
            has = {field_of(key) for key in record}
            more = {key: inner[key] for key in inner if field_of(key) not in {*has, "text", None}}
            record = {**more, **record}
    return record


def _unwrapped_once(record: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = record.get("_source")
    if isinstance(inner, dict):
        around = {key: value for key, value in record.items() if key not in ENGINE_KEYS}
        around.pop("_source")
        return {**around, **inner}
    if has_body(record):
        return record
    for name in (*WRAPPERS, *WRAPPERS_OF_TEXTS):
        inner = record.get(name)
        if not isinstance(inner, dict) or len(inner) < 2:
            continue
        few = len(record) <= _MOST_AROUND or not _names_something(record)
        if name in WRAPPERS or (few and has_body(inner, _INNER_BODIES)):
            around = {key: value for key, value in record.items() if key != name}
            return {**around, **inner}
    return record


def _names_something(record: Mapping[str, Any]) -> bool:
    return any(field_of(key) in ("text", "title") for key in record)


def has_body(record: Mapping[str, Any], names: Sequence[str] = _BODIES) -> bool:
    """Tell whether a record has a text itself."""
    return not folded_keys(record).keys().isdisjoint(names)
