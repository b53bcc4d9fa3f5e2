"""What is meant: an indexed article, one that the caller reads, or a query."""

from __future__ import annotations

from collections.abc import Callable

from search.coverage.matrix.finding import Subject, of_article, of_query
from search.index.model import EmbeddedArticle
from search.request import Request
from search.retrieval.hybrid import HybridSearch


def subject_of(
    search: HybridSearch,
    asked: str,
    request_of: Callable[[str], Request],
    read: Callable[[str], EmbeddedArticle | None] = lambda _: None,
) -> tuple[Subject, Request]:
    """Return the subject of an article (by its id, or as `read` returns it), or of a query.

    Raises what `request_of`, `read`, the index and the models raise.
    """
    article = search.index.get([asked]).get(asked) if asked else None
    if article is None:
        article = read(asked)
    if article is not None:
        request = request_of("")
        return of_article(search, article, request), request
    request = request_of(asked)
    return of_query(search, request), request
