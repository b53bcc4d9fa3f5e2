"""Why an article is told: what is passed over has nothing to mark."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from search.alerts.texts import Text
from search.alerts.words import Words
from search.query.options import Defaults, Options, request_of
from search.retrieval.highlight import Highlighter
from tests.support.newsroom import NEWSROOM

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUERIES = (
    "Kyiv budget", "бюджет", '"the storm"', "storm*", "title:railway wine", "the", "選手",
    "Selenskyj", "NOT storm", "U.S.", "2026", "COVID-19", "G7 museum", "a b c", "القدس", "Bahn*",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_marked_is_in_a_passage_that_may_be(query: str) -> None:
    request = request_of(query, Options(), NOW, Defaults())
    keys = Words(request).keys
    words_too = [word for one in NEWSROOM for word in one.article.title.split()[:2]]
    for asked in (query, *words_too):
        request = request_of(asked, Options(), NOW, Defaults())
        highlight = Highlighter(request.matching, keys | Words(request).keys)
        for embedded in NEWSROOM:
            for row in Text(embedded).rows:
                assert highlight.may_mark(*row) or not highlight(row.passage)


def test_passages_without_a_word_of_the_query_are_passed_over() -> None:
    request = request_of("Kessandra", Options(), NOW, Defaults())
    highlight = Highlighter(request.matching, Words(request).keys)
    assert not any(highlight.may_mark(*row) for one in NEWSROOM for row in Text(one).rows)
