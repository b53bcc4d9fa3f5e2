"""Articles as documents and back again: pure functions.

    {"id", "lang", "source", "section", "tags", "published", "published_us",
     "content_hash", "version", "seen_us", "embargo_us",
     "kept": {"title", "url", "authors", "updated", "meta", "draft_hash"},
     "passages": [{"position", "lang", "text": {FIELD: text}, "names", "vector"}],
     "history": see `search.index.elastic.history`}

The text of a passage stands once, under the sub-field of its language (`languages.field_of`);
the mapping copies it into the neutral field. `names` has the keys of its names (`search.names`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.analysis.indexing import shared_words
from search.index.elastic.languages import field_of
from search.index.elastic.mapping import (
    ARTICLE_ID,
    CONTENT_HASH,
    DRAFT_HASH,
    EMBARGO,
    KEPT,
    LANG,
    PASSAGES,
    PUBLISHED,
    PUBLISHED_MICROSECONDS,
    SECTION,
    SOURCE,
    TAGS,
    VERSION,
)
from search.index.model import Article, ArticleState, EmbeddedArticle, Passage, stored_version
from search.names.tokens import name_keys

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(value: int) -> datetime:
    """Return the moment of `microseconds`."""
    return _EPOCH + timedelta(microseconds=value)


def pack(vector: NDArray[np.float32]) -> str:
    """Base64 of big-endian float32, a quarter of the size of decimal numbers."""
    return base64.b64encode(vector.astype(">f4").tobytes()).decode("ascii")


def unpack(vector: str | list[float]) -> NDArray[np.float32]:
    """Read a vector as the server returns it: numbers, or `pack`'s base64."""
    if isinstance(vector, str):
        return np.frombuffer(base64.b64decode(vector), dtype=">f4").astype(np.float32)
    return np.asarray(vector, dtype=np.float32)


def to_document(embedded: EmbeddedArticle, packed: bool) -> dict[str, Any]:
    """Build the document of an article; `packed` says whether the server reads base64."""
    article = embedded.article
    document: dict[str, Any] = {
        ARTICLE_ID: article.id,
        LANG: article.lang,
        CONTENT_HASH: article.content_hash,
        VERSION: article.version,
        KEPT: {
            "title": article.title,
            "url": article.url,
            "authors": list(article.authors),
            "updated": article.updated.isoformat() if article.updated else None,
            "meta": dict(article.meta),
        },
        PASSAGES: [
            _passage(passage, vector, packed) | shared
            for passage, vector, shared in zip(
                article.passages, embedded.vectors, embedded.made_by(analysed), strict=True
            )
        ],
    }
    if embedded.draft_hash is not None:
        document[KEPT][DRAFT_HASH] = embedded.draft_hash
    if article.source is not None:
        document[SOURCE] = article.source
    if article.section is not None:
        document[SECTION] = article.section
    if article.tags:
        document[TAGS] = list(article.tags)
    if article.published is not None:
        document[PUBLISHED] = article.published.isoformat()
        document[PUBLISHED_MICROSECONDS] = microseconds(article.published)
    if article.embargo is not None:
        document[EMBARGO] = microseconds(article.embargo)
    return document


def analysed(embedded: EmbeddedArticle) -> tuple[dict[str, str], ...]:
    """Return the fields of each passage that the server does not analyse itself. Pure."""
    return tuple(
        {
            "neutral": " ".join(shared_words(passage.text, passage.lang)),
            "names": " ".join(name_keys(passage.text, passage.lang)),
        }
        for passage in embedded.article.passages
    )


def _passage(passage: Passage, vector: NDArray[np.float32], packed: bool) -> dict[str, Any]:
    return {
        "position": passage.position,
        "lang": passage.lang,
        "text": {field_of(passage.lang): passage.text},
        "vector": pack(vector) if packed else [float(x) for x in vector],
    }


def to_article(source: Mapping[str, Any]) -> Article:
    """Read an article from `_source`; what was left out of it is empty."""
    stored = source.get(KEPT, {})
    return Article(
        id=source[ARTICLE_ID],
        title=stored.get("title", ""),
        passages=tuple(to_passage(passage) for passage in source.get(PASSAGES, ())),
        lang=source[LANG],
        source=source.get(SOURCE),
        url=stored.get("url"),
        authors=tuple(stored.get("authors", ())),
        published=_moment(source.get(PUBLISHED)),
        updated=_moment(stored.get("updated")),
        section=source.get(SECTION),
        tags=tuple(source.get(TAGS, ())),
        meta=stored.get("meta", {}),
        embargo=_embargo(source),
    )


def to_passage(source: Mapping[str, Any]) -> Passage:
    """Read a passage from its part of `_source`."""
    (text,) = source["text"].values()
    return Passage(source["position"], text, source["lang"])


def to_embedded(source: Mapping[str, Any], dimension: int) -> EmbeddedArticle:
    """Read an article with its vectors, float32 of shape (passages, dimension)."""
    rows = [unpack(passage["vector"]) for passage in source.get(PASSAGES, ())]
    empty = np.zeros((0, dimension), dtype=np.float32)
    vectors = np.stack(rows) if rows else empty
    return EmbeddedArticle(to_article(source), vectors, _draft_hash(source))


def to_state(source: Mapping[str, Any]) -> ArticleState:
    """Read content hash, version, language, draft hash and source."""
    version = stored_version(source[VERSION], source.get(KEPT, {}).get("updated"))
    return ArticleState(
        source[CONTENT_HASH],
        version,
        source[LANG],
        _draft_hash(source),
        source.get(SOURCE),
        _embargo(source),
    )


def _embargo(source: Mapping[str, Any]) -> datetime | None:
    return moment_of(source[EMBARGO]) if EMBARGO in source else None


def _draft_hash(source: Mapping[str, Any]) -> str | None:
    found: str | None = source.get(KEPT, {}).get(DRAFT_HASH)
    return found


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
