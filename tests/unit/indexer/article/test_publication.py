"""Exports of content management systems: only what is published is news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.composition import article_of
from indexer.article.draft import Draft, Origin, RawArticle
from indexer.article.publication import Unpublished
from indexer.article.records import Defaults, parse_event, parse_records
from indexer.errors import BadArticle

Record = Mapping[str, Any]


def parsed(record: Record, *, unpublished: bool = False) -> Draft:
    defaults = Defaults(unpublished=unpublished)
    found = parse_event(RawArticle(Origin("export.json", 1), record), defaults)
    assert isinstance(found, Draft)
    return found


def wordpress(**others: object) -> Record:
    return {
        "id": 12, "date_gmt": "2026-03-04T06:15:00", "guid": {"rendered": "https://post.example/?p=12"},
        "status": "publish", "type": "post", "link": "https://post.example/flood",
        "title": {"rendered": "River floods town"},
        "content": {"rendered": "<p>The river Mera rose.</p>", "protected": False}, **others,
    }  # fmt: skip


def database(**others: object) -> Record:
    """A row of `wp_posts`."""
    return {
        "ID": 12, "post_date": "2026-03-04 06:15:00", "post_title": "River floods town",
        "post_content": "The river Mera rose.", "post_status": "publish", "post_type": "post",
        "post_password": "", **others,
    }  # fmt: skip


def ghost(**others: object) -> Record:
    return {
        "id": "a1", "title": "River floods town", "mobiledoc": "{}", "html": "",
        "visibility": "public",
        "plaintext": "The river Mera rose.", "text": "The river Mera rose.", "status": "published",
        "type": "post", "published_at": "2026-03-04T06:15:00.000Z", **others,
    }  # fmt: skip


def api(kind: str, **attributes: object) -> Record:
    """A resource of JSON:API, as Drupal, Joomla and Strapi write it."""
    return {"type": kind, "id": "7", "attributes": {"title": "River floods town", **attributes}}


def plain(**others: object) -> Record:
    return {"title": "River floods town", "text": "The river Mera rose.", **others}


PUBLISHED = [
    wordpress(), wordpress(type="story"), database(), ghost(), ghost(visibility="paid"),
    ghost(status="sent"), api("node--article", status=True, drupal_internal__nid=7),
    api("articles", introtext="The river rose.", state=1),
    api("x", publishedAt="2026-03-04T06:15:00Z", createdAt="2026-03-01", updatedAt="2026-03-04"),
    plain(sys={"type": "Entry", "publishedVersion": 4}), plain(draft=False, published=True),
    plain(is_published="true"), plain(publishStatus="public"),
    plain(state="published", blog_name="a"),
    # What the words mean where no such system wrote the record is not known.
    plain(status="private"), plain(status="pending"), plain(status="archived"), plain(type="page"),
    plain(type="attachment"), plain(published_at=None), plain(state="0"), plain(live=False),
]  # fmt: skip

UNPUBLISHED = [
    *(wordpress(status=one) for one in ("draft", "private", "trash", "pending", "auto-draft")),
    wordpress(content={"rendered": "", "protected": True}), wordpress(type="page"),
    *(database(post_status=one) for one in ("draft", "private", "trash", "auto-draft")),
    database(post_password="x"),  # noqa: S106
    database(post_type="page"),
    ghost(status="draft", published_at=None), ghost(type="page"), ghost(visibility="private"),
    api("node--article", status=False, drupal_internal__nid=7), api("node--page", langcode="en"),
    plain(nid=[{"value": 7}], status=[{"value": False}]),
    plain(nid=[{"value": 7}], moderation_state=[{"value": "draft"}]),
    api("articles", introtext="The river rose.", state=0),
    api("articles", introtext="The river rose.", state=-2),
    api("x", publishedAt=None, createdAt="2026-03-01", updatedAt="2026-03-04"),
    plain(sys={"type": "Entry", "version": 3}),
    plain(sys={"type": "Entry", "publishedVersion": 1, "archivedVersion": 3}),
    plain(_id="drafts.7", _type="post"), plain(draft=True), plain(isDraft=True),
    plain(published=False), plain(is_published="false"), plain(isPublished=0),
    plain(publishStatus="draft"), plain(_status="draft"),
    plain(status="DRAFT"), plain(state="private", blog_name="a"), plain(currentState="DRAFT"),
]  # fmt: skip


@pytest.mark.parametrize("record", PUBLISHED)
def test_what_is_published_is_an_article(record: Record) -> None:
    assert parsed(record).title == "River floods town"


@pytest.mark.parametrize("record", UNPUBLISHED)
def test_what_is_not_published_is_kept_out_unless_asked_for(record: Record) -> None:
    with pytest.raises(Unpublished, match=r"; --include-unpublished takes it in\.$"):
        parsed(record)
    assert parsed(record, unpublished=True).title == "River floods town"
    assert article_of(RawArticle(Origin("draft.json"), record)).title == "River floods town"


@pytest.mark.parametrize(
    "record",
    [
        wordpress(type="attachment", status="inherit"), wordpress(type="wp_block"),
        wordpress(type="comment"), database(post_type="revision"), plain(sys={"type": "Asset"}),
    ],
)  # fmt: skip
def test_what_is_no_text_is_never_an_article(record: Record) -> None:
    with pytest.raises(BadArticle, match="no text but of the type"):
        parsed(record, unpublished=True)


@pytest.mark.parametrize(
    "record",
    [
        wordpress(status="future"), database(post_status="future"), ghost(status="scheduled"),
    ],
)  # fmt: skip
def test_what_is_scheduled_is_found_from_its_time_on(record: Record) -> None:
    assert parsed(record).embargo == datetime(2026, 3, 4, 6, 15, tzinfo=UTC)


def test_what_is_scheduled_without_a_time_is_kept_out() -> None:
    with pytest.raises(Unpublished, match="does not say for when"):
        parsed(ghost(status="scheduled", published_at=None))


@given(
    st.dictionaries(
        st.sampled_from(["status", "type", "sys", "published", "draft", "content", "post_status"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=12),
            lambda inner: st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["value", "type", "rendered"]), inner, max_size=2),
            max_leaves=4,
        ),
    )
)  # fmt: skip
def test_any_values_under_these_keys_are_an_article_or_one_sentence(others: dict[str, Any]) -> None:
    raw = RawArticle(Origin("x"), {"id": "1", "title": "A", **others})
    found = parse_records([raw])
    assert len(found.drafts) + len(found.notices) + len(found.rejects) == 1
    assert all(one.reason.endswith(".") for one in found.rejects)
