"""Facets, histogram, stats, and what optimizing must not change."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta

import pytest

from search.index.clauses import AllOf, Match, Phrase, Scope
from search.index.filters import Filters
from search.index.model import Bucket, Facet
from search.index.port import SearchIndex
from search.index.time_zones import time_zone
from search.query.dates import span
from tests.contract.place import EVERYTHING, OnePlace, ask, near
from tests.support.newsroom import CREDIT, IDENTITY, NEWSROOM, on, story

SECOND = timedelta(seconds=1)


def most_frequent_first(values: list[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))


class Counting(OnePlace):
    """`facets`, `histogram`, `stats` and `optimize`."""

    def test_facets_count_articles_of_each_value(self, newsroom: SearchIndex) -> None:
        articles = [e.article for e in NEWSROOM]
        lang, source, section, tag = newsroom.facets(
            ["lang", "source", "section", "tag"], EVERYTHING
        )
        assert lang == Facet("lang", most_frequent_first([a.lang for a in articles]))
        assert source == Facet(
            "source", most_frequent_first([a.source or "" for a in articles][:-1])
        )
        sections = [a.section for a in articles if a.section]
        assert section == Facet("section", most_frequent_first(sections))
        assert tag == Facet("tag", most_frequent_first([t for a in articles for t in a.tags]))

    def test_facets_come_in_the_order_asked_for(self, newsroom: SearchIndex) -> None:
        facets = newsroom.facets(["tag", "lang"], EVERYTHING)
        assert [facet.field for facet in facets] == ["tag", "lang"]
        assert newsroom.facets([], EVERYTHING) == ()

    def test_facets_under_filters_and_a_clause(self, newsroom: SearchIndex) -> None:
        weather = Filters(tags=frozenset({"weather"}))
        (lang,) = newsroom.facets(["lang"], weather)
        assert lang.counts == (("es", 1), ("ja", 1))
        (source,) = newsroom.facets(["source"], EVERYTHING, Match("Ukraine"))
        assert source.counts == (("bote", 1), ("herald", 1))
        (source,) = newsroom.facets(["source"], weather, Match("Ukraine"))
        assert source.counts == ()
        title = AllOf((Match("Defence", Scope.TITLE), Phrase("for ukraine")))
        assert newsroom.facets(["lang"], EVERYTHING, title)[0].counts == (("en", 1),)

    def test_facets_list_every_value(self, index: SearchIndex) -> None:
        many = [
            story(f"a{n:03}", "Word", "word", source=f"s{n:03}", tags=(f"t{n:03}", "all"))
            for n in range(250)
        ]
        self.put(index, *many)
        source, tag = index.facets(["source", "tag"], EVERYTHING)
        assert source.counts == tuple((f"s{n:03}", 1) for n in range(250))
        assert tag.counts[0] == ("all", 250)
        assert len(tag.counts) == 251
        assert index.facets(["source"], EVERYTHING, Match("word"))[0] == source

    def test_a_repeated_tag_counts_once(self, index: SearchIndex) -> None:
        self.put(index, story("a", "Word", "word", tags=("x", "x")))
        assert index.facets(["tag"], EVERYTHING)[0].counts == (("x", 1),)

    def test_facets_of_an_empty_index(self, index: SearchIndex) -> None:
        self.settle(index)
        assert index.facets(["lang", "tag"], EVERYTHING) == (Facet("lang", ()), Facet("tag", ()))

    def test_histogram_by_month_leaves_empty_months_out(self, newsroom: SearchIndex) -> None:
        assert newsroom.histogram("month", EVERYTHING) == (
            Bucket(on(2024, 12, 1, 0), 1),
            Bucket(on(2025, 1, 1, 0), 1),
            Bucket(on(2025, 3, 1, 0), 1),
            Bucket(on(2025, 4, 1, 0), 2),
            Bucket(on(2025, 8, 1, 0), 4),
            Bucket(on(2025, 9, 1, 0), 3),
        )

    def test_histogram_by_day_under_filters_and_a_clause(self, newsroom: SearchIndex) -> None:
        since = Filters(after=on(2025, 8, 20, 0))
        assert newsroom.histogram("day", since) == (
            Bucket(on(2025, 8, 20, 0), 3),
            Bucket(on(2025, 8, 21, 0), 1),
            Bucket(on(2025, 9, 1, 0), 1),
            Bucket(on(2025, 9, 2, 0), 2),
        )
        assert newsroom.histogram("day", since, Match("Ukraine")) == (
            Bucket(on(2025, 8, 20, 0), 1),
            Bucket(on(2025, 8, 21, 0), 1),
        )

    def test_histogram_reaches_before_1970(self, index: SearchIndex) -> None:
        self.put(
            index,
            story("moon", "Moon", "landing", published=on(1969, 7, 20)),
            story("now", "Now", "today", published=on(2025, 7, 20)),
        )
        assert index.histogram("day", EVERYTHING) == (
            Bucket(on(1969, 7, 20, 0), 1),
            Bucket(on(2025, 7, 20, 0), 1),
        )
        assert index.get(["moon"])["moon"].article.published == on(1969, 7, 20)

    @pytest.mark.parametrize(
        ("zone", "begins"),
        [
            # Whole days of each zone: the day itself has 23 hours, or 25, or begins at one o'clock.
            ("Europe/Berlin", ["2026-03-28T23:00", "2026-03-29T22:00"]),
            ("Europe/Berlin", ["2026-10-24T22:00", "2026-10-25T23:00"]),
            ("America/Santiago", ["2026-09-05T04:00", "2026-09-06T04:00", "2026-09-07T03:00"]),
            ("Asia/Kolkata", ["2026-08-01T18:30", "2026-08-02T18:30"]),
            ("+05:30", ["2026-08-01T18:30", "2026-08-02T18:30"]),
            ("UTC", ["2026-08-01T00:00", "2026-08-02T00:00"]),
        ],
    )
    def test_days_are_those_of_a_time_zone(
        self, index: SearchIndex, zone: str, begins: list[str]
    ) -> None:
        starts = [datetime.fromisoformat(f"{begin}Z") for begin in begins]
        moments = [moment for start in starts for moment in (start - SECOND, start)]
        self.put(
            index,
            *(story(f"a{n}", "", f"text {n}", published=when) for n, when in enumerate(moments)),
        )
        counted = index.histogram("day", EVERYTHING, zone=zone)
        assert [bucket.start for bucket in counted][1:] == starts
        assert [bucket.count for bucket in counted] == [1, *[2] * (len(starts) - 1), 1]
        for start, end in itertools.pairwise(starts):
            day = start.astimezone(time_zone(zone)).date().isoformat()
            assert span(day, datetime.now(time_zone(zone))) == (start, end)
            on_it = Filters(after=start, before=end)
            assert [bucket.count for bucket in index.histogram("day", on_it, zone=zone)] == [2]
        months = index.histogram("month", EVERYTHING, zone=zone)
        assert sum(bucket.count for bucket in months) == len(moments)
        first = months[0].start.astimezone(time_zone(zone))
        assert (first.day, first.hour, first.minute) == (1, 0, 0)

    def test_any_date_is_counted(self, index: SearchIndex) -> None:
        self.put(
            index,
            story("old", "", "text", published=on(1, 1, 2, 12)),
            story("none", "", "text", published=None),
            story("new", "", "text", published=on(9999, 12, 30, 12)),
        )
        for zone in ("UTC", "+14:00", "-12:00"):
            assert [b.count for b in index.histogram("day", EVERYTHING, zone=zone)] == [1, 1]

    def test_histogram_of_an_empty_index(self, index: SearchIndex) -> None:
        self.settle(index)
        assert index.histogram("month", EVERYTHING) == ()

    def test_stats_count_articles_passages_and_languages(self, newsroom: SearchIndex) -> None:
        stats = newsroom.stats()
        assert stats.identity == IDENTITY == newsroom.identity
        assert stats.articles == len(NEWSROOM)
        assert stats.passages == sum(len(e.article.passages) for e in NEWSROOM)
        assert dict(stats.languages) == dict(Counter(e.article.lang for e in NEWSROOM))
        assert stats.size_bytes > 0
        assert stats.engine
        assert stats.location
        assert stats.vector_index
        assert stats.unindexed_passages >= 0

    def test_stats_of_an_empty_index(self, index: SearchIndex) -> None:
        self.settle(index)
        stats = index.stats()
        assert (stats.articles, stats.passages, dict(stats.languages)) == (0, 0, {})

    def test_optimizing_changes_no_answer(self, index: SearchIndex) -> None:
        for embedded in NEWSROOM:
            self.put(index, embedded)
        self.put(index, *(story(f"gone-{n}", "Ukraine", CREDIT) for n in range(5)))
        index.delete([f"gone-{n}" for n in range(5)])
        self.settle(index)
        questions = (CREDIT, "Ukraine", "疫苗")
        before = [
            (ask(index, q).total, {h.article.id for h in ask(index, q).hits}) for q in questions
        ]
        vectors = [hit.article.id for hit in near(index, "storm").hits]
        everything = list(index.scan(EVERYTHING))
        index.optimize()
        self.settle(index)
        after = [
            (ask(index, q).total, {h.article.id for h in ask(index, q).hits}) for q in questions
        ]
        assert after == before
        assert [hit.article.id for hit in near(index, "storm").hits] == vectors
        assert list(index.scan(EVERYTHING)) == everything
        assert index.stats().articles == len(NEWSROOM)

    def test_optimizing_an_empty_index_is_harmless(self, index: SearchIndex) -> None:
        index.optimize()
        self.settle(index)
        assert index.stats().articles == 0
        self.put(index, NEWSROOM[0])
        assert index.stats().articles == 1
