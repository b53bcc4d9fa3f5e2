"""Language balance: who gets the places, checked by hand and for any ranking."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking.balance import balanced
from search.request import Balance

LANGS = {**dict.fromkeys(["d1", "d2", "d3", "d4"], "de"), "f1": "fr", "f2": "fr", "u1": "uk"}
ORDER = ["d1", "d2", "d3", "f1", "d4", "u1", "f2"]
EQUAL = dict.fromkeys(ORDER, 1.0)


def test_relevance_leaves_the_order_alone() -> None:
    assert balanced(ORDER, EQUAL, LANGS, Balance.RELEVANCE) == ORDER


def test_even_takes_languages_in_turn_best_first() -> None:
    assert balanced(ORDER, EQUAL, LANGS, Balance.EVEN) == ["d1", "f1", "u1", "d2", "f2", "d3", "d4"]


def test_quota_follows_the_number_of_articles() -> None:
    # Claims 4, 2, 1. Quotients: de 4, 4/3, 4/5, 4/7; fr 2, 2/3; uk 1.
    shared = balanced(ORDER, EQUAL, LANGS, Balance.QUOTA)
    assert shared == ["d1", "f1", "d2", "u1", "d3", "f2", "d4"]


def test_what_is_not_good_enough_takes_no_place() -> None:
    scores = EQUAL | {"u1": 0.4, "f2": 0.4, "f1": 0.5}
    shared = balanced(ORDER, scores, LANGS, Balance.EVEN, floor=0.5)
    assert shared == ["d1", "f1", "d2", "d3", "d4", "u1", "f2"]


def test_nothing_is_shared_as_nothing() -> None:
    assert balanced([], {}, {}, Balance.EVEN) == []


ARTICLES = st.lists(st.tuples(st.floats(0, 1), st.sampled_from("defr")), max_size=30)


@given(ARTICLES, st.sampled_from(Balance), st.floats(0, 1))
def test_any_ranking_keeps_its_articles_and_the_order_within_a_language(
    articles: list[tuple[float, str]], balance: Balance, floor: float
) -> None:
    best_first = sorted(articles, key=lambda article: -article[0])
    scores = {str(n): score for n, (score, _) in enumerate(best_first)}
    langs = {str(n): lang for n, (_, lang) in enumerate(best_first)}
    shared = balanced(list(scores), scores, langs, balance, floor)
    assert sorted(shared, key=int) == list(scores)
    assert shared[:1] == list(scores)[:1]
    for lang in set(langs.values()):
        own = [int(identifier) for identifier in shared if langs[identifier] == lang]
        assert own == sorted(own)


@given(ARTICLES, st.integers(1, 12))
def test_even_leaves_no_language_two_places_behind_while_it_has_more(
    articles: list[tuple[float, str]], places: int
) -> None:
    scores = {str(n): 1.0 for n in range(len(articles))}
    langs = {str(n): lang for n, (_, lang) in enumerate(articles)}
    shared = balanced(list(scores), scores, langs, Balance.EVEN)
    page = Counter(langs[identifier] for identifier in shared[:places])
    left = Counter(langs[identifier] for identifier in shared[places:])
    most = max(page.values(), default=0)
    assert all(page[lang] >= most - 1 for lang in left)


@pytest.mark.parametrize("balance", Balance)
def test_a_single_language_is_as_it_was(balance: Balance) -> None:
    order = ["d1", "d2", "d3"]
    assert balanced(order, EQUAL, LANGS, balance) == order
