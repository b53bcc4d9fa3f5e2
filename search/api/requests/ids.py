"""Ids of articles, the same for every route: what is stored under an id is read under it.

Ids are stored as one line in Unicode form NFC, without invisible characters. One that would change
is refused where an article is written, and named where one is looked for: `victim  x` must neither
overwrite `victim x` nor vanish under another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer.article.keys import in_our_keys
from indexer.text.cleaning import clean_line
from search.api.errors import ArticleMissing, ArticleRejected


def check_id(article_id: str) -> None:
    """Raise `ArticleRejected` for an id that would be stored in another form."""
    stored = clean_line(article_id)
    if stored != article_id:
        raise ArticleRejected(
            f"The id {article_id!r} would be stored as {stored!r}: ids are one line in Unicode "
            "form NFC, with single spaces and nothing invisible. Send it in that form."
        )


def check_own_id(record: Mapping[str, Any]) -> None:
    """Raise `ArticleRejected` for a record whose own id would be stored in another form."""
    given = in_our_keys(record).record.get("id")
    if isinstance(given, str):
        check_id(given)


def missing(article_id: str) -> ArticleMissing:
    """Say that there is no article of this id, and why there cannot be."""
    stored = clean_line(article_id)
    if stored == article_id:
        return ArticleMissing(f"There is no article {article_id}.")
    return ArticleMissing(
        f"There is no article {article_id!r}, since ids are stored as one line in Unicode form "
        f"NFC, with single spaces and nothing invisible; perhaps you mean {stored!r}."
    )
