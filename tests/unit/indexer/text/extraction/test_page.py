"""Web pages as sites write them -> articles, and what is no article."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.extraction.page import MOST_ELEMENTS, page_record

LEAD = "The river Mera rose by two metres overnight and flooded the old town of Aldino."
SECOND = "About forty families were taken to a school on the hill, the mayor, Ines Roth, said."
THIRD = "Engineers will look at the bridge on Friday; until then it stays closed to all traffic."

PAGE = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>River Mera floods Aldino | The Valley Post</title>
<meta property="og:title" content="River Mera floods Aldino | The Valley Post">
<meta property="og:type" content="article">
<meta property="og:site_name" content="The Valley Post">
<meta property="article:published_time" content="2026-03-04T06:15:00+01:00">
<meta property="article:section" content="Weather">
<link rel="canonical" href="/weather/mera-floods-aldino">
<script type="application/ld+json">
{{"@context": "https://schema.org", "@graph": [{{"@type": "NewsArticle",
 "headline": "River Mera floods Aldino", "dateModified": "2026-03-04T09:30:00+01:00",
 "author": [{{"@type": "Person", "name": "Jana Holl"}}, {{"@type": "Person", "name": "Li Wei"}}],
 "keywords": ["floods", "Aldino"]}}]}}
</script></head>
<body><nav><a href="/">Home</a> <a href="/weather">Weather</a></nav>
<article><h1>River Mera floods Aldino</h1>
<p class="byline">By Jana Holl and Li Wei</p>
<p>{LEAD}</p>
<figure><img src="x.jpg"><figcaption>Photo: Valley Post</figcaption></figure>
<p>{SECOND}</p>
<p>Read also: <a href="/a">The last great flood of the valley</a></p>
<h2>Bridge closed</h2>
<p>{THIRD}</p></article>
<aside><h3>Most read</h3><ul><li><a href="/b">Twelve soups for winter</a></li></ul></aside>
<footer>© The Valley Post</footer></body></html>"""


def record(page: str | bytes, url: str | None = None) -> dict[str, Any]:
    found = page_record(page if isinstance(page, bytes) else page.encode(), url)
    assert isinstance(found, dict), found
    return found


def refused(page: str) -> str:
    found = page_record(page.encode())
    assert isinstance(found, str), found
    return found


def test_an_article_comes_with_what_the_page_says_of_it() -> None:
    assert record(PAGE, "https://post.example/weather/mera?utm_source=x") == {
        "url": "https://post.example/weather/mera-floods-aldino",
        "title": "River Mera floods Aldino",
        "paragraphs": [LEAD, SECOND, "Bridge closed", THIRD],
        "lang": "en-GB",
        "source": "The Valley Post",
        "authors": ["Jana Holl", "Li Wei"],
        "published": "2026-03-04T06:15:00+01:00",
        "updated": "2026-03-04T09:30:00+01:00",
        "section": "Weather",
        "tags": ["floods", "Aldino"],
    }


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("iso-8859-1", "windows-1252"),
        ("windows-1251", "utf-8"),
        ("", "utf-8"),
        ("utf-8", "utf-16"),
    ],
)
def test_a_page_is_decoded_as_it_is_written(declared: str, encoding: str) -> None:
    text = "Die Bäche führten Hochwasser – „wie seit Jahren nicht“, sagte der Bürgermeister."
    meta = f'<meta charset="{declared}">' if declared else ""
    page = f"<html><head>{meta}</head><body><article><p>{text}</p><p>{LEAD}</p></article></body>"
    assert record(page.encode(encoding))["paragraphs"] == [text, LEAD]


