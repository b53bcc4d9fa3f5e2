"""Keys of data sets, crawlers and interfaces, and texts under keys that nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.article.keys import in_our_keys, with_longest_text

SENTENCE = "The ferry to the island is late today, the harbour office said on Monday."


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        # data sets, crawlers and interfaces of the last years
        ({"id": "9", "document": SENTENCE, "summary": "Short."}, {"text": SENTENCE}),
        (
            {"page_content": SENTENCE, "metadata": {"title": "Ferry", "language": "en"}},
            {"text": SENTENCE, "title": "Ferry", "lang": "en"},
        ),
        (
            {
                "text": SENTENCE,
                "title": "Own",
                "metadata": {"title": "Other", "author": "Ana Silva"},
            },
            {"title": "Own", "authors": ["Ana Silva"]},
        ),
        (
            {"markdown": f"# Ferry\n\n{SENTENCE} [More](https://a.example)"},
            {"title": "Ferry", "paragraphs": [f"{SENTENCE} More"]},
        ),
        (
            {"markdown": {"raw_markdown": SENTENCE}, "metadata": {"title": "Ferry"}},
            {"title": "Ferry", "paragraphs": [SENTENCE]},
        ),
        (
            {
                "id": "v",
                "snippet": {"title": "Ferry", "description": SENTENCE, "channelTitle": "Bote"},
            },
            {"title": "Ferry", "text": SENTENCE, "source": "Bote"},
        ),
        (
            {"DocumentIdentifier": "https://a.example/1", "SourceCommonName": "a.example"},
            {"url": "https://a.example/1", "source": "a.example"},
        ),
        ({"text": SENTENCE, "tags": ["user/7/label/Sea", "user/-/state/read"]}, {"tags": ["Sea"]}),
        ({"სათაური": "Ferry", "ტექსტი": SENTENCE, "თარიღი": "2026-08-01"}, {"text": SENTENCE}),
        ({"sarlavha": "Ferry", "matn": SENTENCE, "manba": "Bote"}, {"source": "Bote"}),
    ],
)
def test_keys_of_data_sets_and_crawlers(record: dict[str, Any], wanted: dict[str, Any]) -> None:
    found = in_our_keys(record).record
    assert {key: found.get(key) for key in wanted} == wanted


def test_the_longest_text_is_the_text_where_no_key_of_one_is_known() -> None:
    record = {"title": "Ferry", "zzz": SENTENCE, "image_caption": SENTENCE * 2, "yyy": "A word."}
    read = with_longest_text(in_our_keys(record))
    assert (read.record["text"], read.unknown) == (SENTENCE, ("image_caption", "yyy"))
    for other in ("/srv/" + "a" * 80, '{"a": "' + SENTENCE + '"}', "Too short.", 5):
        assert "text" not in with_longest_text(in_our_keys({"title": "x", "zzz": other})).record
    known = in_our_keys({"text": "Late.", "zzz": SENTENCE})
    assert with_longest_text(known) == known
