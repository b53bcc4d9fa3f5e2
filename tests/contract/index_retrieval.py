"""Both legs: what is found, in which order, with which scores."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from search.index.bounds import MOST_ARTICLES, MOST_PASSAGES
from search.index.clauses import AllOf, AnyOf, Clause, Match, Phrase, Scope
from search.index.errors import QueryRefused
from search.index.filters import Filters
from search.index.legs import Leg, LexicalLeg, VectorLeg
from search.index.model import EmbeddedArticle
from search.index.port import SearchIndex
from tests.contract.place import EVERYTHING, OnePlace, ask, found, in_order, near, run, texts
from tests.support.newsroom import (
    CREDIT,
    DIMENSION,
    NEWSROOM,
    article_ids,
    on,
    story,
    topic_vector,
    unit,
)

HARBOUR = (
    story("h1", "Harbour bridge opens", "The mayor cut a red ribbon.", "Boats sounded horns."),
    story("h2", "Mayor resigns", "The harbour bridge cost too much, critics said."),
    story("h3", "Bridge tournament", "Players met near the harbour for a card game."),
    story("h4", "Weather", "Fog over the bridge and over the harbour all day long."),
)
"""Four articles that share words in different places."""


class Retrieval(OnePlace):
    """`retrieve`."""

    # --- both legs ------------------------------------------------------------------

    def test_legs_run_on_their_own_and_come_back_in_order(self, newsroom: SearchIndex) -> None:
        legs: list[Leg] = [
            VectorLeg(topic_vector("wine")),
            LexicalLeg(Match("Ukraine")),
            VectorLeg(topic_vector("museum")),
        ]
        wine, words, museum = run(newsroom, legs, EVERYTHING, 3)
        assert found(wine)[0] == "fr-wine"
        assert "en-defence" in found(words)
        assert found(museum)[0] == "th-museum"
        assert found(wine) == found(near(newsroom, "wine", limit=3))

    def test_no_legs_no_results(self, newsroom: SearchIndex) -> None:
        assert run(newsroom, [], EVERYTHING, 5) == ()

    def test_an_empty_index_answers_with_nothing(self, index: SearchIndex) -> None:
        self.settle(index)
        words = ask(index, "anything")
        assert (words.hits, words.total) == ((), 0)
        assert near(index, "storm").hits == ()

    @pytest.mark.parametrize("limit", [0, -1])
    def test_a_limit_below_one_is_refused(self, newsroom: SearchIndex, limit: int) -> None:
        with pytest.raises(QueryRefused, match="limit"):
            ask(newsroom, CREDIT, limit=limit)

    @pytest.mark.parametrize("passages", [0, -1, MOST_PASSAGES + 1])
    def test_passages_out_of_bounds_are_refused(self, newsroom: SearchIndex, passages: int) -> None:
        with pytest.raises(QueryRefused, match="passages"):
            ask(newsroom, CREDIT, passages=passages)
        with pytest.raises(QueryRefused, match="passages"):
            next(newsroom.matches(LexicalLeg(Match(CREDIT)), EVERYTHING, passages))
        with pytest.raises(QueryRefused, match="passages"):
            newsroom.retrieve([LexicalLeg(Match(CREDIT))], EVERYTHING, 10, scores=passages)

    @pytest.mark.parametrize("number", [0, np.nan, np.inf])
    def test_a_vector_without_a_direction_is_refused(
        self, newsroom: SearchIndex, number: float
    ) -> None:
        with pytest.raises(QueryRefused, match="zero or not finite"):
            run(newsroom, [VectorLeg(np.full(DIMENSION, number, np.float32))])

    def test_a_limit_that_no_engine_answers_is_refused(self, newsroom: SearchIndex) -> None:
        with pytest.raises(QueryRefused, match="limit"):
            ask(newsroom, CREDIT, limit=MOST_ARTICLES + 1)

    def test_a_vector_of_another_dimension_is_refused(self, newsroom: SearchIndex) -> None:
        with pytest.raises(QueryRefused, match=f"{DIMENSION}"):
            run(newsroom, [VectorLeg(unit(1, 2, 3))], EVERYTHING, 5)

    def test_hits_carry_the_metadata_but_no_passages(self, newsroom: SearchIndex) -> None:
        written = next(e.article for e in NEWSROOM if e.article.id == "en-defence")
        for result in (ask(newsroom, "peacekeeping"), near(newsroom, "defence")):
            kept = next(hit.article for hit in result.hits if hit.article.id == "en-defence")
            assert (kept.title, kept.lang, kept.source) == (written.title, "en", "herald")
            assert (kept.url, kept.published) == (written.url, written.published)
            assert (kept.section, kept.tags) == ("world", ("nato", "ukraine"))
            assert (kept.passages, kept.authors, dict(kept.meta)) == ((), (), {})

    def test_a_hit_has_its_best_passages_and_scores_as_the_best(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        for result in (ask(index, "harbour bridge"), near(index, "defence")):
            assert in_order(result.hits)
            for hit in result.hits:
                assert hit.score == hit.passages[0].score
                kept = index.get([hit.article.id])[hit.article.id].article.passages
                assert all(passage_hit.passage in kept for passage_hit in hit.passages)

    @pytest.mark.parametrize("passages", [1, 2, 5])
    def test_as_many_passages_as_asked_for(self, index: SearchIndex, passages: int) -> None:
        long = story("long", "Signal", *(f"signal number {n}" for n in range(1, 9)))
        self.put(index, long, story("short", "", "signal"))
        for result in (
            ask(index, "signal", passages=passages),
            near(index, "defence", passages=passages),
        ):
            sizes = {hit.article.id: len(hit.passages) for hit in result.hits}
            assert sizes == {"long": passages, "short": 1}

    def test_what_candidates_are_counted_by(self, index: SearchIndex) -> None:
        twins = [
            story(name, "Signal", "signal one", lang=lang, source=source, tags=("a", tag))
            for name, lang, source, tag in (
                ("t1", "de", "s1", "b"),
                ("t2", "de", "s2", "a"),
                ("t3", "fr", "s1", "c"),
            )
        ]
        other = story("o", "Signal", "signal two", source=None, published=on(2025, 3, 4))
        self.put(index, *twins, other)
        retrieved = index.retrieve([LexicalLeg(Match("signal"))], EVERYTHING, 10, 2)
        (result,) = retrieved.results
        ids = [one.id for one in result.candidates]
        assert sorted(ids) == ["o", "t1", "t2", "t3"]
        langs, sources, tags = retrieved.facets(["lang", "source", "tag"], ["t1", "t2"])
        assert langs.counts == (("de", 2),)
        assert sources.counts == (("s1", 1), ("s2", 1))
        assert tags.counts == (("a", 2), ("b", 1))
        days = retrieved.histogram("month", ids)
        assert sum(bucket.count for bucket in days) == sum(
            when is not None for when in retrieved.published(ids).values()
        )
        assert on(2025, 3, 1, 0) in {bucket.start for bucket in days}

    def test_copies_have_the_same_headline_and_best_passage(self, index: SearchIndex) -> None:
        self.put(
            index,
            story("t1", "Signal", "a flood", "the first", source="s1"),
            story("t2", "Signal", "a flood", "another one", source="s2"),
            story("t3", "Signal", "It rained.", "a flood", topic="wine"),
            story("title", "Signals", "a flood"),
            story("text", "Signal", "two floods"),
            story("none", "", "a flood"),
        )
        legs: list[Leg] = [LexicalLeg(Match("floods")), VectorLeg(topic_vector("storm"))]
        retrieved = index.retrieve(legs, EVERYTHING, 10)
        assert [len(result.candidates) for result in retrieved.results] == [6, 6]
        ids = [one.id for one in retrieved.results[0].candidates]
        by_words = retrieved.likeness(dict.fromkeys(ids, 0), ids)
        assert by_words["t1"] == by_words["t2"] == by_words["t3"]
        assert len(set(by_words.values())) == 4
        by_meaning = retrieved.likeness(dict.fromkeys(ids, 1), ids)
        assert by_meaning["t1"] == by_meaning["t2"]
        of_one = retrieved.likeness(dict.fromkeys(ids, 0), ["t2"])
        assert of_one.keys() == set(ids)
        assert of_one["t1"] == of_one["t2"] == of_one["t3"]
        assert len({of_one[name] for name in ("t2", "title", "text", "none")}) == 4
        assert retrieved.likeness({"t1": 0}, ["t1"]).keys() == {"t1"}
        assert retrieved.likeness({}, []) == {}

    def test_candidates_have_the_mean_of_the_vectors_of_all_their_passages(
        self, index: SearchIndex
    ) -> None:
        self.put(
            index,
            story("one", "Signal", "a flood", "two floods", "three"),
            story("other", "Signal", "a flood", topic="wine"),
        )
        retrieved = index.retrieve([VectorLeg(topic_vector("storm"))], EVERYTHING, 10)
        found = retrieved.means(["other", "one", "nobody"])
        stored = index.get(["one", "other"])
        assert list(found) == ["other", "one"]
        for name, mean in found.items():
            assert mean == pytest.approx(stored[name].vectors.mean(axis=0), abs=0.001)
        assert retrieved.means([]) == {}

    def test_candidates_are_as_near_to_a_vector_as_their_nearest_passage(
        self, index: SearchIndex
    ) -> None:
        self.put(
            index,
            story("one", "Signal", "a flood", "two floods", "three", topic="storm"),
            story("other", "Signal", "a flood", topic="wine"),
            story("third", "Signal", topic="museum"),
        )
        retrieved = index.retrieve([VectorLeg(topic_vector("storm"))], EVERYTHING, 10)
        between = topic_vector("storm") + topic_vector("wine")
        between /= np.linalg.norm(between)
        asked = np.stack([between, topic_vector("wine")])
        found = retrieved.nearness(asked, ["other", "one", "third", "nobody"])
        stored = index.get(["one", "other", "third"])
        assert found.keys() == stored.keys()
        for name, nearness in found.items():
            vectors = stored[name].vectors
            cosines = vectors @ asked.T / np.linalg.norm(vectors, axis=1, keepdims=True)
            assert nearness == pytest.approx(cosines.max(axis=0), abs=0.01)
        assert found["third"][0] < found["one"][0] < found["other"][1]
        assert retrieved.nearness(asked, []) == {}

    def test_each_leg_has_its_own_best_passages(self, index: SearchIndex) -> None:
        self.put(
            index,
            story("a", "Storm", "A flood and a flood.", "Nothing.", "One flood."),
            story("b", "Nothing", "at all"),
        )
        legs: list[Leg] = [LexicalLeg(Match("flood")), VectorLeg(topic_vector("storm"))]
        retrieved = index.retrieve(legs, EVERYTHING, 10, passages=2, scores=3)
        words, meaning = retrieved.best_passages(["a", "b"])
        assert [one.position for one in words["a"]] == [1, 3]
        assert set(words) == {"a"}
        assert {one: len(best) for one, best in meaning.items()} == {"a": 2, "b": 2}
        by_words, by_meaning = retrieved.results
        assert words["a"][0].score == by_words.candidates[0].score
        for one in by_meaning.candidates:
            assert len(one.scores) == (3 if one.id == "a" else 2)
            assert one.score == one.scores[0]
            scores = [own.score for own in meaning[one.id]]
            assert scores == pytest.approx(one.scores[:2], abs=1e-6)
        assert retrieved.best_passages([]) == [{}, {}]

    def test_a_position_that_is_not_there_is_left_out(self, newsroom: SearchIndex) -> None:
        retrieved = newsroom.retrieve([LexicalLeg(Match("peacekeeping"))], EVERYTHING, 1)
        articles = retrieved.fetch({"en-defence": (2, 99, 0)})
        assert [p.position for p in articles["en-defence"].passages] == [2, 0]

    def test_articles_are_collapsed_before_the_cut(self, index: SearchIndex) -> None:
        """Three articles of fifty near passages each do not push the others out of ten."""
        crowd = [
            story(f"crowd-{n}", "", *(f"signal signal {p}" for p in range(50)), topic="storm")
            for n in range(3)
        ]
        others = [
            story(f"other-{n:02}", "", f"a signal of another kind {n}", topic="wine")
            for n in range(20)
        ]
        self.put(index, *crowd, *others)
        for result in (ask(index, "signal", limit=10), near(index, "storm", limit=10)):
            assert len(result.hits) == 10
            assert len(set(found(result))) == 10
            assert set(found(result)[:3]) == set(article_ids(crowd))

    def test_a_smaller_limit_is_a_prefix_of_a_larger(self, newsroom: SearchIndex) -> None:
        assert found(ask(newsroom, CREDIT, limit=4)) == found(ask(newsroom, CREDIT))[:4]
        assert found(near(newsroom, "storm", limit=4)) == found(near(newsroom, "storm"))[:4]

    def test_equal_scores_are_ordered_by_id_then_position(self, index: SearchIndex) -> None:
        names = ["m", "B", "z", "a", "10", "9", "ä"]
        twins = [story(name, "", "same words", "same words") for name in names]
        same = [EmbeddedArticle(t.article, np.stack([topic_vector("wine")] * 2)) for t in twins]
        self.put(index, *same[:4])
        self.put(index, *same[4:])
        for limit in (3, 7):
            for result in (ask(index, "same", limit=limit), near(index, "wine", limit=limit)):
                assert found(result) == sorted(names)[:limit]
                positions = [[p.passage.position for p in hit.passages] for hit in result.hits]
                assert positions == [[1, 2]] * limit

    def test_asking_twice_gives_the_same(self, newsroom: SearchIndex) -> None:
        assert ask(newsroom, CREDIT) == ask(newsroom, CREDIT)
        assert near(newsroom, "storm") == near(newsroom, "storm")

    # --- the vector leg -------------------------------------------------------------

    def test_a_vector_score_is_the_cosine(self, newsroom: SearchIndex) -> None:
        result = near(newsroom, "storm", passages=10)
        for hit in result.hits:
            embedded = next(e for e in NEWSROOM if e.article.id == hit.article.id)
            cosines = embedded.vectors @ topic_vector("storm")
            assert hit.score == pytest.approx(float(cosines.max()), abs=0.02)
            by_position = {
                p.position: c for p, c in zip(embedded.article.passages, cosines, strict=True)
            }
            for passage_hit in hit.passages:
                cosine = by_position[passage_hit.passage.position]
                assert passage_hit.score == pytest.approx(float(cosine), abs=0.02)

    def test_the_opposite_vector_scores_minus_one(self, index: SearchIndex) -> None:
        exact = story("a", "", "text")
        self.put(index, EmbeddedArticle(exact.article, topic_vector("wine")[None, :]))
        opposite = VectorLeg(-topic_vector("wine"))
        (result,) = run(index, [opposite], EVERYTHING, 1)
        assert result.hits[0].score == pytest.approx(-1, abs=0.02)

    def test_vector_order_is_that_of_the_cosines(self, index: SearchIndex) -> None:
        """Sixty articles on a fan of known angles come back by angle."""
        rng = np.random.default_rng(7)
        angles = rng.permutation(np.linspace(0, np.pi, 60))
        fan = []
        for n, angle in enumerate(angles):
            article = story(f"fan-{n:02}", "", f"text {n}").article
            coordinates = [np.cos(angle), np.sin(angle), *[0.0] * (DIMENSION - 2)]
            fan.append(EmbeddedArticle(article, unit(*coordinates)[None, :]))
        self.put(index, *fan)
        (result,) = run(index, [VectorLeg(unit(1, *[0] * (DIMENSION - 1)))], EVERYTHING, 60)
        expected = [f"fan-{n:02}" for n in np.argsort(angles)]
        assert sorted(found(result)) == sorted(expected)
        exact = {f"fan-{n:02}": float(np.cos(angle)) for n, angle in enumerate(angles)}
        true = [exact[i] for i in found(result)]
        assert all(a >= b - 0.02 for a, b in itertools.pairwise(true))

    # --- the lexical leg ------------------------------------------------------------

    def test_any_word_matches_and_more_words_rank_higher(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        result = ask(index, "ribbon harbour mayor")
        assert set(found(result)) == {"h1", "h2", "h3", "h4"}
        assert found(result)[0] == "h1"
        assert result.total == 4

    def test_rare_words_weigh_more(self, index: SearchIndex) -> None:
        common = [story(f"c{n}", "", "government minister speaks") for n in range(8)]
        self.put(index, *common, story("rare", "", "government zeppelin lands"))
        assert found(ask(index, "minister zeppelin"))[0] == "rare"

    @pytest.mark.parametrize("sign", ["F-16", "C++", "AT&T", "1,250"])
    def test_what_has_signs_in_it_weighs_as_much_as_a_word(
        self, index: SearchIndex, sign: str
    ) -> None:
        others = [story(f"other{n}", "", "quiet afternoon along avenues") for n in range(3)]
        common = [story(f"c{n}", "", "minister visits empty avenues") for n in range(2)]
        self.put(index, *others, *common, story("sign", "", f"afternoon {sign} empty avenues"))
        assert found(ask(index, f"minister {sign}"))[0] == "sign"

    def test_repetition_and_brevity_weigh_more(self, index: SearchIndex) -> None:
        filler = "quiet afternoon along empty avenues under grey clouds"
        self.put(
            index,
            story("once-long", "", f"comet {filler} {filler} {filler}"),
            story("once-short", "", "comet avenues clouds"),
            story("often", "", "comet comet comet"),
            story("never", "", filler),
        )
        assert found(ask(index, "comet")) == ["often", "once-short", "once-long"]

    def test_nothing_matches_nothing(self, newsroom: SearchIndex) -> None:
        for text in ("xyzzyplugh", "", "   ", "?! -- …"):
            result = ask(newsroom, text)
            assert (result.hits, result.total) == ((), 0)

    @pytest.mark.parametrize("clause", [AllOf(()), AnyOf(()), Phrase(""), Phrase("…")])
    def test_an_empty_clause_matches_nothing(self, newsroom: SearchIndex, clause: Clause) -> None:
        assert found(ask(newsroom, clause)) == []

    @pytest.mark.parametrize(
        "text", ['"', "'", "a' OR 1=1", "harbour AND (", "title:harbour*", "~^2", "\\", "{}[]:/?"]
    )
    def test_query_syntax_of_the_engine_is_just_words(self, index: SearchIndex, text: str) -> None:
        self.put(index, *HARBOUR)
        expected = {"h1", "h2", "h3", "h4"} if "harbour" in text else set()
        assert set(found(ask(index, text))) - {"h1", "h2", "h3", "h4"} == set()
        assert set(found(ask(index, text))) >= expected
        ask(index, Phrase(text))

    def test_a_phrase_is_side_by_side_in_order(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        assert set(found(ask(index, Phrase("harbour bridge")))) == {"h1", "h2"}
        assert found(ask(index, Phrase("bridge harbour"))) == []
        assert found(ask(index, Phrase("the bridge and over the harbour"))) == ["h4"]
        assert found(ask(index, Phrase("cut a red"))) == ["h1"]

    def test_a_phrase_folds_case_and_accents_but_does_not_stem(self, newsroom: SearchIndex) -> None:
        assert found(ask(newsroom, Phrase("LES ELECTIONS MUNICIPALES"))) == ["fr-wine"]
        assert found(ask(newsroom, Phrase("election municipale"))) == []

    def test_a_phrase_of_one_word(self, newsroom: SearchIndex) -> None:
        assert found(ask(newsroom, Phrase("peacekeeping"))) == ["en-defence"]

    def test_a_phrase_does_not_reach_across_passages(self, index: SearchIndex) -> None:
        self.put(index, story("a", "Red", "carpet", "blue carpet"))
        assert found(ask(index, Phrase("red carpet"))) == []
        assert found(ask(index, Phrase("blue carpet"))) == ["a"]

    def test_the_title_scope_looks_at_the_headline_only(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        assert set(found(ask(index, Match("harbour", Scope.TITLE)))) == {"h1"}
        assert set(found(ask(index, Match("bridge", Scope.TITLE)))) == {"h1", "h3"}
        assert found(ask(index, Phrase("harbour bridge", Scope.TITLE))) == ["h1"]
        result = ask(index, Match("mayor", Scope.TITLE))
        assert [texts(hit) for hit in result.hits] == [["Mayor resigns"]]
        assert result.total == 1

    def test_the_first_paragraph_is_no_title(self, index: SearchIndex) -> None:
        self.put(index, story("a", "", "Headlineless words"))
        assert found(ask(index, Match("headlineless", Scope.TITLE))) == []

    def test_all_of_wants_every_clause_in_one_passage(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        both = AllOf((Match("mayor"), Match("harbour")))
        assert found(ask(index, both)) == []
        assert set(found(ask(index, AllOf((Match("bridge"), Match("harbour")))))) == {
            "h1",
            "h2",
            "h4",
        }
        exact = AllOf((Phrase("harbour bridge"), Match("critics")))
        assert found(ask(index, exact)) == ["h2"]
        assert found(ask(index, AllOf((Match("bridge"), Match("xyzzyplugh"))))) == []

    def test_any_of_wants_one_clause(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        assert set(found(ask(index, AnyOf((Match("ribbon"), Phrase("card game")))))) == {
            "h1",
            "h3",
        }
        titles = AnyOf((Match("weather", Scope.TITLE), Match("mayor", Scope.TITLE)))
        assert set(found(ask(index, titles))) == {"h2", "h4"}

    def test_clauses_nest(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        clause = AllOf(
            (
                AnyOf((Match("fog"), Match("critics"), Match("ribbon"))),
                AllOf((Match("bridge"), AnyOf((Phrase("all day"), Phrase("too much"))))),
            )
        )
        assert set(found(ask(index, clause))) == {"h2", "h4"}

    def test_scores_of_clauses_add_up(self, index: SearchIndex) -> None:
        self.put(index, *HARBOUR)
        fog, critics = ask(index, "fog").hits[0].score, ask(index, "critics").hits[0].score
        bridge = {hit.article.id: hit.score for hit in ask(index, "bridge", passages=1).hits}
        both = ask(index, AllOf((Match("bridge"), Match("fog")))).hits[0]
        assert both.score == pytest.approx(bridge["h4"] + fog, rel=0.01)
        either = ask(index, AnyOf((Match("fog"), Match("critics"))))
        assert {hit.article.id: hit.score for hit in either.hits} == {
            "h4": pytest.approx(fog, rel=0.01),
            "h2": pytest.approx(critics, rel=0.01),
        }

    def test_total_counts_articles_beyond_the_limit(self, index: SearchIndex) -> None:
        many = [
            story(f"m{n:03}", "Signal", "another signal", "and a signal", source=f"s{n % 3}")
            for n in range(120)
        ]
        self.put(index, *many, story("other", "Silence", "nothing here"))
        assert ask(index, "signal", limit=5).total == 120
        assert ask(index, "signal", Filters(sources=frozenset({"s0"})), limit=5).total == 40
        assert ask(index, "signal silence", limit=5).total == 121
        assert near(index, "defence", limit=5).total is None
