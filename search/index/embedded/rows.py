"""Articles as rows of the table, and back. Pure: no file is touched here.

One row a passage. What filters and hits need of an article stands in every row, what only whole
articles need stands in the row of its first passage (`lead`) alone.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.analysed import Analysed, analysed
from search.index.model import HEADLINE, Article, EmbeddedArticle, Made, Passage

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

HIT_COLUMNS = (
    "article_id", "position", "text", "passage_lang", "title", "url", "lang", "source", "section",
    "tags", "published", "updated",
)  # fmt: skip
"""What an `ArticleHit` shows."""

WHOLE_COLUMNS = (*HIT_COLUMNS, "authors", "meta")
"""What a whole `Article` is made of."""

ANALYSED_COLUMNS = Analysed._fields
"""What `analysed` made of a passage when it was written."""

DRAFT_HASH = pa.field("draft_hash", pa.string())
"""The column of `EmbeddedArticle.draft_hash`, which tables of earlier programs do not have."""


EMBARGO = pa.field("embargo", pa.int64())
"""Microseconds since 1970, UTC, in every row of an article that has an embargo. Tables of earlier
programs do not have the column."""

ADDED = (DRAFT_HASH, EMBARGO)
"""Columns that tables of earlier programs lack: they get them before the first write."""


def schema(dimension: int) -> pa.Schema:
    """Return the columns. Vectors are unit length in half precision: a cosine is off by 1e-4."""
    text = pa.string()
    return pa.schema(
        [
            pa.field("article_id", text, nullable=False),
            pa.field("position", pa.int32(), nullable=False),
            pa.field("lead", pa.bool_(), nullable=False),
            pa.field("text", text, nullable=False),
            pa.field("passage_lang", text, nullable=False),
            # Analysed by `search.analysis` and `search.names`, joined by spaces; null where there
            # is nothing.
            pa.field("terms", text),
            pa.field("words", text),
            pa.field("title_terms", text),
            pa.field("title_words", text),
            pa.field("names", text),
            pa.field("vector", pa.list_(pa.float16(), dimension), nullable=False),
            pa.field("title", text, nullable=False),
            pa.field("url", text),
            pa.field("lang", text, nullable=False),
            pa.field("source", text),
            pa.field("section", text),
            pa.field("tags", pa.list_(text), nullable=False),
            pa.field("published", pa.int64()),  # microseconds since 1970, UTC
            pa.field("updated", pa.int64()),
            # In the lead row only:
            pa.field("authors", pa.list_(text)),
            pa.field("meta", text),
            pa.field("content_hash", text),
            pa.field("version", pa.int64()),
            pa.field("seen", pa.int64()),  # microseconds since 1970, UTC
            pa.field("history", pa.binary()),  # see `search.index.embedded.history`
            *ADDED,
        ]
    )


def table_of(articles: Sequence[EmbeddedArticle], dimension: int) -> pa.Table:
    """Make the rows of whole articles, analysed and ready to write."""
    rows = [row for embedded in articles for row in _rows(embedded)]
    vectors = np.concatenate([_unit(embedded.vectors) for embedded in articles])
    columns = schema(dimension)
    made: dict[str, pa.Array] = {
        field.name: pa.array([row.get(field.name) for row in rows], field.type)
        for field in columns
        if field.name != "vector"
    }
    made["vector"] = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), dimension)
    return pa.table([made[field.name] for field in columns], schema=columns)


def _rows(embedded: EmbeddedArticle) -> Iterator[dict[str, Any]]:
    article = embedded.article
    shared = {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "lang": article.lang,
        "source": article.source,
        "section": article.section,
        "tags": list(article.tags),
        "published": microseconds(article.published),
        "updated": microseconds(article.updated),
        EMBARGO.name: microseconds(article.embargo),
    }
    lead = {
        "authors": list(article.authors),
        "meta": json.dumps(dict(article.meta), ensure_ascii=False),
        "content_hash": article.content_hash,
        "version": article.version,
        DRAFT_HASH.name: embedded.draft_hash,
    }
    found = embedded.made_by(analysed)
    for n, (passage, own) in enumerate(zip(article.passages, found, strict=True)):
        yield shared | _passage_columns(passage, own) | {"lead": n == 0} | (lead if n == 0 else {})


def _passage_columns(passage: Passage, found: Analysed) -> dict[str, Any]:
    is_title = passage.position == HEADLINE
    return {
        "position": passage.position,
        "text": passage.text,
        "passage_lang": passage.lang,
        "terms": found.terms,
        "words": found.words,
        "title_terms": found.terms if is_title else None,
        "title_words": found.words if is_title else None,
        "names": found.names,
    }


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float16]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float16] = (vectors / lengths).astype(np.float16)
    return unit


def articles_of(table: pa.Table) -> dict[str, EmbeddedArticle]:
    """Put whole articles together from all their rows.

    The columns are `WHOLE_COLUMNS`, `vector` and, where the table has them, those `ADDED`; with
    `ANALYSED_COLUMNS` an article need not be analysed again.
    """
    ordered = table.sort_by([("article_id", "ascending"), ("position", "ascending")])
    vectors = vectors_of(ordered)
    has_hashes = DRAFT_HASH.name in ordered.column_names
    known = _analysed_rows(ordered)
    beside = ["vector", *(ANALYSED_COLUMNS if known else ())]
    articles = {}
    start = 0
    for article in whole_articles(ordered.drop_columns(beside)):
        end = start + len(article.passages)
        draft_hash = ordered[DRAFT_HASH.name][start].as_py() if has_hashes else None
        made: Made = {analysed: known[start:end]} if known else {}
        articles[article.id] = EmbeddedArticle(article, vectors[start:end], draft_hash, made)
        start = end
    return articles


def _analysed_rows(ordered: pa.Table) -> tuple[Analysed, ...]:
    if not set(ANALYSED_COLUMNS) <= set(ordered.column_names):
        return ()
    columns = [ordered[name].to_pylist() for name in ANALYSED_COLUMNS]
    return tuple(itertools.starmap(Analysed, zip(*columns, strict=True)))


def whole_articles(ordered: pa.Table) -> Iterator[Article]:
    """Put articles together from `WHOLE_COLUMNS` and, where there is one, `EMBARGO`.

    They are ordered by id and position.
    """
    for _, rows in groupby(ordered.to_pylist(), key=lambda row: row["article_id"]):
        yield _whole(list(rows))


def _whole(rows: Sequence[Mapping[str, Any]]) -> Article:
    lead = rows[0]
    return replace(
        article_of(lead),
        passages=tuple(passage_of(row) for row in rows),
        authors=tuple(lead["authors"]),
        meta=json.loads(lead["meta"]),
    )


def article_of(row: Mapping[str, Any], passages: tuple[Passage, ...] = ()) -> Article:
    """Make an article from one of its rows (`HIT_COLUMNS`), without what whole ones have more."""
    return Article(
        id=row["article_id"],
        title=row["title"],
        lang=row["lang"],
        source=row["source"],
        url=row["url"],
        published=moment(row["published"]),
        updated=moment(row["updated"]),
        section=row["section"],
        tags=tuple(row["tags"]),
        embargo=moment(row.get(EMBARGO.name)),
        passages=passages,
    )


def passage_of(row: Mapping[str, Any]) -> Passage:
    """Make the passage of a row."""
    return Passage(row["position"], row["text"], row["passage_lang"])


def vectors_of(table: pa.Table) -> NDArray[np.float32]:
    """Return the vectors of all rows: float32, shape (rows, dimension)."""
    return half_vectors_of(table).astype(np.float32)


def half_vectors_of(table: pa.Table) -> NDArray[np.float16]:
    """Return the vectors of all rows as they are stored: float16, shape (rows, dimension)."""
    column = table["vector"].combine_chunks()
    flat: NDArray[np.float16] = column.flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(-1, column.type.list_size)


def microseconds(when: datetime | None) -> int | None:
    """Exact microseconds since 1970 in UTC, negative before."""
    return None if when is None else microseconds_of(when)


def microseconds_of(when: datetime) -> int:
    """Return the same of a moment that is there."""
    return (when - EPOCH) // _MICROSECOND


def moment(since_1970: int | None) -> datetime | None:
    """Turn `microseconds` back into a datetime in UTC."""
    return None if since_1970 is None else EPOCH + timedelta(microseconds=since_1970)


def languages_of(articles: Iterable[EmbeddedArticle]) -> set[str]:
    """Languages that any passage is analysed in."""
    return {passage.lang for embedded in articles for passage in embedded.article.passages}


def last_embargo_of(articles: Iterable[EmbeddedArticle]) -> int | None:
    """When the last embargo of any of the articles ends; None where there is none."""
    ends = [one.article.embargo for one in articles if one.article.embargo is not None]
    return microseconds(max(ends, default=None))
