"""What the legs put forward, looked up by article."""

from __future__ import annotations

import pytest

from search.answer import LanguageCount
from search.index.model import Article, ArticleHit, LegResult, Passage, PassageHit
from search.ranking.candidates import Candidates


def hit(identifier: str, lang: str, *passages: tuple[int, str], title: str = "") -> ArticleHit:
    found = tuple(PassageHit(Passage(n, text, lang), 1.0) for n, text in passages)
    return ArticleHit(Article(identifier, title or identifier, (), lang), 1.0, found)


@pytest.fixture
def candidates() -> Candidates:
    lexical = LegResult((hit("a", "de", (0, "Titel"), (2, "zwei")), hit("b", "fr", (1, "un"))))
    vector = LegResult((hit("b", "fr", (3, "trois"), (1, "un")), hit("c", "ja", (0, "題"))))
    return Candidates({"lexical": lexical, "vector": vector})


def test_each_article_counts_once(candidates: Candidates) -> None:
    assert len(candidates) == 3


def test_legs_tell_rank_and_score_and_leave_out_who_did_not_find_it(candidates: Candidates) -> None:
    legs = candidates.legs("b")
    assert (legs["lexical"].rank, legs["vector"].rank) == (2, 1)
    assert list(candidates.legs("c")) == ["vector"]


def test_a_passage_of_both_legs_leads_and_the_headline_is_left_out(candidates: Candidates) -> None:
    assert [p.position for p in candidates.passages("b", 3)] == [1, 3]
    assert [p.position for p in candidates.passages("a", 3)] == [2]


def test_the_headline_is_shown_where_nothing_else_was_found(candidates: Candidates) -> None:
    assert [p.text for p in candidates.passages("c", 3)] == ["題"]


def test_copies_are_counted_with_the_one_that_stays() -> None:
    same = [hit(name, "en", (1, "Agency text."), title="Flood") for name in ("x", "y", "z")]
    other = hit("w", "en", (1, "Agency text."), title="Another headline")
    kept, copies = Candidates({"vector": LegResult((*same, other))}).without_copies(list("yxzw"))
    assert kept == ["y", "w"]
    assert copies == {"y": 2}


def test_languages_found_and_shown(candidates: Candidates) -> None:
    counts = candidates.languages(["b"])
    assert counts == {
        "de": LanguageCount(1, 0),
        "fr": LanguageCount(1, 1),
        "ja": LanguageCount(1, 0),
    }
