"""Stories that are listed from columns are those that reading all of them would list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.coverage.stories import stored
from search.coverage.stories.columns import Columns
from search.coverage.stories.correcting import Corrections
from search.coverage.stories.keeper import StoryKeeper
from search.coverage.stories.listing import Selection, selected
from search.coverage.stories.model import Member, Story, ordered
from search.coverage.stories.rebuilding import rebuild
from search.coverage.stories.shelf import StoryShelf
from search.errors import UsageError
from search.index.embedded.location import FolderLocation
from search.index.embedded.state import back_up, restore
from search.index.following import followed
from search.index.model import EmbeddedArticle
from search.index.state import Entry
from search.web.views.growth import growing
from tests.support.newsroom import IDENTITY, story

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LANGS = ("de", "en", "ru")
SOURCES = ("Bote", "Courier", None)

_DAYS = st.one_of(st.none(), st.integers(0, 5).map(lambda n: START + timedelta(hours=7 * n)))
_MEMBERS = st.lists(
    st.builds(
        Member, st.just("a"), st.just("t"), st.sampled_from(LANGS), st.sampled_from(SOURCES), _DAYS
    ),
    min_size=1,
    max_size=4,
)
_STORIES = st.builds(
    lambda number, members: Story(f"s{number:02}", ordered(members)), st.integers(0, 30), _MEMBERS
)
_SELECTIONS = st.builds(
    Selection,
    st.sets(st.sampled_from((*LANGS, "fi")), max_size=2).map(frozenset),
    st.sets(st.sampled_from(("Bote", "Courier", "Nobody")), max_size=2).map(frozenset),
    _DAYS,
    _DAYS,
    st.integers(0, 3),
    st.integers(1, 3),
    st.sampled_from(["size", "new", "languages"]),
    _DAYS,
)


def test_a_story_of_a_date_to_come_is_not_the_newest() -> None:
    def of(name: str, published: datetime | None) -> Story:
        return Story(name, ordered([Member("a", "t", "de", None, published)]))

    stories = [of("a", START + timedelta(days=9)), of("b", None), of("c", START)]
    order = [one.id for one in selected(stories, Selection(sort="new", until=START))]
    assert order == ["c", "a", "b"]


@given(given=st.lists(_STORIES, max_size=60), gone=st.sets(st.integers(0, 30)), how=_SELECTIONS)
def test_columns_choose_and_order_as_lists_do(
    given: Sequence[Story], gone: set[int], how: Selection
) -> None:
    columns = Columns(given)
    for number in gone:
        columns.remove(f"s{number:02}")
    there = {one.id: one for one in given if int(one.id[1:]) not in gone}
    assert len(columns) == len(there)
    assert columns.selected(how) == [one.id for one in selected(there.values(), how)]
    now, window = START + timedelta(hours=21), timedelta(hours=14)
    grown = growing(there.values(), now, window)
    assert columns.growing(now - window, now) == [one.story.id for one in grown]


def test_rows_that_no_longer_count_are_cleared() -> None:
    columns = Columns()
    for number in range(5_000):
        columns.put(Story(f"s{number % 7}", (Member("a", "t", "en", "Bote", START),)))
    assert len(columns.selected(Selection())) == 7
    assert len(columns._stories) < 5_000


def _article(number: int, **more: Any) -> EmbeddedArticle:
    return story(
        f"a{number}", f"Report {number}", f"Ardiland has number {number} in Velmora.",
        topic=("railway", "storm", "wine")[number % 3], source=SOURCES[number % 2],
        lang=LANGS[number % 2], published=START + timedelta(hours=number), **more,
    )  # fmt: skip


def test_a_shelf_follows_all_that_befalls_stories(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index")
    index, state, other = location.create(IDENTITY), location.state(), location.state()
    shelf, scanned = StoryShelf(state, lambda: START), 0

    def scan(collection: str, **more: Any) -> Any:
        nonlocal scanned
        scanned += collection == stored.STORIES
        return type(state).scan(state, collection, **more)

    state.scan = scan  # type: ignore[method-assign]

    def compare() -> None:
        for how in (Selection(), Selection(langs=frozenset({"de"}), sort="new")):
            expected = selected(stored.stories(other), how)
            assert shelf.selected(how) == [one.id for one in expected]
            assert shelf.read(shelf.selected(how)) == expected

    compare()
    writer = followed(index, lambda: (StoryKeeper(other, index),))
    for number in range(9):
        writer.write([_article(number)])
        compare()
    writer.delete(["a3", "a5"])
    compare()
    assert scanned == 2  # before there were any, and as the first came; then what changed
    (tmp_path / "backup").mkdir()
    back_up(tmp_path / "index", tmp_path / "backup")
    writer.write([_article(9)])
    compare()
    rebuild(other, index)
    compare()
    restore(tmp_path / "backup", tmp_path / "index")
    compare()
    followed(index, lambda: (StoryKeeper(other, index),)).write([_article(10), _article(11)])
    compare()
    index.close()


def test_what_is_one_story_already_is_not_joined_again(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index")
    index, state = location.create(IDENTITY), location.state()
    keeper = StoryKeeper(state, index)
    other = story("b1", "Bridge", "A bridge opens.", topic="railway", published=START)
    followed(index, lambda: (keeper,)).write([_article(1), other])
    names = [stored.story_of(state, [one])[one] for one in ("a1", "b1")]
    corrections = Corrections(state, keeper)
    joined = corrections.merge(names)
    with pytest.raises(UsageError, match=f"These are one story already: {joined}"):
        corrections.merge(names)
    with pytest.raises(UsageError, match="Name two stories or more"):
        corrections.merge([joined, joined])
    index.close()


def test_what_was_held_back_is_listed_once_its_embargo_is_over(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index")
    index, state = location.create(IDENTITY), location.state()
    open_one, held_back = _article(1), _article(1)
    held_back = replace(
        held_back,
        article=replace(held_back.article, id="b1", embargo=START + timedelta(hours=1)),
    )
    followed(index, lambda: (StoryKeeper(state, index),)).write([open_one, held_back, _article(2)])
    moment = START
    shelf = StoryShelf(state, lambda: moment)
    entries: list[Entry] = list(state.scan(stored.STORIES))
    for later in (timedelta(), timedelta(hours=2)):
        moment = START + later
        read = [one for entry in entries if (one := stored.read_story(entry, moment))]
        assert shelf.selected(Selection()) == [one.id for one in selected(read, Selection())]
        assert shelf.selected(Selection(min_size=2)) == [one.id for one in read if one.size > 1]
    assert shelf.selected(Selection(min_size=2))
    index.close()
