"""Which hits stand above the line, and what is said of each."""

from __future__ import annotations

from typing import Any

import pytest

from search.web.views.hits import hit_views, is_certainty_known, is_word, strong


def _answer(confidences: list[float | None], sort: str = "relevance") -> dict[str, Any]:
    hits: list[dict[str, Any]] = [
        {
            "id": str(n),
            "title": "Ferry",
            "title_highlights": [],
            "paragraphs": [],
            "lang": "en",
            "source": None,
            "published": None,
            "updated": None,
            "section": None,
            "copies": [],
            "legs": {"vector": {"score": 1.0}},
            "closeness": 0.9 if n == 0 else 0.0,
            "confidence": each,
        }
        for n, each in enumerate(confidences)
    ]
    return {"hits": hits, "sort": sort, "mode": "hybrid"}


@pytest.mark.parametrize(
    ("confidences", "line", "above"),
    [
        ([0.9, 0.3, 0.6, 0.2], 0.5, 3),
        ([0.4, 0.3], 0.5, 0),
        ([0.5, 0.4], 0.5, 1),
        ([0.4, 0.0], 0.0, 2),
        ([], 0.5, 0),
        # Where it is not known of every hit, closeness says where the line is.
        ([None, None, None], 0.5, 1),
        ([0.2, None, 0.9], 0.5, 1),
    ],
)
def test_the_line_is_behind_the_last_that_is_certain(
    confidences: list[float | None], line: float, above: int
) -> None:
    assert strong(_answer(confidences), line) == above


def test_in_order_of_time_there_is_no_line() -> None:
    answer = _answer([0.1, 0.2], "date")
    assert strong(answer, 0.5) == 2
    assert not is_certainty_known(answer)
    assert [hit.confidence for hit in hit_views(answer)] == [None, None]


def test_a_hit_has_its_confidence() -> None:
    assert [hit.confidence for hit in hit_views(_answer([0.87, None]))] == [0.87, None]


def _hit(legs: list[str], text: str, *spans: list[int]) -> dict[str, Any]:
    answer = _answer([0.9])
    passage = {"position": 1, "text": text, "lang": "en", "highlights": list(spans)}
    legs_found = {leg: {"score": 1.0} for leg in legs}
    hit = {**answer["hits"][0], "legs": legs_found, "paragraphs": [passage]}
    return {**answer, "hits": [{**hit, "title_highlights": [[0, 5]]}]}


def test_the_nearest_sentence_is_no_word_of_the_query() -> None:
    text = "All quays were closed. Nobody was hurt."
    (found,) = hit_views(_hit(["lexical", "vector"], text, [0, 22]))
    assert list(found.words) == ["Ferry"]
    assert found.sentence
    (found,) = hit_views(_hit(["lexical", "vector"], text, [4, 9]))
    assert list(found.words) == ["Ferry", "quays"]
    assert not found.sentence


@pytest.mark.parametrize(
    ("marked", "word"),
    [
        ("flood wall", True),
        ("U.S.", True),
        ("洪水", True),
        ("Nobody was hurt.", False),
        ("現地当局によると、死者は31人。", False),
        ("هل عاد الجميع إلى بيوتهم؟", False),
        ("a sentence of a passage that is cut at a place where it has no end", False),
    ],
)
def test_a_sentence_is_told_from_a_word(marked: str, word: bool) -> None:
    assert is_word(marked) is word
