"""The pool: what the legs found, looked up by article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from search.answer import Counted, LanguageCount
from search.index.model import Article, Passage, PassageScore
from search.ranking.fusion import Fusion
from search.request import Mode, Recency, Request
from search.retrieval.pool import Found, Pool, evidence_of, pooled
from search.retrieval.texts import fetched
from tests.support.pools import ByHand, candidate, leg, pool_of


def article(identifier: str, lang: str, *texts: str, title: str = "") -> Article:
    """Return an article whose first text is its headline."""
    passages = tuple(Passage(n, text, lang) for n, text in enumerate(texts))
    return Article(identifier, title or texts[0], passages, lang)


ARTICLES = (
    article("a", "de", "Titel", "eins", "zwei"),
    article("b", "fr", "Titre", "un", "deux", "trois"),
    article("c", "ja", "題"),
    article("d", "es", "Titular", "uno"),
)


@pytest.fixture
def pool() -> Pool:
    return pool_of(
        ARTICLES,
        lexical=leg(candidate("a", 3.0), candidate("b", 2.0)),
        vector=leg(candidate("b", 0.8), candidate("c", 0.5), candidate("d", 0.4)),
        positions={
            "lexical": {"a": (0, 2), "b": (1,)},
            "vector": {"b": (3, 1), "c": (0,), "d": (0,)},
        },
    )


def test_each_article_counts_once(pool: Pool) -> None:
    assert len(pool) == 4
    assert pool.total == (4, Counted.CANDIDATES)


def test_legs_tell_rank_and_score_and_leave_out_who_did_not_find_it(pool: Pool) -> None:
    legs = pool.legs("b")
    assert (legs["lexical"].rank, legs["vector"].rank) == (2, 1)
    assert list(pool.legs("c")) == ["vector"]


def test_a_passage_of_both_legs_leads_and_the_headline_is_left_out(pool: Pool) -> None:
    texts = {one: [p.text for p in found.passages] for one, found in shown(pool, "ba", 3).items()}
    assert texts == {"b": ["un", "trois"], "a": ["zwei"]}
    assert [p.text for p in shown(pool, "b", 1)["b"].passages] == ["un"]


def test_where_only_the_headline_was_found_the_first_paragraph_is_shown(pool: Pool) -> None:
    assert [p.text for p in shown(pool, "d", 3)["d"].passages] == ["uno"]


def test_the_headline_is_shown_where_there_is_nothing_else(pool: Pool) -> None:
    assert [p.text for p in shown(pool, "c", 3)["c"].passages] == ["題"]


def shown(pool: Pool, identifiers: str, passages: int) -> dict[str, Article]:
    return fetched(pool, list(identifiers), passages)


def test_copies_are_counted_with_the_one_that_stays() -> None:
    same = [article(name, "en", "Flood", "Agency text.") for name in ("x", "y", "z")]
    other = article("w", "en", "Another headline", "Agency text.")
    found = leg(*(candidate(one.id, 0.5) for one in (*same, other)))
    stay, copies = pool_of([*same, other], vector=found).without_copies(list("yxzw"), 4)
    assert stay == ["y", "w"]
    assert copies == {"y": ["x", "z"]}


def test_a_column_of_the_same_name_and_opening_is_no_copy() -> None:
    """Headline and best passage are alike, the rest is not."""
    columns = [
        article(name, "en", "Tides today", "As read at the pier.", f"High water at {hour}.")
        for name, hour in (("x", "six"), ("y", "seven"), ("z", "seven"))
    ]
    found = leg(*(candidate(one.id, 0.5) for one in columns))
    stay, copies = pool_of(columns, vector=found).without_copies(list("xyz"), 3)
    assert stay == ["x", "y"]
    assert copies == {"y": ["z"]}


def test_copies_are_looked_for_until_what_is_shown_has_none() -> None:
    """Each article that moves up into the first two is compared as well."""
    flood = [article(name, "en", "Flood", "Agency text.") for name in "ab"]
    storm = [article(name, "en", "Storm", "Agency text.") for name in "cd"]
    other = [article(name, "en", name, "Agency text.") for name in "ef"]
    found = leg(*(candidate(name, 0.5) for name in "abcdef"))
    pool = pool_of([*flood, *storm, *other], vector=found)
    assert pool.without_copies(list("abcedf"), 2) == (list("acef"), {"a": ["b"], "c": ["d"]})


def test_texts_of_what_is_not_shown_are_not_read() -> None:
    """Of two hundred candidates some pair has nearly always the same headline and passage."""
    flood = [article(name, "en", "Flood", "Agency text.") for name in "ab"]
    storm = [article(name, "en", "Storm", "Agency text.") for name in "cd"]
    found = leg(*(candidate(name, 0.5) for name in "abcd"))
    pool = pool_of([*flood, *storm], vector=found)
    assert pool.without_copies(list("abcd"), 1) == (list("acd"), {"a": ["b"]})
    assert pool.without_copies(list("acdb"), 1) == (list("acd"), {"a": ["b"]})


def in_parts(*parts: Mapping[str, tuple[PassageScore, ...]]) -> Pool:
    """Return a pool of one leg that was run in parts."""
    results = [
        leg(*(candidate(one, scores[0].score) for one, scores in part.items())) for part in parts
    ]
    joined = {"vector": leg(candidate("a", 0.7), candidate("b", 0.5))}
    by_hand = ByHand({one.id: one for one in ARTICLES}, tuple(results), parts)
    found = Found(by_hand, ("vector",) * len(parts), joined, evidence_of(joined))
    return pooled(Request("text"), found, Fusion())


def test_passages_of_the_parts_of_a_leg_come_once_with_their_best_score() -> None:
    one = {"a": (PassageScore(2, 0.9), PassageScore(1, 0.2)), "b": (PassageScore(3, 0.5),)}
    other = {"a": (PassageScore(2, 0.5), PassageScore(1, 0.95))}
    pool = in_parts(one, other)
    assert pool.positions(["a", "b"], 3) == {"a": [1, 2], "b": [3]}
    assert pool.positions(["a"], 1) == {"a": [1]}


def test_the_part_that_scores_an_article_best_stands_for_it() -> None:
    scores = ({"a": 0.9, "b": 0.4}, {"a": 0.5, "b": 0.6}, {"a": 0.9, "c": 0.3})
    parts = [{one: (PassageScore(1, own),) for one, own in part.items()} for part in scores]
    assert in_parts(*parts).best_legs() == {"a": 0, "b": 1}


def test_the_last_leg_that_found_an_article_stands_for_it(pool: Pool) -> None:
    assert pool.best_legs() == {"a": 0, "b": 1, "c": 1, "d": 1}


def test_languages_found_and_shown(pool: Pool) -> None:
    counts = pool.languages(["b"])
    assert counts == {
        "de": LanguageCount(1, 0),
        "es": LanguageCount(1, 0),
        "fr": LanguageCount(1, 1),
        "ja": LanguageCount(1, 0),
    }


def test_an_article_that_was_deleted_since_is_no_candidate() -> None:
    found = leg(candidate("gone", 0.9), candidate("a", 0.5))
    pool = pool_of(ARTICLES, lexical=found, vector=found)
    assert pool.order == ["a"]
    assert list(pool.legs("a")) == ["lexical", "vector"]


@pytest.mark.parametrize(
    ("mode", "scores"),
    [(Mode.LEXICAL, {"a": 1.0, "b": 0.5}), (Mode.VECTOR, {"a": 0.0, "b": 0.25})],
)
def test_one_leg_alone_is_scored_by_its_own_scale(mode: Mode, scores: dict[str, float]) -> None:
    request = Request("text", mode=mode)
    if mode is Mode.LEXICAL:
        words = leg(candidate("a", 4.0), candidate("b", 2.0), total=9)
        pool = pool_of(ARTICLES, request, lexical=words)
    else:
        meaning = leg(candidate("b", 0.25), candidate("a", -0.5))
        pool = pool_of(ARTICLES, request, vector=meaning)
    assert pool.scores == scores
    assert pool.total == ((9, Counted.MATCHES) if mode is Mode.LEXICAL else (2, Counted.CANDIDATES))


def test_recency_weighs_the_scores() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    old = Article("a", "T", (Passage(1, "x"),), published=now - timedelta(days=14))
    new = Article("b", "T", (Passage(1, "y"),), published=now)
    request = Request("text", mode=Mode.LEXICAL, recency=Recency(timedelta(days=7), now))
    found = leg(candidate("a", 2.0), candidate("b", 1.0))
    assert pool_of([old, new], request, lexical=found).scores == {"a": 0.25, "b": 0.5}


def test_what_the_engine_put_by_date_stays_so() -> None:
    pool = pool_of(ARTICLES, Request(""), latest=leg(candidate("c", 0.0), candidate("a", 0.0)))
    assert pool.by_date
    assert pool.order == ["c", "a"]
    assert set(pool.scores.values()) == {0.0}
