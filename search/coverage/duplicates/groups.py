"""Which texts go together, given which resemble each other. Pure, and whatever came first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any, TypeVar

from search.coverage.duplicates.likeness import Kind, Likeness

T = TypeVar("T")

Links = Mapping[T, Mapping[T, Likeness]]
"""For every text of a component, those that it resembles; each link from both ends."""


def grouped(links: Links[T], order: Callable[[T], Any]) -> list[list[T]]:
    """Part a component into groups, each led by its first text in `order`.

    Every text of a group resembles the first one, so that a long row of small changes does not
    make one text of two. An overview that holds several texts which are not the same is a copy of
    none of them.
    """
    left = sorted(links, key=order)
    overviews = {text for text in left if _is_overview(text, links)}
    groups: list[list[T]] = []
    taken: set[T] = set()
    for leader in left:
        if leader in taken:
            continue
        group = [leader]
        for other in left:
            found = links[leader].get(other)
            if found is not None and other not in taken and other != leader:
                holder = {Kind.HOLDS: leader, Kind.WITHIN: other}.get(found.kind)
                if holder not in overviews:
                    group.append(other)
        taken.update(group)
        groups.append(group)
    return groups


def _is_overview(text: T, links: Links[T]) -> bool:
    held = [other for other, found in links[text].items() if found.kind is Kind.HOLDS]
    return any(second not in links[first] for first, second in combinations(held, 2))


def component(
    start: T, links_of: Callable[[T], Mapping[T, Likeness]]
) -> dict[T, Mapping[T, Likeness]]:
    """Return all texts that can be reached from one, with their links."""
    links: dict[T, Mapping[T, Likeness]] = {}
    waiting = [start]
    while waiting:
        text = waiting.pop()
        if text not in links:
            links[text] = links_of(text)
            waiting += links[text]
    return links
