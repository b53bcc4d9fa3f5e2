"""What is left of a long text: distinct words that tell something, the frequent and the first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.analysis.telling import length, shortened

STORY = "The ferry to Lerna was late, and the ferry was full. "


def test_a_short_text_stays_as_it_is() -> None:
    assert shortened(STORY, 12) == STORY


def test_function_words_and_repetitions_go_first() -> None:
    words = " ".join(f"word{n}" for n in range(50))
    kept = shortened(STORY * 3 + words, 8).split()
    assert kept[:4] == ["ferry", "Lerna", "late", "full"]
    assert len(kept) == 8


def test_of_a_script_without_spaces_the_beginning_is_left() -> None:
    assert shortened("台風が上陸した。" * 40, 10) == "台風が上陸した 台風が"


@given(st.text(max_size=300), st.integers(1, 20))
def test_it_is_never_longer_than_it_may_be(text: str, most: int) -> None:
    assert length(shortened(text, most)) <= max(most, 0) or shortened(text, most) == text
