"""Who covered something, when, and who did not: pure functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.coverage.matrix.model import Activity, Found, Sureness, Window, Wording
from search.coverage.matrix.rows import (
    BUCKETS,
    buckets_of,
    headlines_of,
    languages_of,
    rows_of,
    shared_texts,
    window_of,
)
from search.coverage.matrix.silence import silent_sources

BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)


def found(
    name: str,
    source: str,
    hours: float | None,
    *,
    lang: str = "en",
    title: str = "",
    text: str = "",
) -> Found:
    published = None if hours is None else BEGINS + timedelta(hours=hours)
    return Found(name, title or f"Headline {name}", lang, source, published, text or name)


ARTICLES = (
    found("p1", "Post", 3, text="wire"),
    found("w1", "Wire", 0, text="wire"),
    found("h1", "Herald", 1, lang="de"),
    found("h2", "Herald", 5, lang="de", text="wire"),
    found("n1", "Nowhen", None, lang="ar"),
)


def test_a_row_per_source_the_first_to_publish_first() -> None:
    rows = rows_of(ARTICLES, buckets_of(window_of(ARTICLES)))
    assert [row.source for row in rows] == ["Wire", "Herald", "Post", "Nowhen"]
    assert [row.delay for row in rows] == [
        timedelta(0),
        timedelta(hours=1),
        timedelta(hours=3),
        None,
    ]
    assert [row.wording for row in rows] == [
        Wording.FIRST,
        Wording.MIXED,
        Wording.CARRIED,
        Wording.OWN,
    ]
    assert rows[1].carried_from == ("Wire",)
    assert rows[1].cells == {"de": 2}
    assert [sum(row.timeline) for row in rows] == [1, 2, 1, 0]


def test_languages_and_texts_in_common() -> None:
    assert languages_of(ARTICLES) == ("de", "en", "ar")
    (shared,) = shared_texts(ARTICLES)
    assert shared.sources == ("Wire", "Post", "Herald")


def test_nothing_dated_has_no_window() -> None:
    articles = (found("a", "Post", None),)
    assert window_of(articles) is None
    assert buckets_of(None) == ()
    (row,) = rows_of(articles, ())
    assert (row.first, row.delay, row.timeline) == (None, None, ())


@given(st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=36500)))
def test_a_timeline_covers_its_window(span: timedelta) -> None:
    window = Window(BEGINS, BEGINS + span)
    buckets = buckets_of(window)
    assert 1 <= len(buckets) <= BUCKETS + 1
    assert buckets[0] == window.start
    assert buckets[-1] < window.end


def test_headlines_are_compared_within_a_language() -> None:
    rows = rows_of(
        (
            found("a", "Wire", 0, title="Flood hits Lerna"),
            found("b", "Post", 1, title="Flood hits northern Lerna hard"),
            found("c", "Bote", 2, lang="de", title="Flut in Lerna"),
            found("d", "Shimbun", 3, lang="ja", title="レルナで洪水"),
        ),
        (),
    )
    first, post, bote, _ = headlines_of(rows)
    assert (first.nearness, first.added, first.dropped) == (1.0, (), ())
    assert (post.added, post.dropped) == (("northern", "hard"), ())
    assert post.nearness == pytest.approx(0.75)
    assert bote.nearness == 1.0


def activity(source: str, published: int, reference: int = 0, related: int = 0) -> Activity:
    return Activity(source, published, reference or published, related)


def test_silence_says_more_the_more_a_source_published() -> None:
    rows = rows_of(ARTICLES, ())
    silent = silent_sources(
        [
            activity("Wire", 100),
            activity("Post", 100),
            activity("Herald", 100),
            activity("Big", 400),
            activity("Small", 5),
            activity("Asleep", 0, reference=100),
        ],
        rows,
    )
    assert [one.source for one in silent] == ["Big", "Small"]
    assert [one.sureness for one in silent] == [Sureness.LIKELY, Sureness.UNSURE]
    assert silent[0].expected == pytest.approx(400 * 5 / 705)
    assert silent[1].share < 0.05


def test_silence_says_more_of_a_source_that_covers_such_subjects() -> None:
    rows = rows_of(ARTICLES, ())
    world, sport = silent_sources(
        [
            activity("Wire", 50, 1000, 100),
            activity("Sport", 100, 1000, 0),
            activity("World", 100, 1000, 200),
        ],
        rows,
    )
    assert (world.source, sport.source) == ("World", "Sport")
    assert world.affinity > 1.9
    assert sport.affinity < 0.05
    assert world.sureness is Sureness.CLEAR
    assert sport.sureness is Sureness.UNSURE
