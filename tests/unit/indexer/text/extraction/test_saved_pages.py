"""Pages that a browser saved or an archive keeps, and those that say it badly for machines."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.text.extraction.page import page_record

TEXT = [
    f"The parish council of Fenland has refused site {n} for caravans, because of the narrow road."
    for n in range(4)
]
BODY = "<article><h1>Caravans refused</h1>{}</article>".format(
    "".join(f"<p>{one}</p>" for one in TEXT)
)


def record(page: str, url: str | None = None) -> dict[str, Any]:
    found = page_record(page.encode(), url)
    assert isinstance(found, dict), found
    return found


def page(head: str = "", body: str = BODY) -> str:
    title = "<title>Caravans refused</title>"
    return f"<!DOCTYPE html><html lang=en><head>{title}{head}</head><body>{body}</body></html>"


ADDRESS = "https://mercury.example/news/caravans-refused?edition=2"


@pytest.mark.parametrize(
    "comment",
    [
        f"<!-- saved from url=(0055){ADDRESS} -->",
        f"<!--\n Page saved with SingleFile \n url: {ADDRESS} \n saved date: Wed Mar 04 2026\n-->",
    ],
)
def test_a_saved_page_says_where_it_is_from(comment: str) -> None:
    assert record(page().replace("<html", f"{comment}<html"))["url"] == ADDRESS
    fetched = "https://mercury.example/other"
    assert record(page().replace("<html", f"{comment}<html"), fetched)["url"] == fetched


BROKEN = """<script type="application/ld+json">{"@context": "https://schema.org",
 "@type": "NewsArticle", "headline": "Caravans "refused"", "description": "They say "no".",
 "datePublished": "2026-03-04T06:10:00+01:00", "dateModified": "2026-03-04T07:00:00+01:00",
 "author": {"@type": "Person", "name": "Urs Amherd"}}</script>"""


def test_broken_json_is_read_as_far_as_it_says_something() -> None:
    found = record(page(BROKEN))
    assert found["published"] == "2026-03-04T06:10:00+01:00"
    assert found["updated"] == "2026-03-04T07:00:00+01:00"
    assert found["authors"] == ["Urs Amherd"]
    assert found["title"] == "Caravans refused"


def test_json_that_was_escaped_is_read() -> None:
    whole = BROKEN.replace('"refused""', 'refused"').replace('"no".', 'no."').replace('."",', '.",')
    start, _, rest = whole.partition(">")
    escaped = rest.removesuffix("</script>").replace('"', "&quot;")
    assert record(page(f"{start}>{escaped}</script>"))["authors"] == ["Urs Amherd"]


def test_dates_of_microformats_are_read_where_nothing_else_says_one() -> None:
    dates = (
        '<abbr class="published" title="2026-03-04T10:05:00Z">4 March</abbr>'
        '<abbr class="updated" title="2026-03-05T10:05:00Z">5 March</abbr>'
    )
    found = record(page(body=BODY.replace("</h1>", f"</h1><p>{dates}</p>")))
    assert found["published"] == "2026-03-04T10:05:00Z"
    assert found["updated"] == "2026-03-05T10:05:00Z"


def test_of_two_attributes_of_a_date_the_one_with_a_time_counts() -> None:
    date = '<time itemprop=datePublished datetime="2026-03-04" content="2026-03-04T07:30:00-06:00">'
    found = record(page(body=BODY.replace("</h1>", f"</h1>{date}4 March</time>")))
    assert found["published"] == "2026-03-04T07:30:00-06:00"


def test_a_year_in_the_text_is_no_date_of_it() -> None:
    found = record(page(body=BODY.replace("narrow road", "road of 1998")))
    assert "published" not in found


def test_of_two_times_of_a_day_the_one_with_a_zone_counts() -> None:
    json = '{"@type": "NewsArticle", "datePublished": "2026-03-04 20:00:49"}'
    meta = '<meta property="article:published_time" content="2026-03-04T19:00:49+01:00">'
    found = record(page(f'<script type="application/ld+json">{json}</script>{meta}'))
    assert found["published"] == "2026-03-04T19:00:49+01:00"


@pytest.mark.parametrize(
    "caption",
    [
        "The road to the site (Photo: Jana Holl)",
        "Weg zum Platz [Foto: dpa]",
        "用地への道（写真：港日報）",
        "הדרך אל האתר (צילום: דוברות העירייה)",
        "▲營地入口。（圖／港務局提供）",
        "▲ 야영장 입구 전경",
        "2026年3月4日 9時12分",
        "Continued on next page...",
        "• • •",
        "People are also reading…",
        "Kaynak: DHA",
        "انتهای پیام",
        "Подписывайтесь на наш канал в Telegram",
    ],
)
def test_captions_by_their_credit_and_ornaments_are_left_out(caption: str) -> None:
    body = BODY.replace(f"<p>{TEXT[2]}</p>", f"<p>{caption}</p><p>{TEXT[2]}</p>")
    assert record(page(body=body))["paragraphs"] == TEXT


def test_an_empty_line_between_sentences_parts_paragraphs() -> None:
    body = "<article><h1>Caravans refused</h1><p>{}</p></article>".format("\n\n".join(TEXT))
    assert record(page(body=body))["paragraphs"] == TEXT
    wrapped = TEXT[0].replace(" refused", "\n\n    refused")
    assert record(page(body=BODY.replace(TEXT[0], wrapped)))["paragraphs"] == TEXT


def test_the_only_heading_called_the_headline_is_the_title() -> None:
    heads = '<h1 id=logo><a href="/">Bay News</a></h1><h2 class="entry-title">Caravans refused</h2>'
    body = BODY.replace("<h1>Caravans refused</h1>", heads)
    whole = page(body=body).replace("<title>", "<title>Bay News: ")
    assert record(whole)["title"] == "Caravans refused"


@pytest.mark.parametrize("title", ["BAY NEWS - Caravans refused", "Caravans refused | Bay"])
def test_the_half_of_a_title_that_is_shown_is_the_headline(title: str) -> None:
    text = "<br><br>".join(TEXT)
    cell = f"<td><font size=5><b>Caravans refused</b></font><br><br>{text}</td>"
    body = f"<table><tr><td><b>BAY NEWS</b></td>{cell}</tr></table>"
    whole = page(body=body).replace("<title>Caravans refused", f"<title>{title}")
    assert record(whole)["title"] == "Caravans refused"


def test_a_writer_in_brackets_behind_a_title_is_none_of_it() -> None:
    meta = (
        '<meta property="og:title" content="移転計画を否決（港日報） - ニュース広場">'
        '<meta property="og:site_name" content="ニュース広場">'
    )
    whole = page(meta, BODY.replace("Caravans refused", "移転計画を否決"))
    assert record(whole)["title"] == "移転計画を否決"
