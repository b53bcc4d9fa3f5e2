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
