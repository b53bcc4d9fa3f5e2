"""What items of agencies have in common, whatever format they come in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from indexer.article.bylines import is_agency
from indexer.article.dates import parse_date
from indexer.article.embargo_words import LONGEST, embargo_in_words
from indexer.article.events import STATUSES
from indexer.article.stories import is_note
from indexer.errors import BadArticle
from indexer.text.extraction.bylines import names_of

_CANCELED = """
    kill killed mandatorykill killfile delete deleted deletion elimination withdraw withdrawal
    withdrawn takedown cancel canceled cancelled cancellation recall recalled retract retracted
    retraction spike spiked annulation annulé annulée zurückgezogen widerrufen anulado anulada
    anulación annullato annullata annullamento ingetrokken återkallad
    """.split()  # noqa: SIM905
_SIGNALS = {
    **dict.fromkeys(_CANCELED, "canceled"),
    **dict.fromkeys(("withhold", "withheld", "hold"), "withheld"),
}
"""Signals, instructions and editorial types that withdraw an item whose status says nothing."""

_HEADED = re.compile(
    r"\W*(?:(?:BULLETIN|URGENT|FLASH|EDS|STORY|MELDUNG|MANDATORY|NOTA|NOTICIA|DÉPÊCHE)\b\W*)*"
    r"(?:KILL(?:ED)?|WITHDRAWN|WITHDRAWAL|ANNULATION|ANNULÉE?|ZURÜCKGEZOGEN|ANULAD[AO]|ANULACIÓN|"
    r"ANNULLAT[AO]|ANNULLAMENTO|INGETROKKEN|АННУЛИРОВАН[АО]?|АННУЛЯЦИЯ|ОТОЗВАН[АО]?)"
    r"\s*(?:[-–—:/!.,;(]|$)"
)
"""What the headline, or a note to editors, of a withdrawal begins with, in capitals."""

NO_TEXT = frozenset(
    """
    picture photo photograph image graphic infographic illustration video audio animation
    composite package event planning planningitem component map poll gallery slideshow
    """.split()  # noqa: SIM905
)
"""Kinds of items that are no text; what is called something else may be one."""

FURTHER_NOTICE = "until further notice"

_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?"
)


def bare(code: str) -> str:
    """Return a code without the vocabulary before it: `stat:usable`, `http://.../usable`."""
    return re.split(r"[:/#]", code)[-1].strip()


def wire_record(  # noqa: PLR0913
    *,
    guid: str,
    known_by: str,
    version: str,
    status: str,
    embargo: str,
    title: str,
    paragraphs: list[str],
    lang: str,
    source: str,
    authors: Sequence[str],
    published: str,
    updated: str,
    genres: Sequence[str] = (),
    kinds: Sequence[str] = (),
    tags: Sequence[str] = (),
    url: str = "",
    notes: Sequence[str] = (),
    withdraws: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a record in the keys of the JSON Lines format, with what makes it an event.

    Codes may have their vocabulary before them. `guid` is as the source writes it, `known_by` the
    id of the item (`indexer.sources.wire_ids`). `kinds` are types and signals that say beside the
    genres what an item is, `notes` what editors are told, which is stored of a withdrawal alone:
    it says why. `withdraws` are other items. An embargo that is there and has no date lasts until
    further notice (`FURTHER_NOTICE`); one of which only a note speaks counts, too.
    """
    meta: dict[str, Any] = {
        "guid": guid if guid != known_by else "",
        "genres": [one for one in genres if one],
        "kinds": [one for one in kinds if is_note(one)],
    }
    said = bare(status).lower()
    state = STATUSES.get(said) or _signalled(said) or said
    if state in ("usable", ""):
        state = next(filter(None, map(_signalled, kinds)), state)
    if state in ("usable", "") and any(_HEADED.match(one) for one in (title, *notes)):
        state = "canceled"
    is_withdrawn = state not in ("usable", "")
    embargo = embargo or _embargo_in(notes, published, lang)
    lasting = embargo == FURTHER_NOTICE or (said == "embargoed" and not embargo)
    record: dict[str, Any] = {
        "id": known_by,
        "url": url,
        "version": version,
        "status": state,
        "embargo": True if lasting else iso(embargo),
        "why": " ".join(dict.fromkeys(one for one in notes if one)) if is_withdrawn else "",
        "withdraws": list(dict.fromkeys(withdraws)) if is_withdrawn else [],
        "title": title,
        # Many agencies repeat the headline as the first line of the text.
        "paragraphs": list(
            paragraphs[1:] if paragraphs[:1] == [title] and paragraphs[1:] else paragraphs
        ),
        "lang": lang,
        "source": source,
        "authors": _people(authors, source),
        "published": iso(published),
        "updated": iso(updated),
        "tags": [one for one in tags if one],
        "meta": {key: value for key, value in meta.items() if value},
    }
    return {key: value for key, value in record.items() if value}


def _people(bylines: Sequence[str], source: str) -> list[str]:
    """Return who wrote an item: of people and their agency ("Max Muster, dpa") the people."""
    names = list(dict.fromkeys(name for one in bylines for name in names_of(one)))
    names = [one for one in names if not re.fullmatch("[a-z]{1,2}", one)]  # initials
    return [one for one in names if not (is_agency(one) or _is_of(one, source))] or names


def _is_of(name: str, source: str) -> bool:
    """Tell the name of the source from a person's, also within words: "da agência Lusa"."""
    own = source.casefold()
    return name.casefold() == own or (name[:1].islower() and own in name.casefold().split())


def _embargo_in(notes: Sequence[str], published: str, lang: str) -> str:
    """Return the end of an embargo that a note to editors speaks of, "" where none does."""
    try:
        sent = parse_date(iso(published))
    except ValueError:
        sent = None
    for note in notes:
        try:
            end = embargo_in_words("", [note[:LONGEST]], sent, lang or None)
        except BadArticle:
            return FURTHER_NOTICE
        if end is not None:
            return end.isoformat()
    return ""


def _signalled(kind: str) -> str:
    """Return the state that a signal or an editorial type stands for, "" for none."""
    return _SIGNALS.get(re.sub(r"[\W_]+", "", bare(kind)).lower(), "")


def iso(written: str) -> str:
    """Return a date of the compact form that agencies use (20190121T104233+0000) as ISO 8601."""
    found = _COMPACT.fullmatch(written.strip())
    if not found:
        return written.strip()
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}"
