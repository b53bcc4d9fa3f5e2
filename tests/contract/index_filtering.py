"""Filters apply inside both legs, exactly as `Filters.admits` says."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from search.index.filters import Filters
from search.index.port import SearchIndex
from tests.contract.place import ON_EACH_ENGINE, OnePlace, ask, found, near
from tests.support.newsroom import CREDIT, NEWSROOM, article_ids, on, story

DATES = sorted({e.article.published for e in NEWSROOM if e.article.published})


def some(values: set[str]) -> st.SearchStrategy[frozenset[str]]:
    """Mostly empty or a few of the values, with one that no article has among them."""
    return st.frozensets(st.sampled_from([*sorted(values), "no such value"]), max_size=3)


def moments() -> st.SearchStrategy[datetime | None]:
    """The exact dates of articles and the milliseconds beside them."""
    shifts = st.sampled_from([timedelta(0), timedelta(milliseconds=1), -timedelta(milliseconds=1)])
    exact = st.builds(lambda date, shift: date + shift, st.sampled_from(DATES), shifts)
    return st.none() | exact


FILTERS = st.builds(
    Filters,
    langs=some({e.article.lang for e in NEWSROOM}),
    sources=some({e.article.source for e in NEWSROOM if e.article.source}),
    sections=some({e.article.section for e in NEWSROOM if e.article.section}),
    tags=some({tag for e in NEWSROOM for tag in e.article.tags}),
    after=moments(),
    before=moments(),
    exclude_ids=some(set(article_ids(NEWSROOM))),
)


def admitted(filters: Filters) -> set[str]:
    return {e.article.id for e in NEWSROOM if filters.admits(e.article)}


class Filtering(OnePlace):
    """`Filters.admits` is the reference for every way to ask."""

    @given(filters=FILTERS)
    @ON_EACH_ENGINE
    def test_every_way_to_ask_admits_the_same(
        self, newsroom: SearchIndex, filters: Filters
    ) -> None:
        expected = admitted(filters)
        words = ask(newsroom, CREDIT, filters)
        assert set(found(words)) == expected
        assert words.total == len(expected)
        assert set(found(near(newsroom, "storm", filters))) == expected
        assert {article.id for article in newsroom.scan(filters)} == expected
        (facet,) = newsroom.facets(["lang"], filters)
        assert sum(count for _, count in facet.counts) == len(expected)

    def test_values_of_one_field_are_alternatives(self, newsroom: SearchIndex) -> None:
        filters = Filters(langs=frozenset({"de", "ja"}))
        assert set(found(ask(newsroom, CREDIT, filters))) == {"de-defence", "ja-storm"}

    def test_fields_add_up(self, newsroom: SearchIndex) -> None:
        filters = Filters(tags=frozenset({"nato"}), sections=frozenset({"world"}))
        assert found(near(newsroom, "defence", filters)) == ["en-defence"]

    def test_after_is_inclusive_and_before_exclusive(self, newsroom: SearchIndex) -> None:
        first, last = on(2025, 8, 20, 0), on(2025, 8, 21)
        span = Filters(after=first, before=last)
        expected = {"fr-wine", "en-defence", "uk-defence"}
        assert set(found(ask(newsroom, CREDIT, span))) == expected
        assert set(found(near(newsroom, "wine", span))) == expected

    def test_a_date_in_another_time_zone_is_the_same_moment(self, newsroom: SearchIndex) -> None:
        tokyo = datetime.fromisoformat("2025-09-02T21:00:00+09:00")
        span = Filters(after=tokyo, before=tokyo + timedelta(seconds=1))
        assert found(ask(newsroom, CREDIT, span)) == ["ja-storm"]

    def test_the_language_of_the_article_counts_not_of_the_passage(
        self, index: SearchIndex
    ) -> None:
        from dataclasses import replace

        base = story("mixed", "Ein Titel", "An English quotation", lang="de")
        title, quote = base.article.passages
        passages = (title, replace(quote, lang="en"))
        mixed = replace(base, article=replace(base.article, passages=passages))
        self.put(index, mixed)
        assert found(ask(index, "quotations", Filters(langs=frozenset({"de"})))) == ["mixed"]
        assert found(ask(index, "quotation", Filters(langs=frozenset({"en"})))) == []
        assert found(near(index, "defence", Filters(langs=frozenset({"en"})))) == []

    def test_filters_do_not_starve_the_limit(self, index: SearchIndex) -> None:
        """The wanted articles are the farthest and weakest, and all of them are found."""
        crowd = [
            story(f"crowd-{n:03}", "signal", *["signal signal"] * 4, topic="storm", source="crowd")
            for n in range(60)
        ]
        few = [
            story(f"few-{n}", "", "signal among many other words", topic="wine", source="few")
            for n in range(7)
        ]
        self.put(index, *crowd, *few)
        only = Filters(sources=frozenset({"few"}))
        for result in (ask(index, "signal", only, 7), near(index, "storm", only, 7)):
            assert sorted(found(result)) == article_ids(few)

    def test_quotes_in_values_are_harmless(self, index: SearchIndex) -> None:
        odd = 'l\'Express "x" \\ ; --'
        self.put(index, story("a", "word", "word", source=odd, section=odd, tags=(odd, "b")))
        one = frozenset({odd})
        filters = Filters(sources=one, sections=one, tags=one, exclude_ids=one)
        assert found(ask(index, "word", filters)) == ["a"]
        assert found(near(index, "defence", filters)) == ["a"]

    def test_thousands_of_excluded_ids(self, newsroom: SearchIndex) -> None:
        many = frozenset(f"seen-{n}" for n in range(3000)) | {"de-defence"}
        result = ask(newsroom, CREDIT, Filters(exclude_ids=many))
        assert set(found(result)) == set(article_ids(NEWSROOM)) - {"de-defence"}
