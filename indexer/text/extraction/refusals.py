"""Pages that are no article: errors, walls, forms, lists. Each is told why it is not indexed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from indexer.text.extraction.headings import title_element
from indexer.text.extraction.structured import Structured, line, types_of
from indexer.text.wrapping import columns

SHORT = 1500
"""Characters: a longer text is an article, even one about cookies or robots."""

MOST_HEADS = 10_000
"""Characters of title and headings in which signs of a wall are looked for, 3 µs for each."""

RUNNING = 100
"""Characters in a row outside of links, without any element between, that a list of headlines and
teasers does not have."""

TEASERS = 8
"""Headings that are links, on a page without running text: an article has a few related ones."""

MOST_TEASERS, TEASERS_SHARE = 200, 0.9
"""Running texts of a page that are looked at, and the share of them that are teasers on a list."""

LEAST_OF_ARTICLE = 80
"""Columns (a Chinese character has two) that an article has at least, unless the page says for
machines that it is one."""

_NOT_FOUND = re.compile(
    r"\b(?:404|410)\b|(?:page|site|article|story|content|file)\s+(?:could\s+)?(?:not\s+(?:be\s+)?found|"
    r"(?:is\s+)?no\s+longer|does(?:n['’]t|\s+not)\s+exist|unavailable)|\bnot\s+found\b|"
    r"(?:seite|artikel|inhalt)\s+(?:wurde\s+)?(?:leider\s+)?nicht\s+(?:gefunden|verfügbar|vorhanden)|"
    r"page\s+(?:introuvable|non\s+trouvée)|página\s+no\s+(?:encontrada|existe)|"
    r"página\s+não\s+encontrada|pagina\s+non\s+trovata|pagina\s+niet\s+gevonden|"
    r"nie\s+znaleziono\s+strony|strona\s+nie\s+istnieje|страница\s+не\s+найдена|"
    r"сторінк[ау]\s+не\s+знайдено|sayfa\s+bulunamadı|η\s+σελίδα\s+δεν\s+βρέθηκε|"
    r"الصفحة\s+غير\s+موجودة|ページが(?:見つかりません|存在しません)|页面(?:不存在|未找到)|頁面不存在|"
    r"페이지를\s+찾을\s+수\s+없|sivua\s+ei\s+löy|sidan\s+(?:kunde\s+inte\s+hittas|finns\s+inte)|"
    r"siden\s+(?:ble\s+ikke\s+funnet|findes\s+ikke|finnes\s+ikke)|"
    r"seite\s+existiert\s+nicht|page\s+n['’]existe\s+(?:pas|plus)|pagina\s+bestaat\s+niet|"
    r"stránka\s+(?:nenalezena|neexistuje|nebyla\s+nalezena)|az\s+oldal\s+nem\s+található|"
    r"pagina\s+nu\s+(?:a\s+fost\s+găsită|există)|страниц\w+\s+(?:\w+\s+)?не\s+существует|страницата\s+не\s+е\s+намерена|"
    r"không\s+tìm\s+thấy\s+trang|trang\s+(?:này\s+)?không\s+tồn\s+tại|halaman\s+(?:ini\s+)?tidak\s+(?:ditemukan|tersedia)|"
    r"(?:הדף|העמוד)\s+(?:לא\s+נמצא|אינו\s+קיים)|صفحه\s+(?:\S+\s+){0,3}(?:یافت|پیدا)\s+نشد|"
    r"сторінк\w+\s+(?:\w+\s+)?не\s+існує|ページは?(?:見つかりません|存在しません)|ไม่พบหน้า(?:เว็บ|ที่คุณ|นี้|ดังกล่าว)|पे(?:ज|ज़)\s+नहीं\s+मिला|"
    r"página\s+(?:inexistente|indisponível)|ukurasa\s+haupatikani|"
    r"页面(?:已删除|找不到)|找不到(?:该|此)?(?:页面|頁面)|网页不存在|존재하지\s+않는\s+페이지|"
    r"strani?c[ae]\s+nije\s+pronađena|страница\s+није\s+пронађена|puslapis\s+nerastas|lapa\s+nav\s+atrasta|"
    r"lehte\s+ei\s+leitud|strán?ka\s+sa\s+nenašla|stran\s+ne\s+obstaja",
    re.IGNORECASE,
)
_LOOKED_FOR = re.compile(
    r"page\s+(?:that\s+)?you(?:['’]re|\s+are|\s+were|['’]ve|\s+have)?\s+(?:looking|requested|searching)|"
    r"gesuchte\s+seite|seite,\s+die\s+sie\s+suchen|page\s+que\s+vous\s+(?:re)?cherchez|"
    r"página\s+que\s+(?:est[áa]s?\s+)?busca|página\s+que\s+(?:você\s+)?(?:está\s+)?procura|"
    r"pagina\s+che\s+(?:stai\s+)?cerca|pagina\s+die\s+(?:u|je)\s+zoekt|strona,\s+której\s+szukasz|"
    r"запрашиваем\w+\s+(?:вами\s+)?страниц|aradığınız\s+sayfa|お探しのページ|您(?:访问|要找|查找|要查看)的页面|"
    r"الصفحة\s+التي\s+تبحث|sid(?:en|an)\s+du\s+(?:leter|leder|søger|söker|letar)|hledaná\s+stránka|"
    r"찾으시는\s+페이지|keresett\s+oldal|etsimä\w+\s+sivu|сторінк\w+,\s+яку\s+ви\s+шукаєте|"
    r"หน้า(?:เว็บ)?ที่คุณ(?:กำลัง)?(?:ค้นหา|ต้องการ)|(?:העמוד|הדף)\s+שחיפשת|trang\s+(?:mà\s+)?bạn\s+(?:đang\s+)?tìm|"
    r"halaman\s+yang\s+anda\s+cari|σελίδα\s+που\s+(?:ψάχνετε|αναζητάτε)|पेज\s+की\s+तलाश|صفحه\s*(?:‌|\s)?(?:ای|ی)?\s+که\s+به\s+دنبال",
    re.IGNORECASE,
)
"""What a short text says that stands at the address of an article that is gone."""

_SERVER = re.compile(
    r"\b(?:internal\s+server\s+error|too\s+many\s+requests|403\s+forbidden|408\s+request|bad\s+request\b.{0,5}400|bad\s+gateway|503\s+service\s+unavailable|"
    r"service\s+temporarily\s+unavailable|gateway\s+time-?out|error\s+establishing\s+a\s+database|maintenance\s+mode|"
    r"(?:site\s+(?:is\s+)?(?:under|down\s+for)|down\s+for)\s+maintenance|"
    r"we(?:['’]ll|\s+will)\s+be\s+(?:right\s+)?back\b|unavailable\s+(?:due\s+to|for)\s+legal\s+reasons|"
    r"not\s+available\s+in\s+your\s+(?:country|region)|domain\s+(?:name\s+)?(?:is\s+for\s+sale|has\s+expired)|"
    r"[\w-]+\.[a-z]{2,12}\s+is\s+for\s+sale|welcome\s+to\s+nginx|apache2?\s+\w+\s+default\s+page|"
    r"account\s+suspended|index\s+of\s+/|are\s+you\s+(?:over\s+|at\s+least\s+)?(?:18|21)\b)|"
    r"^it\s+works!",
    re.IGNORECASE,
)
"""What a server says of itself in its headings, a dealer of its name, or who asks for an age."""

_REFRESH = re.compile(r"^\s*\d\s*[;,]\s*url\s*=\s*['\"]?\s*([^'\"\s]+)", re.IGNORECASE)
"""Within ten seconds: pages that load themselves anew do so after minutes."""

_ROBOT = re.compile(
    r"captcha|are\s+you\s+(?:a\s+)?(?:robot|human)|verify(?:ing)?\s+(?:that\s+)?you\s+are\s+(?:a\s+)?human|"
    r"you\s+are\s+not\s+a\s+(?:ro)?bot|unusual\s+traffic|access\s+(?:to\s+this\s+page\s+has\s+been\s+)?denied|"
    r"just\s+a\s+moment\b|checking\s+your\s+browser|attention\s+required|request\s+(?:was\s+)?blocked|"
    r"enable\s+javascript|javascript\s+(?:is\s+)?(?:disabled|required|aktivieren|deaktiviert)|"
    r"kein\s+roboter|n['’]êtes\s+pas\s+un\s+robot|no\s+(?:eres|soy)\s+un\s+robot|não\s+(?:é|sou)\s+um\s+rob|"
    r"не\s+робот|ロボットではありません|机器人|로봇이\s+아닙니다|security\s+check",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookie|consent|einwilligung|zustimm(?:en|ung)|datenschutz|before\s+you\s+continue|"
    r"we\s+(?:and\s+our\s+partners\s+)?(?:value|care\s+about)\s+your\s+privacy|"
    r"wir\s+(?:und\s+unsere\s+partner\s+)?(?:verwenden|nutzen)|traceurs|consentement|"
    r"согласие|クッキー|쿠키|gdpr|dsgvo|rgpd|pur-?abo|ملفات\s+تعريف\s+الارتباط",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:log\s?in|sign\s?in|sign\s?up|register)\b|create\s+(?:a\s+|an\s+)?(?:free\s+)?account|"
    r"subscri(?:be|ption|ber)|free\s+trial|start\s+your\s+trial|for\s+\W?\d+\s*(?:a|per)\s+(?:week|month)|"
    r"anmelde(?:n|daten)|einloggen|registrieren|abonn(?:ement|ieren|ez|é)|jetzt\s+testen|probeabo|"
    r"se\s+connecter|connectez-vous|identifiez|inscri(?:vez|ption)|suscr[ií]b|inicia(?:r)?\s+sesi[oó]n|"
    r"assin(?:e|ante|atura)|accedi|abbonat|inloggen|zaloguj|войти|подписк|увійти|giriş\s+yap|"
    r"ログイン|会員|登录|登錄|로그인|구독|تسجيل\s+الدخول|premium",
    re.IGNORECASE,
)
_SUBSCRIBERS = re.compile(
    rf"{_LOGIN.pattern}|suscriptor|abonad[oa]s?\b|assinante|abonn[ée]s?\b|abonnent|prenumer|tilaaja|"
    r"předplat|predplat|előfizet|συνδρομ|abone\s+ol|langganan|đăng\s+nhập|เข้าสู่ระบบ|สมัครสมาชิก|"
    r"המנויים|למנויים|للمشتركين|اشترك",
    re.IGNORECASE,
)
"""What stands in place of a text that the page says is for subscribers."""

_TRACKS = re.compile(
    r"cookie|tracking|ciastecz|kakor\b|informasjonskaps|eväste|çerez|файл\w*\s+ку|クッキー|쿠키",
    re.IGNORECASE,
)
_ADVERTISES = re.compile(
    r"partner|partenaire|socios|parceir|fornitor|leverancier|társ|zaufan|werbung|advertis|publici[dt]|reklam|annons|personali[sz]|реклам|広告|광고|广告|إعلان|διαφημ",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"accept|agree|consent|akzept|zustimm|einwillig|accord|akkoord|toestemming|zgod|zgadza|zaakcept|"
    r"acept|aceit|accett|souhlas|súhlas|hozzájár|elfogad|kabul|συγκατ|αποδέχ|согла|погодж|samtyk|godk|"
    r"godta|hyväks|موافق|הסכמ|同意|동의",
    re.IGNORECASE,
)
_TO_READERS = re.compile(
    r"\byour?\b|\b(?-i:Sie|Ihre[nrsm]?)\b|\bdeine?[nrsm]?\b|\bvo(?:us|tre|s)\b|\b(?:je|jouw|uw)\b|"
    r"two[jeiią]|twój|możesz|\bva[šs]|můžete|môžete|\btu[aeoi]i?\b|puoi|\btus?\b|usted|puedes?\b|você|"
    r"\bdin[ae]?\b|sinun|voit\b|cihazınız|gizliliğiniz|\bваш|\bви\b|\bвы\b|\bσας\b|خصوصيتك|تجربتك|שלך|"
    r"お客様|あなた|귀하|您",
    re.IGNORECASE,
)
_ASKS_FOR_CONSENT = (_TRACKS, _ADVERTISES, _AGREES, _TO_READERS)
"""What a page that asks for consent speaks of, in few words: cookies, advertising or partners,
agreeing; and it speaks to its reader."""

_HIDDEN = ("script", "style", "noscript")

_LISTS = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList", "WebSite"})


def refusal(
    tree: HtmlElement, said: Structured, title: str, paragraphs: Sequence[str], linked: float
) -> str | None:
    """Return the sentence that refuses a page, None for an article.

    `linked` is the share of the text of the whole body (0 to 1) that stands in links.
    """
    text = "\n".join(paragraphs)
    is_article = _is_said_to_be_one(said)
    if len(text) < SHORT:
        heads = " ".join([title, title_element(tree), *_headings(tree)])[:MOST_HEADS]
        shown = line(_visible(tree))[:SHORT]
        reason = _wall(heads, text or shown, shown, bool(said.articles))
        if reason:
            return reason
    if not is_article and _lists(tree, said, linked):
        return "The page is a list of articles, not an article."
    return _empty(said, title, text, is_article)


def _is_said_to_be_one(said: Structured) -> bool:
    return bool(said.articles) or said.first("og:type").lower() == "article"


def all_of_a_bare_page(tree: HtmlElement, said: Structured) -> str | None:
    """Return all the text of a page that shows too little to be an article, and says of none.

    None for all other pages, and for those that may hide a text from browsers with scripts.
    """
    if _is_said_to_be_one(said) or tree.find(".//noscript") is not None or said.objects:
        return None
    text = line(_visible(tree))
    return text if columns(text) < LEAST_OF_ARTICLE else None


def _empty(said: Structured, title: str, text: str, is_article: bool) -> str | None:
    """Return why there is too little text for an article, None if there is enough."""
    closed = is_article and len(text) < SHORT and _is_closed(said)
    shown = [one for one in text.split("\n") if not (closed and _is_wall(one))]
    if columns("\n".join(shown)) >= LEAST_OF_ARTICLE:
        return None
    if not is_article and (onwards := _REFRESH.match(said.first("refresh"))):
        return f"The page only sends readers on, to {onwards[1][:200]}; name that address instead."
    if not text and not (is_article and title):
        return "The page has no text of an article."
    if not is_article:
        return "The page has hardly any text."
    if closed:
        return "The page shows the article to subscribers only: there is no text in it."
    return None


def _is_wall(paragraph: str) -> bool:
    """Tell a paragraph that asks readers to subscribe."""
    found = len(_SUBSCRIBERS.findall(paragraph))
    return found > 1 or (found == 1 and len(paragraph) <= RUNNING)


_GONE = "The page says that there is no article at this address (404)."
_NOTICE = "The page is a notice of the server (an error, maintenance, ...), not an article."
_CAPTCHA = "The page asks whether the reader is a robot: it is a captcha, not an article."
_COOKIES = "The page asks for consent to cookies: it is a cookie wall, not an article."
_FORM = "The page asks the reader to log in or subscribe: it is a form, not an article."


def _wall(heads: str, text: str, shown: str, is_article: bool) -> str | None:
    """Return what a page is instead of an article; `shown` is all of its text."""
    if is_article:
        return None
    is_short = len(text) < SHORT / 2
    walls = (
        (_GONE, _NOT_FOUND.search(heads) or (is_short and _LOOKED_FOR.search(f"{heads} {text}"))),
        (_NOTICE, is_short and _SERVER.search(heads)),
        (_CAPTCHA, _ROBOT.search(heads) or (is_short and _ROBOT.search(text))),
        (_COOKIES, _share(_CONSENT, text) >= 2
            or (_CONSENT.search(heads) and _CONSENT.search(text))
            or (is_short and _TRACKS.search(text)
                and all(one.search(shown) for one in _ASKS_FOR_CONSENT))),
        (_FORM, is_short and (_LOGIN.search(heads) or _share(_LOGIN, text) >= 3)),
    )  # fmt: skip
    return next((reason for reason, is_so in walls if is_so), None)


def _share(pattern: re.Pattern[str], text: str) -> float:
    """Return how often a pattern occurs per 400 characters of a text."""
    return len(pattern.findall(text)) * 400 / max(400, len(text))


def _lists(tree: HtmlElement, said: Structured, linked: float) -> bool:
    """Tell a page whose text is links and teasers, each below a heading that is a link."""
    running = [one for one in _texts(tree, "a", "button") if len(one.strip()) >= RUNNING]
    if not running:
        return _is_list(said, linked) or _has_teasers(tree)
    if not _has_teasers(tree) or len(running) > MOST_TEASERS:
        return False
    return sum(map(_is_teaser, running)) >= TEASERS_SHARE * len(running)


def _is_teaser(text: etree._ElementUnicodeResult) -> bool:
    """Tell a text whose only heading near it is a link: the card of an article elsewhere."""
    parent = text.getparent()
    while parent is not None and parent.tag != "body":
        found = parent.xpath(".//h1 | .//h2 | .//h3 | .//h4")
        if found:
            return len(found) == 1 and (bool(found[0].findall(".//a[@href]")) or _in_link(found[0]))
        parent = parent.getparent()
    return False


def _is_list(said: Structured, linked: float) -> bool:
    types = {name for one in said.objects for name in types_of(one)}
    named = bool(types & _LISTS) or said.first("og:type").lower() in ("website", "profile")
    return linked > (0.5 if named else 0.75)


def _has_teasers(tree: HtmlElement) -> bool:
    """Tell whether the headings of a page are links, as those of articles elsewhere are."""
    found = [one for name in ("h2", "h3", "h4") for one in tree.iter(name)]
    linked = sum(bool(one.findall(".//a[@href]")) or _in_link(one) for one in found)
    return linked >= TEASERS and linked >= 0.8 * len(found)


def _in_link(heading: HtmlElement) -> bool:
    return any(one.tag == "a" for one in islice(heading.iterancestors(), 3))


def _is_closed(said: Structured) -> bool:
    free = [one.get("isAccessibleForFree") for one in said.articles]
    return any(str(one).lower() == "false" for one in free)


def _headings(tree: HtmlElement) -> list[str]:
    return [line(one.text_content()) for one in list(tree.iter("h1"))[:2]]


def _visible(tree: HtmlElement) -> str:
    return " ".join(map(str, _all_texts()(_body(tree))))


def _body(tree: HtmlElement) -> HtmlElement:
    body = tree.find("body")
    return tree if body is None else body


@cache
def _all_texts() -> etree.XPath:
    hidden = " or ".join(f"ancestor::{name}" for name in _HIDDEN)
    return etree.XPath(f".//text()[not({hidden})]", smart_strings=False)


def _texts(tree: HtmlElement, *without: str) -> list[etree._ElementUnicodeResult]:
    """Return the texts of the body, without those in elements of these names."""
    within = " or ".join(f"ancestor::{name}" for name in (*_HIDDEN, *without))
    return list(_body(tree).xpath(f".//text()[not({within})]"))


def linked_share(tree: HtmlElement) -> float:
    """Return the share of a page's text (0 to 1) that stands in links."""
    whole = len(line(_visible(tree)))
    links = sum(len(line(one.text_content())) for one in tree.iter("a"))
    return min(1.0, links / whole) if whole else 0.0
