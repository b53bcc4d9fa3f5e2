"""What the query language needs of an engine: prefixes, conditions on whole articles, dates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.bounds import MOST_CLAUSES
from search.index.clauses import (
    AllOf,
    AnyOf,
    Clause,
    InArticle,
    Match,
    Matching,
    Near,
    Phrase,
    Prefix,
    Scope,
    Wildcard,
)
from search.index.filters import Filters
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import ArticleHit
from search.index.port import SearchIndex
from tests.contract.index_filtering import admitted, some
from tests.contract.place import EVERYTHING, ON_EACH_ENGINE, OnePlace, ask, found, near, run, texts
from tests.support.newsroom import CREDIT, NEWSROOM, article_ids, on, story

COUNCIL = (
    story("c1", "Council votes on flood wall", "The Red Cross asked for more.", "Cost: 9 million."),
    story("c2", "Red Cross opens shelter", "A flood filled the cellars of the old town."),
    story("c3", "Flooding again", "Farmers blame the council.", "The cross on the hill fell."),
    story("c4", "Budget", "The council closed its books.", "Nobody asked about the river."),
)
"""Four articles that hold the same words in different passages."""

EXCLUSIONS = st.builds(
    Filters,
    langs=some({e.article.lang for e in NEWSROOM}),
    exclude_langs=some({e.article.lang for e in NEWSROOM}),
    exclude_sources=some({e.article.source for e in NEWSROOM if e.article.source}),
    exclude_sections=some({e.article.section for e in NEWSROOM if e.article.section}),
    exclude_tags=some({tag for e in NEWSROOM for tag in e.article.tags}),
    exclude_ids=some(set(article_ids(NEWSROOM))),
)


def latest(
    index: SearchIndex,
    clause: Matching | None = None,
    filters: Filters = EVERYTHING,
    limit: int = 50,
) -> tuple[list[str], int | None]:
    """Return the ids, newest first, and the total."""
    (result,) = run(index, [LatestLeg(clause)], filters, limit)
    return found(result), result.total


def by_date(ids: set[str]) -> list[str]:
    """Put ids of the newsroom in the order of a `LatestLeg`."""
    dates = {e.article.id: e.article.published for e in NEWSROOM}

    def key(identifier: str) -> tuple[bool, float, str]:
        date = dates[identifier]
        return (date is None, -date.timestamp() if date else 0.0, identifier)

    return sorted(ids, key=key)


class QueryLanguage(OnePlace):
    """Prefixes, `InArticle`, exclusion, `LatestLeg` and `matches`."""

    # --- prefixes -------------------------------------------------------------------

    def test_a_prefix_finds_words_that_begin_so(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        assert set(found(ask(index, Prefix("flood")))) == {"c1", "c2", "c3"}
        assert set(found(ask(index, Prefix("flooding")))) == {"c3"}
        assert set(found(ask(index, Prefix("FARM")))) == {"c3"}
        assert found(ask(index, Prefix("lood"))) == []
        assert ask(index, Prefix("flood")).total == 3

    def test_a_prefix_of_several_words_is_a_phrase_that_goes_on(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        assert set(found(ask(index, Prefix("red cro")))) == {"c1", "c2"}
        assert found(ask(index, Prefix("cross red"))) == []
        assert set(found(ask(index, Prefix("the cross on")))) == {"c3"}

    def test_a_prefix_in_the_title(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        assert set(found(ask(index, Prefix("flood", Scope.TITLE)))) == {"c1", "c3"}

    def test_prefixes_fold_case_and_accents_and_do_not_stem(self, newsroom: SearchIndex) -> None:
        assert found(ask(newsroom, Prefix("ELECT"))) == ["fr-wine"]
        assert found(ask(newsroom, Prefix("élections municip"))) == ["fr-wine"]
        assert found(ask(newsroom, Prefix("Verteidigungsch"))) == ["de-defence"]
        assert found(ask(newsroom, Prefix("миротвор"))) == ["uk-defence"]

    def test_prefixes_in_scripts_without_spaces(self, newsroom: SearchIndex) -> None:
        assert "ja-storm" in found(ask(newsroom, Prefix("気象庁は大")))
        assert "zh-vaccine" in found(ask(newsroom, Prefix("保护老")))
        assert "ko-football" in found(ask(newsroom, Prefix("월드컵 예")))

    def test_a_prefix_of_very_many_words_finds_all_of_them(self, index: SearchIndex) -> None:
        self.put(index, *(story(f"a{n:03}", "", f"word{n:03} here") for n in range(300)))
        assert ask(index, Prefix("word")).total == 300
        assert ask(index, Prefix("word1")).total == 100

    @pytest.mark.parametrize("text", ["", "  ", "…", "xyzzyplugh"])
    def test_a_prefix_of_nothing_matches_nothing(self, newsroom: SearchIndex, text: str) -> None:
        assert found(ask(newsroom, Prefix(text))) == []

    # --- wildcards ------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("fl?od", {"c1", "c2"}),
            ("*ooding", {"c3"}),
            ("f*d", {"c1", "c2"}),
            ("*loo*", {"c1", "c2", "c3"}),
            ("?lood", {"c1", "c2"}),
            ("flood?", {"c1", "c2"}),
            ("FL*D", {"c1", "c2"}),
            ("red cr?ss", {"c1", "c2"}),
            ("r?d cross", {"c1", "c2"}),
            ("cross r?d", set()),
            ("the * on the hill", {"c3"}),
            ("the * on", {"c3"}),
            ("the cross * hill", set()),
            ("* cross on the h*", {"c3"}),
            ("xyzzy*plugh", set()),
            ("…", set()),
        ],
    )
    def test_wildcards_stand_for_letters_of_a_word(
        self, index: SearchIndex, text: str, wanted: set[str]
    ) -> None:
        self.put(index, *COUNCIL)
        result = ask(index, Wildcard(text))
        assert set(found(result)) == wanted
        assert result.total == len(wanted)
        assert all(hit.score > 0 for hit in result.hits)

    def test_wildcards_fold_and_do_not_stem(self, newsroom: SearchIndex) -> None:
        assert found(ask(newsroom, Wildcard("Électi*ns"))) == ["fr-wine"]
        assert found(ask(newsroom, Wildcard("elect*ns municip*"))) == ["fr-wine"]
        assert found(ask(newsroom, Wildcard("миро*ців"))) == ["uk-defence"]

    def test_wildcards_in_the_title_and_in_exclusions(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        assert set(found(ask(index, Wildcard("fl*d", Scope.TITLE)))) == {"c1"}
        without = Filters(excluding=(Wildcard("fl*d"),))
        assert set(found(ask(index, "council", without))) == {"c3", "c4"}

    def test_a_wildcard_for_very_many_words_finds_all_of_them(self, index: SearchIndex) -> None:
        self.put(index, *(story(f"a{n:03}", "", f"w{n:03}ord here") for n in range(300)))
        assert ask(index, Wildcard("w*rd")).total == 300
        assert ask(index, Wildcard("w1*rd here")).total == 100

    # --- words close together -------------------------------------------------------

    @pytest.mark.parametrize(
        ("text", "gaps", "wanted"),
        [
            ("council wall", 3, {"c1"}),
            ("wall council", 3, {"c1"}),
            ("council wall", 2, set()),
            ("Red Cross more", 2, {"c1"}),
            ("cross hill", 2, {"c3"}),
            ("cross hill", 1, set()),
            ("the the", 3, {"c2", "c3"}),
            ('"Red Cross" more', 2, {"c1"}),
            ('"cross red" more', 9, set()),
            ("f*d old", 4, {"c2"}),
            ("council council", 50, set()),
            ("flood xyzzyplugh", 9, set()),
            ("", 5, set()),
        ],
    )
    def test_words_close_together_in_any_order(
        self, index: SearchIndex, text: str, gaps: int, wanted: set[str]
    ) -> None:
        self.put(index, *COUNCIL)
        result = ask(index, Near(text, gaps))
        assert set(found(result)) == wanted
        assert all(hit.score > 0 for hit in result.hits)

    @pytest.mark.parametrize(
        "clause", [Near("cellars town", 4), Wildcard("cell*rs"), Wildcard("filled the c*s")]
    )
    def test_what_few_articles_have_counts_more_than_what_many_have(
        self, index: SearchIndex, clause: Clause
    ) -> None:
        """Scores are of BM25, whatever is looked for: the rare phrase before the common word."""
        common = [story(f"x{n}", "Council", "The council asked the council.") for n in range(9)]
        self.put(index, *COUNCIL, *common)
        assert found(ask(index, AnyOf((clause, Match("council")))))[0] == "c2"

    def test_words_close_together_in_the_title_and_in_exclusions(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        assert found(ask(index, Near("council flood", 2, Scope.TITLE))) == ["c1"]
        assert found(ask(index, Near("cross more", 5, Scope.TITLE))) == []
        without = Filters(excluding=(Near("cross hill", 5),))
        assert set(found(ask(index, "council", without))) == {"c1", "c4"}

    # --- long queries ---------------------------------------------------------------

    def test_a_pasted_article_finds_itself(self, index: SearchIndex) -> None:
        words = " ".join(f"w{n}a w{n}b" for n in range(700))
        article = (
            f"The council of Lerna closed the harbour. {words} The harbour of Lerna stays shut."
        )
        self.put(index, *COUNCIL, story("paste", "Harbour shut", article))
        result = ask(index, article)
        assert found(result)[0] == "paste"
        assert found(ask(index, f"{article} {article}"))[0] == "paste"

    def test_as_many_alternatives_as_are_allowed(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        names = tuple(Match(f"name{n}") for n in range(MOST_CLAUSES // 2 - 2))
        asked = InArticle((AnyOf((*names, Match("council"))),), (Match("flood"),))
        without = Filters(excluding=(*names, Match("books")))
        assert set(found(ask(index, asked, without))) == {"c1", "c3"}
        every = AnyOf((*(Match(f"name{n}") for n in range(MOST_CLAUSES - 1)), Match("farmers")))
        assert found(ask(index, every)) == ["c3"]

    # --- conditions on the whole article --------------------------------------------

    def test_required_clauses_may_match_in_different_passages(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        both = (Match("council"), Match("cross"))
        assert found(ask(index, AllOf(both))) == []
        assert set(found(ask(index, InArticle(both)))) == {"c1", "c3"}
        phrase = InArticle((Match("flood", Scope.TITLE), Phrase("red cross")))
        assert found(ask(index, phrase)) == ["c1"]
        result = ask(index, InArticle((*both, Prefix("mill"))))
        assert (found(result), result.total) == (["c1"], 1)

    def test_optional_clauses_rank_and_do_not_admit(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        asked = InArticle((Match("council"),), (Match("farmers"), Match("shelter")))
        result = ask(index, asked)
        assert found(result)[0] == "c3"
        assert set(found(result)) == {"c1", "c3", "c4"}
        assert result.total == 3

    def test_passages_are_those_that_match_any_clause(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        (hit,) = ask(index, InArticle((Match("council"), Phrase("red cross")))).hits
        assert set(texts(hit)) == {"Council votes on flood wall", "The Red Cross asked for more."}
        assert hit.score == hit.passages[0].score

    def test_with_nothing_required_it_is_any_of(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        clauses = (Match("farmers"), Phrase("red cross"))
        assert ask(index, InArticle((), clauses)) == ask(index, AnyOf(clauses))
        assert found(ask(index, InArticle(()))) == []

    def test_an_unmatched_required_clause_finds_nothing(self, index: SearchIndex) -> None:
        self.put(index, *COUNCIL)
        asked = InArticle((Match("council"), Match("xyzzyplugh")), (Match("flood"),))
        result = ask(index, asked)
        assert (result.hits, result.total) == ((), 0)

    def test_counting_under_required_clauses(self, newsroom: SearchIndex) -> None:
        asked = InArticle((Match("guarantees", Scope.TITLE), Match("peacekeeping")))
        assert newsroom.facets(["lang"], EVERYTHING, asked)[0].counts == (("en", 1),)
        (bucket,) = newsroom.histogram("day", EVERYTHING, asked)
        assert (bucket.start, bucket.count) == (on(2025, 8, 20, 0), 1)

    # --- exclusion ------------------------------------------------------------------

    @given(filters=EXCLUSIONS)
    @ON_EACH_ENGINE
    def test_excluded_values_stay_out_of_every_answer(
        self, newsroom: SearchIndex, filters: Filters
    ) -> None:
        expected = admitted(filters)
        words = ask(newsroom, CREDIT, filters)
        assert set(found(words)) == expected
        assert words.total == len(expected)
        assert set(found(near(newsroom, "storm", filters))) == expected
        assert latest(newsroom, None, filters) == (by_date(expected), len(expected))
        assert {article.id for article in newsroom.scan(filters)} == expected
        (facet,) = newsroom.facets(["lang"], filters)
        assert sum(count for _, count in facet.counts) == len(expected)

    @pytest.mark.parametrize(
        ("clause", "gone"),
        [
            (Match("cross"), {"c1", "c2", "c3"}),
            (Match("flood"), {"c1", "c2", "c3"}),
            (Phrase("red cross"), {"c1", "c2"}),
            (Match("council", Scope.TITLE), {"c1"}),
            (Prefix("farm"), {"c3"}),
            (AnyOf((Phrase("old town"), Match("books"))), {"c2", "c4"}),
            (Match("xyzzyplugh"), set()),
            (Match(""), set()),
            (InArticle((Match("council"), Match("cross"))), {"c1", "c3"}),
            (InArticle((Phrase("red cross"), AnyOf((Match("town"), Match("wall"))))), {"c1", "c2"}),
        ],
    )
    def test_no_passage_may_match_what_is_excluded(
        self, index: SearchIndex, clause: Matching, gone: set[str]
    ) -> None:
        """The excluded word need not stand in the passage that would be found."""
        self.put(index, *COUNCIL)
        without = Filters(excluding=(clause,))
        stay = set(article_ids(COUNCIL)) - gone
        words = ask(index, "council flood", without)
        assert set(found(words)) == stay
        assert words.total == len(stay)
        assert set(found(near(index, "defence", without))) == stay
        assert {article.id for article in index.scan(without)} == stay
        assert set(latest(index, None, without)[0]) == stay
        (facet,) = index.facets(["lang"], without)
        assert sum(count for _, count in facet.counts) == len(stay)

    def test_exclusions_and_filters_add_up(self, newsroom: SearchIndex) -> None:
        without = Filters(
            tags=frozenset({"nato"}),
            excluding=(Match("миротворців"), Phrase("thirty countries")),
        )
        assert found(ask(newsroom, CREDIT, without)) == ["de-defence"]
        assert found(near(newsroom, "storm", without)) == ["de-defence"]
        assert newsroom.histogram("month", without)[0].count == 1

    def test_exclusion_does_not_starve_the_limit(self, index: SearchIndex) -> None:
        crowd = [
            story(f"crowd-{n:03}", "signal signal", "signal", "rumour", topic="storm")
            for n in range(80)
        ]
        few = [story(f"few-{n}", "", "signal at sea", topic="wine") for n in range(6)]
        self.put(index, *crowd, *few)
        without = Filters(excluding=(Match("rumour"),))
        for result in (ask(index, "signal", without, 6), near(index, "storm", without, 6)):
            assert sorted(found(result)) == article_ids(few)

    # --- newest first ---------------------------------------------------------------

    def test_everything_newest_first_and_undated_last(self, newsroom: SearchIndex) -> None:
        everything = set(article_ids(NEWSROOM))
        order = by_date(everything)
        assert latest(newsroom) == (order, len(order))
        assert latest(newsroom, limit=4) == (order[:4], len(order))
        assert order[-2:] == ["en-undated", "und-note"]

    def test_the_latest_that_match_words(self, newsroom: SearchIndex) -> None:
        assert latest(newsroom, Match("Ukraine")) == (["de-defence", "en-defence"], 2)
        assert latest(newsroom, Match("xyzzyplugh")) == ([], 0)
        nato = Filters(tags=frozenset({"nato"}))
        order = by_date({"de-defence", "en-defence", "uk-defence"})
        assert latest(newsroom, Match(CREDIT), nato) == (order, 3)
        required = InArticle((Match("Ukraine"), Match("Befehlshaber")))
        assert latest(newsroom, required) == (["de-defence"], 1)

    def test_listed_articles_show_passages_and_score_nothing(self, newsroom: SearchIndex) -> None:
        (plain, words) = run(
            newsroom, [LatestLeg(), LatestLeg(Match("peacekeeping"))], EVERYTHING, 50, 2
        )
        first = {hit.article.id: texts(hit) for hit in plain.hits}
        assert first["en-defence"] == [
            "Defence chiefs discuss guarantees for Ukraine",
            "Military leaders of thirty countries met by video on Wednesday.",
        ]
        assert texts(words.hits[0]) == [
            "They compared options for a peacekeeping mission, officials said."
        ]
        assert {hit.score for hit in (*plain.hits, *words.hits)} == {0}
        kept = next(hit.article for hit in plain.hits if hit.article.id == "en-defence")
        assert (kept.title, kept.source, kept.passages) == (
            "Defence chiefs discuss guarantees for Ukraine",
            "herald",
            (),
        )

    def test_dates_before_1970_are_older(self, index: SearchIndex) -> None:
        self.put(
            index,
            story("moon", "", "landing", published=on(1969, 7, 20)),
            story("epoch", "", "zero", published=on(1970, 1, 1, 0)),
            story("never", "", "undated"),
            story("now", "", "today", published=on(2025, 7, 20)),
        )
        assert latest(index)[0] == ["now", "epoch", "moon", "never"]

    @pytest.mark.parametrize("clause", [None, Match("quay")])
    def test_what_is_of_a_later_date_stands_behind_what_was_published(
        self, index: SearchIndex, clause: Matching | None
    ) -> None:
        articles = [
            story(name, "", "the quay", published=published)
            for name, published in (
                ("old", on(1801, 3, 4)),
                ("today", on(2026, 3, 4)),
                ("evening", on(2026, 3, 5)),
                ("typo", on(2062, 3, 4)),
                ("end", on(9999, 12, 31)),
                ("never", None),
            )
        ]
        self.put(index, *articles)
        leg = LatestLeg(clause, on(2026, 3, 5))
        order = ["evening", "today", "old", "end", "typo", "never"]
        for limit in (1, 3, 4, 50):
            (result,) = run(index, [leg], EVERYTHING, limit)
            assert (found(result), result.total) == (order[:limit], 6)
        listed = list(index.matches(leg, EVERYTHING))
        assert [one.article.id for one in listed] == order
        assert {passage.passage.text for one in listed for passage in one.passages} == {"the quay"}

    def test_the_latest_of_an_empty_index(self, index: SearchIndex) -> None:
        self.settle(index)
        assert latest(index) == ([], 0)

    # --- everything that matches ----------------------------------------------------

    def test_matches_are_those_of_retrieve_in_its_order(self, newsroom: SearchIndex) -> None:
        weather = Filters(exclude_tags=frozenset({"nato"}))
        for leg in (
            LexicalLeg(Match(f"{CREDIT} Ukraine storm")),
            LexicalLeg(InArticle((Match(CREDIT),), (Match("museums"),))),
            LatestLeg(),
            LatestLeg(Match(CREDIT)),
        ):
            for filters in (EVERYTHING, weather):
                (result,) = run(newsroom, [leg], filters, 50, 2)
                streamed = list(newsroom.matches(leg, filters, 2))
                assert found(result) == [hit.article.id for hit in streamed]
                assert [texts(hit) for hit in result.hits] == [texts(hit) for hit in streamed]
                scores = [hit.score for hit in result.hits]
                assert [hit.score for hit in streamed] == pytest.approx(scores, rel=1e-4)

    def test_matches_are_complete(self, index: SearchIndex) -> None:
        many = [
            story(f"m{n:04}", "Signal", f"word {n}", published=on(2025, 1, 1 + n % 28))
            for n in range(1200)
        ]
        for start in range(0, len(many), 400):
            self.put(index, *many[start : start + 400])
        wanted = article_ids(many)
        assert sorted(ids(index, LexicalLeg(Match("signal")))) == wanted
        assert sorted(ids(index, LatestLeg())) == wanted
        assert list(index.matches(LexicalLeg(Match("xyzzyplugh")), EVERYTHING)) == []

    def test_matches_are_a_snapshot(self, index: SearchIndex) -> None:
        articles = [story(f"a{n:03}", "Word", f"number {n}") for n in range(100)]
        self.put(index, *articles)
        stream = index.matches(LexicalLeg(Match("word")), EVERYTHING, 1)
        seen = [next(stream)]
        index.delete(["a050"])
        changed = replace(articles[60].article, title="Changed")
        self.put(index, replace(articles[60], article=changed), story("b", "Word", "new"))
        seen += stream
        assert sorted(hit.article.id for hit in seen) == article_ids(articles)
        assert all(hit.article.title == "Word" for hit in seen)


def ids(index: SearchIndex, leg: LexicalLeg | LatestLeg) -> list[str]:
    """Return the ids of all that the leg finds."""
    hits: list[ArticleHit] = list(index.matches(leg, EVERYTHING, 1))
    return [hit.article.id for hit in hits]
