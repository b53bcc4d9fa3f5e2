"""Bodies: whatever the bytes, a value within the bounds or one sentence."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.api.errors import RequestMalformed
from search.api.requests.bodies import DEEPEST, MOST_VALUES, parsed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)  # fmt: skip


@given(VALUES)
def test_json_is_read_as_it_is(value: object) -> None:
    assert parsed(json.dumps(value).encode()) == value


@given(
    st.binary()
    | st.text(st.sampled_from('[]{},:"\\ 0e-.tfn\ufeffü\ud800')).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )
)
def test_whatever_the_bytes_there_is_a_value_or_a_sentence(content: bytes) -> None:
    with contextlib.suppress(RequestMalformed):
        parsed(content)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_is_bounded(opening: str) -> None:
    closing = "]" if opening == "[" else "}"

    def nested(depth: int) -> bytes:
        return (opening * depth + "[]" + closing * depth).encode()

    parsed(nested(DEEPEST - 1))
    for depth in (DEEPEST, 5_000):
        with pytest.raises(RequestMalformed, match="nested"):
            parsed(nested(depth))


def test_brackets_and_commas_in_texts_count_nothing() -> None:
    text = '[{,"\\' * MOST_VALUES
    assert parsed(json.dumps([text]).encode()) == [text]


def test_values_are_bounded() -> None:
    parsed(json.dumps([0] * MOST_VALUES).encode())
    with pytest.raises(RequestMalformed, match="values"):
        parsed(json.dumps([0] * (MOST_VALUES + 1)).encode())
