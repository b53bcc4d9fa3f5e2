"""The shapes of articles, as they are sent, listed, compared and given back."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from search.api.answers.shapes import Shape


class VersionListed(Shape):
    """A version of an article: when it was there, and what it is called."""

    number: int = Field(description="From 1, the first")
    title: str
    content_hash: str
    version: int = Field(
        description="Milliseconds since 1970 of its last edit, or its number; 0 if unknown"
    )
    updated: str | None = Field(description="As the source says")
    seen: str | None = Field(description="When it was written to the index")
    replaced: str | None = Field(
        description="When the next one took its place; null: it is the current one"
    )


class PlacedPassage(Shape):
    """A headline or paragraph at its place."""

    position: int = Field(description="0 is the headline, paragraphs follow from 1")
    text: str
    lang: str


class VersionChange(Shape):
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


class ArticleAnswer(Shape):
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
    suspicious: list[str] = Field(
        [], description="Dates that are most likely a mistake; left out where there are none"
    )
    version: int = Field(
        description="Milliseconds since 1970 of its last edit, or its number; 0 if unknown"
    )
    content_hash: str = Field(description="Over everything but the id; the ETag begins with it")
    embargo: str | bool | None = Field(
        None, description="From when on it is found; left out where there was no embargo"
    )
    versions: list[VersionListed] = Field(description="This one and former ones, newest first")


class ArticleSent(BaseModel):
    """An article as a client sends it; unknown keys go to `meta`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "anyOf": [
                {"required": ["text"]},
                {"required": ["paragraphs"]},
                {"required": ["status"]},
            ],
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
    version: int | str | None = Field(
        None, description="Number of the version, beside `updated`: an older one changes nothing"
    )
    status: str | None = Field(
        None,
        description="`canceled` (or killed, withdrawn) takes the article out for good, `withheld` "
        "until a later `usable`; other words go to `meta`",
    )
    embargo: str | bool | None = Field(
        None, description="No search finds the article before; true: until a later version"
    )


class Outcome(Shape):
    """What became of one article."""

    id: str | None
    outcome: Literal["added", "updated", "unchanged", "stale", "rejected", "withdrawn"]
    reason: str | None = None
    notes: list[str] | None = Field(None, description="What to know of how it was read")
    line: int | None = Field(None, description="The line or place in the list, from 1")


class Outcomes(Shape):
    """What became of many articles."""

    counts: dict[str, int]
    results: list[Outcome]
