"""Settings and mapping of an index: pure functions of its identity, the options and the server.

One document is one ARTICLE; its passages are nested documents within it. We measured both shapes
on Elasticsearch 9.4.3 (`benchmarks/elasticsearch_shapes.py` and its results) and chose this one
over one document per passage because

* an article is replaced or deleted by one operation on one document, which Elasticsearch does
  atomically; passages as documents of their own would need a transaction that it does not have;
* a search collapses passages into articles before the cut: nested kNN found 100 articles of 100
  asked for, `collapse` 63 on average and 19 at least, as it sees the nearest passages only;
* words are found four times as fast, and vectors half as fast again;
* facets, histograms and scans count articles because articles are what is there.

`dynamic: strict` everywhere: a field that is not named here is a mistake, and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.index.bounds import MOST_ARTICLES, MOST_PASSAGES
from search.index.elastic.analysis import analysis_settings
from search.index.elastic.languages import FIELDS, NEUTRAL_ANALYZER, OTHER
from search.index.elastic.names import Generation, document_alias, read_alias, write_alias
from search.index.elastic.options import ElasticOptions, ServerTraits
from search.index.model import IndexIdentity
from search.index.port import Note

ARTICLE_ID = "id"
LANG = "lang"
SOURCE = "source"
SECTION = "section"
TAGS = "tags"
PUBLISHED = "published"
PUBLISHED_MICROSECONDS = "published_us"
CONTENT_HASH = "content_hash"
VERSION = "version"
KEPT = "kept"
DRAFT_HASH = "draft_hash"
"""Within `KEPT`, which is not mapped: a mapping of an earlier program takes it as well."""
HISTORY = "history"
SEEN = "seen_us"
EMBARGO = "embargo_us"
PASSAGES = "passages"
POSITION = f"{PASSAGES}.position"
PASSAGE_LANG = f"{PASSAGES}.lang"
TEXT = f"{PASSAGES}.text"
NEUTRAL = f"{PASSAGES}.neutral"
NAMES = f"{PASSAGES}.names"
VECTOR = f"{PASSAGES}.vector"

META_KEY = "polywire"
NOTES_KEY = "polywire_notes"

ADDED: Mapping[str, Any] = {SEEN: {"type": "long"}, EMBARGO: {"type": "long"}}
"""Fields that indexes of earlier programs lack: they get them before the first write."""

MAX_PASSAGES = 100_000
"""Passages of one article (`index.mapping.nested_objects.limit`)."""


def index_body(
    generation: Generation,
    identity: IndexIdentity,
    options: ElasticOptions,
    server: ServerTraits,
    live: bool,
) -> dict[str, Any]:
    """Build the body of a create-index request; if `live`, searches go here at once."""
    aliases: dict[str, Any] = {document_alias(str(generation)): {}}
    if live:
        aliases[read_alias(generation.base)] = {}
        aliases[write_alias(generation.base)] = {"is_write_index": True}
    return {
        "settings": settings(options, server),
        "mappings": mappings(identity, options, server),
        "aliases": aliases,
    }


def settings(options: ElasticOptions, server: ServerTraits) -> dict[str, Any]:
    """Index settings. Replicas grow to the number asked for as nodes join, from 0 on one node."""
    index: dict[str, Any] = {
        "number_of_shards": options.shards,
        "auto_expand_replicas": f"0-{options.replicas}",
        "max_result_window": MOST_ARTICLES,
        "max_inner_result_window": MOST_PASSAGES,
        # What `write` reports as written must survive a crash: the log is synced per request.
        "translog": {"durability": "request"},
        "mapping": {"nested_objects": {"limit": MAX_PASSAGES}},
    }
    if server.excludes_source_vectors:
        index["mapping"]["exclude_source_vectors"] = True
    return {"index": index, "analysis": analysis_settings(server.plugins)}


def mappings(
    identity: IndexIdentity, options: ElasticOptions, server: ServerTraits
) -> dict[str, Any]:
    """The strict mapping, with the index's identity in `_meta`."""
    keyword = {"type": "keyword"}
    return {
        "dynamic": "strict",
        "_meta": {META_KEY: identity_meta(identity)},
        "properties": {
            ARTICLE_ID: keyword,
            LANG: keyword,
            SOURCE: keyword,
            SECTION: keyword,
            TAGS: keyword,
            PUBLISHED: {"type": "date", "format": "strict_date_optional_time"},
            # Elasticsearch dates have milliseconds; filters must be exact to the microsecond.
            PUBLISHED_MICROSECONDS: {"type": "long"},
            CONTENT_HASH: {"type": "keyword", "index": False},
            VERSION: {"type": "long", "index": False},
            KEPT: {"type": "object", "enabled": False},
            HISTORY: {"type": "object", "enabled": False},
            **ADDED,
            PASSAGES: {
                "type": "nested",
                "dynamic": "strict",
                "properties": {
                    "position": {"type": "integer"},
                    "lang": keyword,
                    "text": {"dynamic": "strict", "properties": _texts(server)},
                    # Words made by `search.analysis` and parted by spaces.
                    "neutral": {"type": "text", "analyzer": "whitespace"},
                    # Keys of names, made by `search.names` and parted by spaces.
                    "names": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
                    "vector": {
                        "type": "dense_vector",
                        "dims": identity.dimension,
                        "index": True,
                        "similarity": "cosine",
                        "index_options": {"type": options.vector_index},
                    },
                },
            },
        },
    }


def _texts(server: ServerTraits) -> dict[str, Any]:
    """One sub-field per language: a passage fills just its own."""
    texts: dict[str, Any] = {
        field.name: {"type": "text", "analyzer": field.analyzer_for(server.plugins)}
        for field in FIELDS
    }
    texts[OTHER] = {"type": "text", "analyzer": NEUTRAL_ANALYZER}
    return texts


def identity_meta(identity: IndexIdentity) -> dict[str, Any]:
    """What `_meta` says about the index."""
    return {
        "schema_version": identity.schema_version,
        "model_name": identity.model_name,
        "model_fingerprint": identity.model_fingerprint,
        "dimension": identity.dimension,
    }


def notes_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Read the notes out of a mapping, by name."""
    notes: dict[str, Any] = mapping.get("_meta", {}).get(NOTES_KEY, {})
    return notes


def annotated(mapping: Mapping[str, Any], name: str, content: Note | None) -> dict[str, Any]:
    """Build the `_meta` in which a note is stored or (None) left out.

    Elasticsearch replaces `_meta` as a whole, so everything else in it is carried along, the
    identity above all.
    """
    others = {key: note for key, note in notes_of(mapping).items() if key != name}
    notes = others if content is None else {**others, name: dict(content)}
    return {**mapping.get("_meta", {}), NOTES_KEY: notes}


def identity_of(mapping: dict[str, Any]) -> IndexIdentity | None:
    """Read the identity out of a mapping; None if Polywire did not write it."""
    meta = mapping.get("_meta", {}).get(META_KEY)
    try:
        return IndexIdentity(
            model_name=str(meta["model_name"]),
            model_fingerprint=str(meta["model_fingerprint"]),
            dimension=int(meta["dimension"]),
            schema_version=int(meta["schema_version"]),
        )
    except (TypeError, KeyError, ValueError):
        return None
