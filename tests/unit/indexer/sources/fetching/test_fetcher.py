"""The fetcher against a real server that misbehaves."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped,unused-ignore]
import httpx
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.sources.fetching import errors
from indexer.sources.fetching.document import Request
from indexer.sources.fetching.fetcher import Fetcher
from indexer.sources.fetching.politeness import Politeness
from indexer.sources.fetching.translation import failure_of
from tests.support.site import (
    PatientClock,
    Site,
    Visit,
    closed_port,
    raw_server,
    self_signed,
    serving_site,
    silent_port,
)

PAGE = "<html><body><p>The harbour is closed.</p></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site({"/robots.txt": ""}) as running:
        yield running


def polite(**given: Any) -> Politeness:
    chosen: dict[str, Any] = {"allow_private": True, "delay": 0.0, "timeout": 5.0, "patience": 0}
    return Politeness(**(chosen | given))


def fetcher(clock: PatientClock | None = None, **given: Any) -> Fetcher:
    return Fetcher(polite(**given), clock)


def failure(url: str, **given: Any) -> errors.FetchFailed:
    with fetcher(**given) as one, pytest.raises(errors.FetchFailed) as caught:
        one.fetch(url)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    return caught.value


def test_a_document_comes_with_what_the_server_says_of_it(site: Site) -> None:
    site.pages["/a"] = lambda visit: visit.send(
        PAGE, headers={"ETag": '"v1"', "Content-Type": "Text/HTML; charset=ISO-8859-1"}
    )
    with fetcher() as one, one.fetch(site.url("/a#part")) as got:
        assert (got.status, got.url, got.asked) == (200, site.url("/a"), site.url("/a"))
        assert (got.media_type, got.charset, got.etag) == ("text/html", "ISO-8859-1", '"v1"')
        assert got.read() == got.read() == PAGE.encode()
        assert got.size == len(PAGE)
        assert got.moved is None
    assert [path for path, _ in site.visits] == ["/robots.txt", "/a"]
    assert site.visits[1][1]["user-agent"].startswith("Polywire/")


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    def answer(visit: Visit) -> None:
        if visit.headers["If-None-Match"] == '"v1"' or visit.headers["If-Modified-Since"]:
            visit.send("", 304)
        else:
            visit.send(
                PAGE, headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT"}
            )

    site.pages["/a"] = answer
    with fetcher() as one:
        with one.fetch(site.url("/a")) as first:
            assert not first.not_modified
        for asked in (
            Request(site.url("/a"), etag=first.etag),
            Request(site.url("/a"), last_modified=first.last_modified),
        ):
            with one.fetch(asked) as again:
                assert again.not_modified
                assert again.read() == b""


def test_a_304_that_nobody_asked_for_is_no_document(site: Site) -> None:
    site.pages["/a"] = lambda visit: visit.send("", 304)
    assert "304" in str(failure(site.url("/a")))


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("br", brotli.compress),
        ("zstd", zstandard.compress),
        ("gzip", lambda data: data),
        ("br", lambda data: data),
        ("deflate", lambda data: data),
        ("none", lambda data: data),
    ],
)  # fmt: skip
def test_compressed_bodies_are_decoded_whatever_is_said_of_them(
    site: Site, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = PAGE.encode() * 500
    site.pages["/a"] = lambda visit: visit.send(pack(body), headers={"Content-Encoding": coding})
    with fetcher() as one, one.fetch(site.url("/a")) as got:
        assert got.read() == body


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_compressed_bodies_that_end_too_early_are_cut_off(site: Site, coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding]
    body = pack(bytes(range(256)) * 4000)[:-9]
    site.pages["/a"] = lambda visit: visit.send(body, headers={"Content-Encoding": coding})
    assert isinstance(failure(site.url("/a")), errors.CutOff)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_bombs_are_refused(site: Site, coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding]
    body = pack(b"\0" * 5_000_000)
    site.pages["/a"] = lambda visit: visit.send(body, headers={"Content-Encoding": coding})
    assert isinstance(failure(site.url("/a"), max_bytes=4_000_000), errors.DocumentTooLarge)


def test_a_document_that_is_too_long_is_refused_before_it_is_read(site: Site) -> None:
    site.pages["/said"] = lambda visit: visit.send("", length=10**12)

    def endless(visit: Visit) -> None:
        visit.send("", headers={"Transfer-Encoding": "chunked"})
        while True:
            visit.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    site.pages["/endless"] = endless
    for path in ("/said", "/endless"):
        error = failure(site.url(path), max_bytes=1_000_000)
        assert isinstance(error, errors.DocumentTooLarge)
        assert "fetch.max_mb" in str(error)


def test_what_comes_incompletely_is_cut_off(site: Site) -> None:
    def short(visit: Visit) -> None:
        visit.send(PAGE, length=10_000)
        visit.hang_up()

    def broken_chunk(visit: Visit) -> None:
        visit.send("1000\r\nonly this", headers={"Transfer-Encoding": "chunked"})
        visit.hang_up()

    site.pages |= {"/short": short, "/chunk": broken_chunk}
    assert isinstance(failure(site.url("/short")), errors.CutOff)
    assert isinstance(failure(site.url("/chunk")), errors.CutOff)


def test_a_connection_that_broke_off_is_tried_once_more(site: Site) -> None:
    def first_time(visit: Visit) -> None:
        visit.hang_up()
        if len(site.asked) > 1:
            visit.send(PAGE)

    site.pages["/a"] = first_time
    with fetcher(patience=1.0) as one, one.fetch(site.url("/a")) as got:
        assert got.read() == PAGE.encode()
    assert site.asked == ["/a", "/a"]


def test_servers_that_hang_or_drip_are_left(site: Site) -> None:
    ended = threading.Event()

    def drips(visit: Visit) -> None:
        visit.send("", length=1000)
        while not ended.wait(0.02):
            visit.wfile.write(b"x")

    def drips_headers(visit: Visit) -> None:
        visit.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not ended.wait(0.02):
            visit.wfile.write(b"x")

    site.pages |= {"/drips": drips, "/headers": drips_headers}
    for path in ("/drips", "/headers"):
        assert isinstance(failure(site.url(path), longest=0.3, pace=1e9), errors.TimedOut)
    ended.set()
    with silent_port() as port:
        error = failure(f"http://127.0.0.1:{port}/", timeout=0.2, obey_robots=False)
        assert isinstance(error, errors.TimedOut)


def test_who_cannot_be_reached_is_said_so() -> None:
    error = failure(f"http://127.0.0.1:{closed_port()}/")
    assert isinstance(error, errors.Unreachable)
    assert "refused" in str(error)
    assert isinstance(failure("http://nowhere.invalid/"), errors.HostUnknown)


def test_a_server_that_speaks_no_http_is_said_so() -> None:
    with raw_server(b"220 mail.example ESMTP\r\n") as port:
        error = failure(f"http://127.0.0.1:{port}/", obey_robots=False)
    assert isinstance(error, errors.Unreachable)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole and more than that",
        b"HTTP/1.0 200 OK\r\n\r\nwhole",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\nrest",
        b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nwhole",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
        b"HTTP/1.1 200 OK\r\nX: \xff\xfe\r\nContent-Type: \xe9\r\nContent-Length: 5\r\n\r\nwhole",
    ],
)
def test_odd_answers_are_read_and_the_next_one_is_not_harmed(answer: bytes) -> None:
    with raw_server(answer) as port, fetcher(obey_robots=False) as one:
        for _ in range(3):
            with one.fetch(f"http://127.0.0.1:{port}/") as got:
                assert got.read() == b"whole"


@pytest.fixture(scope="module")
def shared() -> Iterator[Fetcher]:
    with fetcher(obey_robots=False) as one:
        yield one


OK = b"HTTP/1.1 200 OK\r\n"
BEGINNINGS = [
    b"",
    OK,
    OK + b"Content-Length: ",
    OK + b"Content-Encoding: br\r\n\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: ",
    b"HTTP/1.1 429 Busy\r\nRetry-After: ",
]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=60))
@settings(max_examples=40)
def test_whatever_comes_is_a_document_or_a_sentence(
    shared: Fetcher, begin: bytes, rest: bytes
) -> None:
    with raw_server(begin + rest) as port, suppress(errors.FetchFailed):
        shared.fetch(f"http://127.0.0.1:{port}/").close()


def test_certificates_are_checked(tmp_path: Path, site: Site) -> None:
    both = self_signed(tmp_path)
    if not both.exists():
        pytest.skip("there is no openssl on this machine")
    with serving_site({"/": PAGE}, both) as secured:
        error = failure(secured.url())
    assert isinstance(error, errors.TlsFailed)
    assert "certificate" in str(error)
    assert isinstance(failure(site.url().replace("http:", "https:")), errors.TlsFailed)


def test_redirects_are_followed_and_said(site: Site) -> None:
    site.pages |= {
        "/old": lambda visit: visit.redirect("/older", 301),
        "/older": lambda visit: visit.redirect("new?a=1", 308),
        "/now": lambda visit: visit.redirect("/old", 302),
        "/new": PAGE,
    }
    with fetcher() as one:
        with one.fetch(site.url("/old")) as got:
            assert (got.asked, got.url) == (site.url("/old"), site.url("/new?a=1"))
            assert got.moved == got.url
        with one.fetch(site.url("/now")) as got:
            assert got.moved is None


def test_redirects_that_lead_nowhere_are_refused(site: Site) -> None:
    site.pages |= {
        "/loop": lambda visit: visit.redirect("/loop"),
        "/a": lambda visit: visit.redirect("/b"),
        "/b": lambda visit: visit.redirect("/a"),
        "/more": lambda visit: visit.redirect(f"/more?{len(site.asked)}"),
        "/file": lambda visit: visit.redirect("file:///etc/passwd"),
        "/odd": lambda visit: visit.redirect("mailto:desk@a.example"),
    }
    for path in ("/loop", "/a", "/more"):
        assert isinstance(failure(site.url(path)), errors.RedirectsInCircles)
    assert len(site.asked) < 30
    for path in ("/file", "/odd"):
        assert isinstance(failure(site.url(path)), errors.AddressRefused)


def test_a_cookie_lives_as_long_as_the_redirects_of_a_document(site: Site) -> None:
    def gate(visit: Visit) -> None:
        if "seen=1" in (visit.headers["Cookie"] or ""):
            visit.send(PAGE)
        else:
            visit.send("", 302, {"Location": "/gate", "Set-Cookie": "seen=1; Path=/"})

    site.pages["/gate"] = gate
    with fetcher() as one:
        for _ in range(2):
            with one.fetch(site.url("/gate")) as got:
                assert got.read() == PAGE.encode()
    assert len(site.asked) == 4


def test_a_password_goes_to_its_host_only_and_is_never_shown(site: Site) -> None:
    with serving_site({"/there": PAGE}) as other:
        site.pages["/here"] = lambda visit: visit.redirect(other.url("/there"))
        with fetcher() as one:
            address = site.url("/here").replace("//", "//desk:secret@")
            with one.fetch(address) as got:
                assert "secret" not in got.asked + got.url
            assert "Authorization" in {name.title() for name in site.visits[-1][1]}
            assert "Authorization" not in {name.title() for name in other.visits[-1][1]}
        error = failure(address.replace("/here", "/none"))
    assert "secret" not in str(error) + error.url


@pytest.mark.parametrize(
    "status", [301, 400, 401, 403, 404, 410, 418, 451, 500, 503, 202, 204, 599]
)
def test_a_status_that_is_no_document_is_said(site: Site, status: int) -> None:
    site.pages["/a"] = lambda visit: visit.send("" if status == 204 else "no", status)
    error = failure(site.url("/a"))
    assert isinstance(error, errors.StatusFailed)
    assert error.status == status
    assert str(status) in str(error)
    assert error.is_lasting == (status in (401, 404, 410, 451))


def test_who_asks_to_come_back_later_is_left_alone_until_then(site: Site) -> None:
    clock = PatientClock()

    def busy(visit: Visit) -> None:
        if len(site.asked) == 1:
            visit.send("", 429, {"Retry-After": "30"})
        else:
            visit.send(PAGE)

    site.pages |= {"/a": busy, "/b": PAGE}
    with fetcher(clock, patience=60) as one, one.fetch(site.url("/a")):
        assert clock.slept == [30.0]
    site.visits.clear()
    clock = PatientClock()
    with fetcher(clock) as one:
        for path in ("/a", "/b"):
            with pytest.raises(errors.RateLimited) as caught:
                one.fetch(site.url(path))
            assert caught.value.retry_after == 30.0
        assert site.asked == ["/a"]  # the other page of the host was not asked for
        clock.time += 31
        with one.fetch(site.url("/b")):
            pass


def test_a_server_that_is_always_busy_is_given_up(site: Site) -> None:
    clock = PatientClock()
    site.pages["/a"] = lambda visit: visit.send("", 503, {"Retry-After": "5"})
    with fetcher(clock, patience=60) as one, pytest.raises(errors.RateLimited):
        one.fetch(site.url("/a"))
    assert len(site.asked) == 3


def test_requests_to_a_host_come_one_by_one_with_a_pause(site: Site) -> None:
    at_once, most = 0, 0
    lock = threading.Lock()

    def counted(visit: Visit) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        visit.send(PAGE)
        with lock:
            at_once -= 1

    site.pages["/a"] = counted
    clock = PatientClock()
    with fetcher(clock, delay=2.5) as one:
        threads = [
            threading.Thread(target=lambda: one.fetch(site.url("/a")).close()) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == 1
    assert clock.slept == [2.5, 2.5, 2.5]


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.pages |= {
        "/robots.txt": "User-agent: polywire\nDisallow: /private\nCrawl-delay: 7\n"
        "User-agent: *\nDisallow: /\nSitemap: /map.xml\n",
        "/a": PAGE,
        "/b": lambda visit: visit.redirect("/private/x"),
    }
    clock = PatientClock()
    with fetcher(clock) as one:
        with pytest.raises(errors.RobotsRefused):
            one.fetch(site.url("/private/x"))
        one.fetch(site.url("/a")).close()
        with pytest.raises(errors.RobotsRefused):
            one.fetch(site.url("/b"))
        assert clock.slept == [7.0]
        assert one.sitemaps(site.url("/a")) == (site.url("/map.xml"),)
    assert [path for path, _ in site.visits] == ["/robots.txt", "/a", "/b"]
    with fetcher(user_agent="Otherbot/2 (tests)") as one, pytest.raises(errors.RobotsRefused):
        one.fetch(site.url("/a"))


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)]
)
def test_a_site_without_rules_allows_all_and_one_that_fails_nothing(
    site: Site, status: int, allowed: bool
) -> None:
    site.pages |= {"/a": PAGE, "/robots.txt": lambda visit: visit.send("no", status)}
    with fetcher() as one:
        if allowed:
            one.fetch(site.url("/a")).close()
        else:
            with pytest.raises(errors.StatusFailed) as caught:
                one.fetch(site.url("/a"))
            assert not caught.value.is_lasting
            assert "robots.txt" in str(caught.value)
            assert site.asked == []


@pytest.mark.parametrize(
    "address", ["", "news", "ftp://example.org/a", "http://", "http://[::1", "http://a b/", "http:///a",
                "javascript:alert(1)", "http://example.org:99999/", "http://" + "a" * 9000, "http://\x00/"]
)  # fmt: skip
def test_what_is_no_web_address_is_refused(address: str) -> None:
    assert isinstance(failure(address), errors.AddressRefused | errors.HostUnknown)


def test_every_error_of_httpx_has_a_sentence() -> None:
    kinds = [
        one
        for one in vars(httpx).values()
        if isinstance(one, type) and issubclass(one, httpx.HTTPError | httpx.InvalidURL)
    ]
    assert len(kinds) > 15
    for kind in kinds:
        error = kind.__new__(kind)
        Exception.__init__(error, "what happened")
        assert str(failure_of(error, "http://a.example/", 5)).endswith(".")
