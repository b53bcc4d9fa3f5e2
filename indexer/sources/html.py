"""A web page: one article, without what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from indexer.article.draft import Item, Origin, Reject, UnreadPage
from indexer.sources.format import Format, Told
from indexer.text.encoding import read_whole

_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*+"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|script|style|link)\b",
    re.IGNORECASE | re.DOTALL,
)


def read_html(stream: BinaryIO, name: str, limit: int) -> Iterator[Item]:
    """Yield the page, or the reject that it is."""
    origin = Origin(name)
    data = read_whole(stream, limit)
    if isinstance(data, str):
        yield Reject(origin, data)
        return
    yield UnreadPage(origin, data)


def _told(head: bytes) -> Told:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    if _BEGINS.match(head):
        return Told.SURELY
    return Told.FITS if b"<" in head else Told.NO


FORMAT = Format(
    name="HTML pages",
    suffixes=(".html", ".htm", ".xhtml", ".shtml"),
    media_types=("text/html", "application/xhtml+xml"),
    told=_told,
    read=read_html,
)
