"""Recency, dates and counts of articles at hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.model import Article, Bucket, Facet
from search.ranking.recency import newest_first, recency_weighted
from search.request import Recency
from search.retrieval.facets import FACET_FIELDS, facets_of, histogram_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WEEK = Recency(timedelta(days=7), NOW)


def article(identifier: str, days: float | None = None, **fields: object) -> Article:
    published = None if days is None else NOW - timedelta(days=days)
    return Article(identifier, "T", (), published=published, **fields)  # type: ignore[arg-type]


def articles(**ages: float | None) -> dict[str, Article]:
    return {name: article(name, days) for name, days in ages.items()}


def test_one_half_life_halves() -> None:
    some = articles(new=0, week=7, fortnight=14, future=-30)
    weighted = recency_weighted(dict.fromkeys(some, 0.8), some, WEEK)
    assert weighted == pytest.approx({"new": 0.8, "week": 0.4, "fortnight": 0.2, "future": 0.8})


def test_an_undated_article_counts_as_old_as_the_oldest() -> None:
    some = articles(new=0, old=21, undated=None)
    weighted = recency_weighted(dict.fromkeys(some, 1.0), some, WEEK)
    assert weighted["undated"] == weighted["old"] == pytest.approx(0.125)
    alone = articles(undated=None)
    assert recency_weighted({"undated": 0.5}, alone, WEEK) == {"undated": 0.5}


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 4000) | st.none(), max_size=8))
def test_newest_first_and_undated_last(ages: dict[str, float | None]) -> None:
    some = {name: article(name, days) for name, days in ages.items()}
    order = newest_first(list(some), some)
    assert sorted(order) == sorted(some)
    dates = [some[name].published for name in order]
    dated = [date for date in dates if date is not None]
    assert dated == sorted(dated, reverse=True)
    assert dates[: len(dated)] == dated


def test_facets_of_articles() -> None:
    some = [
        article("a", lang="de", source="x", section="s", tags=("n", "n", "m")),
        article("b", lang="de", source="y", tags=("n",)),
        article("c", lang="en"),
    ]
    assert facets_of(some, FACET_FIELDS) == (
        Facet("lang", (("de", 2), ("en", 1))),
        Facet("source", (("x", 1), ("y", 1))),
        Facet("section", (("s", 1),)),
        Facet("tag", (("n", 2), ("m", 1))),
    )
    assert facets_of(some, ()) == ()


def test_histogram_of_articles_is_in_utc_and_without_empty_buckets() -> None:
    tokyo = datetime.fromisoformat("2026-11-01T03:00:00+09:00")
    some = [Article("a", "T", (), published=tokyo), article("b", 0), article("c")]
    assert histogram_of(some, "month") == (
        Bucket(datetime(2026, 10, 1, tzinfo=UTC), 1),
        Bucket(datetime(2026, 11, 1, tzinfo=UTC), 1),
    )
    assert histogram_of(some, "day")[0].start == datetime(2026, 10, 31, tzinfo=UTC)


@given(st.lists(st.sampled_from(["de", "en", "fr"])))
def test_every_article_is_counted_once(langs: list[str]) -> None:
    (facet,) = facets_of([article("a", lang=lang) for lang in langs], ["lang"])
    assert dict(facet.counts) == Counter(langs)
    counts = [count for _, count in facet.counts]
    assert counts == sorted(counts, reverse=True)
