"""What is read from addresses: pages, files, feeds and sitemaps, and only what is new of them."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.article.draft import RawArticle, Reject
from indexer.sources.extraction import extracted
from indexer.sources.fetching.fetcher import Fetcher
from indexer.sources.fetching.links import Links
from indexer.sources.fetching.memory import IndexMemory, Mark, Seen
from indexer.sources.fetching.politeness import Politeness
from indexer.sources.reader import Reader, Reading
from search.index.embedded.location import FolderLocation
from search.index.state import IndexState
from tests.support.newsroom_site import feed, index, page, urlset
from tests.support.site import Site, Visit, closed_port, serving_site


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site({"/robots.txt": ""}) as running:
        for n in range(1, 6):
            running.pages[f"/{n}"] = page(n)
        yield running


@pytest.fixture
def state(tmp_path: Path) -> Iterator[IndexState]:
    opened = FolderLocation(tmp_path / "index").state()
    yield opened
    opened.close()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(Politeness(delay=0, patience=0, timeout=5, allow_private=True)) as one:
        yield one


def read(
    fetcher: Fetcher, url: str, memory: IndexMemory | None = None, *, follow: bool = False
) -> list[RawArticle | Reject]:
    """Read an address and, with a memory, have everything stored."""
    reader = Reader([url], how=Reading(links=Links(fetcher, memory=memory, follow=follow)))
    found = list(reader)
    if memory:
        memory.settle(len(found))
    return found


def titles(found: list[RawArticle | Reject]) -> list[str]:
    return [one.record["title"] for one in found if isinstance(one, RawArticle)]


def reasons(found: list[RawArticle | Reject]) -> list[str]:
    return [one.reason for one in found if isinstance(one, Reject)]


def etag(body: str, tag: str) -> object:
    def answer(visit: Visit) -> None:
        if visit.headers["If-None-Match"] == tag:
            visit.send("", 304)
        else:
            visit.send(body, headers={"ETag": tag, "Content-Type": "text/xml"})

    return answer


DOCUMENTS = {
    "/a": (page(1), "text/html", "HTML pages"),
    "/a.txt": (page(1), "text/plain", "HTML pages"),
    "/feed": (feed([("http://a.example/1", "A")]), "text/html", "feeds"),
    "/lines": ('{"text": "One."}\n{"text": "Two."}\n', "application/json", "JSON Lines"),
    "/lines.jsonl": ('{"text": "One."}\n', "text/plain", "JSON Lines"),
    "/x?format=csv": ("title,text\nA,One.\n", "text/csv; charset=utf-8", "CSV and TSV"),
    "/notes": ("Only a few words.\n", "text/plain", "plain text"),
    "/words": ("Only a few words.\n", "text/html", "plain text"),
    "/notes.md": ("# A title\n\nWords.\n", "application/octet-stream", "Markdown"),
}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_an_address_is_read_by_its_content_then_its_name(
    site: Site, fetcher: Fetcher, path: str
) -> None:
    body, kind, read_as = DOCUMENTS[path]
    for data in (body.encode(), gzip.compress(body.encode())):
        site.pages[path.partition("?")[0]] = lambda visit, data=data: visit.send(  # type: ignore[misc]
            data, headers={"Content-Type": kind}
        )
        found = read(fetcher, site.url(path))
        assert reasons(found) == []
        assert {one.read_as for one in found} == {read_as}


def test_the_encoding_is_what_the_user_or_the_server_says(site: Site, fetcher: Fetcher) -> None:
    text = "Паром стоит в порту."
    site.pages["/a.txt"] = lambda visit: visit.send(
        text.encode("iso8859-5"), headers={"Content-Type": "text/plain; charset=ISO-8859-5"}
    )
    (found,) = read(fetcher, site.url("/a.txt"))
    assert isinstance(found, RawArticle)
    assert text in str(found.record)
    site.pages["/b.txt"] = text.encode("iso8859-5")
    site.pages["/b.html"] = page(1, text).encode("iso8859-5")
    for path in ("/b.txt", "/b.html"):
        (found,) = extracted(Links(fetcher, encoding="iso8859-5").read(site.url(path)))
        assert isinstance(found, RawArticle)
        assert text in str(found.record)


def test_a_page_says_where_it_comes_from(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/old": lambda visit: visit.redirect("/1"), "/note.txt": "Only words."}
    (found,) = read(fetcher, site.url("/old"))
    assert isinstance(found, RawArticle)
    assert found.record["url"] == found.origin.input == site.url("/1")
    (found,) = read(fetcher, site.url("/note.txt"))
    assert isinstance(found, RawArticle)
    assert found.record["url"] == site.url("/note.txt")


def test_what_cannot_be_fetched_is_a_reject(site: Site, fetcher: Fetcher) -> None:
    site.pages["/bin"] = lambda visit: visit.send(bytes(range(1, 32)) * 99)
    (missing,) = read(fetcher, site.url("/none"))
    assert isinstance(missing, Reject)
    assert "404" in missing.reason
    (binary,) = read(fetcher, site.url("/bin"))
    assert isinstance(binary, Reject)
    assert binary.reason.startswith("The document is not text")
    (closed,) = read(fetcher, f"http://user:secret@127.0.0.1:{closed_port()}/")
    assert "secret" not in str(closed)


def test_pages_of_an_archive_at_an_address(site: Site, fetcher: Fetcher) -> None:
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.html", page(1))
        archive.writestr("2.jsonl", json.dumps({"title": "Two", "text": "Second."}))
    site.pages["/a.zip"] = packed.getvalue()
    assert titles(read(fetcher, site.url("/a.zip"))) == ["Ferry stopped, day 1", "Two"]


def test_a_feed_is_its_items_unless_it_is_followed(site: Site, fetcher: Fetcher) -> None:
    site.pages["/feed"] = feed([(site.url("/1"), "First"), (site.url("/none"), "Gone")])
    assert titles(read(fetcher, site.url("/feed"))) == ["First", "Gone"]
    first, gone = read(fetcher, site.url("/feed"), follow=True)
    assert isinstance(first, RawArticle)
    assert isinstance(gone, RawArticle)
    assert (first.record["title"], len(first.record["paragraphs"])) == ("Ferry stopped, day 1", 4)
    assert "id" not in first.record
    assert gone.record["title"] == "Gone"
    assert "404" in gone.record["meta"]["not_followed"]
    assert first.without_page is None
    assert gone.without_page == gone.record["meta"]["not_followed"]


def test_a_feed_is_known_by_its_title_unless_its_items_have_sources(
    site: Site, fetcher: Fetcher
) -> None:
    whole = feed([(site.url("/1"), "First"), (site.url("/2"), "Second")])
    named = whole.replace("<channel>", "<channel><title>Valley &amp; Post</title>", 1)
    site.pages["/feed"] = named
    links = Links(fetcher)
    list(links.read(site.url("/feed")))
    assert links.title == "Valley & Post"
    sources = iter(["Bote", "Kurier"])
    parts = named.split("</item>")
    site.pages["/feed"] = "</item>".join(
        f"{part}<source url='https://x.example'>{next(sources)}</source>" if more else part
        for part, more in zip(parts, [*parts[1:], ""], strict=True)
    )
    list(links.read(site.url("/feed")))
    list((other := Links(fetcher)).read(site.url("/feed")))
    assert other.title == ""


def test_the_same_page_is_the_same_article_whatever_lists_it(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {
        "/feed": feed([(site.url("/1"), "First")]),
        "/map": urlset([(site.url("/1"), "2026-03-01")]),
    }
    (by_feed,) = read(fetcher, site.url("/feed"), follow=True)
    (by_map,) = read(fetcher, site.url("/map"))
    (itself,) = read(fetcher, site.url("/1"))
    assert by_feed.record == by_map.record == itself.record  # type: ignore[union-attr]


def test_full_texts_of_a_feed_are_not_replaced_by_shorter_pages(
    site: Site, fetcher: Fetcher
) -> None:
    text = "".join(
        f"<p>Sentence {n} of the full text of this long report on ferries.</p>" for n in range(40)
    )
    site.pages["/feed"] = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<item><title>T</title><link>{site.url('/1')}</link>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item></channel></rss>"
    )
    (found,) = read(fetcher, site.url("/feed"), follow=True)
    assert isinstance(found, RawArticle)
    assert len(found.record["paragraphs"]) == 40


def test_robots_txt_an_index_and_sitemaps_lead_to_pages(site: Site, fetcher: Fetcher) -> None:
    news = (
        '<n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        "<n:keywords>ferries</n:keywords></n:news>"
    )
    packed = gzip.compress(urlset([(site.url("/1"), ""), (site.url("/2"), "")]).encode())
    site.pages |= {
        "/robots.txt": "User-agent: *\nDisallow: /4\nSitemap: /index.xml\n",
        "/index.xml": index([site.url("/a.xml.gz"), site.url("/b.xml"), site.url("/index.xml")]),
        "/a.xml.gz": packed,
        "/b.xml": urlset([(site.url(f"/{n}"), "") for n in (2, 3, 4)], news),
    }
    found = read(fetcher, site.url("/robots.txt"))
    assert titles(found) == [f"Ferry stopped, day {n}" for n in (1, 2, 3)]
    (forbidden,) = reasons(found)
    assert "robots.txt" in forbidden
    assert found[2].record["tags"] == ["ferries"]  # type: ignore[union-attr]
    assert site.asked.count("/2") == 1


@pytest.mark.parametrize("body", ["Only a few words.\n", '{"title": "A", "text": "B"}'])
def test_what_is_only_listed_as_a_sitemap_is_no_article(
    site: Site, fetcher: Fetcher, body: str
) -> None:
    site.pages |= {
        "/index.xml": index([site.url("/down.xml"), site.url("/map.xml")]),
        "/down.xml": body,
        "/map.xml": f"# pages\n{site.url('/2')}\n",
    }
    found = read(fetcher, site.url("/index.xml"))
    assert titles(found) == ["Ferry stopped, day 2"]
    assert reasons(found) == [
        "It is listed as a sitemap, and is none: the site may be down for a while."
    ]


def test_a_news_sitemap_says_who_publishes_a_page_that_does_not(
    site: Site, fetcher: Fetcher
) -> None:
    news = (
        '<n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><n:publication>'
        "<n:name>Strait Evening Post</n:name><n:language>en</n:language></n:publication></n:news>"
    )
    unsaid = page(2).replace('<meta property="og:site_name" content="Strait Times">', "")
    site.pages |= {
        "/2": unsaid,
        "/3": page(3),
        "/map.xml": urlset([(site.url("/2"), ""), (site.url("/3"), "")], news),
        "/plain.xml": urlset([(site.url("/2"), "")]),
    }
    by_name = read(fetcher, site.url("/map.xml"))
    assert [one.record["source"] for one in by_name if isinstance(one, RawArticle)] == [
        "Strait Evening Post",
        "Strait Times",
    ]
    (by_host,) = read(fetcher, site.url("/plain.xml"))
    assert isinstance(by_host, RawArticle)
    assert by_host.record["source"] == "127.0.0.1"


def test_a_feed_that_is_named_as_a_sitemap_is_followed(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {
        "/robots.txt": "Sitemap: /feed\nUser-agent: *\nDisallow:\n",
        "/feed": feed([(site.url("/1"), "First")]),
    }
    assert titles(read(fetcher, site.url("/robots.txt"))) == ["Ferry stopped, day 1"]


def test_lists_in_files_are_followed_if_asked(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "map.xml").write_text(urlset([(site.url("/1"), "")]))
    (tmp_path / "feed.xml").write_text(feed([(site.url("/2"), "Second")]))
    (tmp_path / "page.html").write_text(page(3))
    inputs = [str(tmp_path / name) for name in ("map.xml", "feed.xml", "page.html")]
    reader = Reader(inputs, how=Reading(links=Links(fetcher, follow=True)))
    found = list(reader)
    assert titles(found) == [f"Ferry stopped, day {n}" for n in (1, 2, 3)]
    assert reader.named(site.url("/1")) == inputs[0]


def test_only_what_is_new_is_fetched(site: Site, fetcher: Fetcher, state: IndexState) -> None:
    days = {n: f"2026-03-0{n}" for n in range(1, 4)}

    def listed(visit: Visit) -> None:
        visit.send(urlset([(site.url(f"/{n}"), day) for n, day in days.items()]))

    site.pages |= {"/index": lambda visit: visit.send(index([site.url("/map")])), "/map": listed}
    site.pages["/2"] = etag(page(2), '"two"')  # type: ignore[assignment]
    assert len(read(fetcher, site.url("/index"), IndexMemory(state))) == 3
    site.visits.clear()
    assert read(fetcher, site.url("/index"), IndexMemory(state)) == []
    assert site.asked == ["/index", "/map"]
    days |= {1: "2026-03-09", 2: "2026-03-09", 4: ""}
    site.pages["/1"] = page(1, "Ferry sails again")
    site.visits.clear()
    assert titles(read(fetcher, site.url("/index"), IndexMemory(state))) == [
        "Ferry sails again",
        "Ferry stopped, day 4",
    ]
    assert site.asked == ["/index", "/map", "/1", "/2", "/4"]
    assert len(read(fetcher, site.url("/index"), IndexMemory(state, anew=True))) == 4


def test_an_item_whose_address_is_another_each_time_is_fetched_once(
    site: Site, fetcher: Fetcher, state: IndexState
) -> None:
    name, path = "Ferry", "/1"

    def answer(visit: Visit) -> None:
        visit.send(feed([(site.url(f"{path}?shown={len(site.visits)}"), name)]))

    site.pages["/feed"] = answer
    url = site.url("/feed")
    assert len(read(fetcher, url, IndexMemory(state), follow=True)) == 1
    for _ in range(2):
        assert read(fetcher, url, IndexMemory(state), follow=True) == []
    assert sum(one.startswith("/1") for one in site.asked) == 1
    # What it says is new: it is fetched again, as is one whose page was not there.
    name = "Ferry sails again"
    assert len(read(fetcher, url, IndexMemory(state), follow=True)) == 1
    name, path = "Late ferry", "/gone"
    assert titles(read(fetcher, url, IndexMemory(state), follow=True)) == ["Late ferry"]
    path = "/2"
    assert titles(read(fetcher, url, IndexMemory(state), follow=True)) == ["Ferry stopped, day 2"]


def test_a_list_that_has_not_changed_is_not_sent(
    site: Site, fetcher: Fetcher, state: IndexState
) -> None:
    site.pages |= {
        "/feed": etag(feed([(site.url("/1"), "First")]), '"f"'),  # type: ignore[dict-item]
        "/map": etag(urlset([(site.url("/1"), "")]), '"m"'),  # type: ignore[dict-item]
        "/1": etag(page(1), '"p"'),  # type: ignore[dict-item]
    }
    for path in ("/feed", "/map", "/1"):
        memory = IndexMemory(state)
        read(fetcher, site.url(path), memory)
        links = Links(fetcher, memory=IndexMemory(state))
        assert list(links.read(site.url(path))) == []
        assert links.unchanged == 1
    # What was read without its links is read again with them.
    assert len(read(fetcher, site.url("/feed"), IndexMemory(state), follow=True)) == 0
    site.visits.clear()
    assert len(read(fetcher, site.url("/feed"), IndexMemory(state, anew=True), follow=True)) == 1
    assert read(fetcher, site.url("/feed"), IndexMemory(state), follow=True) == []
    assert site.asked == ["/feed", "/1", "/feed"]


def test_a_list_is_not_finished_before_all_of_it_was_fetched(
    site: Site, fetcher: Fetcher, state: IndexState
) -> None:
    site.pages |= {
        "/map": etag(urlset([(site.url(f"/{n}"), "") for n in (1, 2)]), '"m"'),  # type: ignore[dict-item]
        "/2": lambda visit: visit.send("", 500),
    }
    assert len(reasons(read(fetcher, site.url("/map"), IndexMemory(state)))) == 1
    site.pages["/2"] = page(2)
    site.visits.clear()
    assert titles(read(fetcher, site.url("/map"), IndexMemory(state))) == ["Ferry stopped, day 2"]
    assert site.asked == ["/map", "/2"]
    assert read(fetcher, site.url("/map"), IndexMemory(state)) == []


def test_nothing_is_remembered_before_it_is_stored(
    site: Site, fetcher: Fetcher, state: IndexState
) -> None:
    site.pages["/map"] = etag(urlset([(site.url(f"/{n}"), "") for n in (1, 2, 3)]), '"m"')  # type: ignore[assignment]
    memory = IndexMemory(state)
    assert (
        len(list(Reader([site.url("/map")], how=Reading(links=Links(fetcher, memory=memory))))) == 3
    )
    memory.settle(1)  # the program is killed after the first article
    again = IndexMemory(state)
    assert titles(read(fetcher, site.url("/map"), again)) == [
        "Ferry stopped, day 2",
        "Ferry stopped, day 3",
    ]


def test_a_host_that_fails_too_often_is_left(site: Site, fetcher: Fetcher) -> None:
    site.pages["/map"] = urlset([(site.url(f"/x{n}"), "") for n in range(20)])
    for n in range(20):
        site.pages[f"/x{n}"] = lambda visit: visit.send("", 500)
    found = reasons(read(fetcher, site.url("/map")))
    assert len(found) == 6
    assert found[-1].startswith("15 pages of 127.0.0.1 were not fetched")
    site.pages["/x0"] = lambda visit: visit.send("", 429, {"Retry-After": "9"})
    assert len(reasons(read(fetcher, site.url("/map")))) == 2


def test_pages_that_are_gone_or_refused_are_not_asked_for_again(
    site: Site, fetcher: Fetcher, state: IndexState
) -> None:
    wall = "<html><body><h1>Your privacy</h1><p>Accept all cookies to go on.</p></body></html>"
    site.pages |= {
        "/map": urlset([(site.url(path), "") for path in ("/gone", "/wall")]),
        "/wall": wall,
    }
    assert len(reasons(read(fetcher, site.url("/map"), IndexMemory(state)))) == 2
    site.visits.clear()
    assert read(fetcher, site.url("/map"), IndexMemory(state)) == []
    assert site.asked == ["/map"]


def test_lists_that_list_each_other_end(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {
        "/a": index([site.url("/b")]),
        "/b": index([site.url("/a"), site.url("/1")]),
        "/deep": lambda visit: visit.send(index([site.url(f"/deep?{len(site.asked)}")])),
    }
    assert titles(read(fetcher, site.url("/a"))) == ["Ferry stopped, day 1"]
    assert reasons(read(fetcher, site.url("/deep"))) == ["Sitemaps are listed in too many levels."]


def test_lists_of_the_same_pages_do_not_undo_what_the_other_remembers(
    site: Site, fetcher: Fetcher, state: IndexState
) -> None:
    site.pages |= {
        "/map": urlset([(site.url("/1"), "2026-03-01")]),
        "/feed": feed([(site.url("/1"), "First")]),
    }
    for _ in range(2):
        read(fetcher, site.url("/map"), IndexMemory(state))
        read(fetcher, site.url("/feed"), IndexMemory(state), follow=True)
    assert site.asked.count("/1") == 1
    site.pages["/feed"] = feed([(site.url("/1"), "First, corrected")])
    assert len(read(fetcher, site.url("/feed"), IndexMemory(state), follow=True)) == 1
    assert read(fetcher, site.url("/map"), IndexMemory(state)) == []


@pytest.mark.parametrize(
    ("stamp", "then", "fetched", "same"),
    [
        ("2026-03-01", "2026-03-01", "2026-03-05T00:00:00+00:00", True),
        ("2026-03-01", "2026-03-01", "2026-03-01T20:00:00+00:00", False),
        ("2026-03-01", "2026-03-02", "2026-03-05T00:00:00+00:00", False),
        ("2026-03-01T09:00Z", "2026-03-01T09:00Z", "2026-03-01T10:00:00+00:00", True),
        (None, None, "2026-03-01T10:00:00+00:00", True),
        (None, "2026-03-01", "2026-03-05T00:00:00+00:00", True),
        (None, "2026-03-09", "2026-03-05T00:00:00+00:00", False),
        ("2026-03-01", None, "2026-03-05T00:00:00+00:00", True),
        ("yesterday!", "yesterday!", "2026-03-01T10:00:00+00:00", True),
    ],
)
def test_what_a_date_of_a_list_says(
    stamp: str | None, then: str | None, fetched: str, same: bool
) -> None:
    assert Seen(fetched, stamp).has_not_changed(Mark("stamp", then, then)) is same


def test_long_addresses_are_remembered(state: IndexState) -> None:
    url = "https://a.example/" + "ü" * 900
    memory = IndexMemory(state)
    memory.note(url, Seen("2026-03-01T10:00:00+00:00"))
    memory.settle(0)
    assert IndexMemory(state).seen([url, url + "x"]) == {url: Seen("2026-03-01T10:00:00+00:00")}


def test_a_web_page_instead_of_a_list_is_a_failure_where_lists_are_followed(
    site: Site, fetcher: Fetcher, state: IndexState
) -> None:
    def links() -> Links:
        return Links(fetcher, memory=IndexMemory(state), follow=True, lists_only=True)

    site.pages["/feed"] = page(1)
    for path in ("/feed", "/old"):
        site.pages["/old"] = lambda visit: visit.redirect("/feed", 301)
        one = links()
        (refused,) = one.read(site.url(path))
        assert isinstance(refused, Reject)
        assert "is a web page and no feed" in refused.reason
        assert (str(one.failure), one.moved) == (refused.reason, None)
    site.pages["/feed"] = feed([(site.url("/1"), "Day 1")])
    again = links()
    assert len(list(again.read(site.url("/feed")))) == 1
    assert again.failure is None
