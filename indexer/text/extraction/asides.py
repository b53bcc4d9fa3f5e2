"""Paragraphs in an article that are no part of it: teasers, picture credits, bylines, dates."""

from __future__ import annotations

import re
from collections.abc import Collection

from indexer.text.extraction.bylines import names_of

LINKED = 0.8
"""Share of a paragraph's characters in links from which on it only leads elsewhere."""

LONGEST = 250
"""Characters: what is longer is a paragraph, whatever it begins with."""

_TEASER = re.compile(
    r"""^\W*(?:
    read\s+(?:more|also|next|on)|also\s+read|see\s+also|more\s+(?:on|from|about)|related|watch|listen|
    recommended|don['’]t\s+miss|must\s+read|in\s+pictures|subscribe|sign\s+up|
    lesen?\s+sie\s+(?:auch|mehr|hier)|mehr\s+(?:zum\s+thema|dazu|lesen)|auch\s+interessant|
    lies\s+auch|weiterlesen|das\s+könnte\s+sie|hier\s+(?:lesen|geht)|zum\s+thema|
    (?:à\s+)?lire\s+(?:aussi|la\s+suite|également)|voir\s+aussi|pour\s+aller\s+plus\s+loin|
    sur\s+le\s+même\s+sujet|
    (?:le|te)\s+puede\s+interesar|le[ae]\s+(?:también|además|más)|lee\s+también|puedes?\s+ver|
    vea\s+también|contenido\s+relacionado|noticias?\s+relacionadas?|más\s+información|
    leggi\s+anche|ti\s+potrebbe\s+interessare|leia\s+(?:também|mais)|veja\s+também|saiba\s+mais|
    lees\s+(?:ook|meer|verder)|bekijk\s+ook|les\s+(?:også|mer)|læs\s+(?:også|mere)|läs\s+(?:också|mer|även)|
    czytaj\s+(?:także|też|również|więcej)|zobacz\s+(?:także|też|również)|čtěte\s+(?:také|více)|
    čítajte\s+aj|olvass[ae]?\s+(?:el|tovább)|citește\s+(?:și|mai)|citiți\s+și|
    читайте\s+(?:также|також|ещё|подробнее)|смотрите\s+также|дивіться\s+також|прочетете\s+още|
    διαβάστε\s+(?:επίσης|ακόμη|περισσότερα)|δείτε\s+(?:επίσης|ακόμη)|
    ilginizi\s+çekebilir|bunu\s+da\s+oku|ayrıca\s+okuyun|baca\s+juga|lihat\s+juga|xem\s+thêm|đọc\s+thêm|
    اقرأ\s+(?:أيضا|أيضاً|المزيد|ايضا)|شاهد\s+(?:أيضا|أيضاً)|קרא(?:ו)?\s+(?:עוד|גם)|بیشتر\s+بخوانید|
    यह\s+भी\s+पढ़ें|और\s+पढ़ें|ये\s+भी\s+पढ़ें|আরও\s+পড়ুন|關連|関連(?:記事)?|あわせて読みたい|
    延伸(?:閱讀|阅读)|相(?:关|關)(?:阅读|閱讀|新闻|新聞)|관련\s*기사|▶|►|➤
    )(?=[\s:：|»>\[【]|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""^\W*(?:foto(?:graf(?:ie|ia|ía)?)?s?|photos?|photographs?|pictures?|images?|bild(?:er|quelle|nachweis)?|
    cr[ée]dits?(?:\s+photos?)?|imagen|imagem|immagine|fot|zdj(?:ęcie)?|kuva|kép|foto[gğ]raf|фото|
    фотография|світлина|写真|图片?|圖片?|사진|صورة|תמונה|video|vidéo|vídeo)\s*
    (?:by|von|par|por|di|credit|credits|courtesy)?\s*[:：/©.]""",
    re.IGNORECASE | re.VERBOSE,
)
_RIGHTS = re.compile(
    r"^\W*(?:©|\(c\)|copyright\b|all\s+rights\s+reserved|alle\s+rechte|tous\s+droits|"
    r"(?:\S+\s+){0,4}(?:/|via|-|–)?\s*(?:getty\s+images|afp|reuters|shutterstock|picture\s+alliance|"
    r"imago|agencja\s+gazeta|epa|ap\s+photo|dpa)\s*(?:images|/\w+)?\W*$)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"^\W*(?:(?:stand|published|updated|last\s+(?:updated|modified)|posted|veröffentlicht|aktualisiert|"
    r"publi[ée]\s+le|mis\s+à\s+jour|actualizado|publicado(?:\s+em)?|pubblicato|aggiornato|обновлено|"
    r"опубликовано|оновлено|opublikowano|gepubliceerd|入力|公開|更新|입력|수정)\W*)?"
    r"(?:\w{2,10},?\s+)?\d{1,4}[./\-年]\s?\d{1,2}[./\-月]\s?\d{1,4}日?\W*"
    r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?\W*(?:uhr|h|am|pm|clock|[a-z]{2,4})?\W*)?$",
    re.IGNORECASE,
)


def is_aside(text: str, linked: float, title: str, authors: Collection[str]) -> bool:
    """Tell whether a paragraph is no part of the article; `linked` is its share of links."""
    if not text or text == title:
        return True
    if len(text) > LONGEST:
        return False
    if linked >= LINKED and not text.endswith((".", "。", "”", "“", "»", "!", "?")):
        return True
    if _TEASER.match(text) and (linked > 0 or ":" in text[:60] or len(text) < 60):
        return True
    if len(text) < 120 and (_CREDIT.match(text) or _RIGHTS.match(text)):
        return True
    return _DATED.match(text) is not None or _is_byline(text, authors)


def _is_byline(text: str, authors: Collection[str]) -> bool:
    if len(text) > 100 or not authors:
        return False
    names = names_of(text)
    return bool(names) and set(names) <= set(authors)
