"""One article per text, the preferred one first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest

from search.retrieval.copies import Copies, Membership, Prefer, Preference, one_per_text
from tests.support.reprints import BEGINS


def member(name: str, group: str, source: str, minutes: int, length: int) -> Membership:
    published = BEGINS + timedelta(minutes=minutes)
    return Membership(name, group, source, published, length, "", "same", 1.0, 1.0)


class Known:
    """Groups in memory."""

    def __init__(self, *members: Membership) -> None:
        self._members = {one.id: one for one in members}

    def memberships(self, ids: Collection[str]) -> Mapping[str, Membership]:
        return {one: self._members[one] for one in ids if one in self._members}

    def members(self, groups: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        return {
            name: tuple(one.id for one in self._members.values() if one.group == name)
            for name in groups
        }


GROUPS = Known(
    member("a", "c", "Post", 20, 100),
    member("b", "c", "Herald", 10, 300),
    member("c", "c", "Wire", 0, 200),
    member("d", "far", "Wire", 0, 200),
)
ORDER = ["x", "a", "y", "b", "c", "d"]
SCORES = dict(zip(ORDER, (0.9, 0.8, 0.7, 0.6, 0.5, 0.4), strict=True))


@pytest.mark.parametrize(
    ("preference", "first", "others"),
    [
        (Preference(), "c", ["b", "a"]),
        (Preference(Prefer.LONGEST), "b", ["c", "a"]),
        (Preference(Prefer.SOURCES, ("post", "WIRE")), "a", ["c", "b"]),
        (Preference(Prefer.SOURCES), "c", ["b", "a"]),
    ],
)
def test_the_preferred_article_stands_where_the_best_one_would(
    preference: Preference, first: str, others: list[str]
) -> None:
    found = one_per_text(ORDER, SCORES, Copies(GROUPS, preference), 1)
    assert found.order == one_per_text(ORDER, SCORES, Copies(GROUPS, preference), 10).order
    assert found.order == ["x", first, "y", "d"]
    assert found.copies == {first: others}
    assert found.scores == {first: 0.8}


def test_nothing_is_left_out_where_nothing_is_known() -> None:
    assert one_per_text(ORDER, SCORES, Copies(), 10).order == ORDER
    assert one_per_text(["a", "x"], SCORES, Copies(GROUPS), 10).copies == {}
