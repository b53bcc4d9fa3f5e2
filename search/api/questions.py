"""What clients may ask, checked: the parameters of GET and the bodies of POST are the same."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from config.errors import UsageError
from search.answer import Mode, Request
from search.index.model import Filters

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
        description="Published at or after this date (ISO 8601, UTC unless it says otherwise)",
        examples=["2025-08-01"],
        max_length=40,
    )
    before: Text | None = Field(
        None, description="Published before this date", examples=["2025-09-01"], max_length=40
    )

    def filters(self) -> Filters:
        """Return them as the search layer takes them. Raises `UsageError` for a bad date."""
        return Filters(
            langs=frozenset(self.lang),
            sources=frozenset(self.source),
            sections=frozenset(self.section),
            tags=frozenset(self.tag),
            after=_moment(self.after, "after"),
            before=_moment(self.before, "before"),
        )


class SearchQuestion(Narrowing):
    """A question, as in `polywire search`."""

    q: Text | None = Field(
        None,
        description="The question, in any language and in the query language",
        examples=["NATO security guarantees for Ukraine"],
        max_length=LONGEST_QUESTION,
    )
    mode: Mode = Field(Mode.HYBRID, description="By words, by meaning, or by both")
    limit: int = Field(10, ge=1, le=200, description="Articles in an answer")
    passages: int = Field(3, ge=1, le=10, description="Paragraphs shown an article, at most")
    cursor: str | None = Field(
        None,
        description="`*` begins paging; the `next` of an answer continues it",
        max_length=100,
        examples=["*"],
    )

    def request(self, limit: int) -> Request:
        """Return the question as the search layer takes it."""
        if self.q is None or not self.q.strip():
            raise UsageError("The question is empty; ask in words: q=flood damage.")
        return Request(
            question=self.q,
            filters=self.filters(),
            mode=self.mode,
            limit=limit,
            passages=self.passages,
        )

    @property
    def fingerprint(self) -> str | None:
        """Return a digest of what is asked, without the page; None where nothing but a page is."""
        asked = self.model_dump_json(exclude={"limit", "cursor"}, exclude_defaults=True)
        return None if asked == "{}" else hashlib.sha256(asked.encode()).hexdigest()[:16]


def _moment(value: str | None, name: Literal["after", "before"]) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{name}={value!r} is not a date; write it as 2025-08-01.") from None
