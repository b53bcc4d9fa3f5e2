"""The shape of every answer, for the OpenAPI document. Tests hold real answers against it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    """Unknown keys are passed over, so that an older client reads a newer server."""


class LegPlace(_Shape):
    """Where one leg put an article."""

    rank: int = Field(description="From 1")
    score: float = Field(description="BM25 (lexical, names) or cosine (vector)")


class RerankPlace(_Shape):
    """What the server's reranker said of an article, and where it stood before."""

    score: float = Field(description="As the model gives it; its range is the model's")
    rank_before: int = Field(description="From 1")
    score_before: float = Field(description="In [0, 1]")


class Reranker(_Shape):
    """The second model, which read the best articles again."""

    model: str
    articles: int = Field(description="How many articles it read")
    passages: int = Field(description="How many passages of each at most; the best counts")


class Offsets(_Shape):
    """The language offsets that lowered what was found by meaning."""

    digest: str = Field(description="The same as long as the offsets are the same")
    share: float = Field(description="How much of them counts, in [0, 1]")


class HitParagraph(_Shape):
    """A paragraph worth reading."""

    position: int = Field(description="0 is the headline, paragraphs follow from 1")
    text: str
    lang: str
    highlights: list[tuple[int, int]] = Field(
        description="Start and end of what made it match, in code points"
    )


class Hit(_Shape):
    """An article that was found."""

    id: str
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
    legs: dict[str, LegPlace]
    paragraphs: list[HitParagraph]
    duplicates: int = Field(description="Copies that are left out in favour of this one")
    closeness: float | None = Field(
        None, description="In [0, 1], in meaning; the same from one answer to the next"
    )
    offset: float | None = Field(
        None, description="Taken off its cosines because of its language, where offsets are used"
    )
    rerank: RerankPlace | None = Field(None, description="Where it was reranked")


class LanguageCount(_Shape):
    """Articles of one language."""

    found: int
    shown: int


class ValueCount(_Shape):
    """Articles that carry a value."""

    value: str
    count: int


class Bucket(_Shape):
    """Articles of a day or month."""

    start: str = Field(description="The first day, UTC")
    count: int


class Histogram(_Shape):
    """Articles over time."""

    interval: Literal["day", "month"]
    buckets: list[Bucket]


class Counts(_Shape):
    """How many articles carry each value, most frequent first; dates oldest first."""

    query: str
    mode: str
    total: int
    counted: Literal["matches", "candidates"] = Field(
        description="What is counted: all matches of the words, or the candidates of the legs"
    )
    facets: dict[str, list[ValueCount]]
    histogram: Histogram | None = None


class SearchAnswer(_Shape):
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
        "null: nothing is known of the model, or nothing was asked by meaning",
    )
    rerank: Reranker | None = Field(None, description="Where a reranker was used")
    offsets: Offsets | None = Field(None, description="Where language offsets were used")
    hits: list[Hit]
    languages: dict[str, LanguageCount]
    facets: dict[str, list[ValueCount]] | None = None
    histogram: Histogram | None = None
    next: str | None = Field(None, description="Cursor of the next page, in paged searches")


class VersionListed(_Shape):
    """A version of an article: when it was there, and what it is called."""

    number: int = Field(description="From 1, the first")
    title: str
    content_hash: str
    version: int = Field(description="Milliseconds since 1970 of its last edit, 0 if unknown")
    updated: str | None = Field(description="As the source says")
    seen: str | None = Field(description="When it was written to the index")
    replaced: str | None = Field(description="When the next one took its place; null: it is kept")


class PlacedPassage(_Shape):
    """A headline or paragraph at its place."""

    position: int = Field(description="0 is the headline, paragraphs follow from 1")
    text: str
    lang: str


class VersionChange(_Shape):
    """A headline or paragraph that is not as it was."""

    change: Literal["added", "removed", "changed"]
    before: PlacedPassage | None
    after: PlacedPassage | None


