"""What narrows a question and how what is found is listed: parameters that questions share."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from search.api.work.services import Defaults
from search.errors import UsageError
from search.index.port import Interval
from search.query import dates
from search.query.options import Options, half_life, request_of, understood
from search.query.parsing import ParsedQuery
from search.request import Balance, Mode, Recency, Request, Sort

MOST_VALUES = 200
"""Alternatives in one filter."""
MOST_ARTICLES = 200
"""Articles in an answer. For more there are cursors and the export."""

_SURROGATE = re.compile("[\ud800-\udfff]")


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
    mode: Mode | None = Field(
        None, description="By words, by meaning, or by both; else as the server is set"
    )
    names: bool | None = Field(
        None,
        description="Find names in other scripts and spellings, too; else as the server is set",
    )

    def with_names(self, defaults: Defaults) -> bool:
        """Tell whether names are looked for in other spellings."""
        return defaults.names if self.names is None else self.names

    def understood(self, query: str, now: datetime, **further: object) -> ParsedQuery:
        """Read a query with what narrows it; `further` are fields of `Options`.

        Raises `QueryError`, or `UsageError` for a filter.
        """
        options = Options(
            langs=self.lang,
            sources=self.source,
            sections=self.section,
            tags=self.tag,
            after=self.after,
            before=self.before,
            on=self.on,
        )
        try:
            return understood(query, replace(options, **further), now)  # type: ignore[arg-type]
        except UsageError as error:
            raise _without_dashes(error) from None


class Rereading(Narrowing):
    """Whether the best are read again. Clients name no model, lest they make the server load it."""

    rerank: bool | None = Field(
        None, description="Let the server's reranker read the best again; else if it has one"
    )

    def reranks(self, defaults: Defaults) -> bool:
        """Tell whether to rerank. Raises `UsageError` where the server cannot."""
        if self.rerank and not defaults.rerank:
            raise UsageError("This server was started without a reranker; leave `rerank` out.")
        return defaults.rerank if self.rerank is None else self.rerank


class Listing(Rereading):
    """How what is found is listed."""

    limit: int | None = Field(
        None,
        ge=1,
        le=MOST_ARTICLES,
        description="Articles in an answer; else as the server is set",
    )
    passages: int = Field(3, ge=1, le=10, description="Paragraphs shown an article, at most")
    sort: Sort = Field(Sort.RELEVANCE, description="Best or newest first")
    recency: str | None = Field(
        None,
        description="Half-life, as in 7d: an article that much older counts half",
        max_length=10,
    )
    balance: Balance | None = Field(
        None, description="How languages share the answer; else as the server is set"
    )
    facets: bool = Field(False, description="Count languages, sources, sections and tags")
    histogram: Interval | None = Field(None, description="Count a day or a month")

    def listed(self, query: ParsedQuery, defaults: Defaults, now: datetime) -> Request:
        """Make the request of a query that was read. Raises `UsageError`."""
        try:
            recency = None if self.recency is None else Recency(half_life(self.recency), now)
        except UsageError as error:
            raise _without_dashes(error) from None
        request = request_of(
            query,
            mode=self.mode or defaults.mode,
            limit=self.limit or defaults.limit,
            sort=self.sort,
            recency=recency,
            balance=self.balance or defaults.balance,
            facets=self.facets,
            histogram=self.histogram,
            rerank=self.reranks(defaults),
            names=self.with_names(defaults),
        )
        return replace(request, passages=self.passages)


def _without_dashes(error: UsageError) -> UsageError:
    """Name an option as HTTP clients write it."""
    return UsageError(str(error).removeprefix("--"))
