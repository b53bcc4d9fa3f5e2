"""The shapes of stories, for the OpenAPI document."""

from __future__ import annotations

from pydantic import Field

from search.api.answers.shapes import Shape


class StorySummary(Shape):
    """All articles on one event."""

    id: str
    headline: str = Field(description="In the language asked for where there is one")
    size: int
    languages: dict[str, int]
    sources: dict[str, int]
    first: str | None
    last: str | None
    cohesion: float = Field(description="How likely two of its articles belong together, in [0, 1]")
    articles: list[str] = Field(description="Their ids, in the order of publication")


class StoryMember(Shape):
    """An article of a story."""

    id: str
    title: str
    lang: str
    source: str | None
    published: str | None
    certainty: float = Field(description="How well it fits to the others, in [0, 1]")
    doubtful: bool = Field(description="It may belong elsewhere")
    moved: bool = Field(description="A person put it there")


class StoryAnswer(StorySummary):
    """A story with what is known of its articles."""

    members: list[StoryMember]
    former_id: str | None = Field(
        None, description="The id that was asked for, where it is one of earlier times"
    )
    leads_to: list[str] | None = Field(None, description="The stories that it leads to")


class StoriesAnswer(Shape):
    """A list of stories."""

    total: int
    stories: list[StorySummary]
