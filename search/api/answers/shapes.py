"""The shape of every answer, for the OpenAPI document. Tests hold real answers against it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Shape(BaseModel):
    """Unknown keys are passed over, so that an older client reads a newer server."""


class LegPlace(Shape):
    """Where one leg put an article."""

    rank: int = Field(description="From 1")
    score: float = Field(description="BM25 (lexical, names) or cosine (vector)")


class RerankPlace(Shape):
    """What the server's reranker said of an article, and where it stood before."""

    score: float = Field(description="As the model gives it; its range is the model's")
    rank_before: int = Field(description="From 1")
    score_before: float = Field(description="In [0, 1]")


class Reranker(Shape):
    """The second model, which read the best articles again."""

    model: str
    articles: int = Field(description="How many articles it read")
    passages: int = Field(description="How many passages of each at most; the best counts")


class Offsets(Shape):
    """The language offsets that lowered what was found by meaning."""

    digest: str = Field(description="The same as long as the offsets are the same")
    share: float = Field(description="How much of them counts, in [0, 1]")


class HitParagraph(Shape):
    """A paragraph worth reading."""

    position: int = Field(description="0 is the headline, paragraphs follow from 1")
    text: str
    lang: str
    highlights: list[tuple[int, int]] = Field(
        description="Start and end of what made it match, in code points"
    )


class Copy(Shape):
    """An article that is left out because it carries the text of another."""

    id: str
    source: str | None = None
    published: str | None = None


class Hit(Shape):
    """An article that was found."""

    id: str
    story: str | None = Field(None, description="With `by_story`: the id of its story")
    title: str
    title_highlights: list[tuple[int, int]]
    lang: str
    source: str | None
    published: str | None
    updated: str | None
    url: str | None
    section: str | None
    tags: list[str]
    score: float = Field(
        description="In [0, 1]; 1 means: first by words and by meaning, or sure to the reranker"
    )
    confidence: float | None = Field(
        None,
        description="How likely it is right, in [0, 1]; null: nothing is known of the model, the "
        "mode, or so few articles",
    )
    legs: dict[str, LegPlace]
    paragraphs: list[HitParagraph]
    suspicious: list[str] = Field(
        [], description="Dates that are most likely a mistake; left out where there are none"
    )
    duplicates: int = Field(
        description="Articles that carry the same text, left out in favour of this one"
    )
    copies: list[Copy] = Field([], description="These articles")
    closeness: float | None = Field(
        None, description="In [0, 1], in meaning; the same from one answer to the next"
    )
    offset: float | None = Field(
        None, description="Taken off its cosines because of its language, where offsets are used"
    )
    feedback: float | None = Field(
        None, description="How near it is to the best of the answer, as a cosine, where that counts"
    )
    rerank: RerankPlace | None = Field(None, description="Where it was reranked")


class LanguageCount(Shape):
    """Articles of one language."""

    found: int
    shown: int


class ValueCount(Shape):
    """Articles that carry a value."""

    value: str
    count: int


class Bucket(Shape):
    """Articles of a day or month."""

    start: str = Field(description="The first day, UTC")
    count: int


class Histogram(Shape):
    """Articles over time."""

    interval: Literal["day", "month"]
    timezone: str = Field("UTC", description="Whose days and months they are")
    buckets: list[Bucket]


class Counts(Shape):
    """How many articles carry each value, most frequent first; dates oldest first."""

    query: str
    mode: str
    total: int
    counted: Literal["matches", "candidates"] = Field(
        description="What is counted: all matches of the words, or the candidates of the legs"
    )
    facets: dict[str, list[ValueCount]]
    histogram: Histogram | None = None
    notes: list[str] = Field(
        [], description="What was read otherwise than it may be meant, or found nothing"
    )


class ConfidenceUsed(Shape):
    """What the confidence of hits was read from."""

    digest: str = Field(description="Of what was fitted for the model")
    min: float | None = Field(description="Hits with less were left out")


class HitStory(Shape):
    """A story that hits belong to; an article without one has its hit and score only."""

    id: str | None = None
    headline: str | None = None
    size: int | None = None
    languages: dict[str, int] | None = None
    sources: dict[str, int] | None = None
    first: str | None = None
    last: str | None = None
    cohesion: float | None = None
    score: float
    hits: list[str] = Field(description="Ids of its hits, best first")


class SearchAnswer(Shape):
    """What was found; the same document as `polywire search --json`."""

    query: str
    mode: str
    sort: str
    balance: str
    names: bool = Field(description="Whether names were looked for in other spellings, too")
    took_ms: float
    total: int
    counted: Literal["matches", "candidates"] = Field(
        description="What `total` counts: all matches of the words, or the candidates of the legs"
    )
    anything_close: bool | None = Field(
        None,
        description="False: even the nearest article is farther than where there is an answer; "
        "null: nothing is known of the model, or the vector leg was not used",
    )
    confidence: ConfidenceUsed | None = Field(
        None, description="What the confidence of the hits was read from; null: nothing is known"
    )
    notes: list[str] = Field(
        [], description="What was read otherwise than it may be meant, or found nothing"
    )
    rerank: Reranker | None = Field(None, description="Where a reranker was used")
    offsets: Offsets | None = Field(None, description="Where language offsets were used")
    hits: list[Hit]
    languages: dict[str, LanguageCount]
    facets: dict[str, list[ValueCount]] | None = None
    histogram: Histogram | None = None
    next: str | None = Field(None, description="Cursor of the next page, in paged searches")
    stories: list[HitStory] | None = Field(
        None, description="With `by_story`: the stories of the hits, best first"
    )


class Model(Shape):
    """The embedding model that the index was written with."""

    name: str
    fingerprint: str
    dimension: int


class OffsetsInUse(Shape):
    """The language offsets that searches use."""

    digest: str
    model: str = Field(description="Fingerprint of the model that they are of")
    source: str = Field(description="The texts that they were fitted on")
    languages: list[str]


class StatusAnswer(Shape):
    """What the index holds."""

    engine: str
    articles: int
    passages: int
    languages: dict[str, int]
    size_bytes: int
    model: Model
    schema_version: int
    vector_index: str
    unindexed_passages: int
    offsets: OffsetsInUse | None = Field(None, description="null: none are in use")
    version: str = Field(description="Of the program")
    read_only: bool


class Health(Shape):
    """That the server is there."""

    status: Literal["ok"]


class ProblemAnswer(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(examples=["urn:polywire:problem:server-busy"])
    title: str
    status: int
    detail: str
    instance: str | None = Field(None, description="Finds the request in the server's log")
