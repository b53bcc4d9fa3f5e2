"""Exports of WordPress (WXR): who its log-ins are, and texts as they are typed there."""

from __future__ import annotations

from indexer.article.draft import Origin, RawArticle
from indexer.article.records import Defaults, parse_record
from indexer.sources.syndication.wordpress import names_of_authors
from tests.support.reading import read, records

MANY = 10**6
TYPED = (
    'The <strong>weir</strong> failed.\n\n[caption id="7"]<img src="a.jpg" /> In May[/caption]\n\n'
    '<h2>It was old</h2>\nNobody saw it.\n<!--more-->\n[gallery ids="1,2"]\n\n'
    "Why?\n<ul>\n<li>Rain</li>\n<li>Rust</li>\n</ul>"
)
SEEN = ["The weir failed.", "It was old", "Nobody saw it.", "Why?", "Rain", "Rust"]


def wxr(text: str, login: str = "af") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Fenland Post</title><link>https://post.example</link>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[af]]></wp:author_login>
<wp:author_display_name><![CDATA[Ada Fenn]]></wp:author_display_name></wp:author>
<wp:author><wp:author_login>lw</wp:author_login><wp:author_display_name></wp:author_display_name>
<wp:author_first_name>Li</wp:author_first_name><wp:author_last_name>Wei</wp:author_last_name>
</wp:author>
<item><title>Weir fails</title><link>https://post.example/weir</link>
<dc:creator><![CDATA[{login}]]></dc:creator><content:encoded><![CDATA[{text}]]></content:encoded>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>""".encode()


def test_authors_are_named_and_not_their_log_ins() -> None:
    for login, name in (("af", "Ada Fenn"), ("lw", "Li Wei"), ("guest", "guest")):
        (found,) = records(read(wxr("Text.", login), "export.xml", MANY))
        assert found["authors"] == [name]


def test_empty_lines_part_a_text_and_shortcodes_are_none() -> None:
    (found,) = records(read(wxr(TYPED), "export.xml", MANY))
    assert found["paragraphs"] == SEEN


def test_a_row_of_its_database_is_read_in_the_same_way() -> None:
    row = {"ID": 7, "post_title": "Weir fails", "post_content": TYPED, "post_type": "post",
           "post_status": "publish"}  # fmt: skip
    draft = parse_record(RawArticle(Origin("x"), row), Defaults())
    assert isinstance(draft.body, str)
    assert [one.strip() for one in draft.body.split("\n\n") if one.strip()][:3] == SEEN[:3]
    assert "[" not in draft.body


def test_authors_without_end_take_no_time() -> None:
    assert names_of_authors("<wp:author>" * 1_000_000) == {}
