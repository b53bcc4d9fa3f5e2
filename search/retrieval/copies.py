"""One article per text: of those that carry the same one, the preferred one is shown.

Which articles carry the same text was found when they were written
(`search.coverage.duplicates`); here it is looked up for the candidates of a request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from search.values import dataclass

_NO_DATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Membership:
    """An article that carries the same text as others.

    `group` is the id of the group: that of its first article. `length` is in words, or characters
    where there are no spaces. `kind` says how the text resembles that of the first article:
    `verbatim`, `same` (edited), `within` (it stands inside) or `holds`; `resemblance` and
    `containment` are from 0 to 1, as `search.coverage.duplicates.likeness` has them.
    """

    id: str
    group: str
    source: str | None
    published: datetime | None
    length: int
    content_hash: str
    kind: str
    resemblance: float
    containment: float


class Groups(Protocol):
    """Knows which articles carry the same text."""

    def memberships(self, ids: Collection[str]) -> Mapping[str, Membership]:
        """Return the groups of articles; those that are alone are left out."""
        ...

    def members(self, groups: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the ids of all articles of groups."""
        ...


class Prefer(StrEnum):
    """Which article of a text is shown."""

    EARLIEST = "earliest"
    LONGEST = "longest"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Preference:
    """Which article of a text is shown; `sources` are the most preferred first."""

    by: Prefer = Prefer.EARLIEST
    sources: tuple[str, ...] = ()

    def key(self, one: Membership) -> tuple[Any, ...]:
        """Return what sorts the preferred first; of equal ones the earliest, then by id."""
        first: int = 0
        if self.by is Prefer.LONGEST:
            first = -one.length
        elif self.by is Prefer.SOURCES:
            names = [source.casefold() for source in self.sources]
            own = (one.source or "").casefold()
            first = names.index(own) if own in names else len(names)
        return first, one.published or _NO_DATE, one.id


@dataclass(frozen=True, slots=True)
class Copies:
    """What is known of copies, and which of them are preferred; None: nothing is known."""

    groups: Groups | None = None
    preference: Preference = field(default_factory=Preference)


@dataclass(frozen=True, slots=True)
class OnePerText:
    """Ids in order, one per text; for those with copies their ids, the preferred first.

    `scores` has those that change: a text is scored as its best article is. `known` is what was
    looked up.
    """

    order: Sequence[str]
    copies: Mapping[str, Sequence[str]]
    scores: Mapping[str, float]
    known: Mapping[str, Membership]


def one_per_text(
    order: Sequence[str], scores: Mapping[str, float], copies: Copies, most: int
) -> OnePerText:
    """Put the preferred article of each text in the place of its best one.

    That is sure of the first `most` that stay: behind them, copies of one another may be left.
    """
    known = _known(order, copies.groups, most)
    together = _together([known[one] for one in order if one in known])
    if not together:
        return OnePerText(order, {}, {}, known)
    stay: list[str] = []
    left_out: dict[str, Sequence[str]] = {}
    raised: dict[str, float] = {}
    done: set[str] = set()
    for one in order:
        group = known[one].group if one in known else None
        if group is None or group not in together:
            stay.append(one)
        elif group not in done:
            done.add(group)
            preferred, *others = sorted(together[group], key=copies.preference.key)
            stay.append(preferred.id)
            left_out[preferred.id] = [each.id for each in others]
            raised[preferred.id] = scores[one]
    return OnePerText(stay, left_out, raised, known)


def _known(order: Sequence[str], groups: Groups | None, most: int) -> dict[str, Membership]:
    """Look up the first candidates, and whatever else carries their texts, until enough stay."""
    known: dict[str, Membership] = {}
    if groups is None:
        return known
    looked, texts, size = 0, 0, 2 * most
    while looked < len(order) and texts < most:
        some = order[looked : looked + size]
        found = groups.memberships(some)
        known |= found
        texts += len(some) - len(found) + len({one.group for one in found.values()})
        looked += len(some)
        size *= 2
    if known and looked < len(order):
        behind = set(order[looked:])
        members = groups.members({one.group for one in known.values()})
        others = [one for ids in members.values() for one in ids if one in behind]
        known |= groups.memberships(others) if others else {}
    return known


def _together(members: Iterable[Membership]) -> dict[str, list[Membership]]:
    """Return the members of each group that has two or more of them."""
    groups: dict[str, list[Membership]] = {}
    for one in members:
        groups.setdefault(one.group, []).append(one)
    return {name: group for name, group in groups.items() if len(group) > 1}
