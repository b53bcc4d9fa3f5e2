from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from indexer.article.composition import article_of, compose, draft_hash, identified
from indexer.article.records import parse_record
from indexer.errors import BadArticle
from search.index.model import HEADLINE, UNKNOWN_LANGUAGE, Article, Passage
from tests.support.indexing import MarkedLanguages, raw

OWN = f"uk:0.95 {'x' * 30}"
"""A paragraph that is clearly in another language than its article."""


def test_everything_that_a_record_says_is_in_the_article() -> None:
    made = article_of(
        raw(
            id="bridge",
            url="https://news.example/bridge",
            title="Bridge stays shut",
            paragraphs=["The bridge stays shut.", "Nobody knows for how long."],
            lang="en",
            source="harbour herald",
            authors=["Ann Writer", "Bob Author"],
            published="2025-08-20T10:00:00Z",
            updated="2025-08-21",
            section="local",
            tags=["traffic", "river"],
            meta={"desk": 7},
            agency="xyz",
        )
    )
    assert made == Article(
        id="bridge",
        title="Bridge stays shut",
        passages=(
            Passage(0, "Bridge stays shut"),
            Passage(1, "The bridge stays shut."),
            Passage(2, "Nobody knows for how long."),
        ),
        lang="en",
        source="harbour herald",
        url="https://news.example/bridge",
        authors=("Ann Writer", "Bob Author"),
        published=datetime(2025, 8, 20, 10, tzinfo=UTC),
        updated=datetime(2025, 8, 21, tzinfo=UTC),
        section="local",
        tags=("traffic", "river"),
        meta={"agency": "xyz", "desk": 7},
    )


def test_a_title_that_is_too_wide_for_a_vector_is_whole_in_the_article() -> None:
    title = " ".join(f"word{n}" for n in range(500))
    made = article_of(raw(title=title, text="One."))
    headline, body = made.passages
    assert made.title == title
    assert title.startswith(headline.text)
    assert len(headline.text) <= 1200
    assert (headline.position, body.position) == (HEADLINE, 1)


def test_an_article_without_a_title_has_no_headline() -> None:
    assert [p.position for p in article_of(raw(text="One.\n\nTwo.")).passages] == [1, 2]


def test_lines_that_are_left_out_are_told() -> None:
    draft = parse_record(raw(text="Advertisement\n\nThe bridge stays shut."))
    made = compose(draft)
    assert [one.text for one in made.dropped] == ["Advertisement"]
    assert [p.text for p in made.article.passages] == ["The bridge stays shut."]


def test_without_an_identifier_nothing_is_identified() -> None:
    given, unknown = article_of(raw(text=OWN, lang="de")), article_of(raw(text=OWN))
    assert (given.lang, unknown.lang) == ("de", UNKNOWN_LANGUAGE)
    assert {p.lang for p in (*given.passages, *unknown.passages)} == {UNKNOWN_LANGUAGE}


@pytest.mark.parametrize(
    ("lang", "expected"), [(None, ("de", ["de", "uk"])), ("fr", ("fr", ["de", "uk"]))]
)
def test_languages_of_article_and_passages(lang: str | None, expected: object) -> None:
    composed = compose(parse_record(raw(text=f"de:0.9 {'x' * 60}\n\n{OWN}", lang=lang))).article
    made = identified(composed, MarkedLanguages())
    assert (made.lang, [p.lang for p in made.passages]) == expected
    assert [p.text for p in made.passages] == [p.text for p in composed.passages]


def test_the_hash_of_a_draft_is_the_same_on_every_machine() -> None:
    composed = compose(parse_record(raw(id="a", title="Title", text="One."))).article
    assert draft_hash(composed, MarkedLanguages()) == "e242642c404c651ebd32cd25b33367fc"


def test_a_record_that_is_no_article_is_refused() -> None:
    with pytest.raises(BadArticle, match="has no text"):
        article_of(raw(title=" ", section="local"))


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"paragraphs": []}, {"paragraphs": [" "]}])
def test_a_headline_alone_is_an_article(body: dict[str, Any]) -> None:
    made = article_of(raw(title="Bridge stays shut", **body))
    assert [(p.position, p.text) for p in made.passages] == [(0, "Bridge stays shut")]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"text": "a " * 1_000_001}, "2,000,002 characters, where the limit is 2,000,000"),
        ({"paragraphs": ["a"] * 20_001}, "20,001 paragraphs, where the limit is 20,000"),
        ({"text": "a\n\n" * 20_001}, "20,001 paragraphs"),
        ({"text": "One.", "title": "a" * 10_001}, "The title has 10,001 characters"),
        ({"text": "One.", "tags": ["a" * 50, *map(str, range(30_000))]}, "`tags` together have"),
    ],
)
def test_what_is_longer_than_any_article_is_refused(record: dict[str, Any], words: str) -> None:
    with pytest.raises(BadArticle, match=words):
        article_of(raw(**record))
