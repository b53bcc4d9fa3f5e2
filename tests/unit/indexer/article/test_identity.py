from __future__ import annotations

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from indexer.article.addresses import canonical_url, is_same_page, without_tracking
from indexer.article.identity import article_id

PLAIN = "https://news.example/world/story?id=7"

hosts = st.from_regex(r"[a-z][a-z0-9]{0,8}\.example", fullmatch=True)
segments = st.text(string.ascii_letters + string.digits + "-_äß日", min_size=1, max_size=8)
paths = st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts))
names = st.text(string.ascii_lowercase, min_size=2, max_size=4).map("q".__add__)
queries = st.lists(st.tuples(names, segments), max_size=4, unique_by=lambda pair: pair[0])


def url(scheme: str, host: str, path: str, query: list[tuple[str, str]]) -> str:
    pairs = "&".join(f"{name}={value}" for name, value in query)
    return f"{scheme}://{host}{path}" + (f"?{pairs}" if pairs else "")


@pytest.mark.parametrize(
    "variant",
    [
        "HTTPS://News.Example/world/story?id=7",
        "https://news.example:443/world/story?id=7",
        "https://news.example./world/story?id=7",
        "https://news.example/world/./x/../story?id=7",
        "https://news.example/world/story?id=7#comments",
        "https://news.example/world/story?id=7&utm_source=rss&utm_medium=feed",
        "https://news.example/world/story?fbclid=Iw3&id=7&gclid=9&mc_cid=1",
        "https://news.example/world/story?mibextid=1&id=7&CMP=share&wt.mc_id=x&maca=en-rss",
        "https://news.example/world/story?id=7&amp;utm_campaign=a&amp;amp;at_custom1=b",
        "https://news.example/world/story?id=7&ref=rss&from=timeline&isappinstalled=0",
        "https://news.example/world/story?id=7&pk_campaign=feed&mtm_kwd=x&ns_mchannel=rss",
        "https://news.example/world/story?id=7&ref=morningmail&source=newsletter-daily",
        "https://news.example/world/story?id=7&amp=1&outputType=amp&usqp=mq331AQ",
        "https://news.example/world/story?id=7#xtor=RSS-3208",
        "https://news.example/world/story?id=7#Echobox=1754041",
        "https://news.example/world/story?__s=a1&action_object_map=1&soc_src=x&id=7&esrc=n",
        "https://news.example/world/story?id=7#:~:text=the%20harbour",
        "https://reader:secret@news.example/world/story?id=7",
        "https://news.example/%77orld/story?id=7",
        "  https://news.example/world/story?id=7\n",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fnews.example%2Fworld%2Fstory%3Fid%3D7&x",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fworld%2Fstory%3Fid%3D7&h=AT",
        "https://a.safelinks.protection.outlook.com/?url=https://news.example/world/story%3Fid%3D7",
        "https://web.archive.org/web/20260801100000/https://news.example/world/story?id=7",
        "http://web.archive.org/web/2026*/https:/news.example/world/story?id=7",
        "https://captures.example/wayback/20260801100000id_/https://news.example/world/story?id=7",
        "https://archive.ph/newest/https://news.example/world/story?id=7",
        "https://r.jina.ai/https://news.example/world/story?id=7",
        "https://news.example/world/story?id=7&gaa_at=eafs&gaa_n=A&gaa_ts=6&gaa_sig=x&_amp=true",
        "https://news.example/world/story?id=7&unlocked_article_code=1.ab&giftCopy=0&srnd=home",
        "https://news.example/world/story?id=7&spMailingID=1&spUserID=2&lipi=urn&ref=digest.example",
    ],
)
def test_variants_of_an_address_are_one(variant: str) -> None:
    assert canonical_url(variant) == PLAIN


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/world/story?id=8",
        "https://news.example/world/Story?id=7",
        "https://www.news.example/world/story?id=7",
        "https://news.example:8443/world/story?id=7",
        "https://news.example/world/story?id=7#!/video",
        "https://news.example/world/story?id=7&ref=8",
        "https://news.example/20260801/https://news.example/world/story?id=7",
        "https://news.example/world/story?id=7&gaa=1",
        "https://translate.google.com/translate?tl=de&u=https://news.example/world/story?id=7",
        "https://news.example/world/story?gid=1&id=7",
        "https://news.example/world/story?cid=1&id=7",
        "https://news.example/world/story?clid=1&id=7",
        "https://news.example/world/story?id=7&12345",
        "https://news.example/world/story?id=7&pk_news=2",
        "https://news.example/world/story?id=7&ns_article=2",
        "https://news.example/world/story?id=7&trk_story=2",
        "https://news.example/world/story?id=7&source=bundestag",
        "https://news.example/world/story?id=7&amp=2",
    ],
)
def test_other_pages_stay_others(other: str) -> None:
    assert canonical_url(other) not in (None, PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "story",
        "news.example/story",
        "mailto:desk@news.example",
        "javascript:alert(1)",
        "https://",
        "http://[::1",
        "https://news.example:99999/",
        "http://�.example/",
    ],
)
def test_what_is_no_web_address(text: str) -> None:
    assert canonical_url(text) is None


