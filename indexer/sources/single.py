"""One article out of a file of any format, without indexing it."""

from __future__ import annotations

import itertools

from indexer.article.composition import article_of
from indexer.article.draft import Reject
from indexer.errors import BadArticle, InputUnreadable
from indexer.sources.reader import Reader
from indexer.text.language import Identifier
from search.errors import UsageError
from search.index.model import Article


def read_article(name: str, identifier: Identifier | None = None) -> Article:
    """Read the one article of a file, or of standard input for `-`.

    Languages are identified if there is an identifier, see `article_of`. Raises `InputMissing`,
    `InputUnreadable`, or `UsageError` for a file of several articles.
    """
    found = list(itertools.islice(Reader([name]), 2))
    if not found:
        raise InputUnreadable(f"There is no article in {name}.")
    if len(found) > 1:
        raise UsageError(
            f"There are several articles in {name}; give the id of one that is indexed, or a "
            "file with one."
        )
    (item,) = found
    if isinstance(item, Reject):
        raise InputUnreadable(f"{item.origin} cannot be read as an article: {item.reason}")
    try:
        return article_of(item, identifier)
    except BadArticle as error:
        raise InputUnreadable(f"{item.origin} cannot be read as an article: {error}") from None
