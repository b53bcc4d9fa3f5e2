"""Paragraphs in an article that are no part of it: teasers, picture credits, bylines, dates."""

from __future__ import annotations

import re
from collections.abc import Collection

from indexer.article.month_names import month_number
from indexer.article.weekdays import days_named
from indexer.text.extraction.bylines import names_of
from indexer.text.extraction.headline import letters

LINKED = 0.8
"""Share of a paragraph's characters in links from which on it only leads elsewhere."""

MOSTLY_LINKED = 0.5
"""The share from which on one that also says so does."""

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
_CREDITED = re.compile(
    r"""[(\[（【]\s*(?:foto(?:graf(?:ie|ia|ía)?)?s?|photos?|pictures?|images?|bild(?:er)?|imagen|imagem|immagine|fot|
    zdj(?:ęcie)?|kuva|kép|foto[gğ]raf|ảnh|фото|φωτ(?:ο|ογραφία)|写真|图片?|圖|图源|圖源|사진|صورة|עכס|צילום|छवि|फोटो|ছবি|ภาพ)\s*
    (?:(?:credit|by|von|par|por|di|kredit|提供|来源|제공)\s*)?[:：=/／©][^()（）\[\]]{1,60}[)\]）】]\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What a caption ends with: (Photo: Harbour Post)."""

_MARKED = re.compile(r"\s*[▲▼△▽]")
"""How papers in Taiwan and Korea mark the caption of the picture above or below."""

LONGEST_CAPTION = 200
"""Characters of one that is told by its end."""

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
    r"(?:\d{1,2}\s?[:.h時时点點시]\s?\d{2}(?::\d{2}|\s?[分분])?\W*(?:uhr|h|am|pm|clock|[a-z]{2,4})?\W*)?$",
    re.IGNORECASE,
)


_SIGNED = re.compile(
    r"^\W*(?:\w[\w.'’-]*\s+){1,5}\W*[\w.+-]+@[\w-]+\.[\w.-]+\W*$|^https?://\S+$|^\W*[\w.+-]+@[\w.-]+\W*$"
)
"""A name with its address for mail, or nothing but an address."""

