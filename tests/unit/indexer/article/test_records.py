from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.records import KEYS, Defaults, parse_record, reject_record
from indexer.errors import BadArticle
from tests.support.indexing import raw

FULL: dict[str, Any] = {
    "id": 17,
    "url": "https://news.example/a?utm_source=rss",
    "title": " Ministers\nmeet ",
    "paragraphs": ["One.", "", "Two\u00ad."],
    "lang": "zh-Hant",
    "source": "gazette",
    "authors": ["A. Adler", "A. Adler", " "],
    "published": "2025-08-20",
    "updated": "2025-08-21T08:00:00+02:00",
    "section": "world",
    "tags": "defence",
    "meta": {"desk": "north"},
    "year": 2025,
}


def test_a_full_record() -> None:
    draft = parse_record(raw(4, **FULL))
    assert draft.id == "17"
    assert str(draft.origin) == "feed.jsonl, line 4"
    assert draft.url == "https://news.example/a"
    assert draft.title == "Ministers meet"
    assert draft.body == ("One.", "", "Two.")
    assert draft.lang == "zh"
    assert draft.authors == ("A. Adler",)
    assert draft.published == datetime(2025, 8, 20, tzinfo=UTC)
    assert draft.updated == datetime(2025, 8, 21, 6, tzinfo=UTC)
    assert draft.tags == ("defence",)
    assert draft.meta == {"desk": "north", "year": 2025}


def test_only_a_text_is_required() -> None:
    draft = parse_record(raw(text="One two."))
    assert (draft.title, draft.body, draft.lang, draft.source) == ("", "One two.", None, None)
    assert draft.id.startswith("t-")


def test_null_and_blank_values_are_absent() -> None:
    empty = dict.fromkeys(KEYS - {"text"}) | {"lang": " ", "published": "", "source": "\u200b"}
    assert parse_record(raw(text="One.", **empty)) == parse_record(raw(text="One."))


def test_defaults_fill_in_what_is_not_said() -> None:
    defaults = Defaults("de", "desk")
    assert parse_record(raw(text="One."), defaults).lang == "de"
    assert parse_record(raw(text="One.", lang="und"), defaults).lang == "de"
    assert parse_record(raw(text="One."), defaults).source == "desk"
    said = parse_record(raw(text="One.", lang="fr", source="gazette"), defaults)
    assert (said.lang, said.source) == ("fr", "gazette")


def test_paragraphs_win_over_text() -> None:
    assert parse_record(raw(text="One.", paragraphs=["Two."])).body == ("Two.",)
    assert parse_record(raw(text="One.", paragraphs=[" "])).body == "One."


