"""What is stored beside the articles of a place; to be inherited by a test class of each engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.port import IndexLocation
from search.index.state import Change, Entry, IndexState, StateConflict
from tests.contract.place import ON_EACH_ENGINE, OnePlace
from tests.support.newsroom import IDENTITY

VALUE = {"n": 1, "words": ["Größe", "東京", "", "\u200f"], "deep": {"half": 0.5, "none": None}}

KEYS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
)


def put(key: str, value: Mapping[str, Any] | None = None, expected: int | None = None) -> Change:
    return Change("desks", key, value if value is not None else {"of": key}, expected)


def keys(entries: Iterator[Entry]) -> list[str]:
    return [entry.key for entry in entries]


class State(OnePlace):
    """`search.index.state.IndexState`."""

    @pytest.fixture
    def state(self, location: IndexLocation) -> Iterator[IndexState]:
        state = location.state()
        yield state
        state.close()

    def test_empty_at_first(self, state: IndexState) -> None:
        assert state.get("desks", ["a"]) == {}
        assert list(state.scan("desks")) == []
        assert list(state.keys("desks")) == []
        assert (state.count("desks"), state.mark("desks")) == (0, 0)

    def test_written_replaced_and_removed(self, state: IndexState, location: IndexLocation) -> None:
        state.write([put("a", VALUE), Change("others", "a", {"n": 2})])
        beside = location.state()
        first = beside.get("desks", ["a", "b"])["a"]
        assert first.value == VALUE
        assert first.revision > 0
        assert beside.get("others", ["a"])["a"].value == {"n": 2}
        state.write([put("a", {"n": 3})])
        second = beside.get("desks", ["a"])["a"]
        assert second.value == {"n": 3}
        assert second.revision != first.revision
        beside.write([Change("desks", "a", None), Change("desks", "never", None)])
        assert state.get("desks", ["a"]) == {}
        assert state.count("others") == 1
        beside.close()

    def test_one_batch_in_its_order(self, state: IndexState) -> None:
        state.write([put("a", {"n": 1}), put("b"), put("a", {"n": 2}), Change("desks", "b", None)])
        assert {e.key: e.value for e in state.scan("desks")} == {"a": {"n": 2}}

    def test_a_condition_holds_or_it_is_a_conflict(self, state: IndexState) -> None:
        state.write([put("a", {"n": 1}, expected=0)])
        with pytest.raises(StateConflict, match="desks/a"):
            state.write([put("a", {"n": 2}, expected=0)])
        first = state.get("desks", ["a"])["a"].revision
        state.write([put("a", {"n": 2}, expected=first)])
        for late in (put("a", {"n": 3}, expected=first), Change("desks", "a", None, first)):
            with pytest.raises(StateConflict):
                state.write([late])
        second = state.get("desks", ["a"])["a"]
        assert second.value == {"n": 2}
        state.write([Change("desks", "a", None, second.revision)])
        with pytest.raises(StateConflict):
            state.write([put("a", {"n": 4}, expected=second.revision)])
        assert state.count("desks") == 0

    def test_of_many_who_claim_one_gets_it(self, location: IndexLocation) -> None:
        won: list[int] = []

        def claim(n: int) -> None:
            state = location.state()
            for turn in range(5):
                try:
                    state.write([put(f"turn {turn}", {"by": n}, expected=0)])
                    won.append(turn)
                except StateConflict:
                    pass
            state.close()

        threads = [threading.Thread(target=claim, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won) == [0, 1, 2, 3, 4]

    def test_by_key_from_a_prefix_or_a_place(self, state: IndexState) -> None:
        names = ["a", "a/1", "a/2", "a0", "b", "ä", "Z", "\U0001f600", "\uffee"]
        state.write([put(name) for name in names])
        assert keys(state.scan("desks")) == sorted(names)
        assert keys(state.scan("desks", prefix="a/")) == ["a/1", "a/2"]
        assert keys(state.scan("desks", prefix="a", after="a/1")) == ["a/2", "a0"]
        assert keys(state.scan("desks", after="b")) == [n for n in sorted(names) if n > "b"]
        assert list(state.keys("desks")) == sorted(names)
        assert list(state.keys("desks", after="a/1")) == [n for n in sorted(names) if n > "a/1"]

    def test_more_than_a_page(self, state: IndexState) -> None:
        names = [f"{n:05}" for n in range(2345)]
        state.write([put(name, {"n": name}) for name in names])
        assert keys(state.scan("desks")) == names
        assert state.count("desks") == len(names)
        assert list(state.get("desks", names)) == names

    def test_a_mark_changes_with_its_collection(self, state: IndexState) -> None:
        seen = [state.mark("desks")]
        for change in (put("a"), put("b"), put("a", {"n": 2}), Change("desks", "a", None)):
            state.write([change])
            seen.append(state.mark("desks"))
            assert state.mark("desks") == seen[-1]
            state.write([Change("others", "a", {})])
            assert state.mark("desks") == seen[-1]
        assert len(set(seen)) == len(seen)

    @pytest.mark.parametrize("key", ["", "x" * 513, "ä" * 257, "\ud800"])
    def test_keys_that_no_engine_takes(self, state: IndexState, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            state.write([put("a"), put(key)])
        assert state.count("desks") == 0
        assert state.get("desks", ["x" * 513, "y"]) == {}

    def test_the_longest_keys(self, state: IndexState) -> None:
        names = ["x" * 512, "x" * 511 + "y", "ä" * 256]
        state.write([put(name) for name in names])
        assert keys(state.scan("desks")) == names
        assert list(state.get("desks", names)) == names

    @ON_EACH_ENGINE
    @given(changes=st.lists(st.tuples(KEYS, st.none() | st.integers()), max_size=8))
    def test_as_a_dictionary_would(
        self, state: IndexState, changes: list[tuple[str, int | None]]
    ) -> None:
        state.write([Change("desks", entry.key, None) for entry in state.scan("desks")])
        expected: dict[str, int] = {}
        for key, number in changes:
            if number is None:
                expected.pop(key, None)
            else:
                expected[key] = number
        state.write([Change("desks", key, None if n is None else {"n": n}) for key, n in changes])
        assert {e.key: e.value["n"] for e in state.scan("desks")} == expected
        assert keys(state.scan("desks")) == sorted(expected)

    def test_before_there_is_an_index_and_through_its_generations(
        self, location: IndexLocation, state: IndexState
    ) -> None:
        state.write([put("early")])
        index = location.create(IDENTITY)
        index.close()
        name, shadow = location.begin(IDENTITY)
        shadow.close()
        location.promote(name)
        state.write([put("late")])
        assert len(location.generations()) == 2
        again = location.state()
        assert keys(again.scan("desks")) == ["early", "late"]
        again.close()
