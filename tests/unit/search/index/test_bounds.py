"""What a query has too much of, for every engine."""

from __future__ import annotations

import pytest

from search.index.bounds import MOST_TOGETHER, excess
from search.index.clauses import AllOf, Match, Near, Wildcard
from search.index.filters import Filters


@pytest.mark.parametrize("kind", [lambda text: Near(text, 3), Wildcard])
def test_words_in_a_group(kind: type[Wildcard]) -> None:
    group = kind(" ".join(["s*n", *(["the"] * (MOST_TOGETHER - 1))]))
    assert excess(Filters(), AllOf((Match("ferry"), group))) is None
    longer = kind(f"{group.text} quay")
    for asked in (longer, AllOf((Match("ferry"), longer))):
        said = excess(Filters(), asked)
        assert said is not None
        assert "at most 64 words, and this has 65" in said
    assert excess(Filters(excluding=(longer,))) is not None
