"""A record of a web archive -> what a server sent: status, type, and the body as it was meant.

Archives say `chunked` or `gzip` of bodies that are not, so the body decides.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from indexer.sources.web_archive.records import Record

_END = re.compile(rb"\r*\n\r*\n")
_STATUS = re.compile(rb"[A-Z]{2,8}/\d(?:\.\d)?\s+(\d{3})", re.IGNORECASE)
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

_PIECE = 1 << 16

MOST_CODINGS = 3
"""A body is compressed once; who does it more often has something else in mind."""

MOST_WINDOW = 1 << 27
"""Bytes to look back, the most that zstd itself takes unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came: `media_type` is in lower case, "" where it is not said."""

    status: int
    media_type: str
    charset: str | None
    body: bytes


def response_of(record: Record, limit: int) -> Response:
    """Return the response of a record, its body of at most `limit` bytes."""
    said = _STATUS.match(record.block)
    if not said:
        return Response(200, *_type(record.headers.get("content-type", "")), record.block)
    end = _END.search(record.block)
    head = record.block[: end.start()] if end else record.block
    body = record.block[end.end() :] if end else b""
    headers = _headers(head)
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    codings = headers.get("content-encoding", "").lower().split(",")
    for coding in reversed(codings[-MOST_CODINGS:]):
        body = _decoded(body, coding.strip(), limit)
    if body.startswith(b"\x1f\x8b\x08"):
        body = _inflated(body, 31, limit) or body  # nobody said so
    return Response(int(said[1]), *_type(headers.get("content-type", "")), body)


def _headers(head: bytes) -> dict[str, str]:
    """Return the header lines of a response, of equal names the last; long ones may be folded."""
    found: dict[str, str] = {}
    name = ""
    for line in head.decode("iso-8859-1").splitlines()[1:]:
        if line[:1] in (" ", "\t") and name:
            found[name] += " " + line.strip()
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        found[name] = value.strip()
    return found


def _type(value: str) -> tuple[str, str | None]:
    charset = _CHARSET.search(value)
    return value.partition(";")[0].strip().lower(), charset[1] if charset else None


def _unchunked(body: bytes) -> bytes:
    """Join the chunks; a body without any stays as it is, of a broken one the whole ones count."""
    parts: list[bytes] = []
    at = 0
    while found := _CHUNK.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[found.end() : found.end() + size])
        at = found.end() + size
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1
        elif at < len(body):
            # No chunk ends like this: the first number was a part of the text.
            return b"".join(parts) if len(parts) > 1 else body
    return b"".join(parts) if parts and at >= len(body) else b"".join(parts) or body


def _decoded(body: bytes, coding: str, limit: int) -> bytes:
    """Undo a coding; a body that is not in it, as crawlers store them, stays as it is."""
    if body.lstrip()[:1] in (b"<", b"{"):
        return body
    if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        return _inflated(body, 31, limit)
    if coding == "deflate":
        return _inflated(body, 15, limit) or _inflated(body, -15, limit) or body
    if coding == "br":
        return _brotli(body, limit) or body
    if coding == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd"):
        return _zstd(body, limit) or body
    return body


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    """Return what can be decompressed, up to `limit` bytes."""
    inflate = zlib.decompressobj(window)
    parts: list[bytes] = []
    size = 0
    try:
        while body and size < limit and not inflate.eof:
            parts.append(inflate.decompress(body[:65_536], limit - size))
            body = inflate.unconsumed_tail + body[65_536:]
            size += len(parts[-1])
    except zlib.error:
        pass
    return b"".join(parts)


def _brotli(body: bytes, limit: int) -> bytes:
    """Return what can be decompressed, up to about `limit` bytes."""
    import brotli  # type: ignore[import-untyped,unused-ignore]

    inflate = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        while size < limit and not inflate.is_finished():
            data, body = (body, b"") if inflate.can_accept_more_data() else (b"", body)
            parts.append(inflate.process(data, output_buffer_limit=_PIECE))
            size += len(parts[-1])
            if not (data or parts[-1]):
                break
    except brotli.error:
        pass
    return b"".join(parts)[:limit]


def _zstd(body: bytes, limit: int) -> bytes:
    """Return what can be decompressed, up to `limit` bytes."""
    import zstandard

    parts: list[bytes] = []
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=MOST_WINDOW).stream_reader(body)
        while limit > 0 and (piece := reader.read(min(limit, _PIECE))):
            parts.append(piece)
            limit -= len(piece)
    except zstandard.ZstdError:
        pass
    return b"".join(parts)
