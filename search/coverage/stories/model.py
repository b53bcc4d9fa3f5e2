"""Stories and their members: frozen values, no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

DOUBTFUL = 0.5
"""A member that is less certain than this says so."""


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story; `certainty` (0 to 1) says how well it fits to the others."""

    id: str
    title: str
    lang: str
    source: str | None = None
    published: datetime | None = None
    certainty: float = 1.0
    moved: bool = False
    """A person put it there."""
    embargo: datetime | None = None
    """Nobody is shown it before that."""

    @property
    def doubtful(self) -> bool:
        """Whether it may belong elsewhere."""
        return self.certainty < DOUBTFUL and not self.moved


@dataclass(frozen=True, slots=True)
class Story:
    """All articles on one event, ordered by date of publication, undated ones last.

    `cohesion` (0 to 1) is how likely two of its members belong together, on average.
    """

    id: str
    members: tuple[Member, ...]
    cohesion: float = 1.0

    @property
    def size(self) -> int:
        """How many articles it has."""
        return len(self.members)

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids of its articles."""
        return tuple(one.id for one in self.members)

    @property
    def languages(self) -> dict[str, int]:
        """Articles per language, most frequent first."""
        return _counted(Counter(one.lang for one in self.members))

    @property
    def sources(self) -> dict[str, int]:
        """Articles per source, most frequent first."""
        return _counted(Counter(one.source for one in self.members if one.source))

    @property
    def first(self) -> datetime | None:
        """When its first dated article was published."""
        return next((one.published for one in self.members if one.published), None)

    @property
    def last(self) -> datetime | None:
        """When its last dated article was published."""
        return max((one.published for one in self.members if one.published), default=None)

    @property
    def headline(self) -> str:
        """The headline of the member that fits best, the earliest of such."""
        titled = [one for one in self.members if one.title]
        return max(titled, key=lambda one: round(one.certainty, 1)).title if titled else ""

    def headline_in(self, lang: str | None) -> str:
        """The headline of the best fitting member in a language, else `headline`."""
        own = tuple(one for one in self.members if one.lang == lang and one.title)
        return replace(self, members=own).headline if own else self.headline

    def document(self, lang: str | None = None) -> dict[str, Any]:
        """Return JSON values as `polywire stories --json` prints them."""
        return {
            "id": self.id,
            "headline": self.headline_in(lang),
            "size": self.size,
            "languages": self.languages,
            "sources": self.sources,
            "first": _written(self.first),
            "last": _written(self.last),
            "cohesion": round(self.cohesion, 3),
            "articles": list(self.articles),
        }

    def members_document(self) -> list[dict[str, Any]]:
        """Return what is known of each member, as JSON values."""
        return [
            {
                "id": one.id,
                "title": one.title,
                "lang": one.lang,
                "source": one.source,
                "published": _written(one.published),
                "certainty": round(one.certainty, 3),
                "doubtful": one.doubtful,
                "moved": one.moved,
            }
            for one in self.members
        ]


def stored_member(member: Member) -> dict[str, Any]:
    """Return a member as the state stores it."""
    return {
        "id": member.id,
        "title": member.title,
        "lang": member.lang,
        "source": member.source,
        "published": _written(member.published),
        "certainty": round(member.certainty, 4),
        **({"moved": True} if member.moved else {}),
        **({"embargo": _written(member.embargo)} if member.embargo else {}),
    }


def read_member(value: Mapping[str, Any]) -> Member:
    """Read what `stored_member` returned."""
    published = value.get("published")
    return Member(
        str(value["id"]),
        str(value["title"]),
        str(value["lang"]),
        value.get("source"),
        datetime.fromisoformat(published) if published else None,
        float(value["certainty"]),
        bool(value.get("moved")),
        datetime.fromisoformat(value["embargo"]) if "embargo" in value else None,
    )


def ordered(members: list[Member]) -> tuple[Member, ...]:
    """Order members as a story has them."""
    return tuple(
        sorted(
            members, key=lambda one: (one.published is None, _written(one.published) or "", one.id)
        )
    )


def _counted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