class VersionAnswer(VersionListed):
    """A version of an article, whole, and what was corrected in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "bote-4711",
                "number": 2,
                "title": "Hochwasser beschädigt Brücke",
                "content_hash": "0b7c6fd1f0a34c1e9d5a0c0e8a4d2f61",
                "version": 1755684600000,
                "updated": "2025-08-20T10:10:00Z",
                "seen": "2025-08-20T10:10:04.120391Z",
                "replaced": None,
                "paragraphs": ["Das Hochwasser hat die alte Brücke beschädigt."],
                "languages": ["de"],
                "against": 1,
                "changes": [
                    {
                        "change": "changed",
                        "before": {
                            "position": 1,
                            "text": "Das Hochwasser hat die neue Brücke beschädigt.",
                            "lang": "de",
                        },
                        "after": {
                            "position": 1,
                            "text": "Das Hochwasser hat die alte Brücke beschädigt.",
                            "lang": "de",
                        },
                    }
                ],
            }
        }
    )

    id: str
    paragraphs: list[str]
    languages: list[str] = Field(description="The language of each paragraph")
    against: int | None = Field(description="The version that it is compared with")
    changes: list[VersionChange]


class ArticleAnswer(_Shape):
    """An article in the keys of the JSONL format."""

    id: str
    url: str | None
    title: str
    paragraphs: list[str]
    languages: list[str] = Field(description="The language of each paragraph")
    lang: str
    source: str | None
    authors: list[str]
    published: str | None
    updated: str | None
    section: str | None
    tags: list[str]
    meta: dict[str, Any]
    version: int = Field(description="Milliseconds since 1970 of its last edit, 0 if unknown")
    content_hash: str = Field(description="Over everything but the id; the ETag begins with it")
    versions: list[VersionListed] = Field(description="This one and former ones, newest first")


class ArticleSent(BaseModel):
    """An article as a client sends it; unknown keys are kept in `meta`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "anyOf": [{"required": ["text"]}, {"required": ["paragraphs"]}],
            "example": {
                "id": "bote-4711",
                "title": "Hochwasser beschädigt Brücke",
                "text": "Das Hochwasser hat die alte Brücke beschädigt.\n\nSie ist gesperrt.",
                "lang": "de",
                "source": "bote",
                "published": "2025-08-20T09:30:00Z",
            },
        },
    )

    id: str | int | None = Field(None, description="Else made of the url, else of the content")
    url: str | None = None
    title: str | None = None
    text: str | None = Field(None, description="The body; blank lines part paragraphs")
    paragraphs: list[str] | None = Field(None, description="The body; wins over `text`")
    lang: str | None = Field(None, description="Else identified")
    source: str | None = None
    authors: list[str] | str | None = None
    published: str | None = Field(None, description="ISO 8601 and common forms")
    updated: str | None = None
    section: str | None = None
    tags: list[str] | str | None = None
    meta: dict[str, Any] | None = None


class Outcome(_Shape):
    """What became of one article."""

    id: str | None
    outcome: Literal["added", "updated", "unchanged", "stale", "rejected"]
    reason: str | None = None
    line: int | None = Field(None, description="The line or place in the list, from 1")


class Outcomes(_Shape):
    """What became of many articles."""

    counts: dict[str, int]
    results: list[Outcome]


class Model(_Shape):
    """The embedding model that the index was written with."""

    name: str
    fingerprint: str
    dimension: int


class OffsetsKept(_Shape):
    """The language offsets that searches use."""

    digest: str
    model: str = Field(description="Fingerprint of the model that they are of")
    source: str = Field(description="The texts that they were fitted on")
    languages: list[str]


class StatusAnswer(_Shape):
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
    offsets: OffsetsKept | None = Field(None, description="null: none are in use")
    version: str = Field(description="Of the program")
    read_only: bool


class Health(_Shape):
    """That the server is there."""

    status: Literal["ok"]


class ProblemAnswer(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(examples=["urn:polywire:problem:server-busy"])
    title: str
    status: int
    detail: str
    instance: str | None = Field(None, description="Finds the request in the server's log")
