"""Groups of near-duplicates follow the articles; to be inherited by a test class of each engine."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from search.coverage.duplicates import blocks
from search.coverage.duplicates.blocks import Blocks
from search.coverage.duplicates.carriers import carriers
from search.coverage.duplicates.keeper import ALIVE_S, CopyKeeper
from search.coverage.duplicates.membership import GROUPS, MEMBERS
from search.coverage.duplicates.records import Record, block, deleted, recorded
from search.coverage.duplicates.stored import PENDING, SKETCHES
from search.coverage.duplicates.texts import Texts
from search.index.following import followed
from search.index.model import EmbeddedArticle
from search.index.port import IndexLocation, SearchIndex
from search.index.state import Change, Entry, IndexState
from tests.contract.place import OnePlace
from tests.support.newsroom import IDENTITY
from tests.support.reprints import article, edited, text

NOW = datetime(2030, 1, 1, tzinfo=UTC)

NEWS = (
    article("a", text(1), "wire", 0),
    article("b", text(1), "post", 30),
    article("c", edited(text(1), 0.1), "herald", 10),
    article("d", " ".join(text(1).split()[:60]), "brief", 50),
    article("e", text(2), "wire", 5),
    article("f", text(3, script="han"), "shimbun", 6),
    article("g", edited(text(3, script="han"), 0.1), "zeitung", 7),
)
GROUPED = {"a": ("a", "c", "b", "d"), "f": ("f", "g")}


class Killed(BaseException):
    """The process is gone."""


class KilledAfter:
    """A state whose program is killed after some writes."""

    def __init__(self, state: IndexState, writes: int) -> None:
        self._state = state
        self._left = writes

    def write(self, changes: Sequence[Change]) -> None:
        if not self._left:
            raise Killed
        self._left -= 1
        self._state.write(changes)

    def get(self, collection: str, keys: Iterable[str]) -> Mapping[str, Entry]:
        return self._state.get(collection, keys)

    def scan(self, collection: str, *, prefix: str = "", after: str = "") -> Iterator[Entry]:
        return self._state.scan(collection, prefix=prefix, after=after)

    def keys(self, collection: str, *, after: str = "") -> Iterator[str]:
        return self._state.keys(collection, after=after)

    def count(self, collection: str) -> int:
        return self._state.count(collection)

    def mark(self, collection: str) -> int:
        return self._state.mark(collection)

    def close(self) -> None:
        self._state.close()


class Clock:
    """Seconds since 1970, as a test wants them."""

    def __init__(self) -> None:
        self.at = NOW.timestamp()

    def __call__(self) -> float:
        return self.at


class Program:
    """What one program knows of the blocks."""

    def __init__(self, state: IndexState, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._start()

    def _start(self) -> None:
        self.texts, self.blocks = Texts(), Blocks(self._state, self._clock)

    def write(self, *records: Record) -> None:
        """Write a block, and take it in."""
        if self.blocks.is_stale:
            self._start()
        self._state.write([Change(SKETCHES, self.blocks.key(), block(records))])
        self._clock.at += 0.001
        self.blocks.read_new(self.texts)
        if self.blocks.is_due:
            self.blocks.merge(self.texts, None)

    def hashes(self) -> dict[str, str | None]:
        """Return what is known of each article."""
        self.blocks.read_new(self.texts)
        return {one: self.texts.content_hash(one) for one in self.texts.ids()}


def groups(state: IndexState) -> dict[str, tuple[str, ...]]:
    """Return the groups; what leads to them must say the same."""
    found = {entry.key: tuple(entry.value["members"]) for entry in state.scan(GROUPS)}
    leading = {entry.key: entry.value["group"] for entry in state.scan(MEMBERS)}
    assert leading == {one: name for name, members in found.items() for one in members}
    return found


class NearDuplicates(OnePlace):
    """`search.coverage.duplicates` over an engine."""

    @pytest.fixture
    def state(self, location: IndexLocation) -> Iterator[IndexState]:
        state = location.state()
        yield state
        state.close()

    @pytest.fixture
    def writer(self, location: IndexLocation) -> Iterator[Callable[[], SearchIndex]]:
        """Return what opens the index as a program that writes does."""
        location.create(IDENTITY).close()
        opened: list[SearchIndex] = []

        def open_one(state: IndexState | None = None) -> SearchIndex:
            index = location.open()
            keeper = CopyKeeper(state or location.state(), index)
            opened.append(followed(index, lambda: (keeper,)))
            return opened[-1]

        yield open_one
        for index in opened:
            index.close()

    def test_articles_with_the_same_text_are_grouped(
        self, writer: Callable[[], SearchIndex], state: IndexState
    ) -> None:
        writer().write(NEWS)
        assert groups(state) == GROUPED
        assert state.count(PENDING) == 0

    def test_in_any_order_and_any_batches(
        self, writer: Callable[[], SearchIndex], state: IndexState
    ) -> None:
        index = writer()
        order = list(NEWS)
        for seed in range(3):
            random.Random(seed).shuffle(order)  # noqa: S311 - no secret
            size = (len(order), 2, 3)[seed]
            for start in range(0, len(order), size):
                index.write(order[start : start + size])
            assert groups(state) == GROUPED
            index.delete([one.article.id for one in order])
            assert groups(state) == {}

    def test_undone_when_an_article_changes_or_goes(
        self, writer: Callable[[], SearchIndex], state: IndexState
    ) -> None:
        index = writer()
        index.write(NEWS)
        index.write([article("a", text(9), "wire", 0)])
        assert groups(state) == {"c": ("c", "b", "d"), "f": ("f", "g")}
        index.delete(["g", "b"])
        assert groups(state) == {"c": ("c", "d")}
        index.write([article("a", text(1), "wire", 0)])
        assert groups(state) == {"a": ("a", "c", "d")}

    def test_programs_that_write_at_once_see_each_other(
        self, writer: Callable[[], SearchIndex], state: IndexState
    ) -> None:
        one, other = writer(), writer()
        one.write(NEWS[:1])
        other.write(NEWS[1:2])
        one.write(NEWS[2:6])
        other.write(NEWS[6:])
        assert groups(state) == GROUPED

    @pytest.mark.parametrize("writes", range(5))
    def test_what_a_killed_writer_left_is_done_by_the_next(
        self,
        writer: Callable[..., SearchIndex],
        state: IndexState,
        location: IndexLocation,
        writes: int,
    ) -> None:
        writer().write(NEWS[:1])
        killed = writer(KilledAfter(location.state(), writes))
        try:
            killed.write(NEWS[1:])
            killed.delete(["g"])
        except Killed:
            pass
        after = writer()
        after.write(NEWS)
        after.delete(["g"])
        assert groups(state) == {"a": GROUPED["a"]}

    def test_a_killed_writer_leaves_nothing_that_is_shown_wrongly(
        self, writer: Callable[..., SearchIndex], state: IndexState, location: IndexLocation
    ) -> None:
        index = writer()
        index.write(NEWS)
        killed = writer(KilledAfter(location.state(), 1))
        with pytest.raises(Killed):
            killed.write([article("a", text(9), "wire", 0)])
        assert carriers(index, state, "a", NOW) == ()
        assert [one.id for one in carriers(index, state, "b", NOW)] == ["c", "d"]

    def test_a_rebuild_finds_what_was_written_without(
        self, state: IndexState, location: IndexLocation
    ) -> None:
        plain = location.create(IDENTITY)
        self.put(plain, *NEWS)
        keeper = CopyKeeper(location.state(), plain)
        assert keeper.rebuild() == 2
        assert groups(state) == GROUPED
        blocks = state.count(SKETCHES)
        plain.delete(["d", "f"])
        state.write([Change(MEMBERS, "e", dict(state.get(MEMBERS, ["a"])["a"].value))])
        self.settle(plain)
        assert keeper.rebuild() == 1
        assert groups(state) == {"a": ("a", "c", "b")}
        assert state.count(SKETCHES) == blocks + 1
        keeper.close()
        plain.close()

    def test_a_rebuild_sketches_again_what_an_earlier_version_did(
        self, writer: Callable[[], SearchIndex], state: IndexState, location: IndexLocation
    ) -> None:
        index = writer()
        index.write(NEWS)
        for entry in list(state.scan(SKETCHES)):
            earlier = {k: v for k, v in entry.value.items() if k not in ("told", "plain")}
            state.write([Change(SKETCHES, entry.key, earlier)])
        self.settle(index)
        blocks = state.count(SKETCHES)
        for more in (1, 1):
            keeper = CopyKeeper(location.state(), index)
            keeper.rebuild()
            assert groups(state) == GROUPED
            assert state.count(SKETCHES) == blocks + more
            keeper.close()

    def test_who_carries_the_text(
        self, writer: Callable[[], SearchIndex], state: IndexState
    ) -> None:
        index = writer()
        index.write(NEWS)
        found = carriers(index, state, "b", NOW)
        assert [(one.id, one.source, one.kind) for one in found] == [
            ("a", "wire", "verbatim"),
            ("c", "herald", "same"),
            ("d", "brief", "same"),
        ]
        assert carriers(index, state, "e", NOW) == ()

    @pytest.mark.parametrize("seed", range(4))
    def test_blocks_are_merged_and_nothing_is_lost(
        self, state: IndexState, monkeypatch: pytest.MonkeyPatch, seed: int
    ) -> None:
        monkeypatch.setattr(blocks, "A_BLOCK", 8)
        monkeypatch.setattr(blocks, "MOST_BLOCKS", 4)
        draw = random.Random(seed)  # noqa: S311 - no secret
        clock = Clock()
        programs = [Program(state, clock) for _ in range(3)]
        there: dict[str, str | None] = {}
        for number in range(250):
            program = draw.choice(programs)
            name = draw.choice([*there, f"n{number}"])
            record = recorded(article(name, text(number, 40)).article)
            if name in there and draw.random() < 0.6:
                record = deleted(name)
                del there[name]
            else:
                there[name] = record.content_hash
            program.write(record)
            clock.at += draw.choice((0, 1, 10, 50, 100, 40_000))
            if draw.random() < 0.2:
                assert draw.choice(programs).hashes() == there
        assert Program(state, clock).hashes() == there
        for program in programs:
            program.write(deleted("nothing"))
            assert program.hashes() == there
        stored = [one for entry in state.scan(SKETCHES) for one in entry.value["records"]]
        assert len(stored) < 60  # of 250 that were written
        assert state.count(SKETCHES) < 30

    def test_what_a_restored_backup_does_not_have_is_forgotten(self, state: IndexState) -> None:
        clock = Clock()
        one, other = Program(state, clock), Program(state, clock)
        one.write(recorded(NEWS[0].article))
        backup = list(state.scan(SKETCHES))
        clock.at += 1
        one.write(recorded(NEWS[1].article))
        assert other.hashes() == one.hashes()
        assert one.hashes().keys() == {"a", "b"}
        for entry in list(state.scan(SKETCHES)):
            state.write([Change(SKETCHES, entry.key, None)])
        for entry in backup:
            state.write([Change(SKETCHES, entry.key, entry.value)])
        clock.at += 1
        assert one.hashes() == other.hashes() == {"a": NEWS[0].article.content_hash}
        one.write(recorded(NEWS[1].article))
        assert other.hashes().keys() == {"a", "b"}

    def test_who_merges_leaves_what_others_have_noted_and_mends_what_they_left(
        self, state: IndexState, location: IndexLocation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(blocks, "MOST_BLOCKS", 4)
        clock = Clock()
        index = location.create(IDENTITY)
        keeper = CopyKeeper(location.state(), index, clock)

        def write(*articles: EmbeddedArticle) -> None:
            clock.at += 1
            note = keeper.begin([one.article.id for one in articles])
            self.put(index, *articles)
            keeper.written(note, articles)

        for number in range(8):
            write(article(f"n{number}", text(100 + number)))
        clock.at += 1
        self.put(index, *NEWS)
        note = {"at": clock.at, "block": (killed := Blocks(state, clock).key())}
        records = [recorded(one.article) for one in NEWS]
        state.write([Change(PENDING, killed, note), Change(SKETCHES, killed, block(records))])
        clock.at += 100
        write(article("m", text(50)))
        assert killed in state.keys(SKETCHES)
        assert state.count(SKETCHES) == 3
        clock.at += ALIVE_S
        write(article("o", text(51)))
        assert groups(state) == GROUPED
        assert state.count(PENDING) == 0
        keeper.close()
        index.close()
