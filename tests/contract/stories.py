"""Stories follow the articles of an index; to be inherited by a test class of each engine."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from search.coverage.stories import memory, stored, switching
from search.coverage.stories.correcting import Corrections
from search.coverage.stories.keeper import StoryKeeper
from search.coverage.stories.listing import Selection, selected
from search.coverage.stories.rebuilding import rebuild
from search.coverage.stories.shelf import StoryShelf
from search.index.errors import IndexMismatch
from search.index.filters import Filters
from search.index.following import followed
from search.index.legs import LatestLeg
from search.index.model import EmbeddedArticle
from search.index.port import IndexLocation, SearchIndex
from search.index.state import Change, IndexState
from search.index.story_filters import with_stories
from tests.contract.near_duplicates import Killed, KilledAfter
from tests.contract.place import OnePlace
from tests.support.newsroom import IDENTITY, story

DAY = datetime(2026, 3, 1, 8, tzinfo=UTC)


def _told(name: str, title: str, text: str, topic: str, **more: Any) -> EmbeddedArticle:
    published = DAY + timedelta(hours=more.pop("hours", 0))
    source = f"{name}-post"
    return story(name, title, text, topic=topic, source=source, published=published, **more)


BRIDGE = (
    _told("b1", "Bridge at Velmora closed", "The Kessandra bridge at Velmora is shut.", "railway"),
    _told("b2", "Velmora shuts the Kessandra bridge", "Velmora has shut a bridge.", "railway"),
    _told(
        "b3",
        "Мост в Велморе закрыт",
        "Мост Кессандра в Велморе закрыли.",
        "railway",
        lang="ru",
        hours=5,
    ),
)
STORM = (
    _told("s1", "Storm hits Ardiland", "Ardiland counts what Osvin has destroyed.", "storm"),
    _told("s2", "Osvin rages in Ardiland", "The storm Osvin has hit Ardiland.", "storm", hours=3),
)
LATER = _told("s9", "Storm in Ardiland", "Osvin, a storm, in Ardiland.", "storm", hours=24 * 365)
NEWS = (*BRIDGE, *STORM, LATER)
FOUND = {("b1", "b2", "b3"), ("s1", "s2"), ("s9",)}


def told(state: IndexState) -> set[tuple[str, ...]]:
    """Return the members of all stories; what articles say of their story must be the same."""
    found = {one.id: tuple(sorted(one.articles)) for one in stored.stories(state)}
    of = {entry.key: entry.value["story"] for entry in state.scan(stored.ARTICLES)}
    assert of == {one: name for name, members in found.items() for one in members}
    return set(found.values())


class Stories(OnePlace):
    """`search.coverage.stories` over an engine."""

    @pytest.fixture
    def state(self, location: IndexLocation) -> Iterator[IndexState]:
        state = location.state()
        yield state
        state.close()

    @pytest.fixture
    def story_writer(self, location: IndexLocation) -> Iterator[Callable[..., SearchIndex]]:
        """Return what opens the index as a program that writes does."""
        location.create(IDENTITY).close()
        opened: list[SearchIndex] = []

        def open_one(state: IndexState | None = None) -> SearchIndex:
            index = location.open()
            keeper = StoryKeeper(state or location.state(), index)
            opened.append(followed(index, lambda: (keeper,)))
            return opened[-1]

        yield open_one
        for index in opened:
            index.close()

    def test_articles_on_one_event_are_a_story_across_languages(
        self, story_writer: Callable[..., SearchIndex], state: IndexState
    ) -> None:
        story_writer().write(NEWS)
        assert told(state) == FOUND
        found = stored.several(state, [stored.story_of(state, ["b3"])["b3"]])
        (one,) = found.values()
        assert one.articles == ("b1", "b2", "b3")
        assert one.languages == {"en": 2, "ru": 1}
        assert (one.first, one.last) == (DAY, DAY + timedelta(hours=5))
        assert one.cohesion > 0.5
        assert one.headline_in("ru") == "Мост в Велморе закрыт"
        assert state.count(stored.PENDING) == 0

    def test_stories_in_any_order(
        self, story_writer: Callable[..., SearchIndex], state: IndexState
    ) -> None:
        index = story_writer()
        for order in (NEWS[::-1], NEWS[2:] + NEWS[:2]):
            for one in order:
                index.write([one])
            assert told(state) == FOUND
            index.delete([one.article.id for one in order])
            assert told(state) == set()

    def test_stories_a_changed_article_moves_and_a_deleted_one_goes(
        self, story_writer: Callable[..., SearchIndex], state: IndexState
    ) -> None:
        index = story_writer()
        index.write(NEWS)
        index.write([_told("s2", "Kessandra bridge shut", "Velmora: bridge shut.", "railway")])
        index.delete(["b1"])
        assert told(state) == {("b2", "b3", "s2"), ("s1",), ("s9",)}

    def test_stories_programs_that_write_at_once_see_each_other(
        self, story_writer: Callable[..., SearchIndex], state: IndexState
    ) -> None:
        one, other = story_writer(), story_writer()
        one.write(NEWS[:1])
        other.write(NEWS[1:2])
        one.write(NEWS[2:4])
        other.write(NEWS[4:])
        assert told(state) == FOUND

    def test_stories_are_gone_on_with_from_a_snapshot(
        self,
        story_writer: Callable[..., SearchIndex],
        state: IndexState,
        location: IndexLocation,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("search.coverage.stories.held.LEAST", 1)
        for one in NEWS:
            story_writer().write([one])
        assert told(state) == FOUND
        with StoryKeeper(location.state(), location.open()).reading() as clustering:
            assert not clustering.memory.is_whole
            assert len(clustering.story) == len(NEWS)

    def test_stories_are_read_anew_when_most_that_is_remembered_went(
        self, location: IndexLocation, state: IndexState, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(memory, "FEW", 4)
        index = location.create(IDENTITY)
        keeper = StoryKeeper(location.state(), index)
        for number in range(12):
            for one in NEWS[number % 2 :: 2] if number else NEWS:
                keeper.written(keeper.begin([one.article.id]), [one])
            with keeper.reading() as clustering:
                assert len(clustering.memory) <= len(NEWS) + max(4, len(NEWS))
                assert len(clustering.story) == len(NEWS)
        assert told(state) == FOUND
        keeper.deleted(keeper.begin(["s9"]), ["s9"])
        assert told(state) == FOUND - {("s9",)}
        keeper.close()
        index.close()

    @pytest.mark.parametrize("writes", range(9))
    def test_stories_what_a_killed_writer_left_is_done_by_the_next(
        self,
        story_writer: Callable[..., SearchIndex],
        state: IndexState,
        location: IndexLocation,
        writes: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("search.coverage.stories.turns.STALE_S", 0.0)
        monkeypatch.setattr("search.coverage.stories.held.LEAST", 1)  # snapshots at once
        story_writer().write(NEWS[:1])
        killed = story_writer(KilledAfter(location.state(), writes))
        try:
            killed.write(NEWS[1:])
            killed.delete(["s9"])
        except Killed:
            pass
        after = story_writer()
        after.write([*NEWS, _told("x", "Wine", "Of wine.", "wine")])
        after.delete(["s9", "x"])
        assert told(state) == FOUND - {("s9",)}

    def test_stories_corrections_are_followed_and_kept_by_a_rebuild(
        self, story_writer: Callable[..., SearchIndex], state: IndexState, location: IndexLocation
    ) -> None:
        index = story_writer()
        index.write(NEWS)
        bridge = stored.story_of(state, ["b1"])["b1"]
        corrections = Corrections(state, StoryKeeper(location.state(), location.open()))
        parted = corrections.split(bridge, ["b3"], "another bridge")
        index.write(
            [_told("b4", "Мост в Велморе", "Мост Кессандра закрыт.", "railway", lang="ru", hours=6)]
        )
        assert ("b3", "b4") in told(state)
        corrections.move("s9", stored.story_of(state, ["s1"])["s1"])
        rebuild(state, location.open())
        assert told(state) == {("b1", "b2"), ("b3", "b4"), ("s1", "s2", "s9")}
        assert stored.story_of(state, ["b1", "b3"]) == {"b1": bridge, "b3": parted}
        joined = corrections.merge([bridge, parted])
        assert ("b1", "b2", "b3", "b4") in told(state)
        (gone,) = {bridge, parted} - {joined}
        assert stored.former(state, gone) == (joined,)
        again = stored.story(state, gone)
        assert again is not None
        assert again.id == joined

    def test_stories_are_listed_from_memory_as_they_are_stored(
        self, state: IndexState, location: IndexLocation
    ) -> None:
        index, shelf = location.create(IDENTITY), StoryShelf(location.state())

        def listed() -> set[tuple[str, ...]]:
            stories = shelf.read(shelf.selected(Selection()))
            assert stories == selected(stored.stories(state), Selection())
            return {one.articles for one in stories}

        assert listed() == set()
        writer = followed(index, lambda: (StoryKeeper(location.state(), index),))
        writer.write(NEWS[:2])
        assert listed() == {("b1", "b2")}
        writer.write(NEWS[2:])
        assert listed() == FOUND
        writer.delete(["b1"])
        assert listed() == {("b2", "b3"), ("s1", "s2"), ("s9",)}
        corrections = Corrections(state, StoryKeeper(state, index))
        corrections.move("s9", stored.story_of(state, ["s1"])["s1"])
        assert listed() == {("b2", "b3"), ("s1", "s2", "s9")}
        self.settle(index)
        rebuild(state, index)
        assert listed() == {("b2", "b3"), ("s1", "s2", "s9")}
        index.close()

    def test_stories_a_rebuild_finds_what_was_written_without(
        self, state: IndexState, location: IndexLocation
    ) -> None:
        plain = location.create(IDENTITY)
        self.put(plain, *NEWS)
        assert told(state) == set()
        assert rebuild(state, plain) == 3
        assert told(state) == FOUND
        plain.delete(["b2"])
        self.settle(plain)
        names = {one.id for one in stored.stories(state)}
        rebuild(state, plain)
        assert told(state) == {("b1", "b3"), ("s1", "s2"), ("s9",)}
        assert {one.id for one in stored.stories(state)} == names
        plain.close()

    @pytest.mark.parametrize("writes", [3, 6, 8, 10, 12, 14, 16])
    def test_stories_a_rebuild_that_is_killed_goes_on(
        self,
        state: IndexState,
        location: IndexLocation,
        writes: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("search.coverage.stories.turns.STALE_S", 0.0)
        plain = location.create(IDENTITY)
        self.put(plain, *NEWS)
        with contextlib.suppress(Killed):
            rebuild(KilledAfter(location.state(), writes), plain)
        index = followed(plain, lambda: (StoryKeeper(location.state(), plain),))
        index.write([_told("b5", "Kessandra bridge", "Velmora, a bridge.", "railway")])
        rebuild(state, plain)
        assert told(state) == {("b1", "b2", "b3", "b5"), ("s1", "s2"), ("s9",)}
        index.close()

    def test_stories_articles_are_written_though_stories_are_of_another_model(
        self, story_writer: Callable[..., SearchIndex], state: IndexState, location: IndexLocation
    ) -> None:
        story_writer().write(NEWS[:2])
        other = {"fingerprint": "another"}
        state.write([Change(stored.META, switching.MODEL, other)])
        index = story_writer()
        index.write(NEWS[2:])
        assert len(told(state)) == 1
        keeper = StoryKeeper(location.state(), location.open())
        with pytest.raises(IndexMismatch), keeper.reading():
            pass
        rebuild(state, location.open())
        assert told(state) == FOUND

    def test_a_filter_names_a_story(
        self, story_writer: Callable[..., SearchIndex], state: IndexState
    ) -> None:
        index = story_writer()
        index.write(NEWS)
        self.settle(index)
        named = with_stories(index, lambda stories: stored.members_of(state, stories))
        bridge = frozenset(stored.story_of(state, ["b1"]).values())
        for filters, wanted in (
            (Filters(stories=bridge), {"b1", "b2", "b3"}),
            (Filters(exclude_stories=bridge), {"s1", "s2", "s9"}),
            (Filters(stories=frozenset(["none"])), set()),
        ):
            hits = list(named.matches(LatestLeg(None), filters))
            assert {hit.article.id for hit in hits} == wanted
            assert {one.id for one in named.scan(filters)} == wanted
            (facet,) = named.facets(["source"], filters)
            assert len(facet.counts) == len(wanted)
