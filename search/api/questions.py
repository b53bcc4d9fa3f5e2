"""What clients may ask, checked: the parameters of GET and the bodies of POST are the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from config.errors import UsageError
from search.answer import Mode, Request, Sort
from search.asking import Options, half_life, request_of, understood
from search.index.port import Interval
from search.query import ParsedQuery
from search.querying import dates
from search.ranking import Recency

_SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_QUESTION = 10_000
"""Characters; a longer text is an article, for `similar`."""
MOST_VALUES = 200
"""Alternatives in one filter."""


def _whole(text: str) -> str:
    if _SURROGATE.search(text):
        raise ValueError("half of a surrogate pair is not a character")
    return text


def _listed(value: object) -> object:
    """Split `de,fr`, and take one value for a list of one."""
    if value is None:
        return []
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        return values
    names: list[object] = []
    for each in values:
        names += [part.strip() for part in each.split(",")] if isinstance(each, str) else [each]
    return [name for name in names if name != ""]


Text = Annotated[str, AfterValidator(_whole)]
Names = Annotated[
    list[Annotated[Text, Field(max_length=500)]],
    BeforeValidator(_listed),
    Field(max_length=MOST_VALUES),
]


class Narrowing(BaseModel):
    """Which articles may be found: values within a field are alternatives, fields add up."""

    model_config = ConfigDict(extra="forbid")

    lang: Names = Field([], description="Languages, as in de,fr", examples=[["de", "fr"]])
    source: Names = Field([], description="Sources", examples=[["bote"]])
    section: Names = Field([], description="Sections")
    tag: Names = Field([], description="Tags")
    after: Text | None = Field(
        None,
        description=f"Published at or after this date: {dates.FORMS}",
        examples=["2025-08-01"],
        max_length=40,
    )
    before: Text | None = Field(
        None, description="Published before this date", examples=["2025-09-01"], max_length=40
    )

    @property
    def options(self) -> Options:
        """Return them as the search layer takes them."""
        return Options(
            langs=self.lang,
            sources=self.source,
            sections=self.section,
            tags=self.tag,
            after=self.after,
            before=self.before,
        )


class Question(Narrowing):
    """Words in the query language, and what narrows them."""

    q: Text | None = Field(
        None,
        description="The question, in any language and in the query language",
        examples=["NATO security guarantees for Ukraine"],
        max_length=LONGEST_QUESTION,
    )
    mode: Mode = Field(Mode.HYBRID, description="By words, by meaning, or by both")

    def understood(self, now: datetime) -> ParsedQuery:
        """Read the query. Raises `QueryError`, or `UsageError` for a filter."""
        try:
            return understood(self.q or "", self.options, now)
        except UsageError as error:
            raise UsageError(str(error).removeprefix("--")) from None


class CountQuestion(Question):
    """What to count."""

    histogram: Interval | None = Field(None, description="Count a day or a month, too")

    def request(self) -> Request:
        """Return the question as the search layer takes it; without words, all is counted."""
        query = self.understood(datetime.now(UTC))
        return request_of(
            query,
            mode=self.mode,
            limit=1,
            sort=Sort.RELEVANCE if query.clause else Sort.DATE,
            facets=True,
            histogram=self.histogram,
        )


class SearchQuestion(Question):
    """A question, as in `polywire search`."""

    limit: int = Field(10, ge=1, le=200, description="Articles in an answer")
    passages: int = Field(3, ge=1, le=10, description="Paragraphs shown an article, at most")
    sort: Sort = Field(Sort.RELEVANCE, description="Best or newest first")
    recency: str | None = Field(
        None,
        description="Half-life, as in 7d: an article that much older counts half",
        max_length=10,
    )
    facets: bool = Field(False, description="Count languages, sources, sections and tags")
    histogram: Interval | None = Field(None, description="Count a day or a month")
    cursor: str | None = Field(
        None,
        description="`*` begins paging; the `next` of an answer continues it",
        max_length=100,
        examples=["*"],
    )

    def request(self, limit: int) -> Request:
        """Return the question as the search layer takes it.

        Raises `UsageError` or `search.query.QueryError`.
        """
        now = datetime.now(UTC)
        recency = None
        if self.recency is not None:
            try:
                recency = Recency(half_life(self.recency), now)
            except UsageError as error:
                raise UsageError(str(error).removeprefix("--")) from None
        request = request_of(
            self.understood(now),
            mode=self.mode,
            limit=limit,
            sort=self.sort,
            recency=recency,
            facets=self.facets,
            histogram=self.histogram,
        )
        return replace(request, passages=self.passages)

    @property
    def fingerprint(self) -> str | None:
        """Return a digest of what is asked, without the page; None where nothing but a page is."""
        asked = self.model_dump_json(exclude={"limit", "cursor"}, exclude_defaults=True)
        return None if asked == "{}" else hashlib.sha256(asked.encode()).hexdigest()[:16]
