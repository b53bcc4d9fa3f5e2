"""What keeps an index safe; to be inherited by a test class of each engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest

from search.alerts.store import AlertStore
from search.index.errors import IndexExists, IndexMissing, SearchIndexError
from search.index.filters import Filters
from search.index.model import Article
from search.index.port import IndexLocation
from search.index.safekeeping import Cleaning, Mending, Safekeeping
from search.index.state import Change
from tests.contract.alert_runs import AlertRuns, alert
from tests.support.newsroom import IDENTITY, NEWSROOM, article_ids, story

EVERYTHING = Filters()


class Safe:
    """`search.index.safekeeping` at a place without an index.

    Override `location`, `new_place` (a further place without an index), `keeper` and `target`.
    """

    @pytest.fixture
    def location(self) -> IndexLocation:
        raise NotImplementedError("override the fixture `location`")

    @pytest.fixture
    def new_place(self) -> Callable[[], IndexLocation]:
        raise NotImplementedError("override the fixture `new_place`")

    @pytest.fixture
    def target(self) -> str:
        """Return a folder for backups that is not there yet."""
        raise NotImplementedError("override the fixture `target`")

    def keeper(self, location: IndexLocation) -> Safekeeping:
        raise NotImplementedError("override `keeper`")

    def test_nothing_there(self, location: IndexLocation, target: str) -> None:
        keeper = self.keeper(location)
        for action in (
            keeper.verify,
            lambda: keeper.mend(Mending()),
            lambda: keeper.backup(target),
            lambda: keeper.restore(target),
            lambda: keeper.clean(Cleaning()),
        ):
            with pytest.raises(IndexMissing):
                action()

    def test_what_was_written_is_whole(self, location: IndexLocation) -> None:
        fill(location)
        health = self.keeper(location).verify()
        assert health.whole, health
        assert (health.articles, health.unchecked) == (len(NEWSROOM), ())
        mended = self.keeper(location).mend(Mending())
        assert mended.whole
        assert mended.mended == ()

    def test_backed_up_and_restored_elsewhere(
        self, location: IndexLocation, new_place: Callable[[], IndexLocation], target: str
    ) -> None:
        fill(location)
        before = stored(location)
        copied = self.keeper(location).backup(target)
        assert (copied.articles, copied.generation) == (len(NEWSROOM), location.generations()[0])
        place = new_place()
        restored = self.keeper(place).restore(target)
        assert (restored.articles, restored.former) == (len(NEWSROOM), None)
        assert stored(place) == before
        index = place.open()
        assert index.write([story("later", "Written after")]).results[0].outcome == "added"
        index.close()

    def test_a_second_backup_copies_what_is_new(self, location: IndexLocation, target: str) -> None:
        fill(location)
        first = self.keeper(location).backup(target)
        again = self.keeper(location).backup(target)
        assert (again.files, again.skipped) == (0, first.files)
        index = location.open()
        index.write([story("later", "Written after")])
        index.delete(article_ids(NEWSROOM[:1]))
        index.refresh()
        index.close()
        third = self.keeper(location).backup(target)
        assert third.files > 0
        assert third.articles == len(NEWSROOM)
        self.keeper(location).restore(target, replace=True)
        assert "later" in stored(location)
        assert NEWSROOM[0].article.id not in stored(location)

    def test_restoring_over_an_index_must_be_said_and_can_be_undone(
        self, location: IndexLocation, target: str
    ) -> None:
        fill(location)
        self.keeper(location).backup(target)
        before = stored(location)
        index = location.open()
        index.delete(article_ids(NEWSROOM[:3]))
        index.refresh()
        with pytest.raises(IndexExists, match="--replace"):
            self.keeper(location).restore(target)
        assert len(stored(location)) == len(NEWSROOM) - 3
        restored = self.keeper(location).restore(target, replace=True)
        assert restored.former == location.former()[0]
        assert stored(location) == before
        # A program that has the index open follows.
        assert index.write([story("later", "Written after")]).results[0].outcome == "added"
        assert "later" in stored(location)
        index.close()

    def test_state_is_backed_up_and_comes_back(
        self, location: IndexLocation, new_place: Callable[[], IndexLocation], target: str
    ) -> None:
        fill(location)
        with closing(location.state()) as state:
            state.write([Change("desks", "a", {"n": 1}), Change("desks", "b", {"n": 1})])
            assert self.keeper(location).verify().whole
            self.keeper(location).backup(target)
            state.write([Change("desks", "a", {"n": 2}), Change("desks", "b", None)])
            state.write([Change("others", "c", {})])
            marks = {name: state.mark(name) for name in ("desks", "others")}
            self.keeper(location).restore(target, replace=True)
            assert {e.key: e.value for e in state.scan("desks")} == {"a": {"n": 1}, "b": {"n": 1}}
            assert state.count("others") == 0
            assert all(state.mark(name) != mark for name, mark in marks.items())
        place = new_place()
        self.keeper(place).restore(target)
        with closing(place.state()) as state:
            assert [entry.key for entry in state.scan("desks")] == ["a", "b"]

    def test_alerts_come_back_with_what_they_told(
        self, location: IndexLocation, new_place: Callable[[], IndexLocation], target: str
    ) -> None:
        fill(location)
        runs = AlertRuns()
        with closing(location.state()) as state, closing(location.open()) as index:
            AlertStore(state).add(alert("one", "Ukraine"))
            told = runs.run(AlertStore(state), index)[1]
            assert told
        self.keeper(location).backup(target)
        place = new_place()
        self.keeper(place).restore(target)
        with closing(place.state()) as state, closing(place.open()) as index:
            assert runs.run(AlertStore(state), index)[1] == []
            (one,) = AlertStore(state).all(datetime.now(UTC))
            assert AlertStore(state).told(one.id) == len(told)
            index.write([story("later", "Ukraine again", lang="en")])
            index.refresh()
            assert len(runs.run(AlertStore(state), index)[1]) == 1

    def test_cleaning_deletes_former_and_unfinished_generations_only_if_told(
        self, location: IndexLocation
    ) -> None:
        fill(location)
        first = location.generations()[0]
        second, index = location.begin(IDENTITY)
        index.close()
        location.promote(second)
        third, index = location.begin(IDENTITY)
        index.close()
        keeper = self.keeper(location)
        cleaned = keeper.clean(Cleaning())
        assert location.generations() == (second, third, first)
        assert len(cleaned.kept) == 2
        assert any("--former" in sentence and first in sentence for sentence in cleaned.kept)
        keeper.clean(Cleaning(unfinished=True))
        assert location.generations() == (second, first)
        cleaned = keeper.clean(Cleaning(former=True))
        assert location.generations() == (second,)
        assert cleaned.freed_bytes > 0
        assert keeper.verify().whole

    def test_an_index_answers_as_before_when_it_was_purged(self, location: IndexLocation) -> None:
        fill(location)
        index = location.open()
        index.delete(article_ids(NEWSROOM[:2]))
        index.refresh()
        before = stored(location)
        self.keeper(location).clean(Cleaning(purge=True))
        assert stored(location) == before
        assert index.write([story("later", "Written after")]).results[0].outcome == "added"
        index.close()
        assert self.keeper(location).verify().whole


def fill(location: IndexLocation) -> None:
    """Make an index with `NEWSROOM` in it."""
    index = location.create(IDENTITY)
    index.write(NEWSROOM)
    index.refresh()
    index.close()


def stored(location: IndexLocation) -> dict[str, Article]:
    """Return all articles of the live generation."""
    index = location.open()
    try:
        index.refresh()
        return {article.id: article for article in index.scan(EVERYTHING)}
    except SearchIndexError as error:
        raise AssertionError(error) from error
    finally:
        index.close()
