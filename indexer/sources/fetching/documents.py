"""A document that was fetched -> its articles, in whatever format it is."""

from __future__ import annotations

import codecs
import io
import mimetypes
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from indexer.article.boundary import is_of_document, reason_of
from indexer.article.draft import Item, Origin, RawArticle, Reject, UnreadPage
from indexer.errors import BadArticle
from indexer.sources import compression
from indexer.sources.extraction import extracted
from indexer.sources.feeds import FORMAT as FEEDS
from indexer.sources.feeds import feed_at
from indexer.sources.fetching.decoding import stream_of
from indexer.sources.fetching.document import Fetched
from indexer.sources.files import host_of
from indexer.sources.format import Format
from indexer.sources.formats import HEAD, detect, formats
from indexer.sources.html import FORMAT as HTML
from indexer.sources.markdown import FORMAT as MARKDOWN
from indexer.sources.plain_text import FORMAT as TEXT
from indexer.sources.sitemaps import FORMAT as SITEMAPS
from indexer.sources.sitemaps import sitemap_at
from indexer.text.encoding import MAX_ARTICLE_BYTES, as_utf8, read_whole
from indexer.text.encoding_names import known_encoding

_SAY_NOTHING = ("", "text/plain", "application/octet-stream", "binary/octet-stream", "text/xml",
                "application/xml", "application/json", "application/gzip", "application/x-gzip",
                "application/x-download", "application/force-download")  # fmt: skip


def articles_of(fetched: Fetched, limit: int = MAX_ARTICLE_BYTES) -> Iterator[RawArticle | Reject]:
    """Yield the articles; whatever is wrong with the document is a reject.

    Content decides over the name, and the name over what the server says. Of a sitemap, each
    address that it lists is a record (see `indexer.sources.sitemaps`).
    """
    yield from extracted(items_of(fetched, limit))


def items_of(
    fetched: Fetched, limit: int = MAX_ARTICLE_BYTES, encoding: str | None = None
) -> Iterator[Item]:
    """Yield what `articles_of` does, the web pages of archives as they came.

    `encoding` is that of the document whatever the server says; None: it is recognised.
    """
    last = Origin(fetched.url)
    fetched.body.seek(0)
    try:
        stream = compression.plain(stream_of(fetched.body))
        shape = _shape(stream, fetched)
        if encoding and (isinstance(shape, str) or shape.is_text):
            stream = as_utf8(stream, encoding)
            shape, fetched = _shape(stream, fetched), replace(fetched, charset="utf-8")
        if isinstance(shape, str):
            by_type = shape.replace("By its name, the file", "By its type, the document")
            yield Reject(last, by_type.replace("The file", "The document"))
            return
        for item in _items(shape, stream, fetched, limit):
            last = item.origin
            yield replace(item, read_as=item.read_as or shape.name)
    except compression.damage_errors():
        yield Reject(last, "The compressed data is damaged or ends too early after this place.")
    except BaseException as error:
        if not is_of_document(error):
            raise
        foreseen = isinstance(error, BadArticle)
        rest = " Nothing after this place was read." if last.line and not foreseen else ""
        yield Reject(last, reason_of(error) + rest)


def _shape(stream: io.BufferedReader, fetched: Fetched) -> Format | str:
    """Return the format of a document, or the sentence that refuses it."""
    head = stream.peek(HEAD)[:HEAD]
    shape = detect(_name(fetched), head)
    if isinstance(shape, str) and fetched.media_type in HTML.media_types:
        return detect("", head)  # what servers say of a text, too
    return shape


def _name(fetched: Fetched) -> str:
    """Return a file name for what the address says, or where it says nothing, the server."""
    name = PurePosixPath(unquote(urlsplit(fetched.url).path)).name
    bare = PurePosixPath(name)
    if bare.suffix.lower() in compression.SUFFIXES:
        bare = bare.with_suffix("")
    if bare.suffix.lower() == ".txt" or any(bare.suffix.lower() in f.suffixes for f in formats()):
        return name
    of_type = (one for one in formats() if fetched.media_type in one.media_types)
    suffix = next((one.suffixes[0] for one in of_type if one.suffixes), None)
    if suffix is None and fetched.media_type not in _SAY_NOTHING:
        suffix = mimetypes.guess_extension(fetched.media_type)
    return f"x{suffix or ''}"


def _items(
    shape: Format, stream: io.BufferedReader, fetched: Fetched, limit: int
) -> Iterator[Item]:
    """Yield what is in the document, with what is known of where it comes from."""
    name = fetched.url
    if shape is HTML:
        # Read here: pages come more slowly than they are read, and are stored as they come.
        data = read_whole(stream, limit)
        page = Reject(Origin(name), data) if isinstance(data, str) else _page(data, fetched)
        yield from extracted([page])
    elif shape is FEEDS:
        yield from feed_at(stream, name, limit, name, fetched.charset)
    elif shape is SITEMAPS:
        yield from sitemap_at(stream, name, name)
    else:
        if shape.is_text:
            stream = _as_said(stream, fetched.charset)
        has_address = shape in (TEXT, MARKDOWN)
        for item in shape.read(stream, name, limit):
            if has_address and isinstance(item, RawArticle):
                yield replace(item, record={"url": name} | dict(item.record))
            else:
                yield item


def _as_said(stream: io.BufferedReader, charset: str | None) -> io.BufferedReader:
    """Return a text as UTF-8 where the server says in which old encoding it is.

    What is UTF-8 stays so, and ISO-8859-1 is what servers say that know nothing.
    """
    encoding = known_encoding(charset or "")
    if encoding in (None, "utf-8", "ascii", "iso8859-1"):
        return stream
    try:
        codecs.getincrementaldecoder("utf-8")().decode(stream.peek(HEAD)[:HEAD])
    except UnicodeDecodeError:
        return as_utf8(stream, encoding)
    return stream


def _page(data: bytes, fetched: Fetched) -> UnreadPage:
    url = fetched.url
    about = {"url": url, "source": source_at(url)}
    return UnreadPage(Origin(url), data, url, fetched.charset, about)


def source_at(url: str) -> str:
    """Return what stands for the source of a page that does not say who publishes it."""
    return host_of(url).removeprefix("www.")
