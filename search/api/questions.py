"""What clients may ask, checked: the parameters of GET and the bodies of POST are the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from config.errors import UsageError
from search.answer import Mode, Request, Sort
from search.api.services import Defaults
from search.asking import Options, half_life, request_of, understood
from search.balance import Balance
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
    on: Text | None = Field(
        None, description="Published on this day, or in this month or year", max_length=40
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
            on=self.on,
        )


class Question(Narrowing):
    """Words in the query language, and what narrows them."""

    q: Text | None = Field(
        None,
        description="The question, in any language and in the query language",
        examples=["NATO security guarantees for Ukraine"],
        max_length=LONGEST_QUESTION,
    )
    title: Text | None = Field(None, description="Words in the headline", max_length=1000)
    mode: Mode | None = Field(
        None, description="By words, by meaning, or by both; else as the server is set"
    )

    def understood(self, now: datetime) -> ParsedQuery:
        """Read the query. Raises `QueryError`, or `UsageError` for a filter."""
        try:
            return understood(self.q or "", replace(self.options, title=self.title), now)
        except UsageError as error:
            raise UsageError(str(error).removeprefix("--")) from None


class CountQuestion(Question):
    """What to count."""

    histogram: Interval | None = Field(None, description="Count a day or a month, too")

    def request(self, defaults: Defaults) -> Request:
        """Return the question as the search layer takes it; without words, all is counted."""
        query = self.understood(datetime.now(UTC))
        return request_of(
            query,
            mode=self.mode or defaults.mode,
            limit=1,
            sort=Sort.RELEVANCE if query.clause else Sort.DATE,
            facets=True,
            histogram=self.histogram,
        )


class ExportQuestion(Question):
    """A question whose complete result is wanted."""

    passages: int = Field(3, ge=1, le=10, description="Paragraphs an article, at most")
    sort: Sort = Field(Sort.RELEVANCE, description="Best or newest first")
    form: Literal["jsonl", "csv", "articles"] = Field(
        "jsonl",
        alias="format",
        description="Hits as JSON Lines or CSV, or whole articles as JSON Lines",
    )
    bom: bool = Field(False, description="Begin CSV with a byte order mark, for Excel")

    def request(self, defaults: Defaults) -> Request:
        """Return the question as the search layer takes it; without words, all is exported."""
        query = self.understood(datetime.now(UTC))
        mode = self.mode or defaults.mode
        sort = self.sort if query.clause else Sort.DATE
        return replace(request_of(query, mode=mode, limit=1, sort=sort), passages=self.passages)


class SearchQuestion(Question):
    """A question, as in `polywire search`."""

    limit: int | None = Field(
        None, ge=1, le=200, description="Articles in an answer; else as the server is set"
    )
    balance: Balance | None = Field(
        None, description="How languages share the answer; else as the server is set"
    )
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

    def request(self, defaults: Defaults, limit: int) -> Request:
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
            mode=self.mode or defaults.mode,
            limit=limit,
            sort=self.sort,
            recency=recency,
            balance=self.balance or defaults.balance,
            facets=self.facets,
            histogram=self.histogram,
        )
        return replace(request, passages=self.passages)

    @property
    def fingerprint(self) -> str | None:
        """Return a digest of what is asked, without the page; None where nothing but a page is."""
        asked = self.model_dump_json(exclude={"limit", "cursor"}, exclude_defaults=True)
        return None if asked == "{}" else hashlib.sha256(asked.encode()).hexdigest()[:16]
