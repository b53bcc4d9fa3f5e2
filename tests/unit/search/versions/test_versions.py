"""What was corrected between two versions, and how versions follow one another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from search.index.history import (
    ArticleVersion,
    Past,
    from_json,
    past_of_copy,
    past_of_new,
    to_json,
    version_of,
)
from search.index.model import Passage
from search.versions.difference import changes
from search.versions.document import VersionMissing, numbered, predecessor
from tests.support.newsroom import NEWSROOM, on, story

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)

A, B, C = (f"Sentence {letter} about a flood in the {letter} valley." for letter in "ABC")
OTHER = "Wholly unlike: 4711."


def version(*texts: str, number: int = 1) -> ArticleVersion:
    passages = tuple(Passage(n, text, "en") for n, text in enumerate(texts))
    return ArticleVersion(number, f"hash {number}", number, "Title", passages)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((A, B), (A, B), []),
        ((A, B), (A, C, B), ["+1"]),
        ((A, B, C), (A, C), ["-1"]),
        ((A, B), (A, B.replace("flood", "fire")), ["1>1"]),
        ((A, B), (A, OTHER), ["-1", "+1"]),
        ((A, OTHER, B), (A, B.replace("flood", "fire")), ["-1", "2>1"]),
        ((A, B), (A, OTHER, B.replace("flood", "fire")), ["+1", "1>2"]),
        ((), (A,), ["+0"]),
        ((A,), (), ["-0"]),
    ],
)
def test_changes(before: tuple[str, ...], after: tuple[str, ...], told: list[str]) -> None:
    found = changes(version(*before), version(*after))
    shown = []
    for change in found:
        if change.before is None and change.after is not None:
            shown.append(f"+{change.after.position}")
        elif change.after is None and change.before is not None:
            shown.append(f"-{change.before.position}")
        elif change.before is not None and change.after is not None:
            shown.append(f"{change.before.position}>{change.after.position}")
    assert shown == told


def test_what_a_new_version_keeps() -> None:
    old = version_of(NEWSROOM[0].article, 7, on(2025, 8, 20))
    skipped = [story("a", "Between").article]
    past = past_of_new([old], skipped, NOW, 20)
    assert past.seen == NOW
    assert [v.number for v in past.former] == [8, 7]
    assert {v.replaced for v in past.former} == {NOW}
    assert [v.number for v in past_of_new([old], skipped, NOW, 1).former] == [8]
    assert past_of_new([old], skipped, NOW, 0) == Past(NOW)
    assert past_of_new([], [], NOW, 20) == Past(NOW)


def test_what_a_copy_keeps() -> None:
    versions = [version(A, number=number) for number in (4, 3, 2)]
    assert past_of_copy(versions, 1) == Past(None, (versions[1],))
    assert past_of_copy(versions, 0) == Past(None)
    assert past_of_copy([], 20) == Past(None)


def test_a_version_is_what_it_was_after_json() -> None:
    whole = version_of(NEWSROOM[0].article, 3, NOW)
    assert from_json(to_json(whole)) == whole


def test_which_version_is_meant() -> None:
    versions = [version(A, number=number) for number in (4, 3, 2)]
    assert numbered("a", versions, 3) is versions[1]
    assert predecessor(versions, versions[1]) is versions[2]
    assert predecessor(versions, versions[2]) is None
    with pytest.raises(
        VersionMissing, match=r"The article a has no version 1; its versions are 2, 3, 4\."
    ):
        numbered("a", versions, 1)
