"""Which stories `/v1/stories` lists."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from search.api.requests.narrowing import MOST_ARTICLES, Names, Text
from search.coverage.stories.listing import Order, Selection
from search.errors import UsageError
from search.query import dates
from search.query.options import Defaults, Options, request_of


class StoriesRequest(BaseModel):
    """Which stories, and in which order."""

    model_config = ConfigDict(extra="forbid")

    lang: Names = Field([], description="Covered in one of these languages")
    source: Names = Field([], description="Covered by one of these sources")
    after: Text | None = Field(
        None,
        description=f"With an article published at or after this date: {dates.FORMATS}",
        max_length=40,
    )
    before: Text | None = Field(
        None, description="With an article published before this date", max_length=40
    )
    min_sources: int = Field(1, ge=1, description="Covered by so many sources")
    sort: Order = Field("size", description="Largest, newest or most multilingual first")
    limit: int = Field(20, ge=1, le=MOST_ARTICLES, description="Stories in the answer")
    offset: int = Field(0, ge=0, description="Stories that are left out before the first")
    headline_lang: Text | None = Field(
        None, description="Headlines in this language where there are any", max_length=20
    )

    def selection(self, defaults: Defaults) -> Selection:
        """Return what is selected. Raises `UsageError` for a parameter."""
        chosen = Options(
            lang=tuple(self.lang), source=tuple(self.source), after=self.after, before=self.before
        )
        try:
            filters = request_of("", chosen, datetime.now(UTC), defaults).filters
        except UsageError as error:
            raise UsageError(str(error).removeprefix("--")) from None
        return Selection.of(filters, min_sources=self.min_sources, sort=self.sort)
