"""A plain text file: one article, its first line the title."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.text.cleaning import clean_lines
from indexer.text.encoding import decode, read_whole

LONGEST_TITLE = 300
"""Characters: a longer first line is a paragraph, and the article has no title."""


def read_plain_text(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the one article of the file, or the reject that it is.

    A file of one line is an article without a title, since every article has a text.
    """
    origin = Origin(name)
    data = read_whole(stream, limit)
    if isinstance(data, str):
        yield Reject(origin, data)
        return
    try:
        decoded = decode(data)
    except UnicodeError as error:
        yield Reject(origin, str(error))
        return
    text, warning = clean_lines(decoded.text).strip(), decoded.warning()
    first, _, rest = text.partition("\n")
    titled = rest.strip() and len(first) <= LONGEST_TITLE
    record = {"title": first, "text": rest} if titled else {"text": text}
    if text:
        yield RawArticle(origin, record, len(data), warning=warning, is_plain=True)
    else:
        yield Reject(origin, "The file is empty.")


FORMAT = Format(
    name="plain text",
    suffixes=(),
    media_types=("text/plain",),
    told=lambda _head: Told.FITS,
    read=read_plain_text,
)
