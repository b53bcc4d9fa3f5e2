"""A page that a browser saved with all that it shows, as one file: MHTML (RFC 2557)."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import BinaryIO

from indexer.article.draft import Item, Origin, Reject, UnreadPage
from indexer.sources.files import is_address
from indexer.sources.format import Format, Told
from indexer.sources.unread_kinds import is_saved_page
from indexer.text.encoding import read_whole


def read_mhtml(stream: BinaryIO, name: str, limit: int) -> Iterator[Item]:
    """Yield the page, or the reject that it is."""
    origin = Origin(name)
    data = read_whole(stream, limit)
    if isinstance(data, str):
        yield Reject(origin, data)
        return
    message = message_from_bytes(data.lstrip())
    address = _line(message, "snapshot-content-location")
    page = _page(message, address)
    content = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(content, bytes) or not content.strip():
        yield Reject(origin, "There is no page in the file, which says that it is a saved one.")
        return
    address = address or _line(page, "content-location")
    url = address if is_address(address) else None
    yield UnreadPage(origin, content, url, page.get_content_charset())


def _page(message: Message, address: str) -> Message | None:
    """Return the page itself, which comes before the pages that are shown within it."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    named = (part for part in pages if address and _line(part, "content-location") == address)
    return next(named, pages[0] if pages else None)


_PAGES = ("text/html", "application/xhtml+xml")


def _line(message: Message, header: str) -> str:
    return "".join(str(message.get(header, "")).split())


def _told(head: bytes) -> Told:
    return Told.EXACTLY if is_saved_page(head) else Told.NO


FORMAT = Format(
    name="MHTML",
    suffixes=(".mhtml", ".mht"),
    media_types=("multipart/related", "application/x-mimearchive"),
    told=_told,
    read=read_mhtml,
)
