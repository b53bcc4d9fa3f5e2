"""What a reranker makes of a ranking: pure functions, and the search that uses them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answer import RerankPlace
from search.index.model import Article, Passage
from search.request import Recency, Request
from search.reranking.placing import Ranking, judged, placed, readable
from search.reranking.port import Scores

NOW = datetime(2026, 9, 1, tzinfo=UTC)


class Longest:
    """The longer a text, the better it fits."""

    name, fingerprint, bounded = "longest", "00000000000000cc", False

    def __init__(self) -> None:
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        self.seen.append((query, tuple(texts)))
        return np.asarray([len(text) for text in texts], np.float64)


def article(identifier: str, title: str = "", published: datetime | None = None) -> Article:
    return Article(id=identifier, title=title, passages=(), published=published)


def undated(*identifiers: str) -> dict[str, datetime | None]:
    return dict.fromkeys(identifiers)


def test_an_article_counts_by_its_best_passage_and_all_pairs_go_in_one_call() -> None:
    model = Longest()
    found = {
        "a": Article("a", "", (Passage(1, "1234567"), Passage(2, "12"))),
        "b": Article("b", "", (Passage(1, "123"),)),
    }
    assert judged(model, "why?", found) == {"a": 7, "b": 3}
    assert model.seen == [("why?", ("1234567", "12", "123"))]


def test_a_passage_is_read_below_its_headline_which_is_not_read_twice() -> None:
    headed = article("a", "Storm")
    assert readable(headed, Passage(2, "It hit.")) == "Storm\nIt hit."
    assert readable(headed, Passage(0, "Storm")) == "Storm"
    assert readable(article("a"), Passage(2, "It hit.")) == "It hit."


def test_the_first_are_sorted_by_the_reranker_and_the_rest_follow() -> None:
    before = Ranking(["a", "b", "c", "d"], {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.2})
    after = placed(before, {"a": 0.3, "b": 0.6}, True, undated("a", "b"))
    assert after.order == ["b", "a", "c", "d"]
    assert after.scores == {"b": 0.6, "a": 0.3, "c": 0.3, "d": 0.2}
    assert after.places == {"b": RerankPlace(0.6, 2, 0.8), "a": RerankPlace(0.3, 1, 0.9)}


def test_scores_without_bounds_become_shares_of_one() -> None:
    before = Ranking(["a", "b", "c"], {"a": 0.9, "b": 0.8, "c": 0.7})
    after = placed(before, {"a": -2.0, "b": 0.0, "c": 800.0}, False, undated("a", "b", "c"))
    assert after.order == ["c", "b", "a"]
    assert after.scores["b"] == 0.5
    assert after.scores["a"] == pytest.approx(1 / (1 + math.exp(2)))
    assert after.scores["c"] == 1.0
    assert after.places["c"].score == 800.0


def test_where_shares_are_equal_the_raw_score_decides_then_the_rank_before() -> None:
    before = Ranking(["a", "b", "c"], dict.fromkeys("abc", 1.0))
    saturated = placed(before, {"a": 90.0, "b": 95.0, "c": 95.0}, False, undated("a", "b", "c"))
    assert saturated.order == ["b", "c", "a"]


def test_recency_weighs_the_reranker_too() -> None:
    old, new = NOW - timedelta(days=20), NOW - timedelta(days=1)
    known = {"old": old, "new": new}
    before = Ranking(["old", "new"], {"old": 0.9, "new": 0.8})
    scores = {"old": 0.9, "new": 0.7}
    assert placed(before, scores, True, known).order == ["old", "new"]
    recent = placed(before, scores, True, known, Recency(timedelta(days=7), NOW))
    assert recent.order == ["new", "old"]
    assert recent.scores["new"] == pytest.approx(0.7 * 0.5 ** (1 / 7))


@given(
    scores=st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1), min_size=1),
    raw=st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e3, 1e3)),
)
def test_nothing_is_lost_and_scores_fall(scores: dict[str, float], raw: dict[str, float]) -> None:
    order = sorted(scores, key=lambda one: -scores[one])
    read = {identifier: raw[identifier] for identifier in raw if identifier in scores}
    after = placed(Ranking(order, scores), read, False, undated(*read))
    assert sorted(after.order) == sorted(order)
    falling = [after.scores[identifier] for identifier in after.order]
    assert falling == sorted(falling, reverse=True)
    assert set(after.places) == set(read)
    rest = [identifier for identifier in after.order if identifier not in read]
    assert rest == [identifier for identifier in order if identifier not in read]


def test_nothing_to_read_for_without_a_query() -> None:
    assert Request("flood", rerank=True).rereads
    assert not Request("flood").rereads
    assert not Request("", rerank=True).rereads
