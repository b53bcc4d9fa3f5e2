"""What was corrected: the passages in which two versions of an article differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from search.index.history import ArticleVersion
from search.index.model import Passage

ALIKE = 0.5
"""Passages that share this part of their letters (`SequenceMatcher.ratio`) are one that changed;
below it, one was removed and another added."""


class ChangeKind(StrEnum):
    """What happened to a passage."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A passage that is not the same: `before` is None where it was added, `after` where removed.

    A passage that only moved, because others were added before it, has not changed.
    """

    kind: ChangeKind
    before: Passage | None
    after: Passage | None


def changes(before: ArticleVersion, after: ArticleVersion) -> tuple[Change, ...]:
    """Compare the headline and paragraphs of two versions, in the order that they are read in."""
    old, new = before.passages, after.passages
    texts = ([p.text for p in old], [p.text for p in new])
    found: list[Change] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, *texts, False).get_opcodes():
        if tag != "equal":
            found += _replaced(old[start:end], new[new_start:new_end])
    return tuple(found)


def _replaced(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[Change]:
    """Pair passages that are alike, in order; the rest were removed or added."""
    at = 0
    for passage in old:
        partner = next((n for n in range(at, len(new)) if _alike(passage, new[n])), None)
        if partner is None:
            yield Change(ChangeKind.REMOVED, passage, None)
            continue
        yield from (Change(ChangeKind.ADDED, None, added) for added in new[at:partner])
        yield Change(ChangeKind.CHANGED, passage, new[partner])
        at = partner + 1
    yield from (Change(ChangeKind.ADDED, None, added) for added in new[at:])


def _alike(old: Passage, new: Passage) -> bool:
    matcher = SequenceMatcher(None, old.text, new.text, autojunk=False)
    return (
        matcher.real_quick_ratio() >= ALIKE
        and matcher.quick_ratio() >= ALIKE
        and matcher.ratio() >= ALIKE
    )
