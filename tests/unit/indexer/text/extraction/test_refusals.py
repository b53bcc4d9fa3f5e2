"""Pages that are no article, in more languages, and articles that look like them."""

from __future__ import annotations

import json

import pytest

from indexer.text.extraction.dom import tree_of
from indexer.text.extraction.page import page_record
from indexer.text.extraction.refusals import all_of_a_bare_page
from indexer.text.extraction.structured import Structured

LONG = (
    "The weir at Fenland failed on Monday night, and the water stood in the lower town within the "
    "hour, as people who live there said on Tuesday morning."
)


def page(title: str, body: str, head: str = "") -> dict[str, object] | str:
    html = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
    return page_record(f"{html}<body>{body}</body></html>".encode())


GONE = """
お探しのページは見つかりませんでした|記事の掲載期間が終了した可能性があります。
ไม่พบหน้านี้|ขออภัย ไม่พบหน้าเว็บที่คุณกำลังค้นหา อาจถูกลบหรือเปลี่ยนชื่อแล้ว
Сторінка не існує|На жаль, сторінка, яку ви шукаєте, була видалена.
אופס! העמוד לא נמצא|העמוד שחיפשת אינו קיים או שהוסר מהאתר.
पेज नहीं मिला|क्षमा करें, आप जिस पेज की तलाश कर रहे हैं वह मौजूद नहीं है।
Trang không tồn tại|Xin lỗi, trang bạn đang tìm kiếm đã bị xóa hoặc chuyển đi.
Página inexistente|A notícia que tentou abrir mudou de endereço ou foi apagada.
"""


@pytest.mark.parametrize("line", GONE.strip().splitlines())
def test_pages_that_are_gone(line: str) -> None:
    heading, _, text = line.partition("|")
    found = page(heading, f"<h1>{heading}</h1><p>{text * 3}</p>")
    assert isinstance(found, str)
    assert "(404)" in found


WALLS = """
My i nasi partnerzy przechowujemy informacje na urządzeniu, takie jak identyfikatory
w plikach cookie. Możesz zaakceptować swoje preferencje lub zarządzać nimi.

Weiter mit Werbung lesen. Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Ihre
Zustimmung ist jederzeit widerrufbar, auch für 2,99 Euro im Monat.

Мы и наши партнёры используем файлы cookie для показа рекламы. Нажимая кнопку,
вы соглашаетесь с этим; ваш выбор можно изменить в любое время.

Biz ve iş ortaklarımız (partner) reklam için çerez kullanıyoruz. Kabul ederek
cihazınız üzerindeki bilgilere erişmemize izin verirsiniz.
"""


def test_a_wall_whose_buttons_ask_for_consent() -> None:
    text = "Nosotros y nuestros 842 socios guardamos información en tu dispositivo, como cookies."
    buttons = "<button>Aceptar y continuar</button><button>Rechazar</button>"
    found = page("Diario", f"<h2>Tu privacidad</h2><p>{text}</p>{buttons}")
    assert isinstance(found, str)
    assert "cookie wall" in found


@pytest.mark.parametrize("heading", ["429 Too Many Requests", "403 Forbidden"])
def test_notices_of_servers(heading: str) -> None:
    text = (
        "You cannot open this page at the moment; please wait some minutes and try it again then."
    )
    found = page(heading, f"<h1>{heading}</h1><p>{text}</p>")
    assert isinstance(found, str)
    assert "notice of the server" in found


@pytest.mark.parametrize("text", WALLS.strip().split("\n\n"))
def test_pages_that_ask_for_consent(text: str) -> None:
    found = page("Gazeta", f"<h2>Gazeta</h2><p>{text}</p>")
    assert isinstance(found, str)
    assert "cookie wall" in found


