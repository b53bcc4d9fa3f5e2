"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) -> a feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from indexer.article.addresses import canonical_url
from indexer.sources.json_text import parse
from indexer.sources.syndication.dates import dates_of
from indexer.sources.syndication.feed import Feed, Item
from indexer.sources.syndication.xml_text import too_many
from indexer.text.encoding import MAX_ARTICLE_BYTES, too_long
from indexer.text.fragments import line_of, paragraphs_of
from indexer.text.xml_encoding import decoded


def json_feed(
    data: bytes,
    url: str | None = None,
    charset: str | None = None,
    limit: int = MAX_ARTICLE_BYTES,
) -> Feed | str:
    """Return what the feed says, or the sentence that refuses it.

    A value of the wrong type counts as absent. An item whose texts have over `limit` characters is
    refused.
    """
    text, encoding = decoded(data, charset)
    try:
        document = parse(text)
    except ValueError as error:
        return f"The JSON Feed is not valid JSON: {error}."
    if not isinstance(document, dict):
        return "The JSON Feed is not an object."
    given = document.get("items")
    items = given if isinstance(given, list) else []
    if more := too_many(len(items)):
        return f"The feed is refused: it has {more}."
    authors = _authors(document)
    base = _address(document, "feed_url", url or "") or url or _text(document, "home_page_url")
    return Feed(
        title=line_of(_text(document, "title")),
        link=_address(document, "home_page_url", base) or _address(document, "feed_url", base),
        lang=_text(document, "language") or None,
        items=tuple(_read(one, base, authors, limit) for one in items),
        encoding=encoding,
    )


_NO_ITEM = Item(refused="The item is not an object.")


def _read(item: object, base: str, authors: tuple[str, ...], limit: int) -> Item:
    if not isinstance(item, dict):
        return _NO_ITEM
    texts = ("title", "content_html", "content_text", "summary")
    if sum(len(_text(item, key)) for key in texts) > limit:
        return Item(refused=too_long("The item", limit))
    return _item(item, base, authors)


def _item(item: Mapping[str, Any], base: str, authors: tuple[str, ...]) -> Item:
    html, plain = _text(item, "content_html"), _text(item, "content_text")
    body = paragraphs_of(html) if html else _lines(plain)
    summary = body or paragraphs_of(_text(item, "summary"))
    lang = _text(item, "language") or None
    dates = dates_of(_text(item, "date_published"), "", _text(item, "date_modified"), lang)
    tags = item.get("tags")
    given = item.get("id")
    number = isinstance(given, int | float) and not isinstance(given, bool)
    return Item(
        id=str(given) if number else _text(item, "id").strip() or None,
        title=line_of(_text(item, "title")),
        link=_address(item, "url", base) or _address(item, "external_url", base),
        paragraphs=body or summary,
        is_summary=not body,
        published=dates.published,
        updated=dates.updated,
        unread=dates.unread,
        authors=_authors(item) or authors,
        tags=tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        lang=lang,
    )


def _lines(text: str) -> tuple[str, ...]:
    """Return the paragraphs of plain text, in which "<" is what it is."""
    return tuple(filter(None, (" ".join(part.split()) for part in text.split("\n\n"))))


def _text(part: Mapping[str, Any], key: str) -> str:
    value = part.get(key)
    return value if isinstance(value, str) else ""


def _address(part: Mapping[str, Any], key: str, base: str) -> str | None:
    given = _text(part, key).strip()
    if not given:
        return None
    try:
        link = urljoin(base, given)
    except ValueError:
        return None
    return link if canonical_url(link) else None


def _authors(part: Mapping[str, Any]) -> tuple[str, ...]:
    listed = part.get("authors")
    if not isinstance(listed, list):
        listed = [part.get("author")]  # JSON Feed 1.0
    names = [line_of(_text(one, "name")) if isinstance(one, dict) else "" for one in listed]
    return tuple(dict.fromkeys(filter(None, names)))
