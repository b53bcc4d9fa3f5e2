"""The shape of coverage, for the OpenAPI document."""

from __future__ import annotations

from pydantic import Field

from search.api.answers.shapes import Shape


class Span(Shape):
    """A span of time; its end is not in it."""

    start: str
    end: str


class Covering(Shape):
    """An article on the subject."""

    id: str
    title: str
    lang: str
    source: str
    published: str | None
    url: str | None
    versions: int = Field(description="How many are stored; more than one: it was corrected")
    corrected: str | None
    status: str | None = Field(description="What its source says of it where it is withdrawn")
    certainty: float = Field(description="How sure it is that it belongs to the story, in [0, 1]")


class Event(Covering):
    """An article in the order of publication."""

    delay_s: int | None = Field(description="Since the first article")


class SourceRow(Shape):
    """What one source has on it."""

    source: str
    rank: int = Field(description="1 was first")
    articles: int
    languages: dict[str, int]
    first: str | None
    delay_s: int | None
    wording: str = Field(description="own, first (others carry it), carried, or mixed")
    carried_from: list[str]
    corrected: int
    withdrawn: int
    timeline: list[int] = Field(description="Articles in each of the buckets")
    ids: list[str]


class Cell(Shape):
    """Articles of a source in a language."""

    source: str
    lang: str
    articles: int
    first: str | None


class Carrier(Shape):
    """An article that carries a text."""

    id: str
    source: str
    published: str | None


class SameText(Shape):
    """A text that several articles carry, the first one first."""

    sources: list[str]
    articles: list[Carrier]


class HeadlineShape(Shape):
    """A headline, and how it differs from the first one in its language."""

    id: str
    source: str
    lang: str
    title: str
    nearness: float
    added: list[str]
    dropped: list[str]


class Nearest(Shape):
    """The article of a silent source that comes nearest."""

    id: str
    title: str
    score: float


class Evidence(Shape):
    """What is known of a source without an article on it."""

    published_in_window: int
    related: int = Field(description="Its articles among the nearest to the subject, at any time")
    published_in_all: int
    nearest: Nearest | None


class SilentSource(Shape):
    """A source that published in the window, and has no article on it."""

    source: str
    published: int
    expected_articles: float
    expected_share: float = Field(description="In how many of such cases it would have had one")
    sureness: str = Field(description="clear, likely or unsure")
    affinity: float = Field(description="How often it covers such subjects; 1: as all sources do")
    evidence: Evidence


class WithdrawnArticle(Shape):
    """What a source withdrew in the window: nobody knows what it was about."""

    id: str
    status: str = Field(description="canceled or withheld")
    source: str | None
    when: str | None
    why: str | None
    title: str | None = Field(description="Of what is withheld")


class CoverageAnswer(Shape):
    """Who covered something, when and in which language, and who did not."""

    subject: str
    story: str | None
    cohesion: float | None
    basis: str
    notes: list[str]
    window: Span | None
    articles: int
    languages: list[str]
    first: Covering | None
    sources: list[SourceRow]
    matrix: list[Cell]
    buckets: list[str]
    timeline: list[Event]
    same_text: list[SameText]
    headlines: list[HeadlineShape]
    withdrawn: list[WithdrawnArticle]
    silent: list[SilentSource]
