"""Posts of social networks, as their interfaces write them."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.article.draft import Draft, Origin, RawArticle
from indexer.article.publication import Unpublished
from indexer.article.records import parse_record
from indexer.sources.listings import unlisted

TEXT = "The weir failed on Monday."
POST = {
    "$type": "app.bsky.feed.post",
    "createdAt": "2026-03-09T08:00:00.000Z",
    "langs": ["en"],
    "text": TEXT,
}


def parsed(record: dict[str, Any]) -> Draft:
    return parse_record(RawArticle(Origin("posts.json", 1), record))


def test_a_post_of_bluesky_has_the_address_that_a_browser_opens() -> None:
    draft = parsed(
        {
            "post": {
                "uri": "at://did:plc:abc/app.bsky.feed.post/3k1",
                "author": {"did": "did:plc:abc", "handle": "post.example", "displayName": "Post"},
                "record": POST,
                "indexedAt": "2026-03-09T09:00:00.000Z",
            }
        }
    )

    assert (draft.body, draft.lang, draft.source) == (TEXT, "en", "Post")
    assert draft.url == "https://bsky.app/profile/post.example/post/3k1"
    assert draft.id == "at://did:plc:abc/app.bsky.feed.post/3k1"
    assert str(draft.published) == "2026-03-09 08:00:00+00:00"


def test_a_post_in_the_stream_of_bluesky_has_the_same_id() -> None:
    commit = {"operation": "create", "rkey": "3k1", "record": POST}
    draft = parsed({"did": "did:plc:abc", "kind": "commit", "commit": commit})

    assert draft.id == "at://did:plc:abc/app.bsky.feed.post/3k1"
    assert draft.body == TEXT


def test_a_boost_is_the_status_that_it_boosts() -> None:
    draft = parsed(
        {
            "id": "2",
            "content": "",
            "account": {"display_name": "Reader"},
            "reblog": {
                "id": "1",
                "content": f"<p>{TEXT}</p>",
                "url": "https://m.example/@post/1",
                "created_at": "2026-03-09T08:00:00.000Z",
                "account": {"display_name": "Fenland Post"},
            },
        }
    )

    assert (draft.id, draft.body, draft.source) == ("1", TEXT, "Fenland Post")


def activity(*readers: str) -> dict[str, Any]:
    return {
        "id": "https://m.example/statuses/1/activity",
        "type": "Create",
        "to": list(readers),
        "object": {
            "id": "https://m.example/statuses/1",
            "type": "Note",
            "url": "https://m.example/@post/1",
            "published": "2026-03-09T08:00:00Z",
            "content": f"<p>{TEXT}</p>",
            "contentMap": {"en": f"<p>{TEXT}</p>"},
        },
    }


def test_what_an_activity_makes_is_the_article() -> None:
    draft = parsed(activity("https://www.w3.org/ns/activitystreams#Public"))

    assert (draft.id, draft.body, draft.lang) == ("https://m.example/statuses/1", TEXT, "en")


@pytest.mark.parametrize(
    "record",
    [
        activity("https://m.example/users/post/followers"),
        {"id": "4", "content": TEXT, "visibility": "direct", "account": {"display_name": "Post"}},
    ],
)
def test_what_is_for_some_only_is_kept_out(record: dict[str, Any]) -> None:
    with pytest.raises(Unpublished, match="not public"):
        parsed(record)


def test_a_message_of_telegram_has_its_channel_and_the_moment_it_was_sent() -> None:
    draft = parsed(
        {
            "id": 2,
            "type": "message",
            "date": "2026-03-09T11:00:00",
            "date_unixtime": "1773043200",
            "from": "Fenland Post",
            "text": [{"type": "bold", "text": "Weir fails"}, f"\n\n{TEXT}"],
        }
    )

    assert draft.source == "Fenland Post"
    assert str(draft.published) == "2026-03-09 08:00:00+00:00"
    assert draft.body == f"Weir fails\n\n{TEXT}"


@pytest.mark.parametrize(
    "other",
    [
        {"id": 1, "type": "service", "action": "create_channel", "title": "Fenland Post"},
        {"type": "Announce", "published": "2026-03-09T08:00:00Z", "object": "https://o.example/1"},
    ],
)
def test_what_a_network_notes_among_posts_is_no_article(other: dict[str, Any]) -> None:
    post = {"id": 2, "type": "message", "date": "2026-03-09T11:00:00", "text": TEXT}
    for name in ("messages", "orderedItems"):
        whole = RawArticle(Origin("a.json", 1), {"name": "Post", name: [other, post]}, 100)
        assert [one.record for one in unlisted(whole) if isinstance(one, RawArticle)] == [post]
    nothing_else = RawArticle(Origin("a.json", 1), {"orderedItems": [other]}, 100)
    assert len(list(unlisted(nothing_else))) == 1
