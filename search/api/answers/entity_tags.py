"""Entity tags of articles, and the conditions that requests put on them (RFC 9110, section 13)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers

from search.api.errors import ArticleChanged
from search.index.model import ArticleState
from search.index.port import SearchIndex

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def entity_tag(content_hash: str, number: int = 1) -> str:
    """Return the tag of an article: its content and, after a correction, its version's number.

    The number tells apart an article that was changed and changed back: the list of its versions
    has grown. What a write must match is the content alone, the part before the hyphen.
    """
    return f'"{content_hash}"' if number == 1 else f'"{content_hash}-{number}"'


@dataclass(frozen=True, slots=True)
class Conditions:
    """What `If-Match` and `If-None-Match` say; None where the header is absent."""

    match: str | None
    none_match: str | None

    @classmethod
    def of(cls, headers: Headers) -> Conditions:
        """Read the headers."""
        return cls(headers.get("if-match"), headers.get("if-none-match"))

    def unmodified(self, tag: str) -> bool:
        """Tell whether the client has what this tag stands for, so that 304 is enough."""
        if self.none_match is None:
            return False
        return self.none_match.strip() == "*" or tag.strip('"') in _TAG.findall(self.none_match)

    def check(self, index: SearchIndex, article_id: str) -> Callable[[], None] | None:
        """Return what must be called right before a write, None if there is no condition.

        It raises `ArticleChanged`.
        """
        if self.match is None and self.none_match is None:
            return None
        return lambda: self._hold_for(index.states([article_id]).get(article_id), article_id)

    def _hold_for(self, state: ArticleState | None, article_id: str) -> None:
        content_hash = state.content_hash if state else None
        if self.match is not None and not _names(self.match, content_hash):
            raise ArticleChanged(
                f"The article {article_id} is not in the state that If-Match names; fetch it again."
            )
        if self.none_match is not None and _names(self.none_match, content_hash):
            raise ArticleChanged(
                f"The article {article_id} is there, in a state that If-None-Match rules out."
            )


def _names(header: str, content_hash: str | None) -> bool:
    if content_hash is None:
        return False
    tags = (tag.partition("-")[0] for tag in _TAG.findall(header))
    return header.strip() == "*" or content_hash in tags
