"""A byline -> the names in it: "By Ana Silva and Li Wei, in Lagos" names two people."""

from __future__ import annotations

import re

from indexer.article.bylines import LONGEST, is_place
from indexer.article.east_asian_bylines import people_in
from indexer.article.month_names import month_number

_BEFORE = re.compile(
    r"^\W*(?:(?:more|all)\s+(?:stories|articles|posts)\s+(?:by|from)|(?:written|reported|posted|published|words|text|story|interview|fotos?|photographs?)\s+"
    r"(?:and\s+\w+\s+)?(?:by|von|par|por)|by|von|vom|par|por|de|di|door|af|av|przez|autor(?:in|es|a)?|"
    r"auteurs?|authors?|автор|автори|por:|text|texte|texto|testo|tekst|текст|bericht|ein\s+\w+\s+von|"
    r"eine\s+\w+\s+von|(?:geschreven|skrevet|skriven|scritto|escrito|rédigé|pubblicato)\s+"
    r"(?:door|av|af|da|por|par)|yazan|haber|γράφ(?:ει|ουν)(?:\s+(?:ο|η|οι))?|από(?:\s+τ[οη]ν?)?|της|του|των|корр(?:еспондент)?\.?\s+(?-i:[А-ЯЁ]{3,})|penulis|oleh|tác\s+giả|"
    r"szerző|írta|mwandishi|imeandikwa\s+na|na\s+mwandishi|napsala?|piše|пише|müəllif|"
    r"โดย|เรื่อง|ผู้เขียน|מאת|लेखक|द्वारा|রিপোর্ট|প্রতিবেদক|تحریر|گزارش)"
    r"\s*:?\s+|^\s*(?:作者|文|撰文|記者|记者|責任編輯|责任编辑|编辑|編輯)\s*[:：/／]\s*|"
    r"^\s*(?:本报|本報)?(?:记者|記者)\s*|^\s*(?:بقلم|كتب|كتبت|نویسنده)\s*:?\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?!\W*(?:bild|quelle|source|image|video|gra[fp]hi[ck]|credits?|copyright|fuente|fonte)\b)\W*[^\W\d]+(?:\s?[/／]\s?\w+)?\s?[:：]\s*(?=[^\W\d]\S*\s+[^\W\d]|[\u3040-\ud7ff]{2})"
)
"""A word with a colon before a whole name, in whatever language."""

_BETWEEN = re.compile(
    r"\s*(?:[,;|/•·&＆]|\b(?:and|AND|und|UND|et|ET|y|e|och|og|i|en|with|и|та|й|ve|και|és|ja|și|şi|"
    r"và|a|dan)\b|(?<=\s)و(?=\s))\s+|\s*[、，،؛；]\s*|[;|•·]|(?<=\w)[/／](?=\w)|"
    r"(?<=[^\W\d_]{2}),(?=[^\W\d_a-z]\w+ [^\W\d_a-z])"
)
_HAPPENED = (
    r"(?:last\s+)?(?:updated|published|posted)|aktualisiert|veröffentlicht|publi[ée]|"
    r"mis\s+à\s+jour|actualizado|publicado|atualizado|aggiornato|pubblicato|bijgewerkt|"
    r"opdateret|oppdatert|uppdaterad"
)
"""What stands before the dates beside a name: an alternation for regular expressions."""

_DATED = re.compile(rf"\W*(?:{_HAPPENED})\b", re.IGNORECASE)

_BEHIND = re.compile(
    r"\s*[(\[<].*$|\s+(?:in|for|für|via|at|@|aus|pour)\s+.*$|\s*[-–—|:]\s+.*$|\s+\d.*$|@\S+.*$|\s+/\S+/?$|"
    rf"\s+(?:{_HAPPENED})\b.*$",
    re.IGNORECASE,
)
_TITLE_BEHIND = re.compile(
    r"\s*(?:기자|특파원|記者|记者|編集委員)$|(?<=\w\s)(?<!^\w\s)"
    r"(?:(?:Staff|Senior|Contributing|Chief|Associate|Guest)\s+)"
    r"(?:Writer|Editor|Reporter|Correspondent|Columnist|Contributor|Producer)$"
)
_ADDRESS = re.compile(r"[^\s<>()\[\]]+@[\w-]+(?:\.[\w-]+)+\s*")
_NAMED = re.compile(r"^\(([^()]+)\)$")
"""What feeds write of an author: an address, and the name in brackets."""

_NO_NAME = re.compile(
    r"https?:|www\.|@|^\d|^(?:in|from|aus|at)\s|\d{3}|[{}<>=_]|^\W*$|(?-i:^[a-z]+(?:-[a-z]+)+$)|"
    r"^(?:see|view|read|follow)\b.*\b(?:bio|profile|posts|articles|stories)$|"
    r"^(?:illustrations?|photograph(?:y|s)|graphics?|videos?)\s+by\b|"
    r"^(?-i:M\.?[AD]|MPH|RN|Ph\.?D|J\.?D|MBA|Jr|Sr)\.?$|"
    r"^(?:admin|administrator|webmaster|root|user|null|undefined|none|n/a|unknown|author)$|"
    rf"^(?:{_HAPPENED}|stand|fotos?|photos?|фото)\b|(?:报道|報導|報道)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editor|correspondent|reporter|writer|journalist|columnist|producer|contributor|analyst|"
    r"redakteur(?:in)?|korrespondent(?:in)?|reporterin|volontär(?:in)?|autor(?:in)?|"
    r"redactora?|periodista|corresponsal|jefe|journaliste|rédact(?:eur|rice)|correspondante?|"
    r"giornalista|corrispondente|repórter|jornalista|redacteur|verslaggever|dziennikarz|"
    r"dziennikarka|корреспондент|журналист|muhabir)\b",
    re.IGNORECASE,
)
"""What somebody does; it stands behind a name, and is one where no name is given."""

MOST = 60
"""Characters of a name."""


def names_of(byline: str) -> list[str]:
    """Return the names of people and agencies in a byline, in order; addresses are none.

    What somebody does is left out where somebody is named.
    """
    if "http" in byline[:8].lower() or byline.startswith(("/", "@", "www.")):
        return []
    if len(byline) <= LONGEST and (people := people_in(byline)):
        return people
    text = _NAMED.sub(r"\1", _ADDRESS.sub("", byline).strip())
    text = _BEFORE.sub("", text)
    text = text if _NO_NAME.search(text) else _LABEL.sub("", text)
    if text.strip().lower() == "n/a":
        return []
    parts = [_without_what_follows(part) for part in _BETWEEN.split(text)]
    found = [_TITLE_BEHIND.sub("", part).strip() for part in parts]
    names = [name for name in found if name and len(name) <= MOST and not _NO_NAME.search(name)]
    people = [name for name in names if not _ROLE.search(name)] or names
    # A place of one word may be a name, and pages count it among them.
    return [name for name in people if not (" " in name and is_place(name))] or people


def _without_what_follows(part: str) -> str:
    """Return a name without a place, a date or an address behind it; nothing of a date alone."""
    if _DATED.match(part):
        return ""
    name = _BEHIND.sub("", part)
    before, _, last = name.rpartition(" ")
    if part[len(name) :].lstrip()[:1].isdigit() and month_number(last.rstrip(".")):
        name = before
    return name.strip(" .,:-–—|")
