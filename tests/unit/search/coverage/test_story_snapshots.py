"""Who begins from a snapshot has the same stories in memory as who reads everything."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.coverage.stories import held, snapshot, stored, turns
from search.coverage.stories.correcting import Corrections
from search.coverage.stories.held import Held
from search.coverage.stories.keeper import StoryKeeper
from search.coverage.stories.purging import purge
from search.coverage.stories.rebuilding import rebuild
from search.errors import UsageError
from search.index.embedded.location import FolderLocation
from search.index.embedded.state import FolderState
from search.index.following import followed
from search.index.model import EmbeddedArticle
from search.index.port import SearchIndex
from search.index.state import Change, IndexState
from tests.support.newsroom import IDENTITY, story

WORDS = ("Velmora", "Kessandra", "Ardiland", "Osvin", "Мост", "橋が閉鎖", "4711", "bridge", "storm")
TOPICS = ("railway", "storm", "wine")


def _article(number: int, form: int) -> EmbeddedArticle:
    words = " ".join(WORDS[(number * form + n) % len(WORDS)] for n in range(3 + form))
    published = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=20 * (number % 4))
    return story(
        f"a{number}",
        words,
        f"{words} and {number % 3}.",
        topic=TOPICS[(number + form) % 3],
        lang=("en", "ru")[number % 2],
        published=published if number % 5 else None,
    )


_NUMBERS = st.integers(0, 11)
_STEPS: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just("write"), st.lists(_NUMBERS, min_size=1, max_size=4), st.integers(1, 3)),
    st.tuples(st.just("delete"), st.lists(_NUMBERS, min_size=1, max_size=3), st.just(0)),
    st.tuples(
        st.sampled_from(["move", "split", "merge"]),
        st.lists(_NUMBERS, min_size=2, max_size=2),
        st.just(0),
    ),
    st.tuples(st.sampled_from(["rebuild", "purge"]), st.just([]), st.just(0)),
)


def _take(state: IndexState, index: SearchIndex, step: tuple[str, list[int], int]) -> None:
    """Take a step as a program does that has just started."""
    what, numbers, form = step
    ids = [f"a{one}" for one in numbers]
    keeper = StoryKeeper(state, index)
    corrections = Corrections(state, keeper)
    of = stored.story_of(state, ids)
    match what:
        case "write":
            batch = [_article(one, form) for one in dict.fromkeys(numbers)]
            followed(index, lambda: (keeper,)).write(batch)
        case "delete":
            followed(index, lambda: (keeper,)).delete(ids)
        case "rebuild":
            rebuild(state, index)
        case "purge":
            purge(state)
        case _ if set(ids) <= of.keys():
            with contextlib.suppress(UsageError):
                if what == "move":
                    corrections.move(ids[0], of[ids[1]])
                elif what == "split":
                    corrections.split(of[ids[0]], [ids[0]])
                else:
                    corrections.merge([of[ids[0]], of[ids[1]]])


def _read(state: IndexState, *, anew: bool) -> Held:
    head = state.get(stored.META, [turns.HEAD]).get(turns.HEAD)
    return Held.read(state, IDENTITY, head.value["number"] if head else 0, anew=anew)


def _told(one: Held) -> dict[str, Any]:
    """Return all that a writer goes by."""
    clustering = one.clustering
    clustering.fetch(clustering.story)
    memory = clustering.memory
    ids = sorted(clustering.story, key=clustering.row)
    outline = memory.outline(clustering.rows(ids))
    return {
        "ids": ids,
        "groups": {
            name: (group.articles, group.pairs) for name, group in clustering.groups.items()
        },
        "cohesion": {name: one.likelihoods for name, one in clustering.groups.items()},
        "pairs": {name: fit.pairs for name, fit in clustering.fits.items()},
        "fits": {name: fit.sum for name, fit in clustering.fits.items()},
        "hashes": one.hashes(ids),
        "pinned": clustering.pinned,
        "outline": [part.tolist() for part in outline[:3]],
        "keys": [(keys.ends.tolist(), keys.keys.tolist()) for keys in outline.keys],
        "vectors": [clustering.reading(name).vectors.tolist() for name in ids],
        "frequency": memory._frequency[memory._frequency > 0].tolist(),
    }


@settings(max_examples=40)
@example(steps=[("write", [0, 1], 1), ("write", [0, 1], 2)], share=1)  # two of one story
@given(steps=st.lists(_STEPS, min_size=2, max_size=9), share=st.sampled_from([1, 4, 10_000]))
def test_a_snapshot_and_what_changed_since_are_everything(
    steps: Sequence[tuple[str, list[int], int]], share: int
) -> None:
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as name,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(held, "LEAST", 1)
        patch.setattr(held, "SHARE", share)
        location = FolderLocation(Path(name) / "index")
        index, state = location.create(IDENTITY), location.state()
        for step in steps:
            _take(state, index, step)
        quick, whole = (_told(_read(state, anew=anew)) for anew in (False, True))
        for what, expected in whole.items():
            is_rounded = what in ("cohesion", "fits")  # fewer digits are stored
            assert quick[what] == (pytest.approx(expected, abs=1e-3) if is_rounded else expected)
        index.close()
        state.close()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IndexState:
    """Return stories of three articles with a snapshot."""
    monkeypatch.setattr(held, "LEAST", 1)
    location = FolderLocation(tmp_path / "index")
    index = location.create(IDENTITY)
    state = location.state()
    _take(state, index, ("write", [0, 1, 2], 1))
    assert _from_snapshot(state)
    index.close()
    return state


def _from_snapshot(state: IndexState) -> bool:
    return not _read(state, anew=False).clustering.memory.is_whole


def test_a_snapshot_of_which_a_part_is_another_counts_as_none(state: IndexState) -> None:
    (part,) = state.scan(stored.SNAPSHOT)
    for value in ({"token": "x", "data": part.value["data"]}, {**part.value, "data": "AAAA"}):
        state.write([Change(stored.SNAPSHOT, part.key, value)])
        assert not _from_snapshot(state)
        assert len(_read(state, anew=False).clustering.story) == 3


def test_a_snapshot_older_than_the_journal_counts_as_none(state: IndexState) -> None:
    state.write([Change(stored.META, turns.HEAD, {"number": 2})])
    assert not _from_snapshot(state)


def test_a_snapshot_goes_when_articles_are_purged(state: IndexState) -> None:
    purge(state)
    assert not list(state.scan(stored.SNAPSHOT))
    assert not list(state.scan(stored.JOURNAL))
    assert not _from_snapshot(state)


def test_an_article_that_only_the_snapshot_knows_makes_all_be_read(
    tmp_path: Path, state: FolderState
) -> None:
    state.write([Change(stored.ARTICLES, "a1", None)])
    index = FolderLocation(tmp_path / "index").open()
    _take(state, index, ("write", [0, 1, 2, 3], 2))
    assert stored.story_of(state, ["a0", "a1", "a2", "a3"]).keys() == {"a0", "a1", "a2", "a3"}
    index.close()


def test_of_two_snapshots_the_later_counts(state: IndexState) -> None:
    now = _read(state, anew=False)
    numbers = {"a0": 1, "a1": 2, "a2": 3}
    snapshot.write(state, snapshot.captured(now.clustering, numbers, 1), "")
    assert _from_snapshot(state)
    assert len(list(state.scan(stored.SNAPSHOT))) == 1


def test_who_writes_what_is_there_already_does_what_a_killed_program_left(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index")
    index, state = location.create(IDENTITY), location.state()
    StoryKeeper(state, index).begin(["a0"])
    index.write([_article(0, 1)])
    _take(state, index, ("write", [0], 1))
    assert stored.story_of(state, ["a0"]).keys() == {"a0"}
    index.close()
