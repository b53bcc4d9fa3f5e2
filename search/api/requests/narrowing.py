"""What narrows a query and how what is found is listed: parameters that requests share."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from search.errors import UsageError
from search.index.port import Interval
from search.query import dates
from search.query.options import Defaults, Options, request_of
from search.request import Balance, Mode, Request, Sort

MOST_VALUES = 200
"""Alternatives in one filter."""
MOST_GIVEN = 10 * MOST_VALUES
"""Alternatives, empty ones included."""
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
    # Counted before they are looked at: there may be half a million.
    if len(values) + sum(each.count(",") for each in values if isinstance(each, str)) > MOST_GIVEN:
        raise ValueError(f"there may be at most {MOST_VALUES} values")
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
        description=f"Published at or after this date: {dates.FORMATS}",
        examples=["2025-08-01"],
        max_length=40,
    )
    before: Text | None = Field(
        None, description="Published before this date", examples=["2025-09-01"], max_length=40
    )
    on: Text | None = Field(
        None, description="Published on this day, or in this month or year", max_length=40
    )
    timezone: Text | None = Field(
        None,
        description="Whose days are meant, as in Europe/Berlin; else as the server is set",
        examples=["Europe/Berlin"],
        max_length=64,
    )
    mode: Mode | None = Field(
        None, description="By words, by meaning, or by both; else as the server is set"
    )
    names: bool | None = Field(
        None,
        description="Find names in other scripts and spellings, too; else as the server is set",
    )

    strict: bool = Field(
        False,
        description="Refuse a query that is not in order, instead of saying in `notes` how it was "
        "read",
    )

    def request_of(self, query: str, defaults: Defaults, **further: object) -> Request:
        """Make the request of a query and these parameters; `further` are options, too.

        Raises `QueryError`, or `UsageError` for a parameter.
        """
        try:
            return request_of(query, Options.of(self, **further), datetime.now(UTC), defaults)
        except UsageError as error:
            # Name an option as HTTP clients write it.
            raise UsageError(str(error).removeprefix("--")) from None


MinConfidence = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="Leave out hits that are less likely right than this, where that is known",
        examples=[0.5],
    ),
]


class Rereading(Narrowing):
    """Whether the best are read again. Clients name no model, lest they make the server load it."""

    rerank: bool | None = Field(
        None, description="Let the server's reranker read the best again; else if it has one"
    )

    def request_of(self, query: str, defaults: Defaults, **further: object) -> Request:
        """Do as in `Narrowing`. Raises `UsageError`, too, where the server cannot rerank."""
        if self.rerank and not defaults.rerank:
            raise UsageError("This server was started without a reranker; leave `rerank` out.")
        return super().request_of(query, defaults, **further)


class Listing(Rereading):
    """How what is found is listed."""

    limit: int | None = Field(
        None,
        ge=1,
        le=MOST_ARTICLES,
        description="Articles in an answer; else as the server is set",
    )
    passages: int = Field(3, ge=1, le=10, description="Paragraphs shown per article, at most")
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
    histogram: Interval | None = Field(None, description="Count per day or month")
    copies: bool = Field(
        False, description="List every article, not one of those that carry the same text"
    )
