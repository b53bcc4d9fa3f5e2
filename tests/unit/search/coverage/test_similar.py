"""How the legs of an article's passages become one, and the request that an article makes."""

from __future__ import annotations

import numpy as np
import pytest

from search.coverage.similar import WORDS, about, compared, legs_of
from search.index.clauses import Match
from search.index.filters import Filters
from search.index.legs import NamesLeg
from search.index.model import Article, EmbeddedArticle, LegResult, Passage
from search.names.query_names import QueryNames, article_names, query_names
from search.request import Mode, Request
from search.retrieval.legs import NAMES
from tests.support.pools import candidate


def leg(**scores: float) -> LegResult:
    found = (candidate(name, score) for name, score in scores.items())
    return LegResult(tuple(sorted(found, key=lambda one: -one.score)))


def test_an_article_scores_by_its_mean_over_all_passages() -> None:
    joined = compared([leg(a=0.9, b=0.5), leg(b=0.9, a=0.7)], 10)
    assert [one.id for one in joined.candidates] == ["a", "b"]
    assert [one.score for one in joined.candidates] == pytest.approx([0.8, 0.7])
    assert joined.total is None


def test_what_a_leg_lacks_counts_as_its_last() -> None:
    joined = compared([leg(a=0.9, b=0.5), leg(c=0.8, b=0.6)], 10)
    assert {one.id: one.score for one in joined.candidates} == {
        "a": pytest.approx((0.9 + 0.6) / 2),
        "b": pytest.approx((0.5 + 0.6) / 2),
        "c": pytest.approx((0.5 + 0.8) / 2),
    }


def test_equal_scores_are_ordered_by_id_and_the_rest_is_cut() -> None:
    joined = compared([leg(c=0.5, a=0.5, b=0.5)], 2)
    assert [one.id for one in joined.candidates] == ["a", "b"]


def test_no_hits_at_all() -> None:
    assert compared([leg(), leg()], 5).candidates == ()


def subject(title: str, *paragraphs: str) -> EmbeddedArticle:
    passages = [Passage(0, title)] if title else []
    passages += [Passage(n, text) for n, text in enumerate(paragraphs, 1)]
    vectors = np.ones((len(passages), 2), dtype=np.float32)
    return EmbeddedArticle(Article("a", title, tuple(passages)), vectors)


def test_the_beginning_is_the_query_and_the_article_itself_left_out() -> None:
    request = Request("", Filters(langs=frozenset({"de"}), exclude_ids=frozenset({"b"})), limit=3)
    made = about(subject("Storm", "It hit.", "They fled."), request)
    assert made.text == made.written == "Storm"
    assert made.clause == Match("Storm It hit. They fled.")
    assert made.filters == Filters(langs=frozenset({"de"}), exclude_ids=frozenset({"a", "b"}))
    assert made.limit == 3


def test_no_more_words_than_a_query_should_have() -> None:
    long = about(subject("Storm", "word " * 500), Request("")).clause
    assert isinstance(long, Match)
    assert len(long.text.split()) == WORDS
    run = about(subject("", "東" * 500), Request("")).clause
    assert isinstance(run, Match)
    assert len(run.text) == WORDS


def test_an_article_without_a_headline() -> None:
    made = about(subject("", "It hit.", "They fled."), Request(""))
    assert (made.text, made.written) == ("It hit.", "a")


def test_the_names_of_the_beginning_are_looked_for_in_every_spelling() -> None:
    about_visit = subject("Visit in London", "Zelensky spoke.", "Later Zelensky left.")
    leg = legs_of(about_visit, about(about_visit, Request("")))[NAMES]
    assert isinstance(leg, NamesLeg)
    assert set(query_names("Зеленский").keys) & set(leg.keys)
    for request in (Request("", names=False), Request("", mode=Mode.VECTOR)):
        assert NAMES not in legs_of(about_visit, about(about_visit, request))


def test_names_said_most_often_are_told_first() -> None:
    texts = ["Novak met Petersen.", "Petersen and Lindqvist spoke.", "Petersen left."]
    assert article_names(texts, most=1).keys == article_names(["Petersen"]).keys
    assert set(article_names(texts).keys) > set(article_names(texts, most=1).keys)


@pytest.mark.parametrize("texts", [[], ["nothing is named here"], ["When it rained. After that."]])
def test_texts_without_names(texts: list[str]) -> None:
    assert article_names(texts) == QueryNames()


def test_in_a_script_that_does_not_show_names_every_word_may_be_one() -> None:
    told = article_names(["젤렌스키는 런던을 방문했다"])
    assert set(told.keys) & set(query_names("Zelensky").keys)
