"""Records of crawlers, whose text is a whole page."""

from __future__ import annotations

import csv
import io
import json

import pytest

from indexer.article.draft import RawArticle
from tests.support.reading import read

LEAD = "The weir at Fenland failed on Monday, and the water stood in the lower town by noon."
SECOND = "Nobody was hurt, said the mayor, Ines Röth, and thanked the men of the fire brigade."
PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="iso-8859-1"><title>Weir fails | Fenland Post</title></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Weir fails</h1><p>{LEAD}</p><p>{SECOND}</p></article>
<footer><p>Contact and terms of use</p></footer></body></html>"""
RECORD = {"id": "p7", "url": "https://post.example/weir", "date": "2026-03-09", "html": PAGE}


def rows(record: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(record))
    writer.writeheader()
    writer.writerow(record)
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (json.dumps(RECORD).encode() + b"\n", "crawl.jsonl"),
        (json.dumps([RECORD]).encode(), "crawl.json"),
        (json.dumps({"_index": "crawl", "_source": RECORD}).encode() + b"\n", "crawl.jsonl"),
        (rows(RECORD), "crawl.csv"),
    ],
)
def test_the_article_is_found_in_the_page(data: bytes, name: str) -> None:
    (found,) = read(data, name)

    assert isinstance(found, RawArticle)
    assert found.record["paragraphs"] == [LEAD, SECOND]
    assert found.record["title"] == "Weir fails"
    assert found.record["id"] == "p7"
    assert found.record["url"] == "https://post.example/weir"
    assert found.record["published"] == "2026-03-09"


def test_a_page_that_is_no_article_is_refused_as_such() -> None:
    page = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
    (found,) = read(json.dumps({"url": "https://post.example/x", "html": page}).encode(), "c.jsonl")

    assert not isinstance(found, RawArticle)


def test_a_text_about_pages_is_a_text() -> None:
    text = "<html> is the first element of a page, wrote the inventor."
    (found,) = read(json.dumps({"title": "Pages", "text": text}).encode() + b"\n", "c.jsonl")

    assert isinstance(found, RawArticle)
    assert found.record["text"] == text
