"""Text exports of Nexis (LexisNexis): several articles, each with lines that say what it is.

    1 of 2 DOCUMENTS / The Guardian / March 4, 2024 Monday / headline / BYLINE: ... LENGTH: 212
    words / text / LOAD-DATE: ...

Newer ones (Nexis Uni) begin with the headline, have `Body` above the text and end with `End of
Document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from indexer.article.dates import parse_date
from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import plain_blocks
from indexer.text.encoding import read_text
from search.analysis.language_codes import normalise_code

_COUNT = (
    r"[ \t]*(?:\d+[ \t]+(?:of|de|von|di)[ \t]+\d+[ \t]+DOCUMENTS?|"
    r"Dokument[ \t]+\d+[ \t]+von[ \t]+\d+)[ \t]*"
)
_WORDS = r"LENGTH|LÄNGE|LONGUEUR|LONGITUD|LUNGHEZZA|LENGTE"
_BEFORE = (
    rf"BYLINE|SECTION|{_WORDS}|DATELINE|HIGHLIGHT|HEADLINE|BODY|SERIES|AUTOR|AUTEUR|AUTHOR|RUBRIK|"
    r"RUBRIQUE"
)
_BEHIND = (
    r"LOAD-DATE|LANGUAGE|SPRACHE|LANGUE|GRAPHIC|PUBLICATION-TYPE|JOURNAL-CODE|DOCUMENT-TYPE|SUBJECT|"
    r"ORGANIZATION|COMPANY|TICKER|INDUSTRY|GEOGRAPHIC|PERSON|CITY|STATE|COUNTRY|URL|UPDATE|"
    r"CORRECTION-DATE|CLASSIFICATION|ACC-NO|UPDATE-DATE|ISSN"
)
_FIELD = re.compile(rf"(?P<key>{_BEFORE}|{_BEHIND})[ \t]*:[ \t]*(?P<value>.*)", re.IGNORECASE)
_IS_BEHIND = re.compile(rf"{_BEHIND}|Load-Date|Graphic|Classification")
"""Fields below the text; a text has such words, too, but not in capitals."""
_DOCUMENT = re.compile(rf"^{_COUNT}$", re.MULTILINE)
_END = re.compile(r"^[ \t]*End of Document[ \t]*$", re.MULTILINE)
_HEAD = re.compile(
    rf"\s*+(?:{_COUNT}\n|.{{0,3000}}?\n(?i:{_WORDS})[ \t]*:[ \t]*[\d.,]+[ \t]*\w+[ \t]*\n"
    r".{0,800}?\n(?:Body|(?i:LOAD-DATE)[ \t]*:))",
    re.DOTALL,
)
_BODY = re.compile(r"[ \t]*(?:Body|BODY:)[ \t]*(?P<value>.*)")
_RIGHTS = re.compile(r"\s*(?:copyright\b|\(c\)|©|all rights reserved)", re.IGNORECASE)
_EDITION = re.compile(r"\b(?:edition|ausgabe|édition|edición|edizione|final)\b", re.IGNORECASE)
_EDITION_BEHIND = re.compile(rf",\s*[^,\d]*{_EDITION.pattern}.*", re.IGNORECASE)
_DATE = re.compile(r"(?=.*\b\d{4}\b)(?!\d+\Z).{6,60}")

_KEYS = {
    **dict.fromkeys(("byline", "autor", "auteur", "author"), "authors"),
    **dict.fromkeys(("section", "rubrik", "rubrique"), "section"),
    **dict.fromkeys(("language", "sprache", "langue"), "lang"),
    "url": "url",
    "headline": "headline",
}


def read_nexis(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the articles of a file; the place of each is its number, where there are several."""
    read = read_text(stream, limit)
    if isinstance(read, str):
        yield Reject(Origin(name), read)
        return
    decoded, _ = read
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    parting = _DOCUMENT if _DOCUMENT.search(text) else _END
    parts = [part for part in parting.split(text) if part.strip()]
    for number, part in enumerate(parts, start=1):
        origin = Origin(name, number if len(parts) > 1 else None)
        record = _record(_END.sub("", part).strip("\n").split("\n"))
        if record.get("paragraphs") or record.get("title"):
            yield RawArticle(origin, record, len(part), warning=decoded.warning(), is_plain=True)
        else:
            yield Reject(origin, "The document has no text.")