STORIES = """
The browser will go on to accept cookies of advertisers, its maker said on Monday after
years of talks with regulators in three countries, who had asked for a longer delay.

Netflix gana suscriptores en todo el mundo, dijo el lunes la empresa, que espera otro
año de crecimiento y quiere abrir una oficina nueva en la ciudad de Fenland.

ไม่พบหน้ากากอนามัยในร้านขายยาหลายแห่งเมื่อวันจันทร์
เจ้าหน้าที่กล่าวว่าจะส่งสินค้าเพิ่มในสัปดาห์หน้าให้ทุกร้านในเมือง
"""


@pytest.mark.parametrize("text", STORIES.strip().split("\n\n"))
def test_short_stories_are_none_of_these(text: str) -> None:
    found = page("Fenland on Monday", f"<h1>Fenland on Monday</h1><p>{text}</p>")
    assert isinstance(found, dict), found
    assert found["paragraphs"] == [" ".join(text.split())]


CLOSED = json.dumps(
    {"@type": "NewsArticle", "headline": "Los diques", "isAccessibleForFree": "False"}
)


def test_a_closed_page_without_a_text_is_refused_and_one_with_its_beginning_is_read() -> None:
    data = f'<script type="application/ld+json">{CLOSED}</script>'
    wall = (
        "<nav><a href='/'>Inicio</a> <a href='/d'>Dos</a></nav><h1>Los diques</h1><div><p>Este "
        "contenido es exclusivo para suscriptores.</p><a>Suscríbete</a> <a>Inicia sesión</a></div>"
    )
    found = page("Los diques", wall, data)
    assert isinstance(found, str)
    assert "to subscribers only" in found
    assert isinstance(page("Los diques", f"{wall}<p>{LONG}</p><p>{LONG}</p>", data), dict)


CARD = (
    "<article><a href='/{n}'><h3>Report {n}</h3></a><p>{text}</p><a href='/{n}'>More</a></article>"
)


def test_long_teasers_make_a_list() -> None:
    cards = "".join(CARD.format(n=n, text=LONG) for n in range(12))
    found = page("Front page", f"<main>{cards}</main>")
    assert isinstance(found, str)
    assert "list of articles" in found


def test_an_article_with_long_teasers_below_is_no_list() -> None:
    cards = "".join(CARD.format(n=n, text=LONG) for n in range(12))
    body = "".join(f"<p>{LONG} It was the day number {n}.</p>" for n in range(6))
    assert isinstance(page("Weir fails", f"<main><h1>Weir fails</h1>{body}</main>{cards}"), dict)
    own = "".join(f"<h2><a href='#{n}'>Day {n}</a></h2><p>{LONG} Day {n}.</p>" for n in range(9))
    assert isinstance(page("Weir fails", f"<main><h1>Weir fails</h1>{own}</main>"), dict)


OF_ARTICLE = '<meta property="og:type" content="article">'
SCRIPT = "<script>let text = 'no text of the page';</script>"


def in_body(body: str, head: str = "") -> str:
    return f"<html><head>{head}<title>T</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("page", "bare"),
    [
        (in_body(f"<p>A word.</p>{SCRIPT}"), "A word."),
        (in_body("<div id=root></div>"), ""),
        (in_body(f"<p>{LONG}</p>"), None),
        (in_body(f"<p>A word.</p><noscript><p>{LONG}</p></noscript>"), None),
        (in_body("<p>A word.</p>", OF_ARTICLE), None),
    ],
)
def test_a_page_that_shows_next_to_nothing_is_told_without_looking_for_its_text(
    page: str, bare: str | None
) -> None:
    tree = tree_of(page)
    assert tree is not None
    assert all_of_a_bare_page(tree, Structured.of(tree)) == bare


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<p>A word.</p>", "The page has hardly any text."),
        ("<div id=root></div>", "The page has no text of an article."),
        ("<p>Please enable JavaScript.</p>", "The page asks whether the reader is a robot"),
        ("<h1>Page not found</h1>", "The page says that there is no article at this address"),
    ],
)
def test_what_shows_next_to_nothing_is_refused_for_what_it_says(body: str, sentence: str) -> None:
    refused = page_record(in_body(body).encode())
    assert isinstance(refused, str)
    assert refused.startswith(sentence)
