"""An index that grows: many small commits, and vectors beyond the point where all are compared."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from search.index.embedded.index import EmbeddedIndex
from search.index.embedded.location import FolderLocation
from search.index.embedded.table import segment_rows, unindexed_rows
from search.index.embedded.upkeep import Policy
from search.index.filters import Filters
from search.index.legs import VectorLeg
from search.index.model import EmbeddedArticle, IndexIdentity
from tests.contract.place import EVERYTHING, ask, found, run
from tests.support.newsroom import IDENTITY, story

COMMITS = 250


@pytest.mark.slow
def test_many_small_commits_leave_few_files_and_versions(tmp_path: Path) -> None:
    policy = Policy(unindexed_rows=60, small_files=8, kept=timedelta(seconds=2))
    location = FolderLocation(tmp_path / "index", policy)
    index = location.create(IDENTITY)
    for n in range(COMMITS):
        index.write([story(f"a{n:04}", f"Headline {n}", "first words", "second words")])
        if n % 5 == 4:
            index.delete([f"a{n - 1:04}"])
    index.close()
    index.refresh()
    dataset = index._table.latest()
    left = COMMITS - COMMITS // 5
    assert len(dataset.get_fragments()) <= 8 + 10  # those that wait, and one per doubling
    assert len(segment_rows(dataset)) <= 8
    assert index.stats().unindexed_passages == 0
    result = ask(index, "headline", limit=500)
    assert result.total == len(result.hits) == left
    assert len({hit.score for hit in ask(index, "second", limit=500).hits}) == 1
    index.optimize()
    dataset = index._table.latest()
    assert len(dataset.get_fragments()) == 1
    assert len(segment_rows(dataset)) == 1
    assert ask(index, "headline").total == left
    assert len(list(index.scan(EVERYTHING))) == left
    index.close()


@pytest.mark.slow
def test_old_versions_are_let_go(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index", Policy(kept=timedelta(milliseconds=1)))
    index = location.create(IDENTITY)
    for n in range(30):
        index.write([story("same", f"Headline {n}", "some words " * 50)])
    many = len(index._table.latest().versions())
    index.optimize()
    assert len(index._table.latest().versions()) <= 2 < many
    assert index.get(["same"])["same"].article.title == "Headline 29"
    index.close()


# --- vectors ----------------------------------------------------------------------------

DIMENSION = 48
ARTICLES = 1500
PASSAGES = 4

Vectors = NDArray[np.float32]


def unit(vectors: NDArray[np.float64]) -> Vectors:
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Passages of articles on topics: float32, shape (ARTICLES * PASSAGES, DIMENSION)."""
    rng = np.random.default_rng(11)
    topics = rng.normal(size=(60, DIMENSION))
    articles = topics[rng.integers(0, 60, ARTICLES)] + 0.8 * rng.normal(size=(ARTICLES, DIMENSION))
    passages = np.repeat(articles, PASSAGES, axis=0)
    return unit(passages + 0.8 * rng.normal(size=passages.shape))


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, vectors: Vectors) -> EmbeddedIndex:
    """Return an index that looks vectors up, half of them added after it was made."""
    folder = tmp_path_factory.mktemp("vectors") / "index"
    location = FolderLocation(folder, Policy(vector_index_rows=2000))
    index = location.create(IndexIdentity("made", "00000000000000dd", DIMENSION))
    for start in range(0, ARTICLES, 250):
        batch = []
        for n in range(start, start + 250):
            texts = [f"text {n} {p}" for p in range(PASSAGES)]
            article = story(f"a{n:04}", "", *texts, source=f"s{n % 50}").article
            own = vectors[n * PASSAGES : (n + 1) * PASSAGES]
            batch.append(EmbeddedArticle(article, own))
        index.write(batch)
        index.refresh()
    return index


def exact(vectors: Vectors, question: NDArray[np.float32], among: NDArray[np.int64]) -> list[str]:
    """Return articles by their nearest passage, comparing all."""
    best = (vectors @ question).reshape(ARTICLES, PASSAGES).max(axis=1)
    return [f"a{n:04}" for n in among[np.argsort(-best[among])]]


def questions(vectors: Vectors) -> Vectors:
    rng = np.random.default_rng(12)
    near = vectors[rng.integers(0, len(vectors), 40)]
    return unit(near + 0.1 * rng.normal(size=near.shape))


