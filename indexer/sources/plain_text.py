"""A plain text file: one article, its first line the title, unless lines above say what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.embargo_words import is_embargo
from indexer.sources.format import Format, Told
from indexer.sources.header_lines import header_lines
from indexer.text.cleaning import clean_lines
from indexer.text.encoding import read_text

_RELEASE = re.compile(
    r"(?:for\s+immediate\s+(?:release|publication)|(?:press|news|media)\s+release|"
    r"pressemitteilung|medienmitteilung|communiqué\s+de\s+presse|nota\s+de\s+prensa|"
    r"comunicado\s+de\s+(?:prensa|imprensa)|comunicato\s+stampa|persbericht|pressmeddelande|"
    r"pressemelding|pressemeddelelse|komunikat\s+prasowy|пресс-релиз|プレスリリース)[\s:.!]*",
    re.IGNORECASE,
)
"""What press releases have above their headline."""

LONGEST_TITLE = 300
"""Characters: a longer first line is a paragraph, and the article has no title."""


def read_plain_text(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the one article of the file, or the reject that it is.

    A file of one line is an article without a title, since every article has a text.
    """
    origin = Origin(name)
    read = read_text(stream, limit)
    if isinstance(read, str):
        yield Reject(origin, read)
        return
    decoded, size = read
    text, warning = clean_lines(decoded.text).strip(), decoded.warning()
    head, below = header_lines(text)
    notices, titled = _parted(below)
    first, _, rest = titled.partition("\n")
    has_title = "title" not in head and rest.strip() and len(first) <= LONGEST_TITLE
    said = {"title": first, "text": notices + rest} if has_title else {"text": below}
    record = {**head, **said}
    if text:
        yield RawArticle(origin, record, size, warning=warning, is_plain=True)
    else:
        yield Reject(origin, "The file is empty.")


def _parted(text: str) -> tuple[str, str]:
    """Part the lines off that stand above the headline of a press release: embargo and kind."""
    first, _, rest = text.partition("\n")
    if not rest.strip() or not (is_embargo(first) or _RELEASE.fullmatch(first.strip(" *-–—"))):
        return "", text
    notices, titled = _parted(rest.lstrip("\n"))
    return f"{first}\n\n{notices}", titled


FORMAT = Format(
    name="plain text",
    suffixes=(),
    media_types=("text/plain",),
    told=lambda _head: Told.FITS,
    read=read_plain_text,
)
