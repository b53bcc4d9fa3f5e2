"""What Polywire prints can be read again, and loses nothing that is stored."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from indexer.article.composition import compose
from indexer.article.own_documents import as_given
from indexer.article.records import parse_record
from search.answer import Hit, LegScore, ShownPassage
from search.api.answers.articles import article_document
from search.index.history import version_of
from search.index.model import Article, Passage
from search.results.document import hit_document
from search.results.export import export_as
from tests.support.indexing import raw

ARTICLE = Article(
    id="ferry-1",
    title="Ferry runs aground",
    lang="en",
    source="Harbour Herald",
    url="https://herald.example/ferry",
    authors=("Ina Berg",),
    published=datetime(2026, 11, 3, 8, 5, tzinfo=UTC),
    section="Local",
    tags=("ferries", "weather"),
    passages=tuple(
        Passage(n, text, "en")
        for n, text in enumerate(("Ferry runs aground", "Nobody was hurt.", "Tugs are on the way."))
    ),
    meta={"desk": "north"},
)


def read_again(document: dict[str, Any]) -> Article:
    return compose(parse_record(raw(**document))).article


def test_a_stored_article_is_read_as_it_was_given() -> None:
    now = datetime(2026, 11, 4, tzinfo=UTC)
    document = article_document(ARTICLE, [version_of(ARTICLE, 1, now)])
    document |= {"copies": [], "story": {"id": "s1"}, "suspicious": ["published"]}
    again = read_again(document)
    assert again.meta == {"desk": "north"}
    assert [one.text for one in again.passages] == [one.text for one in ARTICLE.passages]
    assert (again.id, again.authors, again.tags) == (ARTICLE.id, ARTICLE.authors, ARTICLE.tags)


def hit() -> Hit:
    shown = tuple(ShownPassage(ARTICLE.passages[n], ()) for n in (2, 1))
    return Hit(ARTICLE, 0.5, {"lexical": LegScore(1, 2.5)}, shown)


def test_a_hit_is_a_summary_with_its_paragraphs_in_their_order() -> None:
    document = json.loads(json.dumps({"rank": 1, **hit_document(hit())}))
    again = read_again(document)
    assert again.meta == {"summary": True}
    assert [one.text for one in again.passages[1:]] == ["Nobody was hurt.", "Tugs are on the way."]
    assert (again.id, again.source, again.tags) == (ARTICLE.id, ARTICLE.source, ARTICLE.tags)


def test_a_row_of_an_export_is_a_summary() -> None:
    out = io.StringIO()
    list(export_as("csv").write([hit()], {}, out))
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    given = as_given({key: value for key, value in row.items() if value})
    assert given["meta"] == {"summary": True}
    assert given["paragraphs"] == ["Tugs are on the way."]
    assert given["id"] == "ferry-1"
    assert "lexical_score" not in given


@pytest.mark.parametrize(
    "record",
    [
        {"title": "T", "text": "Text.", "version": 3, "languages": ["en"]},
        {"title": "T", "score": 1, "legs": 2, "paragraphs": ["Text."]},
        {"title": "T", "rank": 1, "score": 2.0, "text": "Text."},
        {"content_hash": "x", "title": "T"},
    ],
)
def test_what_others_write_is_left_as_it_is(record: dict[str, Any]) -> None:
    assert as_given(record) is record
