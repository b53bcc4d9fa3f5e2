"""Bodies as lines, whatever the chunks they come in."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from search.api.answers.sending import Line, lines


def split(chunks: Sequence[bytes], longest: int = 100) -> list[Line]:
    async def source() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def collect() -> list[Line]:
        return [line async for line in lines(source(), longest)]

    return asyncio.run(collect())


def test_lines_keep_their_numbers_and_blank_ones_are_left_out() -> None:
    assert split([b'{"a":1}\n\n  \r\n{"b"', b":2}\r\nlast"]) == [
        Line(1, b'{"a":1}'),
        Line(4, b'{"b":2}'),
        Line(5, b"last"),
    ]


def test_nothing_makes_no_lines() -> None:
    assert split([]) == split([b"", b"\n\n"]) == []


def test_a_long_line_is_passed_over_and_the_next_one_read() -> None:
    body = [b"ok\n", b"x" * 90, b"x" * 90, b"x" * 90, b"xx\nfine\n", b"y" * 101]
    assert split(body) == [Line(1, b"ok"), Line(2, None), Line(3, b"fine"), Line(4, None)]


def test_exactly_the_longest_line_is_read() -> None:
    assert split([b"x" * 100 + b"\n" + b"y" * 101 + b"\n"]) == [
        Line(1, b"x" * 100),
        Line(2, None),
    ]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=8))
def test_chunks_do_not_matter(body: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    chunks = [body[a:b] for a, b in itertools.pairwise(edges)]
    expected = [
        Line(number, None if len(line) > 100 else line.strip())
        for number, line in enumerate(body.split(b"\n"), start=1)
        if len(line) > 100 or line.strip()
    ]
    assert split(chunks) == expected
