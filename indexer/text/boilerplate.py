"""Lines around an article that are not part of it: advertisements, share buttons, dates.

A line is dropped only when it is nothing but such a phrase, and never when nothing else would
be left; every dropped line is reported, with the reason. Paragraphs that somebody has separated
already are never looked at: only running text comes with such lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_PHRASES = """
advertisement|advertisements|ad|sponsored|sponsored content|promoted|story continues below
advertisement|article continues below|story continues below|article continues after ad
read more|read also|see also|continue reading|read the full story|related articles
related stories|related topics|more on this story|more on this topic|most read
share this|share this article|share on facebook|share on twitter|share on x|share on whatsapp
copy link|link copied|print article|leave a comment|subscribe now|sign up for our newsletter
back to top|skip to content|about sharing
anzeige|werbung|weiterlesen|mehr lesen|lesen sie auch|lesen sie mehr|mehr zum thema
artikel teilen|zur startseite|link kopieren|jetzt abonnieren
publicité|lire aussi|lire la suite|à lire aussi|partager cet article|sur le même sujet
publicidad|leer más|lea también|lee también|te puede interesar|seguir leyendo
pubblicità|leggi anche|leggi tutto|continua a leggere
publicidade|leia mais|leia também|saiba mais
advertentie|lees meer|lees ook|lees verder
reklama|czytaj więcej|czytaj też|czytaj także|číst dál|čtěte také|přečtěte si také|čítajte aj
annons|läs mer|läs också|annonse|les mer|les også|annonce|læs mere|læs også
mainos|lue lisää|lue myös|hirdetés|olvasson tovább
publicitate|citește și|citește mai mult
реклама|читать далее|читайте также|читать дальше
читайте також|читати далі|прочетете още
διαφήμιση|διαβάστε επίσης|διαβάστε περισσότερα
reklam|devamını oku|devamını okuyun|ilginizi çekebilir|oglas|pročitajte još
إعلان|اقرأ أيضا|اقرأ أيضاً|اقرأ المزيد|פרסומת|קרא עוד|קראו עוד
آگهی|بیشتر بخوانید|اشتہار|مزید پڑھیں
विज्ञापन|और पढ़ें|यह भी पढ़ें|বিজ্ঞাপন|আরও পড়ুন
広告|続きを読む|関連記事|あわせて読みたい|广告|廣告|阅读更多|閱讀更多|相关阅读|相關閱讀|延伸閱讀
광고|더 보기|더보기|관련기사|관련 기사
quảng cáo|đọc thêm|xem thêm|iklan|baca juga|baca selengkapnya
โฆษณา|อ่านต่อ|อ่านเพิ่มเติม|ข่าวที่เกี่ยวข้อง
"""

_BUTTONS = """
share|save|print|comments|subscribe|sign up|newsletter|follow us|log in|sign in|loading|related
recommended
teilen|drucken|kommentare|abonnieren|merken|partager|imprimer|commentaires|s'abonner
compartir|comentarios|suscríbete|imprimir|condividi|stampa|commenti|abbonati
compartilhar|compartilhe|comentários|assine|delen|reacties|udostępnij|komentarze|sdílet|diskuse
zdieľať|dela|del|jaa|megosztás|поделиться|комментарии|подписаться|подробнее
поділитися|коментарі|детальніше|сподели|κοινοποίηση|paylaş|yorumlar|podijeli
المزيد|شارك|مشاركة|תגובות|שתף|اشتراک گذاری|शेयर करें
シェア|シェアする|コメント|印刷|分享|评论|推荐阅读|공유|공유하기|댓글|chia sẻ|bình luận|bagikan|แชร์
"""
"""Words that may also be a heading of the article: dropped only in a row of such lines."""

_SERVICES = """
email|facebook|twitter|x|whatsapp|instagram|telegram|linkedin|reddit|pinterest|messenger|tiktok
bluesky|threads|rss|youtube|getty images|image source
"""
"""Names, which an article may list: dropped only in a row with one of the others."""

_DAYS = """
today|yesterday|heute|gestern|vorgestern|aujourd'hui|hier|avant-hier|hoy|ayer|anteayer|oggi|ieri
hoje|ontem|vandaag|gisteren|dzisiaj|dziś|wczoraj|dnes|včera|danas|jučer|juče|idag|igår|i dag|i går
tänään|eilen|ma|tegnap|azi|astăzi|ieri|šiandien|vakar|šodien|täna|eile|сегодня|вчера|сьогодні
вчора|днес|денес|данас|јуче|σήμερα|χθες|χτες|bugün|dün|bu gün|dünən|اليوم|أمس|امروز|دیروز
היום|אתמול|आज|कल|আজ|গতকাল|hôm nay|hôm qua|hari ini|kemarin
"""
"""What is left of "Published: yesterday" at the end of a page that was copied."""

_RELATIVE = re.compile(
    r"(?:\d+\s*(?:s|m|h|d|min|mins|minutes?|hrs?|hours?|days?|weeks?|months?)\s+ago"
    r"|vor\s+\d+\s+(?:minuten?|stunden?|tag(?:en)?|wochen?)"
    r"|il y a\s+\d+\s+(?:minutes?|heures?|jours?)"
    r"|hace\s+\d+\s+(?:minutos?|horas?|días?)|\d+\s+(?:minut[iy]|or[ae]|giorn[io])\s+fa"
    r"|há\s+\d+\s+(?:minutos?|horas?|dias?)|\d+\s+(?:минут\w*|час\w*|дн\w*|день)\s+(?:назад|тому)"
    r"|\d+\s*(?:分|時間|日)前|\d+\s*(?:分钟|小时|天|分鐘|小時)前|\d+\s*(?:분|시간|일)\s*전)",
    re.IGNORECASE,
)
"""Ages of an article as sites show them: "3 hours ago", "vor 2 Stunden"."""

_LONGEST = 60
"""Characters: no phrase is longer."""
_DANGLING_AFTER = 3
"""A dangling day is looked for after at least this many paragraphs: in a shorter text the last word
may be its point."""
_SENTENCE_ENDS = ".!?…。！？؟۔।॥။។:\"'”’»」』)）"


PHRASE = "a phrase of the page around it"
AGE = "the age of the article"
ROW = "one of a row of buttons"
DAY = "a day that stands alone at the end"


class LeftOut(NamedTuple):
    """A line that was left out, and why."""

    text: str
    why: str


def boilerplate(paragraphs: Sequence[str]) -> Mapping[int, str]:
    """Return the indexes of those paragraphs that are no part of the article, and why.

    Phrases of `_PHRASES`, ages ("3 hours ago"), rows of `_BUTTONS` and `_SERVICES`, and a day after
    the end, such as the "Yesterday" that a copied web page leaves behind. Empty if nothing else
    would be left.
    """
    bare = [_bare(text) for text in paragraphs]
    found = {i: PHRASE for i, text in enumerate(bare) if text in _SURE}
    found |= {i: AGE for i, text in enumerate(bare) if _RELATIVE.fullmatch(text)}
    for row in _rows(bare):
        if len(row) > 1 and any(i in found or bare[i] in _ACTIONS for i in row):
            found |= {i: ROW for i in row if i not in found}
    kept = [i for i in range(len(paragraphs)) if i not in found]
    if len(kept) > _DANGLING_AFTER and _dangles(bare[kept[-1]], paragraphs[kept[-2]]):
        found[kept[-1]] = DAY
    return found if len(found) < len(paragraphs) else {}


def _rows(bare: Sequence[str]) -> Iterator[list[int]]:
    """Lines that follow one another and may all be boilerplate."""
    row: list[int] = []
    for i, text in enumerate(bare):
        if text in _SURE or text in _ACTIONS or text in _NAMED or _RELATIVE.fullmatch(text):
            row.append(i)
        elif row:
            yield row
            row = []
    yield row


def _dangles(last: str, before: str) -> bool:
    """Tell whether `last` is a day after a text that had come to its end."""
    return last in _DAY_WORDS and before.endswith(tuple(_SENTENCE_ENDS))


def _bare(text: str) -> str:
    """Case folded, white space single, without the punctuation and symbols around it."""
    if len(text) > _LONGEST:
        return ""
    folded = unicodedata.normalize("NFC", " ".join(text.casefold().split()))
    return folded.strip(" .:…!?*•·|-–—→»«›‹>[](){}↓▼▶►▸➤➜\"'")


def _phrases(table: str) -> frozenset[str]:
    return frozenset(_bare(phrase) for phrase in re.split(r"[|\n]", table)) - {""}


_SURE = _phrases(_PHRASES)
_ACTIONS = _phrases(_BUTTONS)
_NAMED = _phrases(_SERVICES)
_DAY_WORDS = _phrases(_DAYS)
