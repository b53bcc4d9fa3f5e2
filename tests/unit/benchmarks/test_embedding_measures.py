from __future__ import annotations

import numpy as np
import pytest

from benchmarks.compact_model.corpus import Row
from benchmarks.embedding import card
from benchmarks.embedding.languages import NAMES
from benchmarks.embedding.ranks import ndcg, ranks, reciprocal, share_within
from benchmarks.embedding.translation import held_out


def test_ranks_count_what_scores_as_high() -> None:
    scores = np.asarray([[0.9, 0.1, 0.5], [0.2, 0.2, 0.1], [0.3, 0.2, 0.1]], np.float32)
    found = ranks(scores, np.asarray([0, 1, 2]))
    assert found.tolist() == [1, 2, 3]
    assert reciprocal(found) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert share_within(found, 2) == pytest.approx(2 / 3)


def test_ndcg_by_hand() -> None:
    relevant = np.asarray([False, True, True])
    gained = 1 / np.log2(3) + 1 / np.log2(4)
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert ndcg(relevant, right=3) == pytest.approx(gained / ideal)
    assert ndcg(np.asarray([True]), right=1) == 1
    assert ndcg(np.zeros(10, np.bool_), right=2) == 0


def test_arabic_in_latin_letters_is_not_measured() -> None:
    rows = [
        Row("flores", ("en", "ar"), ("He was moved.", "la8ad ta2athrtu")),
        Row("flores", ("en", "ar"), ("He was moved.", "لقد تأثرت في كل مرة")),
        Row("tico", ("en", "ar"), ("Cough.", "سعال")),
    ]
    assert held_out(rows, ("flores",)) == {"ar": [("He was moved.", "لقد تأثرت في كل مرة")]}


def test_languages_get_a_plain_verdict() -> None:
    figures = {
        "flores+wmt": {
            "de": {"P@1": 0.97, "queries": 1000},
            "yo": {"P@1": 0.4, "queries": 150},
            "sw": {"P@1": 0.7, "queries": 150},
        },
        "news": {"de": {"P@1": 0.9, "queries": 1000}},
    }
    lines = card.languages(figures).splitlines()
    assert lines[2] == "| German (de) | 97 | 1000 | 90 | good |"
    assert lines[3] == "| Swahili (sw) | 70 | 150 |  | usable |"
    assert lines[4].endswith("| weak |")


def test_language_names_are_whole() -> None:
    assert NAMES["vi"] == "Vietnamese"
    assert NAMES["af"] == "Afrikaans"
    assert NAMES["zu"] == "Zulu"
    assert len(NAMES) == 83
