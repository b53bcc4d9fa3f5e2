"""Queries of one or two words: what they find is likely, and what nothing answers is not."""

from __future__ import annotations

import json

import pytest

from search.calibration.confidence import confidence_of
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder
from tests.support.command import Run


@pytest.fixture(autouse=True)
def known() -> None:
    """Skip where the bundled model is new and nothing was fitted for it yet."""
    fingerprint = StaticEmbedder.load(COMPACT_FOLDER, "compact").fingerprint
    if confidence_of(fingerprint) is None:
        pytest.skip("nothing is known of this model yet; python -m benchmarks.confidence fits it")


@pytest.mark.parametrize(
    ("query", "event"),
    [
        ("Waldbrand", "wildfire-thasmos"),  # a word that one article has
        ("jordskjelv", "quake-zarband"),  # of a language that no article is in
        ("Kardavia", "-kardavia"),
    ],
)
def test_a_subject_is_likely_in_every_language(polywire: Run, query: str, event: str) -> None:
    found = json.loads(polywire("search", query, "-n", "4", "--json").stdout)
    assert found["anything_close"] is True
    likely = [hit for hit in found["hits"] if hit["confidence"] >= 0.3]
    assert len(likely) >= 3
    if not event.startswith("-"):
        assert all(hit["id"].startswith(event) for hit in likely)


def test_a_word_that_no_article_has_may_have_an_answer(polywire: Run) -> None:
    found = json.loads(polywire("search", "wildfire", "-n", "4", "--json").stdout)
    assert found["anything_close"] is True
    assert all(hit["id"].startswith("wildfire-thasmos") for hit in found["hits"])
    assert found["hits"][0]["confidence"] > 0.3


@pytest.mark.parametrize("query", ["Brexit", "volcano", "logarithm", "Beethoven"])
def test_what_is_not_there_is_not_likely(polywire: Run, query: str) -> None:
    found = json.loads(polywire("search", query, "--json").stdout)
    assert max(hit["confidence"] for hit in found["hits"]) < 0.3
