"""The headline of a page, in whatever way a site puts its name beside it."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from indexer.text.extraction.headline import title_of
from indexer.text.extraction.structured import Structured


def title(page: str, source: str = "", url: str | None = None, section: str = "") -> str:
    tree = document_fromstring(page)
    return title_of(tree, Structured.of(tree), source, url, section)


def shared(content: str, h1: str = "") -> str:
    heading = f"<h1>{h1}</h1>" if h1 else ""
    return f"<head><meta property='og:title' content='{content}'></head><body>{heading}<p>x</p>"


@pytest.mark.parametrize(
    ("written", "source", "wanted"),
    [
        ("Fluss steigt: Stadt im Wasser - Talbote", "Talbote", "Fluss steigt: Stadt im Wasser"),
        ("Talbote | Fluss steigt und steigt", "Talbote", "Fluss steigt und steigt"),
        ("川が氾濫、旧市街が浸水：谷新聞Web", "谷新聞", "川が氾濫、旧市街が浸水"),
        ("河水泛滥淹没老城_谷地网", "谷地网", "河水泛滥淹没老城"),
        ("강이 범람해 도시가 잠겼다-사회ㅣ골짜기일보", "골짜기일보", "강이 범람해 도시가 잠겼다"),
        ("강이 “범람”-골짜기일보", "골짜기일보", "강이 “범람”"),
        ("فاض النهر وغمر المدينة | الوادي", "الوادي", "فاض النهر وغمر المدينة"),
        # A name within the headline stays.
        ("Talbote - 100 Jahre einer Zeitung", "Kurier", "Talbote - 100 Jahre einer Zeitung"),
        ("Kurier: so", "Kurier", "Kurier: so"),
    ],
)  # fmt: skip
def test_the_name_of_the_site_is_left_out(written: str, source: str, wanted: str) -> None:
    assert title(shared(written), source) == wanted


def test_a_site_that_says_no_name_goes_by_its_address_and_its_section() -> None:
    page = shared("The river floods the old town | valleypost.example")
    assert title(page, url="https://www.valleypost.example/a") == "The river floods the old town"
    assert title(shared("강이 넘쳤다-사회"), section="사회") == "강이 넘쳤다"


def test_a_title_that_is_the_heading_with_more_is_the_heading() -> None:
    page = shared("River floods town - Late News", "River floods town")
    assert title(page) == "River floods town"


def test_a_title_that_was_cut_is_whole_where_the_page_shows_it() -> None:
    assert title(shared("River floods the…", "River floods the town")) == "River floods the town"


def test_quotation_marks_are_those_that_the_page_shows_twice() -> None:
    article = '{"@type": "Article", "headline": "A ‘good’ day"}'
    said = f'<script type="application/ld+json">{article}</script>'
    page = shared("A &quot;good&quot; day", "A ‘good’ day").replace("</head>", f"{said}</head>")
    assert title(page) == "A ‘good’ day"
    assert title(shared("A &quot;good&quot; day", "A ‘GOOD’ DAY")) == 'A "good" day'


def test_what_is_no_address_names_nothing() -> None:
    assert title(shared("River floods town"), url="http://[") == "River floods town"


def page_of(whole: str = "", h1: str = "", said: str = "", before: str = "") -> str:
    head = f"<title>{whole}</title>" if whole else ""
    script = f'<script type="application/ld+json">{said}</script>' if said else ""
    return f"<html><head>{head}{script}</head><body>{before}<h1>{h1}</h1><p>x</p></body></html>"


FLOOD = "River floods town"


@pytest.mark.parametrize(
    "written",
    [
        f"{FLOOD} ~ Post", f"{FLOOD} :: Post", f"{FLOOD} › Post", f"{FLOOD} » Post",
        f"Weather | {FLOOD} | Post", f"{FLOOD} - Page 2 of 3 | Post", f"{FLOOD} (Seite 2) - Post",
        f"{FLOOD} | 04.03.2026 | Post", f"Post: {FLOOD}",
    ],
)  # fmt: skip
def test_a_page_s_title_has_more_than_the_headline(written: str) -> None:
    assert title(f"<head><title>{written}</title></head><body><p>x</p>", "Post") == FLOOD


@pytest.mark.parametrize(
    "logo",
    ["<h1 class='site-title'>Post</h1>", "<h1><a href='/'>Post</a></h1>",
     "<h1><a href='https://post.example'>Post</a></h1>", "<div id='logo'><h1>Post</h1></div>",
     "<h1 class='hidden'>Post</h1>"],
)  # fmt: skip
def test_the_heading_that_names_the_site_is_not_the_headline(logo: str) -> None:
    assert title(page_of(f"{FLOOD} - Post", FLOOD, before=logo)) == FLOOD
    assert title(page_of(f"{FLOOD} - Post", before=logo), "Post") == FLOOD


@pytest.mark.parametrize(
    "filler", ["Home", "undefined", "post.example", "www.post.example", "Post"]
)
def test_what_stands_in_for_a_title_is_none(filler: str) -> None:
    page = shared(filler, FLOOD)
    assert title(page, "Post", url="https://www.post.example/a") == FLOOD


@pytest.mark.parametrize(
    "h1",
    ["River floods<br>town", "<span>River</span><span>floods town</span>",
     "River&shy; floods town", "River floods town <small>3 comments</small>",
     "River floods town<script>var a</script>", "<b>R</b>iver floods town"],
)  # fmt: skip
def test_a_heading_is_read_as_it_is_seen(h1: str) -> None:
    assert title(page_of(h1=h1)) == FLOOD


def test_markup_in_what_is_written_for_machines_is_left_out() -> None:
    article = '{"@type": "NewsArticle", "headline": "<b>River</b> floods<br/>town"}'
    assert title(page_of(said=article)) == FLOOD
    article = '{"@type": "NewsArticle", "headline": "If a < b and b > c"}'
    assert title(page_of(said=article)) == "If a < b and b > c"


def test_a_title_that_was_cut_without_a_sign_is_whole_where_the_page_shows_it() -> None:
    long = "River floods town " * 6 + "and nobody knows when the water will go"
    article = f'{{"@type": "NewsArticle", "headline": "{long[:110]}"}}'
    assert title(page_of(h1=long, said=article)) == long


def test_the_title_of_a_drawing_is_not_the_page_s() -> None:
    assert title(f"<body><svg><title>Logo</title></svg><h1>{FLOOD}</h1>") == FLOOD
    assert title("<body><svg><title>Logo</title></svg><p>x</p>") == ""


def test_a_name_right_behind_the_headline_is_left_out() -> None:
    assert title(shared(f"{FLOOD} The Post", FLOOD), "The Post") == FLOOD
    assert (
        title(shared(f"{FLOOD} the post", f"{FLOOD} the post"), "The Post") == f"{FLOOD} the post"
    )