def _record(lines: list[str]) -> dict[str, Any]:
    """Return the record of one document: what stands above its fields, the fields, its text."""
    first = next((n for n, one in enumerate(lines) if _FIELD.fullmatch(one.strip())), len(lines))
    record: dict[str, Any] = _above(lines[:first])
    fields: dict[str, list[str]] = {}
    body: list[str] = []
    in_text = is_behind = False
    field = ""
    for line in lines[first:]:
        found = _FIELD.fullmatch(line.strip())
        behind = found is not None and bool(_IS_BEHIND.fullmatch(found["key"]))
        if found and found["key"].upper() != "BODY" and (behind or not in_text):
            is_behind = is_behind or behind
            field = found["key"].lower()
            _take(fields, field, found["value"])
        elif not in_text and (begins := _BODY.fullmatch(line)):
            in_text, field = True, ""
            body.append(begins["value"] or "")
        elif field:
            _take(fields, field, line.strip())
            field = field if line.strip() else ""
        elif not is_behind:
            in_text = in_text or bool(line.strip())
            body.append(line)
    for name, values in fields.items():
        record[name] = " ".join([*filter(None, [record.get(name)]), *values])
    return _whole(record, plain_blocks("\n".join(_without_rights(body)).strip("\n")))


def _whole(record: dict[str, Any], paragraphs: list[str]) -> dict[str, Any]:
    lang = normalise_code(str(record.get("lang", "")).partition(" - ")[0])
    if not str(record.get("url", "")).startswith(("http://", "https://")):
        record.pop("url", None)
    section = str(record.get("section", "")).partition(";")[0].strip()
    title = record.pop("headline", "") or record.get("title")
    made = {**record, "title": title, "paragraphs": paragraphs, "lang": lang, "section": section}
    return {key: value for key, value in made.items() if value}


def _take(fields: dict[str, list[str]], key: str, value: str) -> None:
    """Take the line of a field, which may go on in the next ones."""
    if value and (name := _KEYS.get(key)):
        fields.setdefault(name, []).append(value)


def _without_rights(lines: Sequence[str]) -> list[str]:
    """Leave out the lines on rights at the end, and at the beginning."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or _RIGHTS.match(kept[-1])):
        kept.pop()
    while kept and (not kept[0].strip() or _RIGHTS.match(kept[0])):
        kept.pop(0)
    return kept


def _above(lines: Sequence[str]) -> dict[str, Any]:
    """Return source, day and headline: older exports have them in this order, newer ones reversed.

    What stands beside the day is an edition; rights are left out.
    """
    blocks = [
        [one.strip() for one in block.split("\n") if one.strip() and not _RIGHTS.match(one)]
        for block in re.split(r"\n[ \t]*\n", "\n".join(lines))
    ]
    parts = [part for block in blocks if block for part in _parts(block)]
    at = next((n for n, part in enumerate(parts) if _is_day(part)), None)
    if at is None:
        return {"title": " ".join(parts[-1].split())} if parts else {}
    behind = [part for part in parts[at + 1 :] if len(parts) - at < 3 or not _EDITION.search(part)]
    if behind:  # source, day, (edition,) headline
        title, source = behind[-1], parts[at - 1] if at else ""
    else:  # headline, source, day
        title, source = (" ".join(parts[: at - 1]), parts[at - 1]) if at > 1 else ("", parts[0])
    return {"title": title, "source": source if at else "", "published": _day(parts[at])}


def _parts(block: list[str]) -> list[str]:
    """Part a block of lines at the day in it; a headline of several lines is one."""
    at = next((n for n, line in enumerate(block) if _is_day(line)), None)
    if at is None:
        return [" ".join(block)]
    return [*([" ".join(block[: at - 1])] if at > 1 else []), *block[max(0, at - 1) : at + 1],
            *([" ".join(block[at + 1 :])] if block[at + 1 :] else [])]  # fmt: skip


def _day(line: str) -> str:
    """Return a line without the edition behind its date."""
    return _EDITION_BEHIND.sub("", line)


def _is_day(line: str) -> bool:
    if not _DATE.fullmatch(line):
        return False
    try:
        parse_date(_day(line))
    except ValueError:
        return False
    return True


def _told(head: bytes) -> Told:
    text = head.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    return Told.EXACTLY if _HEAD.match(text) else Told.NO


FORMAT = Format(
    name="Nexis",
    suffixes=(),
    media_types=("text/x-nexis",),
    told=lambda head: (
        Told.EXACTLY
        if _HEAD.match(head.decode("utf-8", "replace").replace("\r\n", "\n"))
        else Told.NO
    ),
    read=read_nexis,
)