def test_one_word_is_an_article() -> None:
    assert parse_record(raw(text="Никогда")).body == "Никогда"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "has no text"),
        ({"text": " \n"}, "has no text"),
        ({"paragraphs": []}, "has no text"),
        ({"b": "One.", "headline": " "}, r"\(keys: b, headline\)"),
        ({"text": 5}, "`text` is a number, not a text"),
        ({"text": ["One."]}, "`text` is a list, not a text"),
        ({"paragraphs": "One."}, "`paragraphs` is a text, not a list of texts"),
        ({"paragraphs": ["One.", 2]}, "Item 2 of `paragraphs` is a number"),
        ({"paragraphs": ["One.", None]}, "Item 2 of `paragraphs` is null"),
        ({"text": "One.", "id": True}, "`id` is true or false"),
        ({"text": "One.", "id": ["a", "b"]}, "`id` is a list"),
        ({"text": "One.", "id": "x" * 513}, "between 1 and 512 bytes"),
        ({"text": "One.", "title": 5}, "`title` is a number"),
        ({"text": "One.", "url": "news.example/a"}, "not a web address"),
        (
            {"text": "One.", "lang": "germanish"},
            "`lang` is 'germanish', which is not a language code",
        ),
        ({"text": "One.", "lang": "xx"}, "not a language code"),
        ({"text": "One.", "lang": 7}, "`lang` is a number"),
        ({"text": "One.", "authors": [{"age": 5}]}, "`authors` must be a list of texts"),
        ({"text": "One.", "tags": {"a": 1}}, "`tags` must be a list of texts"),
        ({"text": "One.", "tags": 5}, "`tags` must be a list of texts"),
        ({"text": "One.", "meta": ["a"]}, "`meta` is a list, not an object"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(record: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadArticle, match=reason) as refusal:
        parse_record(raw(**record))
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_a_date_that_is_not_certain_is_stored_as_given_and_said() -> None:
    draft = parse_record(raw(text="One.", published="03/04/2026", updated="2026-04-05", meta={}))
    assert (draft.published, draft.updated) == (None, datetime(2026, 4, 5, tzinfo=UTC))
    assert draft.meta == {"unread": {"published": "03/04/2026"}}
    assert draft.remarks.unread == ("published",)
    draft = parse_record(raw(text="One.", published={"day": [2026, 4, 5]}, updated=True))
    assert (draft.published, draft.updated) == (None, None)
    assert draft.meta["unread"] == {
        "published": '{"day": [2026, 4, 5]}',
        "updated": "true",
    }
    assert parse_record(raw(text="One.", published=1785578400000)).published == datetime(
        2026, 8, 1, 10, tzinfo=UTC
    )


def test_a_month_that_two_languages_have_is_read_in_that_of_the_article() -> None:
    def month(lang: str | None) -> int | None:
        published = parse_record(raw(text="Jedan.", lang=lang, date="5. listopada 2026")).published
        return published.month if published else None

    assert (month("hr"), month("pl"), month(None)) == (10, 11, None)


def test_a_reject_carries_a_usable_id() -> None:
    assert reject_record(raw(3, id="a"), "Why.").article_id == "a"
    assert reject_record(raw(3, id=["a", "b"]), "Why.").article_id is None
    assert reject_record(raw(3, guid="a"), "Why.").article_id == "a"
    assert reject_record(raw(3, id="a"), "Why.").origin.line == 3


def test_metadata_that_is_nested_too_deeply_is_refused() -> None:
    nested: Any = "deep"
    for _ in range(49):
        nested = [nested]
    assert parse_record(raw(text="One.", nested=nested)).meta == {"nested": nested}
    with pytest.raises(BadArticle, match="nested more than 50 levels"):
        parse_record(raw(text="One.", nested=[[nested]]))


def test_half_a_surrogate_pair_does_no_harm() -> None:
    draft = parse_record(raw(text="One \ud83d.", note="\udc00"))
    assert draft.body == "One \ufffd."
    json.dumps(draft.meta, ensure_ascii=False).encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(KEYS)) | st.text(max_size=5), json_values))
def test_any_object_is_an_article_or_one_sentence(record: dict[str, Any]) -> None:
    try:
        draft = parse_record(raw(1, **record))
    except BadArticle as error:
        assert str(error).endswith(".")  # noqa: PT017 -- either outcome is right
    else:
        assert draft.id
        assert draft.body or draft.title


@pytest.mark.parametrize(
    ("lang", "read"),
    [
        ("en;q=0.9", "en"),
        ("['de']", "de"),
        ("pt-BR, pt;q=0.9", "pt"),
        ("en,de", None),  # which of the two, the text says
        ("en, xyzzy", BadArticle),
    ],
)
def test_a_language_as_headers_and_lists_write_it(lang: str, read: str | type | None) -> None:
    record = raw(text="The ferry is late.", lang=lang)
    if read is BadArticle:
        with pytest.raises(BadArticle, match="is not a language code"):
            parse_record(record)
    else:
        assert parse_record(record).lang == read


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Dam fails - Example Times", "Dam fails"),
        ("Dam fails | EXAMPLE TIMES", "Dam fails"),
        ("Example Times", "Example Times"),
        ("Why I left the Example Times", "Why I left the Example Times"),
        ("Dam fails - Other Times", "Dam fails - Other Times"),
    ],
)
def test_the_name_of_the_source_behind_a_title_is_left_out(title: str, kept: str) -> None:
    found = raw(title=title, text="The dam failed.", source="Example Times")
    assert parse_record(found).title == kept
