"""Which items of agencies are stories: others are notes to editors, and are kept out unless asked.

Agencies send what only newsrooms are meant to read down the same wire: what is coming and what is
not, tables of contents, hints. They say so by genre, each in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from indexer.article.draft import RawArticle
from indexer.article.events import WIRE_FORMATS
from indexer.errors import BadArticle

NOTES = frozenset(
    line.strip()
    for line in """
    advisory
    advisories
    news advisory
    photo advisory
    media advisory
    editorial advisory
    service advisory
    coverage advisory
    budget
    news budget
    news schedule
    schedule
    daybook
    planner
    news planner
    coverage plan
    coverage list
    lineup
    line-up
    table of contents
    contents
    index
    menu
    diary
    note to editors
    notes to editors
    editors' note
    editor's note
    editors note
    editor note
    editorial note
    ed note
    attention editors
    alert to editors
    service message
    administrative
    admin message
    test
    test message
    achtung
    vorschau
    tagesvorschau
    wochenvorschau
    terminvorschau
    programmvorschau
    themenvorschau
    themenplan
    themenplanung
    tagesplan
    planung
    planungshinweis
    hinweis
    hinweise
    redaktionshinweis
    redaktioneller hinweis
    hinweis an die redaktionen
    kundenhinweis
    inhalt
    inhaltsverzeichnis
    testmeldung
    avis
    avis aux rédactions
    avis aux clients
    avis aux abonnés
    attention
    agenda
    prévisions
    prévision
    sommaire
    table des matières
    menu général
    note aux rédactions
    note à la rédaction
    note aux rédacteurs
    message de service
    aviso
    avisos
    aviso a los clientes
    previsiones
    previsión
    previsiones informativas
    sumario
    índice
    nota a los editores
    nota al editor
    nota a la redacción
    avviso
    avvisi
    avviso ai redattori
    previsioni
    sommario
    indice
    nota ai redattori
    nota per le redazioni
    previsões
    previsão
    sumário
    pauta
    nota aos editores
    nota à redação
    let op
    mededeling
    redactionele mededeling
    dienstmededeling
    bericht aan redacties
    vooruitblik
    inhoudsopgave
    till redaktionen
    till redaktionerna
    redaktionellt meddelande
    notis till redaktionen
    innehåll
    dagordning
    til redaksjonen
    til red
    redaksjonell melding
    dagsmeny
    meny
    menyer
    til redaktionen
    redaktionel meddelelse
    dagsplan
    indhold
    toimituksille
    tiedoksi toimituksille
    päivälista
    uwaga
    uwaga redakcje
    zapowiedź
    zapowiedzi
    plan dnia
    spis treści
    upozornění
    avízo
    plán
    obsah
    upozornenie
    figyelem
    napirend
    tartalom
    atenție
    cuprins
    внимание
    вниманию редакций
    анонс
    анонсы
    план дня
    содержание
    увага
    до уваги редакцій
    зміст
    dikkat
    editörün notu
    gündem
    içindekiler
    προσοχή
    σημείωση προς συντάκτες
    お知らせ
    編集者注
    予定
    番組予定
    目次
    编者注
    编辑注意
    通知
    预告
    目录
    編者註
    預告
    目錄
    알림
    예고
    목차
    تنويه
    تنبيه
    إلى المحررين
    """.splitlines()
    if line.strip()
)
"""Genres, types and signals of what is no story, in small letters."""

_HEADED = re.compile(
    r"(?:ADVISORY|MEDIA ADVISORY|NEWS ADVISORY|EDITORS?'? ?S? NOTE|NOTE TO EDITORS|"
    r"ATTENTION,? EDITORS|TABLE OF CONTENTS|NEWS BUDGET|ACHTUNG REDAKTIONEN|AVIS AUX RÉDACTIONS|"
    r"NOTA A LOS EDITORES)\b[-–—:/ ]*"
)
"""What the headline of a note begins with where there is no genre for it."""

_AGENCY = (
    r"(?:the\s+)?(?:ap|afp|reuters|dpa|ansa|efe|tass|xinhua|kyodo|aap|upi|belga|anp)(?:['’]s)?"
)
_OF = (
    r"(?:(?:top|world|news|sports?|business|economy|economic|financial|political|politics|photo|video|"
    r"graphics|entertainment|international|national|european|asian?|u\.?s\.?|weekend|weekly|daily)\s+)"
)
_LIST = (
    r"(?:schedule|digest|diary|line-?up|planner|daybook|(?:tages|termin|wochen|themen)?vorschau|"
    r"themenplan|previsiones|prévisions|previsioni|previsões)"
)
_DATED = r"\s+(?:(?:for|at|as\s+of|on|vom|für|du|para|per|del|de)\s+)?(?:[^\W\d]+,?\s+){0,2}\d"
_PLANNED = re.compile(
    rf"{_AGENCY}[\s-]+(?:{_OF}{{1,3}}(?:{_LIST}|agenda|budget|menu|advisory)"
    rf"(?:\s*(?=$|[-–—:,/(])|(?={_DATED}))|{_LIST}(?={_DATED}))",
    re.IGNORECASE,
)
"""The headline of a list of what an agency will have: "Reuters News Schedule at 1000 GMT"."""

_PARTS = re.compile(r"\s+[-–—]\s+|[:/|,;()]+")


class NoteToEditors(BadArticle):
    """An item of an agency is no story but a note to editors."""


def check_is_story(raw: RawArticle) -> None:
    """Raise `NoteToEditors` for an agency's item that is none."""
    if raw.read_as not in WIRE_FORMATS:
        return
    kind = next((kind for kind in _kinds(raw.record) if is_note(kind)), None)
    title = raw.record.get("title")
    headed = isinstance(title, str) and (_HEADED.match(title) or _PLANNED.match(title))
    if kind is None and headed:
        kind = headed[0].rstrip("-–—:/ ")
    if kind is not None:
        raise NoteToEditors(
            f"The item is a note to editors, not a story ({kind}); --include-advisories takes "
            "it in."
        )


def is_note(kind: str) -> bool:
    """Tell whether a genre is one of notes: itself, or a part of it ("Vorschau - Sport")."""
    folded = " ".join(kind.replace("’", "'").casefold().replace("_", " ").split())
    return folded in NOTES or any(part.strip() in NOTES for part in _PARTS.split(folded))


def _kinds(record: Mapping[str, Any]) -> Iterator[str]:
    meta = record.get("meta")
    for key in ("genres", "kinds"):
        listed: Iterable[Any] = meta.get(key, ()) if isinstance(meta, Mapping) else ()
        yield from (one for one in listed if isinstance(one, str))
