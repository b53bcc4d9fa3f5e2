"""The bundled model must not get worse: floors a little under what its card says."""

from __future__ import annotations

import pytest

from benchmarks.embedding import translation, xquad
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder
from tests.support.places import SHARED

XQUAD = SHARED / "eval" / "xquad-r"
NEWS = SHARED / "news" / "wmt-news.jsonl.xz"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not XQUAD.is_dir() or not NEWS.exists(), reason="../shared is not there"),
]


@pytest.fixture(scope="module")
def compact() -> StaticEmbedder:
    return StaticEmbedder.load(COMPACT_FOLDER, "compact")


def test_questions_find_their_paragraphs(compact: StaticEmbedder) -> None:
    found = xquad.measure(compact, XQUAD)["paragraph"]["MRR"]
    assert found["same_language_mean"] >= 0.76
    assert found["cross_language_mean"] >= 0.53


def test_passages_of_news_find_their_translations(compact: StaticEmbedder) -> None:
    found = translation.measure(compact, translation.news(NEWS))
    assert {"de", "ru", "zh", "ja", "uk", "cs"} <= set(found)
    for language in ("de", "ru", "uk", "cs"):
        assert found[language]["P@1"] >= 0.75, language


def test_the_model_stays_small() -> None:
    size = sum(file.stat().st_size for file in COMPACT_FOLDER.rglob("*") if file.is_file())
    assert size <= 40_000_000
