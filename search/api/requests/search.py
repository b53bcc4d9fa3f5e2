"""What clients may ask, checked: the parameters of GET and the bodies of POST are the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Literal

from pydantic import Field

from search.api.requests.narrowing import Listing, MinConfidence, Narrowing, Rereading, Text
from search.api.work.services import Record
from search.errors import UsageError
from search.index.port import Interval
from search.query.options import Defaults
from search.request import Request, Sort

LONGEST_QUERY = 10_000
"""Characters; a longer text is an article, for `similar`."""

_Q = Field(
    None,
    description="The query, in any language and in the query language",
    examples=["NATO security guarantees for Ukraine"],
    max_length=LONGEST_QUERY,
)
_TITLE = Field(None, description="Words in the headline", max_length=1000)


class CountRequest(Narrowing):
    """What to count; without words, everything that passes the filters."""

    q: Text | None = _Q
    title: Text | None = _TITLE
    histogram: Interval | None = Field(None, description="Count per day or month, too")

    def request(self, defaults: Defaults) -> Request:
        """Return it as the search layer takes it."""
        return _listing(self.request_of(self.q or "", defaults, limit=1, facets=True, rerank=False))


class CoverageRequest(Narrowing):
    """Whose coverage: that of what a query finds, or of a story or the one of an article."""

    q: Text | None = _Q
    title: Text | None = _TITLE
    id: Text | None = Field(None, description="The id of an article or a story, instead of a query")

    def request(self, defaults: Defaults) -> Request:
        """Return it as the search layer takes it. Raises `UsageError`."""
        if self.id is not None and (self.q or self.title):
            raise UsageError("Give an article's `id`, or a query; not both.")
        return self.request_of(self.q or "", defaults, rerank=False)


class ExportRequest(Rereading):
    """What to export; without words, everything that passes the filters."""

    q: Text | None = _Q
    title: Text | None = _TITLE
    passages: int = Field(3, ge=1, le=10, description="Paragraphs per article, at most")
    sort: Sort = Field(Sort.RELEVANCE, description="Best or newest first")
    min_confidence: MinConfidence = None
    form: Literal["jsonl", "csv", "articles"] = Field(
        "jsonl",
        alias="format",
        description="Hits as JSON Lines or CSV, or whole articles as JSON Lines",
    )
    bom: bool = Field(False, description="Begin CSV with a byte order mark, for Excel")

    def request(self, defaults: Defaults) -> Request:
        """Return it as the search layer takes it."""
        return _listing(self.request_of(self.q or "", defaults, limit=1))


class SearchRequest(Listing):
    """A request, as in `polywire search`."""

    q: Text | None = _Q
    title: Text | None = _TITLE
    min_confidence: MinConfidence = None
    by_story: bool = Field(
        False, description="Group the hits: `stories` has the stories, best first; not with cursors"
    )
    cursor: str | None = Field(
        None,
        description="`*` begins paging; the `next` of an answer continues it",
        max_length=100,
        examples=["*"],
    )

    def request(self, defaults: Defaults) -> Request:
        """Return it as the search layer takes it.

        Raises `UsageError` or `search.query.parsing.QueryError`.
        """
        return self.request_of(self.q or "", defaults)

    @property
    def fingerprint(self) -> str | None:
        """Return a digest of what is asked, without the page; None where nothing but a page is."""
        asked = self.model_dump_json(exclude={"limit", "cursor"}, exclude_defaults=True)
        return None if asked == "{}" else hashlib.sha256(asked.encode()).hexdigest()[:16]


class SimilarRequest(Listing):
    """What is looked for beside an article."""

    other_languages: bool = Field(False, description="Leave out the article's own language")

    def request(self, defaults: Defaults, lang: str) -> Request:
        """Return it as the search layer takes it; `lang` is the language of the article."""
        without = (lang,) if self.other_languages else ()
        return self.request_of("", defaults, exclude_lang=without)


class SimilarText(SimilarRequest):
    """An article that is not in the index, and what is looked for beside it."""

    text: Text = Field(
        description="Its body; blank lines part paragraphs",
        examples=["The flood damaged the old bridge.\n\nIt is closed to traffic."],
        min_length=1,
        max_length=500_000,
    )
    headline: Text | None = Field(None, description="Its headline", max_length=2000)
    written_in: Text | None = Field(
        None, description="Its language, as in de; else identified if needed", max_length=35
    )

    @property
    def record(self) -> Record:
        """Return the article in the keys of the JSONL format."""
        return {"text": self.text, "title": self.headline, "lang": self.written_in}


def _listing(request: Request) -> Request:
    """List what passes the filters, newest first, where nothing is searched for."""
    return request if request.clause else replace(request, sort=Sort.DATE)
