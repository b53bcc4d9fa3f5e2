"""What the legs say of candidates, as numbers, and when a confidence is read from them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from search.calibration.closeness import BACKGROUND
from search.calibration.confidence import FEATURES, Confidence
from search.calibration.logistic import Logistic
from search.index.model import Article, Passage
from search.request import Mode, Request, Sort
from search.retrieval.features import (
    anything_likely,
    confidence_of,
    features_of,
    is_known,
    of_confidence,
)
from search.retrieval.order import ordered
from search.retrieval.pool import Pool
from tests.support.pools import candidate, leg, pool_of

COUNT = BACKGROUND + 10


def fitted() -> Confidence:
    """Return one that goes by the cosine alone: 0.5 at a cosine of 0.5."""
    many = len(FEATURES)
    weights = np.zeros(many + many * (many + 1) // 2)
    weights[0] = 10.0
    middle = np.zeros(many)
    middle[0] = 0.5
    curve = np.array([-6.0, 0.0, 6.0])
    chances = 1 / (1 + np.exp(-curve))
    logistic = Logistic(middle, np.ones(many), 0.0, weights, {"uk": 1.0})
    return Confidence("f" * 16, "by hand", 1, logistic, curve, chances)


def pool(request: Request | None = None, count: int = COUNT, known: bool = True) -> Pool:
    articles = [
        Article(
            id=f"a{n:03}",
            title=f"Title {n}",
            passages=(Passage(0, f"Title {n}", "en"), Passage(1, f"Text {n}", "en")),
            lang="uk" if n == 1 else "en",
        )
        for n in range(count)
    ]
    near = [candidate(one.id, 0.9 - 0.01 * n) for n, one in enumerate(articles)]
    made = pool_of(
        articles,
        request or Request("flood on the river"),
        vector=leg(*near),
        lexical=leg(candidate("a000", 8.0), candidate("a001", 4.0), total=2),
    )
    return replace(made, found=replace(made.found, confidence=fitted() if known else None))


def test_every_feature_of_a_candidate() -> None:
    first, second, last = features_of(pool(), ["a000", "a001", f"a{COUNT - 1:03}"])
    said = dict(zip(FEATURES, first.tolist(), strict=True))
    assert said["cosine"] == pytest.approx(0.9)
    assert said["background"] == pytest.approx(0.9 - 0.01 * (BACKGROUND - 1))
    assert said["words"] == said["words in the language"] == 1
    assert said["best by words"] == pytest.approx(math.log(9))
    assert said["names"] == said["best by names"] == 0
    assert said["rank"] == 0
    assert said["length"] == pytest.approx(math.log(5))
    assert said["without spaces"] == 0
    other = dict(zip(FEATURES, second.tolist(), strict=True))
    assert other["words"] == pytest.approx(0.5)
    assert other["words in the language"] == 1, "the best by words in Ukrainian"
    assert other["below the nearest"] == pytest.approx(0.01)
    assert dict(zip(FEATURES, last.tolist(), strict=True))["words"] == 0


def test_scripts_without_spaces_count_by_characters() -> None:
    (said,) = features_of(pool(Request("洪水の被害")), ["a000"])
    numbers = dict(zip(FEATURES, said.tolist(), strict=True))
    assert numbers["without spaces"] == 1
    assert numbers["length"] == pytest.approx(math.log(6))


def test_an_article_that_was_not_found_by_meaning_is_no_nearer_than_the_last() -> None:
    made = pool()
    near = {one: place for one, place in made.places["vector"].items() if one != "a000"}
    places = {**made.places, "vector": near}
    (said,) = features_of(replace(made, places=places), ["a000"])
    assert said[FEATURES.index("cosine")] == pytest.approx(0.9 - 0.01 * (COUNT - 1))


def test_recency_moves_the_order_and_not_the_confidence() -> None:
    made = pool()
    older = replace(made, scores={one: score / 2 for one, score in made.scores.items()})
    assert confidence_of(older, ["a000", "a005"]) == confidence_of(made, ["a000", "a005"])


def test_the_language_of_an_article_counts() -> None:
    said = confidence_of(pool(), ["a001", "a002"])
    assert said["a001"] > said["a002"]


def test_nothing_is_known_without_a_fit_in_other_modes_or_among_few() -> None:
    assert is_known(pool())
    for made in (
        pool(known=False),
        pool(Request("flood", mode=Mode.VECTOR)),
        pool(count=BACKGROUND - 1),
    ):
        assert not is_known(made)
        assert confidence_of(made, ["a000"]) == {}


def test_whether_anything_is_likely_is_known_where_a_least_is() -> None:
    made = pool()
    likeliest = max(confidence_of(made, list(made.relevance)).values())
    for least, likely in ((None, None), (likeliest, True), (likeliest + 1e-6, False)):
        one = replace(fitted(), least=least)
        assert anything_likely(replace(made, found=replace(made.found, confidence=one))) is likely
    assert anything_likely(pool(known=False)) is None


def test_what_is_less_likely_is_left_out_before_the_cut() -> None:
    request = Request("flood", limit=5, min_confidence=0.9)
    shown = ordered(pool(request), None).shown
    said = confidence_of(pool(request), shown)
    assert shown
    assert all(value >= 0.9 for value in said.values())
    everything = ordered(pool(replace(request, min_confidence=0.0)), None).shown
    assert len(everything) == 5
    assert set(shown) < set(everything)
    newest = ordered(pool(replace(request, sort=Sort.DATE)), None).shown
    assert set(newest) == set(shown)


def test_what_was_not_left_out_is_said() -> None:
    few = pool(Request("flood", min_confidence=0.9), count=10)
    assert len(ordered(few, None).shown) == 10
    assert "none was left out" in " ".join(of_confidence(few, ()))
    none = pool(Request("flood", min_confidence=1.0))
    assert not ordered(none, None).shown
    assert "likeliest" in " ".join(of_confidence(none, ()))
    assert list(of_confidence(pool(), ())) == []
