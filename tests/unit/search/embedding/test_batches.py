"""Which texts a transformer reads at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.embedding.transformer import batches


@given(
    texts=st.lists(st.text(max_size=50), max_size=40),
    most=st.integers(1, 10),
    budget=st.integers(1, 200),
)
def test_each_text_once_within_the_bounds(texts: list[str], most: int, budget: int) -> None:
    found = batches(texts, most, budget)
    assert sorted(number for batch in found for number in batch) == list(range(len(texts)))
    for batch in found:
        longest = max(len(texts[number].encode()) for number in batch)
        assert len(batch) <= most
        assert len(batch) == 1 or len(batch) * longest <= budget


def test_texts_of_like_length_are_read_together() -> None:
    assert batches(["x" * 40, "y", "z" * 39, "w"], 8, 80) == [[1, 3], [2, 0]]


def test_without_a_budget_the_library_divides() -> None:
    assert batches(["a", "b", "c"], 2, None) == [[0, 1, 2]]
