"""Mail: a newsletter, or a box of them (RFC 5322, RFC 4155), each an article.

The subject is the title, who sent it the source, the day that it was sent the day of publication.
Of a letter in HTML the text is found as on a page; else, as of a digest, which as a page would be a
list of articles, it is the text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from functools import partial
from typing import Any, BinaryIO

from indexer.article.boundary import contained
from indexer.article.draft import Item, Origin, RawArticle, Reject, UnreadPage
from indexer.sources.format import Format, Told
from indexer.sources.unread_kinds import is_mail, is_saved_page
from indexer.text.cleaning import clean_lines
from indexer.text.encoding import decode, too_long

MOST_PARTS, MOST_NESTED = 500, 20
"""Of one letter, and those of them that may have parts: each line is compared with the ends of all
that it stands in."""

MOST_LINES = 400_000
"""Of one letter: those of attachments of 30 MB."""

LONGEST_LINE, LONGEST_NAME = 1_000, 200
"""Characters of a header line that are looked at, as many as RFC 5322 allows; and of a sender, in
which brackets may stand in brackets."""

_BEGINS = re.compile(rb"From \S*\s.{0,100}?\d\d:\d\d.{0,40}\d{4}")
"""How the line before each letter of a box begins; within a letter it is `>From `."""

_PART = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_LONG = re.compile(rb"^content-[a-z-]+[ \t]*:(?:[^\n]|\n[ \t]){5000}", re.IGNORECASE | re.MULTILINE)
"""What is said of a part at such a length takes Python time with its square."""

_NESTED = re.compile(rb"\bboundary[ \t]*=", re.IGNORECASE)
_PASSED_ON = re.compile(
    r"^(?:(?:re|fwd?|aw|wg|tr|rv|enc|vs|sv|doorst|odp|ynt|転送|转发|轉寄)\s*[:：]\s*)+",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_WEB = re.compile(r"<\s*(https?://[^<>\s]+)\s*>")
_WHERE = ("archived-at", "list-post")
"""Where a letter stands in the web, as archives and Substack say."""


def read_mail(stream: BinaryIO, name: str, limit: int) -> Iterator[Item]:
    """Yield the article of every letter, or the reject that it is."""
    for line, letter in _letters(stream, limit):
        origin = Origin(name, line)
        if isinstance(letter, str):
            yield Reject(origin, letter)
        else:
            yield contained(origin, partial(_item, origin, letter))


def _letters(stream: BinaryIO, limit: int) -> Iterator[tuple[int | None, bytes | str]]:
    """Yield letters, of a box each with the number of its line, or why one is not read."""
    first = stream.readline(limit + 1)
    while first and not first.strip():
        first = stream.readline(limit + 1)
    if not first.startswith(b"From "):
        data = first + stream.read(limit + 1)
        yield None, data if len(data) <= limit else too_long("The mail", limit)
        return
    begin, at, letter, size, behind_empty = 1, 1, list[bytes](), 0, False
    while line := stream.readline(limit + 1):
        at += 1
        if behind_empty and _BEGINS.match(line):
            yield begin, b"".join(letter) if size <= limit else too_long("The mail", limit)
            begin, letter, size, behind_empty = at, [], 0, False
            continue
        behind_empty = not line.strip()
        size += len(line)
        if size <= limit:
            letter.append(line[1:] if line.startswith(b">From ") else line)
    yield begin, b"".join(letter) if size <= limit else too_long("The mail", limit)


def _item(origin: Origin, data: bytes) -> Item:
    if out_of_bounds := _out_of_bounds(data):
        return Reject(origin, out_of_bounds)
    message = message_from_bytes(data.lstrip())
    if refused := _REFUSED.get(message.get_content_type()):
        return Reject(origin, refused)
    said = _said(message)
    plain, html = (_part(message, kind) for kind in ("text/plain", "text/html"))
    text = "" if plain is None else _text(plain)
    if html is not None and (page := _content(html)).strip():
        otherwise = {**said, "text": text if text.strip() else _text(html)}
        url = said.pop("url", None)
        charset = html.get_content_charset()
        return UnreadPage(origin, page, url, charset, after=said, otherwise=otherwise)
    if not text.strip():
        return Reject(origin, "There is no text in the mail.")
    return RawArticle(origin, {**said, "text": text}, len(data), is_plain=True)


def _out_of_bounds(data: bytes) -> str | None:
    """Return why a letter would take too long to read."""
    if data.count(b"\n") > MOST_LINES:
        return f"The mail has more than {MOST_LINES:,} lines."
    if len(_PART.findall(data)) > MOST_PARTS or len(_NESTED.findall(data)) > MOST_NESTED:
        return "The mail has more parts than a letter has."
    if _LONG.search(data):
        return "The header of the mail is damaged: it says too much of a part."
    return None


_ENCRYPTED = "The mail is encrypted: save its text as a file."
_REFUSED = {
    "multipart/encrypted": _ENCRYPTED,
    "application/pkcs7-mime": _ENCRYPTED,
    "application/x-pkcs7-mime": _ENCRYPTED,
    "multipart/report": "The mail says what became of another one: it is no article.",
}


def _said(message: Message) -> dict[str, Any]:
    """Return what the header says, in the keys of a record."""
    name, address = parseaddr(_header(message, "from")[:LONGEST_NAME])
    where = (_WEB.search(_header(message, one)) for one in _WHERE)
    said = {
        "id": _header(message, "message-id").strip("<> "),
        "title": _PASSED_ON.sub("", _header(message, "subject")),
        "source": name or address.rpartition("@")[2],
        "published": _sent(_header(message, "date")),
        "url": next((found[1] for found in where if found), None),
    }
    return {key: value for key, value in said.items() if value}


def _header(message: Message, name: str) -> str:
    """Return a line of the header as it is read, "" where there is none."""
    written = str(message.get(name, ""))[:LONGEST_LINE]
    try:
        return " ".join(str(make_header(decode_header(written))).split())
    except (MessageError, LookupError, ValueError):  # of an unknown encoding, or damaged
        return " ".join(written.split())


def _sent(date: str) -> str | None:
    try:
        return parsedate_to_datetime(date).isoformat()
    except (ValueError, OverflowError):
        return None


def _part(message: Message, kind: str) -> Message | None:
    """Return the first part of a kind that is no attachment."""
    parts = (one for one in message.walk() if one.get_content_type() == kind)
    return next((one for one in parts if one.get_content_disposition() != "attachment"), None)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    """Return a text without its signature; lines that only flow are joined (RFC 3676)."""
    content, charset = _content(part), part.get_content_charset()
    try:
        read = content.decode(charset) if charset else decode(content).text
    except (LookupError, UnicodeError):
        read = content.decode("utf-8", "replace")
    text = clean_lines(_SIGNATURE.split(read.replace("\r\n", "\n"))[0])
    return text.replace(" \n", " ") if part.get_param("format") == "flowed" else text


def _told(head: bytes) -> Told:
    return Told.EXACTLY if is_mail(head) and not is_saved_page(head) else Told.NO


FORMAT = Format(
    name="mail",
    suffixes=(".eml", ".mbox", ".mbx"),
    media_types=("message/rfc822", "application/mbox"),
    told=_told,
    read=read_mail,
)
