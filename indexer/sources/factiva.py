"""Text exports of Factiva: several articles, their parts behind codes (HD, BY, PD, LP, TD, AN).

Without codes the same parts stand in the same order in lines of their own, with the number of
words among them, and `Document` with the number of the article at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import plain_blocks
from indexer.text.encoding import read_text
from search.analysis.language_codes import normalise_code

_CODES = (
    "SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|ART|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|AN|CLM|NGC|"
    "GC|DLN"
)
_CODED = re.compile(rf"(?P<code>{_CODES})(?:(?P<gap>[ \t]+)(?P<value>.*))?")
_WORDS = r"[\d.,]+ (?:words|mots|Wörter|palabras|palavras|parole|woorden|ord|słów|слов|字)"
_COUNT = re.compile(_WORDS)
_NUMBER = re.compile(r"(?:Document|Dokument|Documento)\s+(?P<id>[A-Za-z0-9]{15,40})")
_IS_NUMBER = re.compile(rf"^[ \t]*{_NUMBER.pattern}[ \t]*$", re.MULTILINE)
_HEAD_CODED = re.compile(
    r"\s*+(?:(?:SE|BY|CLM|CR)(?:[ \t]+.*)?\n(?:.*\n){0,3}?)?HD(?:[ \t]+.*)?\n"
    r"(?s:.{0,4000}?)^(?:PD|SN)(?:[ \t].*)?\n(?s:.{0,4000}?)^(?:LP|TD|AN)(?:[ \t]|$)",
    re.MULTILINE,
)
_HEAD_BARE = re.compile(
    rf"(?s:.{{0,1000}}?)^{_WORDS}[ \t]*\n\d{{1,2}}\.? [^\W\d_]+\.? \d{{4}}[ \t]*\n"
    r"(?:.{1,80}\n){1,8}?[ \t]*(?:Copyright|\([cC]\)|©)",
    re.MULTILINE,
)
_TIME = re.compile(r"\d{1,2}:\d{2}")
_SHORT_CODE = re.compile(r"[A-Z0-9]{2,10}")
_RIGHTS = re.compile(r"(?:Copyright|\(c\)|©)", re.IGNORECASE)
_BY = re.compile(r"(?:By|Von|Par|Por|Di|Door)\s", re.IGNORECASE)


def read_factiva(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the articles of a file; the place of each is its number, where there are several."""
    read = read_text(stream, limit)
    if isinstance(read, str):
        yield Reject(Origin(name), read)
        return
    decoded, _ = read
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    records = _coded(text) if _HEAD_CODED.match(text) else _bare(text)
    first = next(records, None)
    if first is None:
        yield Reject(Origin(name), "The export of Factiva has no article.")
        return
    second = next(records, None)
    several = [] if second is None else [second]
    for number, record in enumerate(chain([first], several, records), start=1):
        origin = Origin(name, number if several else None)
        size = sum(map(len, map(str, record.values())))
        yield RawArticle(origin, record, size, warning=decoded.warning(), is_plain=True)


def _coded(text: str) -> Iterator[dict[str, Any]]:
    """Yield a record per article whose parts have codes: an article ends with its number."""
    parts: dict[str, list[str]] = {}
    code, gap = "", 0
    for line in text.split("\n"):
        found = _CODED.fullmatch(line.rstrip())
        # As far from its code as the first one: "IN 2019 the town" begins no part.
        if found and (not gap or len(found["gap"] or " " * gap) >= gap):
            if parts.get("AN") or (found["code"] == "HD" and "HD" in parts):
                yield from _named(parts)
                parts = {}
            code = found["code"]
            gap = gap or len(found["gap"] or "")
            parts[code] = [found["value"] or ""]
        elif code:
            parts[code].append(line)
    yield from _named(parts)


def _named(parts: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Yield the record of the parts of an article, where they have a headline or a text."""
    lines = {code: " ".join(" ".join(texts).split()) for code, texts in parts.items()}
    body = [text for code in ("LP", "TD") for text in _paragraphs(parts.get(code, []))]
    time = _TIME.match(lines.get("ET", ""))
    number = _NUMBER.match(lines.get("AN", ""))
    record = _record(
        title=lines.get("HD", ""),
        paragraphs=body,
        authors=lines.get("BY", ""),
        published=f"{lines.get('PD', '')} {time[0] if time else ''}".strip(),
        source=lines.get("SN", ""),
        lang=lines.get("LA", ""),
        section=lines.get("SE", ""),
        id=number["id"] if number else lines.get("AN", "").partition(" ")[0],
    )
    if "title" in record or "paragraphs" in record:
        yield record


def _paragraphs(lines: list[str]) -> list[str]:
    """Return paragraphs: parted by empty lines or, without any, each ends with its sentence."""
    written = "\n".join(line.strip() for line in lines).strip()
    if "\n\n" not in written:
        written = re.sub(r"(?<![.!?。:”\"'])\n", " ", written)
    return plain_blocks(written)


def _bare(text: str) -> Iterator[dict[str, Any]]:
    """Yield a record per article without codes."""
    begin = 0
    for end in [*_IS_NUMBER.finditer(text), *re.finditer(r"(?P<id>)\Z", text)]:
        lines = text[begin : end.start()].strip("\n").split("\n")
        begin = end.end()
        at = next((n for n, one in enumerate(lines) if _COUNT.fullmatch(one.strip())), None)
        if at is not None:
            yield _in_order(lines, at, end["id"] or "")


def _in_order(lines: list[str], at: int, number: str) -> dict[str, Any]:
    """Return the record of lines in order, the number of words at `at`."""
    above = [one.strip() for one in lines[:at] if one.strip()]
    bylines = [one for one in above[1:] if _BY.match(one)]
    title = [one for one in above if one not in bylines]
    rest = [one.strip() for one in lines[at + 1 :]]
    rights = next((n for n, one in enumerate(rest) if _RIGHTS.match(one)), -1)
    about = (
        rest[:rights] if rights >= 0 else rest[: next((n for n, x in enumerate(rest) if not x), 0)]
    )
    time = next((one for one in about[1:3] if _TIME.fullmatch(one)), "")
    named = [one for one in about[1:] if one and one != time]
    langs = [one for one in named[1:] if len(one) > 3 and normalise_code(one)]
    return _record(
        title=" ".join(title),
        paragraphs=plain_blocks("\n".join(lines[at + 2 + len(about) :])),
        authors=bylines[0] if bylines else "",
        published=f"{about[0] if about else ''} {time}".strip(),
        source=next((one for one in named if not _SHORT_CODE.fullmatch(one)), ""),
        lang=langs[-1] if langs else "",
        section="",
        id=number,
    )


def _record(**given: Any) -> dict[str, Any]:  # noqa: ANN401 - texts, and one list of them
    given["lang"] = normalise_code(given["lang"].partition(" - ")[0])
    return {key: value for key, value in given.items() if value}


def _told(head: bytes) -> Told:
    text = head.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    return Told.EXACTLY if _HEAD_CODED.match(text) or _HEAD_BARE.match(text) else Told.NO


FORMAT = Format(
    name="Factiva",
    suffixes=(),
    media_types=("text/x-factiva",),
    told=_told,
    read=read_factiva,
)
