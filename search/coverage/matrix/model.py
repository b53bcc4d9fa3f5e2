"""Who covered something: frozen values, from what is found to what is told of it. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from search.index.withdrawals import Withdrawal


@dataclass(frozen=True, slots=True)
class Found:
    """An article on the subject.

    `text` names the text that it carries: equal for copies, its own id where there are none.
    `versions` counts what is stored of it, `corrected` is when the present one took the place of
    another. `status` is what the source says of it where it is withdrawn. `certainty` is from 0 to
    1: of a story's members how sure it is that they belong to it. `suspicious` is the date that its
    source gives where that is most likely a mistake: it counts as `published` without a date then.
    """

    id: str
    title: str
    lang: str
    source: str
    published: datetime | None
    text: str
    url: str | None = None
    versions: int = 1
    corrected: datetime | None = None
    status: str | None = None
    certainty: float = 1.0
    suspicious: datetime | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """What a source published, whatever it was about.

    `published` counts its articles in the window; `reference` and `related` are of a longer time:
    how many there are, and how many of them are among the nearest to the subject. `nearest` is the
    id, headline and score of its article in the window that comes nearest to the subject.
    """

    source: str
    published: int
    reference: int
    related: int
    nearest: tuple[str, str, float] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time: `start` is in it, `end` is not."""

    start: datetime
    end: datetime


class Wording(StrEnum):
    """Where a source has its text from."""

    OWN = "own"
    """No other source carries it."""
    FIRST = "first"
    """It was the first of those that carry it."""
    CARRIED = "carried"
    """Another source had it before."""
    MIXED = "mixed"
    """It has articles of its own and of others."""


class Sureness(StrEnum):
    """What it says that a source has nothing on a subject."""

    CLEAR = "clear"
    """It would have had something in 19 of 20 cases."""
    LIKELY = "likely"
    """In two of three cases."""
    UNSURE = "unsure"
    """It published little, or little of the kind."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one source has on the subject.

    `cells` counts its articles per language. `delay` is from the first article of all to its own
    first one; None where either has no date. `carried_from` are the sources that had its texts
    before.
    """

    source: str
    cells: Mapping[str, int]
    articles: tuple[Found, ...]
    first: datetime | None
    delay: timedelta | None
    wording: Wording
    carried_from: tuple[str, ...]
    timeline: tuple[int, ...]

    @property
    def corrected(self) -> int:
        """How many of its articles were corrected."""
        return sum(one.versions > 1 for one in self.articles)

    @property
    def withdrawn(self) -> int:
        """How many of its articles were withdrawn."""
        return sum(one.status is not None for one in self.articles)


@dataclass(frozen=True, slots=True)
class SharedText:
    """A text that several articles carry, the first one first."""

    articles: tuple[Found, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Who carries it, each once, the first one first."""
        return tuple(dict.fromkeys(one.source for one in self.articles))


@dataclass(frozen=True, slots=True)
class Headline:
    """How a source's first headline differs from the first one in that language.

    `nearness` is the share of their words in common (Dice, 0 to 1), 1 for the first one itself;
    `added` and `dropped` are words.
    """

    article: Found
    nearness: float
    added: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """A source without an article on the subject.

    `expected` is how many articles it would have had if it covered this as others did,
    `share` in how many of such cases (0 to 1) it would have had one at least; `affinity` how often
    it covers such subjects, compared with all sources (1: as often).
    """

    source: str
    published: int
    related: int
    reference: int
    affinity: float
    expected: float
    share: float
    sureness: Sureness
    nearest: tuple[str, str, float] | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who covered something, when and in which language, and who did not.

    `buckets` are the beginnings of the parts of the window that timelines count.
    """

    subject: str
    window: Window | None
    languages: tuple[str, ...]
    rows: tuple[Row, ...]
    buckets: tuple[datetime, ...]
    shared: tuple[SharedText, ...]
    headlines: tuple[Headline, ...]
    silent: tuple[Silence, ...]
    story: str | None = None
    cohesion: float | None = None
    basis: str = ""
    withdrawn: tuple[Withdrawal, ...] = ()
    """What sources withdrew in the window: of what was canceled nobody knows what it was about."""
    notes: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[Found, ...]:
        """Every article, the first published first."""
        return tuple(sorted((one for row in self.rows for one in row.articles), key=when))


def when(one: Found) -> tuple[bool, float, str]:
    """Return what sorts by date of publication, articles without one last, then by id."""
    dated = one.published is not None
    return not dated, one.published.timestamp() if one.published else 0.0, one.id
