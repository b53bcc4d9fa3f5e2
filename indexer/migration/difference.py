"""What differs between two generations of an index, found by walking through both."""

from __future__ import annotations

from dataclasses import dataclass

from search.index.port import SearchIndex


@dataclass(frozen=True, slots=True)
class Difference:
    """How a generation differs from the live one, by article id.

    `changed` are missing or have other content, `newer` have a later version than the live one
    (it was deleted and written again), `gone` are not in the live one. `total` counts the live
    one's articles.
    """

    changed: tuple[str, ...]
    newer: tuple[str, ...]
    gone: tuple[str, ...]
    total: int

    def ids(self) -> tuple[str, ...]:
        """All that differ."""
        return (*self.changed, *self.newer, *self.gone)


def difference(source: SearchIndex, target: SearchIndex) -> Difference:
    """Compare two indexes by walking through both in the order of their ids."""
    changed: list[str] = []
    newer: list[str] = []
    gone: list[str] = []
    total = 0
    theirs = target.scan_states()
    other = next(theirs, None)
    for article_id, state in source.scan_states():
        total += 1
        while other is not None and other[0] < article_id:
            gone.append(other[0])
            other = next(theirs, None)
        if other is None or other[0] != article_id:
            changed.append(article_id)
            continue
        # The hash covers what versions are made of, which earlier programs made in another way.
        if other[1].content_hash != state.content_hash:
            (newer if other[1].version > state.version else changed).append(article_id)
        other = next(theirs, None)
    while other is not None:
        gone.append(other[0])
        other = next(theirs, None)
    return Difference(tuple(changed), tuple(newer), tuple(gone), total)