@pytest.mark.parametrize(
    ("variant", "page"),
    [
        ("/2026/08/dam-breaks-in-lerna/amp/", "/2026/08/dam-breaks-in-lerna/"),
        ("/2026/08/dam-breaks-in-lerna/amp", "/2026/08/dam-breaks-in-lerna/"),
        ("/world/story-4711.amp", "/world/story-4711"),
        ("/world/story-4711.amp.html", "/world/story-4711.html"),
        ("/tag/amp/", "/tag/amp/"),
        ("/world/amp", "/world/amp"),
    ],
)
def test_the_amp_variant_of_an_article_is_the_article(variant: str, page: str) -> None:
    assert canonical_url(f"https://news.example{variant}") == f"https://news.example{page}"


@pytest.mark.parametrize(
    "cached",
    [
        "https://news-example.cdn.ampproject.org/c/s/news.example/world/story?id=7",
        "https://www.google.com/amp/s/news.example/world/story?id=7",
        "https://www.google.co.uk/amp/s/news.example/world/story?id=7&amp;usqp=x",
    ],
)
def test_a_cache_of_amp_pages_stands_for_the_page(cached: str) -> None:
    assert canonical_url(cached) == PLAIN


@pytest.mark.parametrize(
    "before",
    [
        "https://web.archive.org/web/20260304101500/",
        "http://web.archive.org/web/20260304101500id_/",
        "https://archive.ph/20260304101500/",
    ],
)
def test_a_page_in_a_web_archive_is_the_page(before: str) -> None:
    assert canonical_url(before + PLAIN) == PLAIN
    assert without_tracking(before + PLAIN) == PLAIN


@pytest.mark.parametrize(
    ("given_url", "stored"),
    [
        (PLAIN + "&utm_content=c0", PLAIN),
        (PLAIN + "&amp;utm_content=c1#ref=rss", PLAIN),
        ("https://News.example/X?b=2&amp;a=1#part", "https://news.example/X?b=2&a=1#part"),
        (PLAIN + "&partner=rss&emc=rss&amp;utm_id=1&cx_testId=3", PLAIN),
        (PLAIN + "&partner=7", PLAIN + "&partner=7"),
        ("https://news.example/#/story/7?from=x", "https://news.example/#/story/7?from=x"),
    ],
)
def test_an_address_is_stored_as_given_but_for_tracking_and_the_case_of_its_host(
    given_url: str, stored: str
) -> None:
    assert without_tracking(given_url) == stored
    assert without_tracking(stored) == stored


def test_international_names_are_one() -> None:
    assert canonical_url("https://Bücher.example/Straße") == canonical_url(
        "https://xn--bcher-kva.example/Stra%C3%9Fe"
    )


@given(st.sampled_from(["http", "https"]), hosts, paths, queries)
def test_canonical_form_is_its_own_canonical_form(
    scheme: str, host: str, path: str, query: list[tuple[str, str]]
) -> None:
    once = canonical_url(url(scheme, host, path, query))
    assert once is not None
    assert canonical_url(once) == once


@given(hosts, paths, queries, st.randoms())
def test_order_of_parameters_and_tracking_do_not_matter(
    host: str, path: str, query: list[tuple[str, str]], random: object
) -> None:
    shuffled = [*query, ("utm_campaign", "x"), ("gclid", "1")]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert canonical_url(url("https", host.upper(), path, shuffled)) == canonical_url(
        url("https", host, path, query)
    )


@given(st.text(max_size=60))
@example("http://[")
@example("http://a..example/")
@example("https://\u2100.example")
@example("https:// \xad")
def test_any_text_is_an_address_or_none(text: str) -> None:
    for candidate in (text, f"https://{text}"):
        found = canonical_url(candidate)
        assert found is None or canonical_url(found) == found


def test_a_given_id_wins() -> None:
    assert article_id("a-1", PLAIN, "Title", "Text", "desk") == "a-1"


def test_an_address_gives_the_same_id_over_http_and_https() -> None:
    ids = {article_id(None, f"{s}://news.example/a", s, s, s) for s in ("http", "https")}
    assert ids == {"u-a034b736288d3c3001d6a036"}


def test_content_gives_an_id_that_is_the_same_everywhere() -> None:
    assert article_id(None, None, "Title", "One two.", None) == "t-8c5c90db0eb33a2ebf277576"


def test_an_address_that_is_none_counts_as_none() -> None:
    assert article_id(None, "no address", "Title", "One two.", None) == article_id(
        None, None, "Title", "One two.", None
    )


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from([" ", "\n", "\r\n", "\u3000"]))
def test_wrapping_does_not_change_the_id(title: str, body: str, space: str) -> None:
    assert article_id(None, None, title, f"{body}{space}{body}", None) == article_id(
        None, None, title, f"{body} \n{body}", None
    )


@given(st.text(), st.text())
def test_other_words_or_another_source_are_another_article(body: str, other: str) -> None:
    assume(body.split() and "".join(body.split()) not in "".join(other.split()))
    first = article_id(None, None, "Title", body, None)
    assert first != article_id(None, None, "Title", body, "gazette")
    if article_id(None, None, "", body, None) == article_id(None, None, "", other, None):
        raise AssertionError((body, other))


def test_addresses_of_one_page() -> None:
    assert is_same_page("http://news.example/dam?b=1&a=2", "https://NEWS.example:443/dam?a=2&b=1")
    assert not is_same_page("https://news.example/dam", "https://news.example/dam?a=2")
    assert not is_same_page("dam", "dam")
