"""The Atom feed of an alert: read by a reader of feeds, whatever sources wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import feedparser  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from search.alerts.feed import atom
from search.alerts.notice import Links, notice
from search.index.model import Article
from tests.contract.alert_runs import alert

NOW = datetime(2026, 8, 13, 6, tzinfo=UTC)
SELF = "https://paper.example/v1/alerts/a/feed?secret=b&c"
HOSTILE = (
    "</title><script>alert(1)</script>",
    "a & b &amp; c",
    "]]> <![CDATA[",
    "\x01\x0b\ufffe",
    "\ud800 half",
    "שלום <b>",
    "two\nlines",
)


def told(title: str, url: str | None = None, **more: Any) -> dict[str, Any]:
    article = Article(f"<{title}>", title, (), url=url, source="her<ald", lang="en")
    why = {"by": ["words"], "words": ["flood<"], "names": []}
    one = alert("a", "flood")
    return notice(one, article, why, NOW, Links()) | more


def read(*notices: dict[str, Any], name: str = "a", query: str = "flood") -> Any:
    feed = feedparser.parse(atom(alert(name, query), notices, SELF))
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    return feed


def test_it_has_what_atom_wants_whatever_sources_wrote() -> None:
    feed = read(*map(told, HOSTILE), name="x & <b>", query='"Lerna" <script>')
    assert feed.feed.id.startswith("urn:polywire:alert:")
    assert feed.feed.title == 'x & <b>: "Lerna" <script>'
    assert feed.feed.author == "Polywire"
    assert feed.feed.updated == NOW.isoformat()
    assert [(one.rel, one.href) for one in feed.feed.links] == [("self", SELF)]
    assert len({one.id for one in feed.entries}) == len(HOSTILE)
    for entry in feed.entries:
        assert entry.title
        assert entry.title_detail.type == "text/plain"  # nothing in it is markup
        assert entry.updated == NOW.isoformat()
        assert entry.content  # which Atom wants where there is no link
    assert [entry.title for entry in feed.entries[:3]] == list(HOSTILE[:3])


def test_an_empty_feed_is_one() -> None:
    assert read().feed.updated


def test_links_are_web_addresses_as_atom_writes_them() -> None:
    urls = {
        "https://x.example/a?b=1&c=<d e>": "https://x.example/a?b=1&c=%3Cd%20e%3E",
        "http://bücher.example/ü%20": "http://bücher.example/ü%20",
        "javascript:alert(1)": None,
        "http://two words/": None,
        "https://": None,
        "http://[": None,
    }
    entries = read(*(told(f"t{n}", url) for n, url in enumerate(urls))).entries
    links = [[one.href for one in entry.get("links", ())] for entry in entries]
    assert links == [[one] if one else [] for one in urls.values()]


def test_what_changed_stands_in_the_summary_and_can_be_forgotten() -> None:
    change = {"before": {"text": "Ten <hurt>"}, "after": {"text": "Twenty hurt"}}
    (entry,) = read(told("t", changes=[change])).entries
    assert "Ten <hurt>" in entry.summary
    assert "Twenty hurt" in entry.summary
    assert read(told("t", changes=None)).entries


@given(st.text(), st.text())
def test_any_headline_and_address(title: str, rest: str) -> None:
    (entry,) = read(told(title, f"https://x.example/{rest}")).entries
    assert entry.title
    assert len(entry.links) == 1