_SERVICE = re.compile(
    r"""^\W*(?:
    advertisement|advertising|sponsored(?:\s+content)?|anzeige|werbung|publicit[ée]|publicidad(?:e)?|
    pubblicità|advertentie|reklama?|реклама|広告|广告|廣告|광고|إعلان|
    (?:order\s+reprints|print\s+(?:this\s+)?(?:article|page)|thanks?\s+(?:you\s+)?for\s+signing\s+up.{0,40}|
    thank\s+you|sorry|comments?|loading(?:\s+comments)?|share\s+(?:this|on|via)\b.{0,40}|
    (?:tweet|email)\s+this|close|fullscreen|thumbnails|popular|trending(?:\s+now)?|
    most\s+(?:read|popular|viewed)|you\s+(?:might|may)\s+also\s+like.{0,40}|more\s+stories|latest\s+news|
    keep\s+an\s+eye\s+on\s+your\s+inbox.{0,60}|there\s+was\s+an\s+error\b.{0,60}|
    an\s+error\s+has\s+occurred\b.{0,60}|this\s+article\s+has\s+been\s+sent\s+to|
    join\s+(?:our|the)\s+(?:comment\w*|conversation|discussion|newsletter|whatsapp|telegram)\b.{0,80}|
    (?:follow|like|find)\s+us\s+on\b.{0,80}|(?:get|download)\s+(?:our|the)\s+app\b.{0,60}|
    .{0,160}\b(?:sign(?:ing)?\s+up|subscrib(?:e|ing))\s+(?:to|for)\s+(?:our|the|its)\s.{0,40}newsletters?\b.{0,60}|
    you\s+must\s+(?:confirm|be\s+logged\s+in|log\s?in|register)\b.{0,60}comment.{0,20}|
    please\s+log\s?out\s+and\s+then\s+log\s?in.{0,80}|log\s+in\s+or\s+create\s+an?\s+account.{0,40}|
    our\s+standards\s*:.{0,60}|follow\s.{2,40}\son\s+google\s+news\b.{0,140}|article\s+content|
    (?:do\s+you\s+have|got)\s+a\s+story\s+(?:to\s+tell|for\s+us)\?.{0,100}|
    view\s+comments|show\s+comments|leave\s+a\s+(?:comment|reply)|
    skip\s+(?:ad\w*|to\s+(?:main\s+)?content)|listen\s+to\s+this\s+article.{0,40}|
    this\s+is\s+a\s+breaking\s+(?:news?\s+)?story.{0,80})|
    link\s+zum?\s+[\w-]+-inhalt|(?:(?:empfohlener|externer|redaktioneller)\s+){1,3}inhalt.{0,60}|
    artikel\s+(?:teilen|drucken|merken)|kommentare|newsletter|fehler\s+gefunden\?.{0,20}|hauptinhalt|
    folg(?:st|e|en)\s+(?:du|sie)\s+.{2,30}\sauf\s+(?:whatsapp|instagram|facebook|google).{0,20}|
    .{0,160}\b(?:abonniere|abonnieren\s+sie|melden\s+sie\s+sich\s+für)\s.{0,30}(?:newsletter|whatsapp-kanal)\b.{0,140}|
    (?:inscrivez|abonnez)-vous\s+à\s+(?:notre|nos|la)\s+newsletters?\b.{0,80}|
    (?:suscríbete|apúntate|regístrate)\s.{0,30}(?:newsletter|bolet[ií]n)\b.{0,80}|
    ¿?(?:tu\s+suscripción\s+se\s+está\s+usando|quieres\s+añadir\s+otro\s+usuario|si\s+quieres\s+compartir\s+tu\s+cuenta|
    si\s+continúas\s+leyendo\s+en\s+este\s+dispositivo|en\s+el\s+caso\s+de\s+no\s+saber\s+quién\s+está\s+usando).{0,200}|
    následuje\s+obsah\s+vložený.{0,60}|přejít\s+(?:před|za)\s+obsah\s+vložený.{0,40}|
    (?:etiketler|schlagwörter(?:\s+zu\s+diesem\s+artikel)?)\s*:?|
    this\s+(?:story|article|page)\s+was\s+printed\s+from\b.{0,200}|close\s+(?:this\s+)?window|
    (?:url|link|source|quelle|fuente|adresse|original\s+(?:url|link))\s*:?\s*https?://\S+|
    partager(?:\s+l['’]article)?.{0,20}|commentaires|compartir.{0,20}|comentarios|commenti|condividi.{0,20}|
    compartilhe?.{0,20}|reacties|komentarze|комментарии|поделиться.{0,20}|коментарі|поширити|
    (?:(?:people|others)\s+are\s+)?also\s+reading|
    ["“”/*#]*(?:انتهای|پایان)\s+پیام.{0,5}|галерия|galeriye\s+git|
    (?:source|quelle|fuente|fonte|bron|kilde|källa|lähde|źródło|zdroj|forrás|sursa|kaynak|источник|джерело|извор|
    източник|πηγή|المصدر|منبع|מקור|स्रोत|出典|来源|來源|출처|nguồn|sumber|ที่มา)\s*[:：]\s*[^.!?。]{1,40}|
    (?:ติดตามข่าว|हमारे\s+(?:व्हाट्सएप|टेलीग्राम)|подписывайтесь\s+на|підписуйтесь\s+на|suivez[-\s]nous|s[ií]guenos\s+en|
    siga-nos|seguici\s+su|folgen\s+sie\s+uns|ikuti\s+(?:kami|berita)|theo\s+dõi\s+chúng|تابعونا|تابعوا).{0,70}|
    bizi\s.{0,40}takip\s+edin.{0,20}|
    continued\s+on\s+(?:the\s+)?next\s+page|fortsetzung\s+auf\s+.{0,12}seite.{0,5}|次のページ.{0,20}|下一[页頁]|
    完了しました|(?:【|\[)?関連記事(?:】|\])?|配信|(?:【纠错】|\[纠错\])?\s*【?责任编辑\s*[:：].{0,30}|分享让更多人看到|
    この記事は(?:会員|有料会員).{0,60}|関連キーワード|おすすめ情報|関連(?:ニュース|トピックス)|
    \$\$\w+\$\$|무단\s*전재.{0,40}|.{0,30}무단\s*(?:전재|복제).{0,40}|저작권자.{0,60}|
    (?:责任编辑|责编|編輯|编辑|責任編輯)\s*[:：].{0,30}|原标题\s*[:：].{0,80}
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What buttons, forms and notices of a page say."""

_OFFER = re.compile(
    r"""^\W*(?:
    # who has paid already
    already\s+(?:a\s+)?(?:subscribe[rd]|member)|already\s+have\s+an?\s+(?:account|subscription)|
    (?:sie\s+haben|du\s+hast)\s+(?:schon|bereits)\s+ein\s+(?:abo|konto)|(?:schon|bereits)\s+(?:abonnent|kunde)|
    (?:vous\s+êtes\s+)?déjà\s+abonné|¿?\s*ya\s+(?:eres|es|soy)\s+(?:suscriptor|socio)|
    ¿?\s*ya\s+tienes?\s+(?:una\s+)?(?:cuenta|suscripci)|já\s+(?:é|sou)\s+assinante|(?:sei\s+)?già\s+abbonat|
    (?:ben\s+je\s+)?al\s+(?:abonnee|lid)|(?:er\s+du\s+)?allerede\s+(?:abonnent|kunde|medlem)|
    (?:är\s+du\s+)?redan\s+(?:prenumerant|kund)|masz\s+już\s+(?:konto|subskrypcj|prenumerat)|
    уже\s+(?:подпис|есть\s+(?:аккаунт|подписка))|zaten\s+abone|すでに会員|이미\s+구독|
    # what it costs
    .{0,30}\b\d+\s+(?:weeks?|months?|wochen?|monate?|mois|semaines?|meses|semanas?|mesi|settimane|weken|
        maanden|måneder|månader|uger|veckor|miesi[ąę]c\w*|tygodni\w*|месяц\w*|недел\w*)\s+
        (?:for|für|pour|por|per|voor|for|för|za|за)\s+(?:only\s+|nur\s+|just\s+|seulement\s+|solo\s+)?
        (?:[€$£]\s?\d|\d+(?:[.,]\d\d)?\s*(?:€|£|\$|euros?\b|zł|kr\b|руб)).{0,60}|
    # and that it may end
    .{0,60}(?:jederzeit\s+(?:kündbar|kündigen)|cancel\s+any\s?time|sans\s+engagement|cancela\s+cuando|
    cancele\s+quando|disdici\s+quando|(?:maandelijks|altijd|elk\s+moment)\s+opzegbaar|ingen\s+binding(?:stid)?|
    zrezygnuj\s+w\s+każdej).{0,30}|
    # how to read on
    (?:subscribe|sign\s+up|log\s?in|register)\s+(?:now\s+)?(?:to|for)\s+(?:continue|keep|read|full|unlimited|more).{0,60}|
    to\s+(?:continue|keep)\s+reading.{0,80}|this\s+(?:article|post|story|content)\s+is\s+(?:only\s+)?for\s+(?:paid\s+|paying\s+)?
        (?:subscribers|members).{0,30}|
    weiterlesen\s+mit\b.{0,40}|(?:jetzt\s+)?(?:abonnieren|testen)\s+und\s+weiterlesen.{0,40}|
    abonnez-vous\s+(?:pour|et).{0,60}|(?:cet|il)\s+(?:article\s+)?(?:est\s+réservé\s+aux|vous\s+reste)\b.{0,60}|
    suscríbe(?:te|se)\s+(?:para|y)\s.{0,60}|assine\s+(?:para|e)\s.{0,60}|abbonati\s+(?:per|e|a)\s.{0,60}|
    (?:verder\s+)?lezen\?\s.{0,60}|word\s+(?:nu\s+)?(?:abonnee|lid)\b.{0,60}|
    bli(?:v)?\s+(?:abonnent|prenumerant|medlem|kunde)\b.{0,60}|zaprenumeruj.{0,60}|подпишитесь,?\s+чтобы.{0,60}|
    thanks?\s+for\s+reading\b.{0,60}subscribe.{0,60}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""What is said to whoever has not paid."""

LONGEST_OFFER = 130
"""Characters."""

_HAPPENED = frozenset(
    """
    published updated posted modified created veröffentlicht aktualisiert stand publié publiée
    mis jour actualizado actualizada publicado publicada pubblicato aggiornato atualizado
    gepubliceerd bijgewerkt опубликовано обновлено оновлено opublikowano aktualizacja
    zaktualizowano yayınlanma güncelleme publicerad uppdaterad publisert oppdatert publiceret
    opdateret julkaistu päivitetty
    """.split()  # noqa: SIM905
)
_AROUND = frozenset(
    """
    am pm a m p uhr h hrs clock um at on and à las los alle ore klo kl o de del den der le el il of
    the st nd rd th gmt utc cet cest est edt pst pdt bst ist msk jst kst et ct pt first last date
    time г в
    """.split()  # noqa: SIM905
)
"""What stands beside a date: what happened then, and the words and zones around."""


def is_aside(text: str, linked: float, titles: Collection[str], authors: Collection[str]) -> bool:
    """Tell whether a paragraph is no part of the article; `linked` is its share of links.

    `titles` are the letters of what the page calls the article (`headline.letters`).
    """
    plain = letters(text)
    if not plain or plain in titles:
        return True
    return len(text) <= LONGEST and (_is_around(text, linked) or _is_byline(text, authors))


def _is_around(text: str, linked: float) -> bool:
    if any(one.match(text) for one in (_SERVICE, _SIGNED, _DATED)) or _is_date(text):
        return True
    if is_offer(text):
        return True
    if linked >= LINKED and not text.endswith((".", "。", "”", "“", "»", "!", "?")):
        return True
    if _TEASER.match(text) and (linked > 0 or ":" in text[:60] or len(text) < 60):
        return True
    if len(text) < LONGEST_CAPTION and _CREDITED.search(text):
        return True
    return len(text) < 120 and any(one.match(text) for one in (_CREDIT, _RIGHTS, _MARKED))


_ABOUT = re.compile(
    r"""\b(?:is\s+(?:an?|the|our|based)|covers?|writes?\s+(?:about|on|for)|has\s+(?:covered|written|worked|been)|
    joined|reports?\s+(?:on|from|for)|makes?\s+frequent|specialises?|follow\s+(?:him|her|them|\w+)\s+on|
    ist\s+(?:bei|seit|redakteur|korrespondent|reporter|autor|freie)|berichtet|schreibt\s+(?:über|für)|
    est\s+(?:journaliste|correspondant|reporter|grand)|es\s+(?:periodista|redactor|corresponsal|jefe|jefa)|
    è\s+(?:giornalista|inviat)|é\s+(?:jornalista|repórter|editor)|jest\s+dziennikark?)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What is said of a person who wrote an article, in words for readers."""

_MOST_BELOW, _NAMED_WITHIN = 4, 60
"""Paragraphs at the end that may say who wrote it, and characters within which the name stands."""


def without_notes_on_authors(texts: list[str], authors: Collection[str]) -> list[str]:
    """Leave out the paragraphs at the end of an article that introduce who wrote it."""
    end = len(texts)
    for at in range(len(texts) - 1, max(0, len(texts) - 1 - _MOST_BELOW), -1):
        beginning = texts[at][:_NAMED_WITHIN]
        if any(one in beginning for one in authors) and _ABOUT.search(texts[at][:LONGEST]):
            end = at
        elif end < len(texts):
            break
    return texts[:end]


def is_teaser(text: str, linked: float) -> bool:
    """Tell whether a paragraph of a text without its page leads to another article."""
    return len(text) <= LONGEST and linked >= MOSTLY_LINKED and _TEASER.match(text) is not None


def is_offer(text: str) -> bool:
    """Tell whether a paragraph offers a subscription to whoever has none."""
    return len(text) <= LONGEST_OFFER and _OFFER.match(text) is not None


def _is_date(text: str) -> bool:
    """Tell whether a line is nothing but a date, with or without what happened then."""
    if len(text) > 90 or not re.search(r"\d", text):
        return False
    words = re.findall(r"[^\W\d_]+", text)
    if not words or len(words) > 12:
        return False
    folded = [word.casefold() for word in words]
    # A date alone may be a heading of the article, as of a chronicle.
    if not re.search(r"\d[:.h]\d\d(?!\d)", text) and _HAPPENED.isdisjoint(folded):
        return False
    named = [word for word in folded if word not in _HAPPENED and word not in _AROUND]
    return bool(named) and all(month_number(word) or days_named(word) for word in named)


def _is_byline(text: str, authors: Collection[str]) -> bool:
    if len(text) > 100 or not authors:
        return False
    names = names_of(text)
    return bool(names) and set(names) <= set(authors)
