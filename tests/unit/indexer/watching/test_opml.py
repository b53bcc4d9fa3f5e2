"""Lists of feeds in OPML, as other programs write them and as we do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import InputMissing, InputUnreadable
from indexer.watching.opml import Outline, read_opml, written_opml
from search.watched import Kind, Watched

NOW = datetime(2026, 3, 1, tzinfo=UTC)

KINDS: tuple[Kind, Kind] = ("sitemap", "feed")

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Subscriptions</title></head><body>
  <outline text="Islands" title="Islands">
    <outline type="rss" text="Strait Times" title="Strait &amp; Times" xmlUrl="https://a.example/feed"
             htmlUrl="https://a.example/"/>
    <outline type="rss" text="Again" xmlUrl="https://a.example/feed"/>
    <outline type="link" text="A page" url="https://a.example/page"/>
  </outline>
  <outline TYPE="rss" TEXT="Old" XMLURL="HTTP://b.example/rss"/>
  <outline type="rss" text="Mail" xmlUrl="mailto:desk@a.example"/>
</body></opml>"""


def written(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "list.opml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_folders_are_looked_into_and_each_address_comes_once(tmp_path: Path) -> None:
    assert read_opml(written(tmp_path, LIST)) == (
        Outline("https://a.example/feed", "Strait & Times"),
        Outline("HTTP://b.example/rss", "Old"),
    )


def test_an_address_is_no_title(tmp_path: Path) -> None:
    text = '<opml><body><outline text="https://a.example/f" xmlUrl="https://a.example/f"/>'
    assert read_opml(written(tmp_path, text)) == (Outline("https://a.example/f"),)


def test_a_list_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    assert len(read_opml(written(tmp_path, LIST[: LIST.index("<outline TYPE")]))) == 1


@pytest.mark.parametrize("text", ["", "no list", "<rss/>", "<html><body>hi</body></html>", "\x00"])
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputUnreadable, match="is no OPML"):
        read_opml(written(tmp_path, text))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputMissing, match=r"There is no file gone\.opml"):
        read_opml("gone.opml")


def test_entities_are_not_followed_and_bombs_are_no_list(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://secret.example/")
    text = (
        f'<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y "&x;&x;">]>'
        '<opml><body><outline type="rss" text="t" xmlUrl="https://a.example/?&y;"/></body></opml>'
    )
    try:
        found = read_opml(written(tmp_path, text))
    except InputUnreadable:
        return
    assert all("secret.example" not in one.url for one in found)


def test_an_address_with_parameters_stays_what_it_is_where_nobody_escaped_it(
    tmp_path: Path,
) -> None:
    text = (
        '<opml><body><outline text="Bread & Salt" xmlUrl="https://a.example/f?a=1&b=2&amp;c=3"/>'
        "</body></opml>"
    )
    (one,) = read_opml(written(tmp_path, text))
    assert (one.url, one.title) == ("https://a.example/f?a=1&b=2&c=3", "Bread & Salt")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("feed://a.example/f", "http://a.example/f"),
        ("feed:https://a.example/f", "https://a.example/f"),
        ("feed://https://a.example/f", "https://a.example/f"),
        (" https://a.example/f\n", "https://a.example/f"),
    ],
)
def test_other_ways_to_write_an_address(tmp_path: Path, given: str, url: str) -> None:
    text = f'<opml><body><outline text="F" xmlUrl="{given}"/></body></opml>'
    assert [one.url for one in read_opml(written(tmp_path, text))] == [url]


def test_a_list_in_a_namespace_of_its_own(tmp_path: Path) -> None:
    text = LIST.replace("<opml ", '<opml xmlns="https://opml.example/" ')
    assert read_opml(written(tmp_path, text)) == read_opml(written(tmp_path, LIST))


def test_a_list_without_any_feed_says_so(tmp_path: Path) -> None:
    text = '<opml><body><outline text="Home" htmlUrl="https://a.example/"/></body></opml>'
    with pytest.raises(InputUnreadable, match="lists no feed"):
        read_opml(written(tmp_path, text))


TEXTS = st.text(max_size=30)


@given(
    title=TEXTS,
    source=st.none() | st.text(min_size=1, max_size=9),
    is_feed=st.booleans(),
    follow=st.booleans(),
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    title: str,
    source: str | None,
    is_feed: bool,
    follow: bool,
) -> None:
    url, kind = "https://a.example/?a=1&b=%20", KINDS[is_feed]
    one = Watched(url, kind, NOW, NOW, 1.0, title, follow, source, "de")
    path = written(tmp_path_factory.mktemp("opml"), written_opml([one]).encode())
    (found,) = read_opml(path)
    assert (found.url, found.kind, found.follow, found.lang) == (url, kind, follow, "de")
    if title.isprintable() and title.strip():
        assert found.title == " ".join(title.split())
    if source is None or source.isprintable():
        assert found.source == source