@pytest.mark.parametrize(
    "around",
    [
        '<div class="image-caption">The river at the bridge, seen from the church hill.</div>',
        '<p class="wp-caption-text">The river at the bridge on Tuesday morning, at six.</p>',
        '<div class="newsletter-signup"><p>Our stories each morning, free of charge.</p></div>',
        '<section id="related-articles"><p>Twelve soups for the winter.</p></section>',
        "<p>Published 4 March 2026</p>",
        "<p>Tuesday, March 4, 2026 | 6:15 am</p>",
        "<p>Aktualisiert am 4. März 2026 um 09:30 Uhr</p>",
        "<p>4 марта 2026, 09:30</p>",
        "<p>Thanks for signing up!</p>",
        "<p>Loading Comments...</p>",
        "<p>Empfohlener externer Inhalt</p>",
        "<p>責任編輯：王小明</p>",
        "<p>무단 전재 및 재배포 금지</p>",
        "<p>Jana Holl jana.holl@post.example</p>",
        "<p>https://post.example/weather/mera</p>",
        "<p>River Mera: floods Aldino</p>",
    ],
)
def test_what_stands_around_an_article_is_left_out(around: str) -> None:
    page = PAGE.replace(f"<p>{SECOND}</p>", f"{around}<p>{SECOND}</p>{around}")
    assert record(page)["paragraphs"] == [LEAD, SECOND, "Bridge closed", THIRD]


