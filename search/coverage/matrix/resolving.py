"""What is meant: an article's story, a story, an article that the caller reads, or a query."""

from __future__ import annotations

from collections.abc import Callable

from search.coverage.matrix.finding import Subject, of_article, of_query, of_story
from search.coverage.stories import stored
from search.coverage.stories.model import Story
from search.index.model import EmbeddedArticle
from search.index.state import IndexState
from search.index.withdrawals import is_key
from search.request import Request
from search.retrieval.hybrid import HybridSearch


def subject_of(
    search: HybridSearch,
    state: IndexState,
    asked: str,
    request_of: Callable[[str], Request],
    read: Callable[[str], EmbeddedArticle | None] = lambda _: None,
) -> tuple[Subject, Request]:
    """Return the subject of an id, or of an article as `read` returns it, or of a query.

    Raises what `request_of`, `read`, the index and the models raise.
    """
    named = by_id(search, state, asked, request_of) if asked else None
    if named is not None:
        return named
    article = read(asked)
    request = request_of(asked if article is None else "")
    if article is not None:
        return of_article(search, article, request), request
    return of_query(search, request), request


def by_id(
    search: HybridSearch, state: IndexState, asked: str, request_of: Callable[[str], Request]
) -> tuple[Subject, Request] | None:
    """Return the subject of an article's id or a story's; None where there is neither.

    An article in a story with others stands for it; one that is alone, or not in any yet, for what
    is like it.
    """
    if not is_key(asked):
        return None
    article = search.index.get([asked]).get(asked)
    found = _story(state, asked) if article is not None else stored.story(state, asked)
    if found is not None and (found.size > 1 or article is None):
        request = request_of("")
        return of_story(search, found, request), request
    if article is None:
        return None
    request = request_of("")
    return of_article(search, article, request, alone=found is not None), request


def _story(state: IndexState, article_id: str) -> Story | None:
    name = stored.story_of(state, [article_id]).get(article_id)
    return stored.story(state, name) if name else None
