"""The pure parts of the embedded engine: sets of passages, conditions, rows, manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.embedded import manifest
from search.index.embedded.conditions import where
from search.index.embedded.found import Found, Grouped, Numbers, Ranking, intersection, union
from search.index.embedded.manifest import Manifest
from search.index.embedded.rows import articles_of, microseconds, moment, table_of
from search.index.errors import IndexDamaged, SearchIndexError
from search.index.filters import Filters
from search.index.model import IndexIdentity
from tests.support.newsroom import DIMENSION, NEWSROOM, on

IDENTITY = IndexIdentity("model", "00000000000000aa", 8)

Scores = dict[int, float]


def ids(articles: Numbers) -> list[str]:
    """Name articles by number; each has three passages."""
    return [f"a{number}" for number in articles.tolist()]


def make(scores: Scores) -> Found:
    """Make a set of passages by number, given in any order."""
    rows = np.fromiter(scores, np.int64, len(scores))
    return Found.of(rows, np.array(list(scores.values()), dtype=np.float64))


def grouped(found: Found) -> Grouped:
    return Grouped.of(found, found.rows // 3, (found.rows % 3).astype(np.int32))


def read(found: Found) -> Scores:
    assert list(found.rows) == sorted(found.rows)
    return {int(row): float(score) for row, score in zip(found.rows, found.scores, strict=True)}


SETS = st.dictionaries(st.integers(0, 40), st.integers(1, 8).map(float), max_size=20)


@given(st.lists(SETS, max_size=4))
def test_union_adds_scores(parts: list[Scores]) -> None:
    expected: Scores = {}
    for part in parts:
        for row, score in part.items():
            expected[row] = expected.get(row, 0) + score
    assert read(union([make(part) for part in parts])) == expected


@given(st.lists(SETS, min_size=1, max_size=4))
def test_intersection_adds_scores(parts: list[Scores]) -> None:
    rows = set.intersection(*(set(part) for part in parts))
    expected = {row: sum(part[row] for part in parts) for row in rows}
    assert read(intersection([make(part) for part in parts])) == expected


def test_of_no_sets_there_is_nothing() -> None:
    assert read(union([])) == {}
    assert read(intersection([])) == {}
    nothing = grouped(Found.nothing()).best(3, 3, ids)
    assert (nothing.ids, nothing.total, nothing.spans) == ([], 0, [])


@given(SETS, st.one_of(st.none(), st.integers(1, 15)), st.integers(1, 4))
def test_best_articles_by_sorting_everything(
    scores: Scores, limit: int | None, passages: int
) -> None:
    by_article: dict[str, list[tuple[float, int]]] = {}
    for row, score in scores.items():
        by_article.setdefault(f"a{row // 3}", []).append((-score, row))
    best = {name: sorted(rows) for name, rows in by_article.items()}
    order = sorted(best, key=lambda name: (best[name][0][0], name))[:limit]
    ranking = grouped(make(scores)).best(limit, passages, ids)
    assert ranking.total == len(best)
    assert ranking.ids == order == ids(ranking.articles)
    check_passages(ranking, best, passages)


@given(SETS, st.permutations(range(16)), st.integers(1, 4))
def test_articles_in_an_order_of_their_own(scores: Scores, order: list[int], passages: int) -> None:
    articles = np.array([one for one in order if one in {row // 3 for row in scores}], np.int64)
    best = {
        f"a{one}": sorted((-score, row) for row, score in scores.items() if row // 3 == one)
        for one in articles.tolist()
    }
    ranking = grouped(make(scores)).in_order(articles, ids(articles), passages)
    assert ranking.ids == list(best)
    check_passages(ranking, best, passages)


def check_passages(
    ranking: Ranking, best: Mapping[str, list[tuple[float, int]]], passages: int
) -> None:
    for name, (begin, end) in zip(ranking.ids, ranking.spans, strict=True):
        rows, found = ranking.rows[begin:end].tolist(), ranking.scores[begin:end].tolist()
        assert [(-score, row) for score, row in zip(found, rows, strict=True)] == best[name][
            :passages
        ]


def test_conditions_in_sql() -> None:
    assert where(Filters()) is None
    filters = Filters(
        langs=frozenset({"en", "de"}),
        tags=frozenset({"it's"}),
        after=on(1970, 1, 1, 1),
        exclude_sources=frozenset({"x"}),
    )
    assert where(filters) == (
        "(lang IN ('de', 'en')) AND (array_has_any(tags, ['it''s'])) AND "
        "(published >= 3600000000) AND (source IS NULL OR source NOT IN ('x'))"
    )


def test_rows_and_back() -> None:
    table = table_of(NEWSROOM, DIMENSION)
    assert table.num_rows == sum(len(e.article.passages) for e in NEWSROOM)
    assert table["lead"].to_pylist().count(True) == len(NEWSROOM)
    shuffled = table.take(np.random.default_rng(0).permutation(len(table)))
    kept = articles_of(shuffled)
    for embedded in NEWSROOM:
        assert kept[embedded.article.id].article == embedded.article
        assert np.allclose(kept[embedded.article.id].vectors, embedded.vectors, atol=1e-3)


@given(st.datetimes(timezones=st.just(on(2025, 1, 1).tzinfo)))
def test_moments_are_exact(when: object) -> None:
    assert moment(microseconds(when)) == when  # type: ignore[arg-type]


# --- manifest ---------------------------------------------------------------------------


def test_a_manifest_survives_the_file(tmp_path: Path) -> None:
    assert manifest.read(tmp_path) is None
    written = Manifest("one", {"one": IDENTITY, "two": replace(IDENTITY, dimension=9)})
    manifest.write(tmp_path, written)
    assert manifest.read(tmp_path) == written
    assert [path.name for path in tmp_path.iterdir()] == [manifest.FILE]


def test_generations_come_and_go() -> None:
    known = Manifest("a", {"a": IDENTITY}).with_generation("b", IDENTITY)
    known = known.with_generation("c", IDENTITY)
    assert known.names() == ("a", "c", "b")
    promoted = known.promoting("b")
    assert promoted.names() == ("b", "c", "a")
    assert promoted.without("a").names() == ("b", "c")
    with pytest.raises(SearchIndexError, match="live"):
        promoted.without("b")
    with pytest.raises(SearchIndexError, match="no generation x"):
        promoted.promoting("x")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        json.dumps({"format": "another", "layout": 1, "live": "a", "generations": {}}),
        json.dumps({"format": manifest.FORMAT, "layout": 99, "live": "a", "generations": {}}),
        json.dumps({"format": manifest.FORMAT, "layout": 1, "live": "a", "generations": {}}),
        json.dumps(
            {"format": manifest.FORMAT, "layout": 1, "live": "a", "generations": {"a": {"x": 1}}}
        ),
    ],
)
def test_a_file_that_is_no_manifest_is_damage(tmp_path: Path, content: str) -> None:
    (tmp_path / manifest.FILE).write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged, match=r"polywire\.json"):
        manifest.read(tmp_path)


def test_a_manifest_that_is_not_text_is_damage(tmp_path: Path) -> None:
    (tmp_path / manifest.FILE).write_bytes(b"\xff\xfe\x00\x9f")
    with pytest.raises(IndexDamaged):
        manifest.read(tmp_path)


def test_kept_versions_outlive_a_search() -> None:
    from search.index.embedded.upkeep import Policy

    assert Policy().kept >= timedelta(minutes=1)
