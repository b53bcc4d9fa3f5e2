"""What a server sent -> what it meant: `Content-Encoding` undone, within bounds.

Servers say `gzip` of bodies that are not, so a body that does not begin as the header says is taken
as it is.
"""

from __future__ import annotations

import io
import tempfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from indexer.errors import BadArticle
from indexer.sources import compression
from indexer.sources.fetching.errors import CutOff, DocumentTooLarge

IN_MEMORY = 16_000_000
"""Bytes of a document that are in memory; a longer one is in a file without a name."""

MOST_CODINGS = 3
"""A body is compressed once; who does it more often has something else in mind."""

_PIECE = 1 << 16


def kept() -> BinaryIO:
    """Return an empty file that goes when it is closed."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


def decoded(body: BinaryIO, codings: str, limit: int, url: str) -> BinaryIO:
    """Return the body as it was meant, at its start; what was given is closed where it is another.

    `codings` is the header `Content-Encoding`. Raises `DocumentTooLarge` for more than `limit`
    bytes and for bombs, `CutOff` for data that is damaged or ends too early.
    """
    named = [coding.strip() for coding in codings.lower().split(",") if coding.strip()]
    for coding in reversed(named[-MOST_CODINGS:]):
        body.seek(0)
        pieces = _pieces(body, coding)
        if pieces is None:
            continue
        plain = kept()
        try:
            _copy(pieces, plain, limit, url)
        except BaseException:
            plain.close()
            raise
        body.close()
        body = plain
    body.seek(0)
    return body


def _copy(pieces: Iterator[bytes], plain: BinaryIO, limit: int, url: str) -> None:
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise DocumentTooLarge(too_large(url, limit), url)
            plain.write(piece)
    except BadArticle:
        raise DocumentTooLarge(
            f"{url} is compressed data that unpacks to far beyond its size, as bombs do.", url
        ) from None
    except compression.damage_errors():
        raise CutOff(f"The compressed data of {url} is damaged or ends too early.", url) from None


def too_large(url: str, limit: int) -> str:
    """Say that a document is over the limit, and which setting raises it."""
    return (
        f"{url} is longer than {limit / 1e6:g} MB, the most that is fetched of it (setting "
        "fetch.max_mb; 64 MB of pages, feeds and sitemaps)."
    )


def _pieces(body: BinaryIO, coding: str) -> Iterator[bytes] | None:
    """Return the decoded body piece by piece, None where it is not in this coding."""
    head = body.read(_PIECE)
    body.seek(0)
    if coding in ("gzip", "x-gzip", "zstd"):
        begins = head.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd"))
        return _read(compression.plain(stream_of(body))) if begins else None
    if coding == "deflate":
        window = next((bits for bits in (15, -15) if _inflates(head, bits)), None)
        return None if window is None else _inflated(body, window)
    return _unbrotlied(body) if coding == "br" and _is_brotli(head) else None


def stream_of(body: BinaryIO) -> io.BufferedReader:
    """Return a document as a stream that can be looked into; closing it leaves the body open."""
    return io.BufferedReader(_Lent(body), _PIECE)


class _Lent(io.RawIOBase):
    def __init__(self, body: BinaryIO) -> None:
        super().__init__()
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._body.read(len(view))
        view[: len(data)] = data
        return len(data)


def _read(stream: io.BufferedReader) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _inflates(head: bytes, window: int) -> bool:
    try:
        return bool(zlib.decompressobj(window).decompress(head, 1))
    except zlib.error:
        return False


def _inflated(body: BinaryIO, window: int) -> Iterator[bytes]:
    inflate = zlib.decompressobj(window)
    while not inflate.eof:
        data = inflate.unconsumed_tail or body.read(_PIECE)
        if not data:
            raise EOFError
        yield inflate.decompress(data, _PIECE)


def _is_brotli(head: bytes) -> bool:
    import brotli  # type: ignore[import-untyped,unused-ignore]

    try:
        brotli.Decompressor().process(head, output_buffer_limit=1)
    except brotli.error:
        return False
    return bool(head)


def _unbrotlied(body: BinaryIO) -> Iterator[bytes]:
    import brotli

    inflate = brotli.Decompressor()
    try:
        while not inflate.is_finished():
            data = body.read(_PIECE) if inflate.can_accept_more_data() else b""
            piece = inflate.process(data, output_buffer_limit=_PIECE)
            if not (data or piece):
                raise EOFError
            yield piece
    except brotli.error:
        raise EOFError from None