@pytest.mark.parametrize(
    "text",
    [
        "4 March 2026",
        "March 4",
        "Thank you, she said to the firemen, who had come at night.",
        "Popular music was played in the school all night long.",
        "He wrote to the mayor at once, at six in the morning.",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    page = PAGE.replace(f"<p>{SECOND}</p>", f"<p>{SECOND}</p><h3>{text}</h3><p>{THIRD}</p>")
    assert text in record(page)["paragraphs"]


def test_a_part_that_has_the_article_stays_whatever_it_is_called() -> None:
    page = PAGE.replace("<article>", '<article><div class="newsletter">').replace(
        "</article>", "</div></article>"
    )
    assert record(page)["paragraphs"] == [LEAD, SECOND, "Bridge closed", THIRD]


def test_an_author_is_found_by_the_address_of_a_page_about_him() -> None:
    page = PAGE.replace('"author"', '"editor"').replace(
        '<p class="byline">By Jana Holl and Li Wei</p>', ""
    )
    page = page.replace("<h1>", "<header><h1>").replace(
        "</h1>", '</h1><a href="/author/holl">Jana Holl</a></header>'
    )
    assert record(page)["authors"] == ["Jana Holl"]


def test_the_code_of_a_country_is_no_language() -> None:
    page = f'<html lang="jp"><body><article><p>{LEAD}</p><p>{SECOND}</p></article></body></html>'
    assert record(page)["lang"] == "ja"


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    text = "Паводок пошкодив міст через річку, повідомила мерка міста у понеділок уранці."
    page = f"<html><body><article><p>{text}</p><p>{text[::-1]}</p></article>".encode()
    found = record(page.replace("міст".encode(), b"m\xffst", 1))
    assert found["paragraphs"][1] == text[::-1]


def test_an_article_that_stands_in_a_script_only_is_read_there() -> None:
    body = "".join(f"<p>{text}</p>" for text in (LEAD, SECOND, THIRD) * 3)
    page = (
        '<html><head><title>Flood</title><script type="application/json">'
        f'{{"props": {{"story": {{"body": "{body}"}}}}}}</script></head><body><div id="app">'
        "</div></body></html>"
    )
    assert record(page)["paragraphs"][:3] == [LEAD, SECOND, THIRD]


@pytest.mark.parametrize(
    ("title", "body", "words"),
    [
        ("Just a moment...", "<p>Checking your browser before you go on.</p>", "captcha"),
        ("Bote", "<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>", "captcha"),
        ("Page not found", "<h1>Oh no</h1><p>Try the search.</p>", "404"),
        ("Page introuvable - Le Val", "<p>Le lien est peut-être ancien.</p>", "404"),
        ("ページが見つかりません", "<p>トップへ戻る</p>", "404"),
        (
            "Bote",
            "<h1>Ups</h1><p>Die von Ihnen gesuchte Seite gibt es leider nicht mehr.</p>",
            "404",
        ),
        ("Oups", "<p>La page que vous cherchez a peut-être été déplacée ou supprimée.</p>", "404"),
        ("Fout", "<h1>Deze pagina bestaat niet</h1><p>Ga naar de voorpagina.</p>", "404"),
        ("502 Bad Gateway", "<h1>502 Bad Gateway</h1><p>nginx</p>", "notice of the server"),
        ("Post", f"<h1>We'll be back</h1><p>{'Thank you for your patience. ' * 4}</p>", "notice"),
        ("valley.example is for sale", f"<p>{'Buy this domain. ' * 8}</p>", "notice"),
        (
            "Tal-Bote",
            "<p>Wir verwenden Cookies. Ihre Einwilligung können Sie jederzeit widerrufen.</p>",
            "cookie wall",
        ),
        ("Log in - Post", "<form><p>Sign in to go on reading.</p><input></form>", "log in"),
        ("Empty", "<div></div>", "no text"),
        ("Short", "<p>A word.</p>", "hardly any text"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(title: str, body: str, words: str) -> None:
    page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    assert words in refused(page)


def test_a_list_of_headlines_is_no_article() -> None:
    links = "".join(
        f'<li><a href="/{n}">The council has voted on street number {n}</a></li>' for n in range(60)
    )
    assert "list" in refused(f"<html><title>News</title><body><ul>{links}</ul></body></html>")


def test_an_article_about_cookies_and_robots_is_an_article() -> None:
    text = " ".join([LEAD, "The ministry wants new rules for cookies and for captchas.", SECOND])
    paragraphs = "".join(f"<p>{number}. {text} {THIRD}</p>" for number in range(8))
    page = f"<html><head><title>Rules</title></head><body><article>{paragraphs}</article></body>"
    assert len(record(page)["paragraphs"]) == 8


def test_a_page_that_sends_readers_on_says_where() -> None:
    on = "<meta http-equiv='refresh' content='0; URL=\"https://ex.org/b\"'>"
    assert "https://ex.org/b" in refused(f"<head>{on}</head><body><p>One moment</p></body>")
    later = on.replace("0;", "300;")
    assert record(PAGE.replace("<head>", f"<head>{later}"))["paragraphs"]
    assert record(PAGE.replace("<head>", f"<head>{on}"))["paragraphs"]


@pytest.mark.parametrize(
    "title",
    ["At least 18 hurt as bridge under maintenance gives way", "Old inn is for sale",
     "Service unavailable to many after the flood"],
)  # fmt: skip
def test_words_of_servers_in_the_news_are_news(title: str) -> None:
    page = f"<title>{title}</title><body><h1>{title}</h1><article><p>{LEAD}</p><p>{SECOND} "
    assert record(f"{page}{THIRD * 5}</p></article></body>")["title"] == title


def test_a_page_of_too_many_elements_is_refused() -> None:
    assert f"{MOST_ELEMENTS:,}" in refused("<p>" + "<b>x</b>" * (MOST_ELEMENTS + 1))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_record_or_a_sentence(data: bytes) -> None:
    found = page_record(b"<html><body>" + data)
    assert isinstance(found, dict) or found.endswith((".", ")."))


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div>", "</div>", "<table>", "<tr><td>", "<script>", "</script>",
             '<script type="application/ld+json">', '{"@type":"NewsArticle","author":[[',
             "<a href='x'>", "<br>", LEAD, "&lt;p&gt;", "<meta content='&#xD800;' name=author>",
             "<h1>", "<title>", "<!--", "-->", "]]>", "<ul><li>", '"articleBody":"<p>x"}']
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_mixture_of_elements_is_a_record_or_a_sentence(parts: list[str]) -> None:
    found = page_record("".join(parts).encode())
    assert isinstance(found, str) or all(isinstance(p, str) for p in found.get("paragraphs", []))


def test_no_depth_of_nesting_is_too_much() -> None:
    page_record(b"<div>" * 100_000 + LEAD.encode())
    page_record(b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>")


RUSSIAN = """<html><head>{meta}<title>Мост закрыт</title></head><body><article><h1>Мост закрыт</h1>
<p>Мэр города заявил, что мост через реку останется закрытым до осени.</p>
<p>Инженеры ищут трещины в опорах и обещают доклад на следующей неделе.</p></article>
</body></html>"""


@pytest.mark.parametrize(
    "declared",
    ["", '<meta charset="utf-8">', '<meta charset="iso-8859-1">', '<meta charset="big5">'],
)
@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_a_page_that_is_no_text_in_what_it_declares_is_read_as_what_it_is(
    declared: str, encoding: str
) -> None:
    found = record(RUSSIAN.format(meta=declared).encode(encoding))
    assert (found["title"], len(found["paragraphs"])) == ("Мост закрыт", 2)


def test_a_short_page_in_chinese_is_an_article() -> None:
    lead = "颱風登陸東部，造成電力中斷。市政府宣布明天停班停課，並呼籲民眾避免外出。"
    rest = "消防局表示已經有三人受傷送醫。"
    assert len(lead + rest) < 80
    body = f"<article><h1>颱風登陸</h1><p>{lead}</p><p>{rest}</p></article>"
    page = f"<html><head><title>颱風登陸</title></head><body>{body}</body></html>"
    assert record(page)["paragraphs"] == [lead, rest]


NAV = '<nav><a href="/">Home</a> <a href="/weather">Weather</a></nav>'
BRIEF = ["The bridge at Aldino is open again.", "Lorries have to wait until autumn, the town said."]


def brief(inner: str, head: str = "") -> str:
    return f"<html lang=en><head><title>Open</title>{head}</head><body>{NAV}{inner}</body></html>"


def test_a_brief_keeps_its_paragraphs_and_none_of_the_menu() -> None:
    body = "".join(f"<p>{one}</p>" for one in BRIEF)
    page = brief(f"<article><h1>Bridge open</h1><div>4 March 2026, 10:15</div>{body}</article>")
    assert record(page)["paragraphs"] == BRIEF


def test_two_line_breaks_end_a_paragraph() -> None:
    body = f"{LEAD}<br><br>{SECOND}<br>{THIRD}<br> <br/>\n<br>{BRIEF[1]}"
    page = brief(f"<article><h1>Flood</h1><div><p>{body}</p></div></article>")
    assert record(page)["paragraphs"] == [LEAD, f"{SECOND} {THIRD}", BRIEF[1]]


def test_a_table_that_lays_out_a_page_is_no_row() -> None:
    body = "".join(f"<p>{one}</p>" for one in (LEAD, SECOND, THIRD))
    menu = '<td><a href="/">Home</a><br><a href="/s">Sport</a></td>'
    cell = f"<td><h1>River floods Aldino</h1>04.03.2026 10:40{body}</td>"
    page = f"<html><body><table><tr>{menu}{cell}</tr></table></body></html>"
    assert record(page)["paragraphs"][-3:] == [LEAD, SECOND, THIRD]


def test_the_text_for_machines_counts_for_a_brief_too() -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Open", "articleBody": "\n".join(BRIEF)})
    page = brief("<div id=app></div>", f'<script type="application/ld+json">{data}</script>')
    assert record(page)["paragraphs"] == BRIEF


def test_the_text_for_machines_is_parted_as_it_is_written() -> None:
    parts = [LEAD, SECOND, THIRD]
    for between in ("\n", "\n\n", "\r\n"):
        data = json.dumps(
            {"@type": "NewsArticle", "headline": "Open", "articleBody": between.join(parts)}
        )
        page = brief("<div id=app></div>", f'<script type="application/ld+json">{data}</script>')
        assert record(page)["paragraphs"] == parts


@pytest.mark.parametrize(
    "offer",
    [
        "Jetzt 4 Wochen für 1 Euro testen. Jederzeit kündbar.",
        "Sie haben schon ein Abo? Anmelden",
        "Already a subscriber? Log in",
        "Subscribe to continue reading",
        "Try 6 weeks for $1, cancel anytime",
        "Déjà abonné ? Connectez-vous",
        "¿Ya eres suscriptor? Inicia sesión",
        "Verder lezen? Word abonnee voor € 2 per week.",
    ],
)
def test_offers_of_subscriptions_are_left_out(offer: str) -> None:
    page = brief(f"<article><h1>Flood</h1><p>{LEAD}</p><p>{SECOND}</p><p>{offer}</p></article>")
    assert record(page)["paragraphs"] == [LEAD, SECOND]


@pytest.mark.parametrize(
    "sentence",
    [
        "The house was sold for €5 million.",
        "He subscribes to 12 papers and reads them all.",
        "Rents rose to 500 euros per month in March.",
        "The trial runs for six weeks, the court said.",
    ],
)
def test_sentences_about_money_are_no_offers(sentence: str) -> None:
    page = brief(f"<article><h1>Flood</h1><p>{LEAD}</p><p>{sentence}</p></article>")
    assert record(page)["paragraphs"] == [LEAD, sentence]


def test_a_page_of_nothing_but_an_offer_is_refused() -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Open", "isAccessibleForFree": False})
    offer = "<p>Why it is open.</p><p>Jetzt 4 Wochen für 1 Euro testen. Jederzeit kündbar.</p>"
    page = brief(f"<h1>Open</h1>{offer}", f'<script type="application/ld+json">{data}</script>')
    assert "to subscribers only" in refused(page)


def test_headings_that_are_links_make_a_list() -> None:
    teaser = "<article><h2><a href='/{0}'>Report {0}</a></h2><p>A few words on it, number {0}.</p>"
    page = brief("".join(f"{teaser.format(n)}</article>" for n in range(12)))
    assert "list of articles" in refused(page)
    body = "".join(f"<p>{one}</p>" for one in (LEAD * 2, SECOND, THIRD))
    related = "".join(f"{teaser.format(n)}</article>" for n in range(12))
    assert record(brief(f"<main><h1>Flood</h1>{body}</main>{related}"))


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("입력 2026.03.04 09:15 수정 2026.03.05 11:00", "2026-03-04", "2026-03-05"),
        ("<span>입력 2026.03.04 09:15</span> <span>수정 2026.03.05 11:00</span>", "2026-03-04",
         "2026-03-05"),
        ("2026年03月04日 09:15　来源：港口晚报", "2026-03-04", ""),
        ("Yayınlanma: 4 Mart 2026 - 09:15 | Güncelleme: 5 Mart 2026 - 11:40", "2026-03-04",
         "2026-03-05"),
        ("di Marco Bassi | 4 marzo 2026 ore 14:05", "2026-03-04", ""),
        ("Published 4 March 2026 at 7:45 a.m. GMT", "4 March 2026 at 7:45 a.m. GMT", ""),
    ],
)  # fmt: skip
def test_a_date_that_only_readers_see(line: str, published: str, updated: str) -> None:
    body = f"<p>{LEAD}</p><p>{SECOND} It was so in 12.03.1984, too.</p>"
    found = record(brief(f"<h1>River floods Aldino</h1><div>{line}</div>{body}"))
    assert published in found["published"] if "GMT" in line else found["published"] == published
    assert found.get("updated", "") == updated


def test_microdata_and_graphs_name_publisher_and_address() -> None:
    publisher = '<div itemprop="publisher"><meta itemprop="name" content="The Post"></div>'
    meta = '<meta itemprop="mainEntityOfPage" content="https://post.example/n/22">'
    body = f"<article>{meta}<h1>Flood</h1>{publisher}<p>{LEAD}</p><p>{SECOND}</p></article>"
    found = record(brief(body))
    assert (found["source"], found["url"]) == ("The Post", "https://post.example/n/22")
    graph = {"@type": "NewsArticle", "@id": "https://post.example/n/23#article", "headline": "A"}
    data = f'<script type="application/ld+json">{json.dumps({"@graph": [graph]})}</script>'
    found = record(brief(f"<article><h1>Flood</h1><p>{LEAD}</p><p>{SECOND}</p></article>", data))
    assert found["url"] == "https://post.example/n/23"


MEDIUM = """<!DOCTYPE html><html><head><title>Flood</title></head><body><article class="h-entry">
<header><h1 class="p-name">Flood</h1></header><section data-field="body" class="e-content">
<p>{0}</p><p>{1}</p></section><footer>{2}<p>Exported from <a href="https://medium.com">Medium</a>
on March 5, 2026.</p></footer></article></body></html>"""


def test_a_draft_of_medium_is_told_from_what_was_published() -> None:
    by = '<p>By Ann on <time class="dt-published" datetime="2026-03-04T08:00:00.000Z">x</time></p>'
    assert record(MEDIUM.format(LEAD, SECOND, ""))["status"] == "draft"
    found = record(MEDIUM.format(LEAD, SECOND, by))
    assert "status" not in found
    assert found["published"] == "2026-03-04T08:00:00.000Z"


def test_control_characters_of_other_programs_are_no_text() -> None:
    text = "The weir at Fenland failed on Monday, and the water stood in the lower town by noon."
    body = "".join(f"<p>{text} {n}</p>" for n in range(40))
    body += "<p>So it was.<br>\x07Nobody\x07 was hurt there.</p>"
    page = f"<html><head><title>Weir fails</title></head><body><h1>Weir</h1>{body}</body></html>"
    found = page_record(page.encode())
    assert isinstance(found, dict)
    assert "Nobody was hurt there." in " ".join(found["paragraphs"])