@pytest.mark.slow
def test_the_vector_index_recalls_the_ten_best(indexed: EmbeddedIndex, vectors: Vectors) -> None:
    assert indexed.stats().vector_index == "IVF_SQ"
    everything = np.arange(ARTICLES)
    recalled = []
    for question in questions(vectors):
        (result,) = run(indexed, [VectorLeg(question)], EVERYTHING, 10)
        expected = exact(vectors, question, everything)[:10]
        recalled.append(len(set(found(result)) & set(expected)) / 10)
        scores = [hit.score for hit in result.hits]
        best = (vectors @ question).reshape(ARTICLES, PASSAGES).max(axis=1)
        true = [best[int(hit.article.id[1:])] for hit in result.hits]
        assert scores == pytest.approx(true, abs=2e-3)
    assert np.mean(recalled) >= 0.95


@pytest.mark.slow
def test_the_vector_index_recalls_under_filters(indexed: EmbeddedIndex, vectors: Vectors) -> None:
    """Two articles in a hundred pass: all thirty are found, in the right order."""
    among = np.arange(7, ARTICLES, 50)
    only = Filters(sources=frozenset({"s7"}))
    recalled = []
    for question in questions(vectors):
        (result,) = run(indexed, [VectorLeg(question)], only, 10)
        assert all(hit.article.source == "s7" for hit in result.hits)
        assert len(result.hits) == 10
        expected = exact(vectors, question, among)[:10]
        recalled.append(len(set(found(result)) & set(expected)) / 10)
    assert np.mean(recalled) >= 0.95


@pytest.mark.slow
def test_the_vector_index_stays_when_optimized(indexed: EmbeddedIndex, vectors: Vectors) -> None:
    question = questions(vectors)[0]
    (before,) = run(indexed, [VectorLeg(question)], EVERYTHING, 10)
    indexed.optimize()
    (after,) = run(indexed, [VectorLeg(question)], EVERYTHING, 10)
    assert indexed.stats().vector_index == "IVF_SQ"
    assert len(set(found(before)) & set(found(after))) >= 9


# --- files, segments, versions ----------------------------------------------------------


def batch(first: int, articles: int, passages: int) -> list[EmbeddedArticle]:
    """Return that many articles, numbered from the first."""
    texts = [f"words of passage {n}" for n in range(passages)]
    return [story(f"b{n:05}", f"Headline {n}", *texts) for n in range(first, first + articles)]


def settled(index: EmbeddedIndex) -> tuple[int, int, int]:
    """Return files, segments and rows without an index once upkeep is done."""
    index.close()
    dataset = index._table.latest()
    return len(dataset.get_fragments()), len(segment_rows(dataset)), unindexed_rows(dataset)


@pytest.mark.slow
def test_batches_leave_few_files(tmp_path: Path) -> None:
    policy = Policy(unindexed_rows=200, full_rows=3000)
    index = FolderLocation(tmp_path / "index", policy).create(IDENTITY)
    for first in range(0, 1200, 10):
        index.write(batch(first, 10, 13))
        index.close()
    files, segments, unindexed = settled(index)
    assert unindexed < 200
    # Two levels of three between 200 and 3,000 rows, the full ones, and what is not yet indexed.
    assert segments <= 6 + 17_000 // 3000
    assert files <= segments + 2
    assert ask(index, "words", limit=500).total == 1200


@pytest.mark.slow
def test_single_articles_leave_few_files_and_versions(tmp_path: Path) -> None:
    policy = Policy(kept=timedelta(milliseconds=1))
    index = FolderLocation(tmp_path / "index", policy).create(IDENTITY)
    most = 0
    for n in range(150):
        index.write(batch(n, 1, 13))
        files, _, _ = settled(index)
        most = max(most, files)
    assert most <= 16 + 150 // 16
    # Sixteen old ones begin a cleaning; a merge adds a few while that goes on.
    assert len(index._table.latest().versions()) <= 24
    assert ask(index, "words", limit=500).total == 150


@pytest.mark.slow
def test_corrections_of_old_articles_leave_full_segments_alone(tmp_path: Path) -> None:
    """A deleted row is no reason to merge the segment that has it."""
    policy = Policy(unindexed_rows=100, full_rows=400, kept=timedelta(milliseconds=1))
    index = FolderLocation(tmp_path / "index", policy).create(IDENTITY)
    for first in range(0, 200, 40):
        index.write(batch(first, 40, 13))
        index.close()
    full = [rows for rows in segment_rows(index._table.latest()) if rows >= 400]
    index.delete(["b00001", "b00041", "b00081"])
    for first in range(200, 300, 10):
        index.write(batch(first, 10, 2))
        index.close()
    left = segment_rows(index._table.latest())
    assert len([rows for rows in left if rows >= 400]) >= len(full) == 5
    assert ask(index, "words", limit=500).total == 297
