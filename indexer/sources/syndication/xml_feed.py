"""RSS 0.9 to 2.0, RDF, Atom and WordPress's exports (WXR) -> a feed, by feedparser.

feedparser gets bytes, never an address, and fetches nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from indexer.article.addresses import canonical_url
from indexer.article.bylines import without_by
from indexer.sources.markup_blocks import plain_blocks
from indexer.sources.syndication.dates import dates_of
from indexer.sources.syndication.feed import Feed, Item
from indexer.sources.syndication.side_texts import (
    caption,
    summary_beside,
    with_side_texts,
    without_head,
)
from indexer.sources.syndication.wordpress import as_html, names_of_authors
from indexer.sources.syndication.xml_text import mended, too_many_marks, trap
from indexer.text.encoding import MAX_ARTICLE_BYTES, too_long
from indexer.text.fragments import line_of, paragraphs_of
from indexer.text.xml_encoding import decoded

_ITEM = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_PREFIXED_ROOT = re.compile(r"<([\w-]+):(?:rss|feed|channel|item|entry)[\s>]", re.IGNORECASE)

_BLOGGER_KIND = re.compile(r"schemas\.google\.com/blogger/\d+/kind#(\w+)")
_NOBODY = frozenset(
    {"unknown", "admin", "administrator", "noreply", "no-reply", "none", "null", "-"}
)

_TORN = re.compile(r"^[a-z]{1,12} \(")

_OTHER_TYPES = ("attachment", "nav_menu_item", "revision", "custom_css", "wp_global_styles",
                "wp_template", "wp_navigation", "oembed_cache", "user_request")  # fmt: skip
"""Items of an export of WordPress that are no texts."""

_WHOLE = re.compile(r"(?:\w+_)?full[_-]?text|(?:\w+_)?(?:turbo_content|body|bodytext)")
"""What feedparser calls the elements in which other modules have the whole text."""

LONGER = 1.5
"""The summary is taken for the text where it is this many times as long as the content."""


def xml_feed(
    data: bytes,
    url: str | None = None,
    charset: str | None = None,
    limit: int = MAX_ARTICLE_BYTES,
) -> Feed | str:
    """Return what the feed says, or the sentence that refuses it.

    `url` is where it was fetched, `charset` what its server said of it; None if that is unknown.
    An item whose texts have over `limit` characters is refused.
    """
    text, encoding = decoded(data, charset)
    refused = trap(text)
    if refused:
        return refused
    whole = with_side_texts(mended(text))
    if refused := too_many_marks(whole):
        return refused
    try:
        parsed = _parsed(whole, url)
        if not parsed.entries and _ITEM.search(whole):
            parsed = _parsed(_without_prefix(whole), url)
    except (ValueError, TypeError, LookupError, AttributeError):
        # Its handlers expect names that the parser below them does not promise.
        return "The feed is malformed in a way that cannot be read."
    channel = dict(parsed.feed)
    entries = [dict(entry) for entry in parsed.entries]
    logins = names_of_authors(whole)
    if not parsed.entries and not parsed.version and not _ITEM.search(whole):
        return "The file is not a feed: it has neither a channel nor items."
    authors = _authors(channel) if parsed.version.startswith("atom") else ()
    site = _link(channel, url)
    return Feed(
        title=line_of(_text(channel, "title")),
        link=site,
        lang=_text(channel, "language") or None,
        # Relative links that the document gives no base for belong to where it is, else its site.
        items=tuple(
            _item(entry, url or site, authors, logins)
            if _characters(entry) <= limit
            else _too_long(limit)
            for entry in entries
        ),
        encoding=encoding,
    )


def _parsed(text: str, url: str | None) -> Any:  # noqa: ANN401 - feedparser has no types
    import feedparser  # type: ignore[import-untyped]

    headers = {"content-type": "application/xml; charset=utf-8"}
    if url:
        headers["content-location"] = url
    # What these two do with markup takes most of the time; `paragraphs_of` needs neither.
    return feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _without_prefix(text: str) -> str:
    """Return the document without a prefix that no namespace is declared for.

    That is on its own elements and attributes: `<rss:item>` becomes `<item>`.
    """
    found = _PREFIXED_ROOT.search(text)
    if not found:
        return text
    prefix = re.escape(found[1])
    bare = re.sub(rf"<(/?){prefix}:", r"<\1", text)
    return re.sub(rf"(\s){prefix}:(\w+=)", r"\1\2", bare)


def _characters(entry: Mapping[str, Any]) -> int:
    """Count the characters of the longest text of an item, and of its title."""
    contents = [_text(one, "value") for one in entry.get("content") or ()]
    texts = [*contents, *_whole_texts(entry)]
    texts += [_text(entry, "summary"), summary_beside(entry)]
    return len(_text(entry, "title")) + max(map(len, texts))


def _too_long(limit: int) -> Item:
    return Item(refused=too_long("The item", limit))


def _item(
    entry: Mapping[str, Any], url: str | None, authors: tuple[str, ...], logins: Mapping[str, str]
) -> Item:
    """Return an item; `authors` are those of the feed, `logins` the names of those who log in."""
    paragraphs, is_summary, lang = _body(entry)
    published, created, updated = (_text(entry, key) for key in ("published", "created", "updated"))
    dates = dates_of(published, created, updated, lang)
    origin = entry.get("source")
    given = _text(origin, "title") if isinstance(origin, Mapping) else _text(entry, "news_source")
    source = line_of(given) or None
    title, live = _title(entry), _text(entry, "blogger_status").lower()
    return Item(
        id=_text(entry, "id").strip() or None,
        title=title,
        link=_link(entry, url),
        paragraphs=paragraphs,
        is_summary=is_summary,
        published=dates.published,
        updated=dates.updated,
        unread=dates.unread,
        authors=tuple(logins.get(one, one) for one in _authors(entry)) or authors,
        tags=tuple(_tags(entry)),
        lang=lang,
        source=source,
        refused=_refused(entry),
        unpublished=_unpublished(entry),
        scheduled="future" in (_text(entry, "wp_status"), live) or live == "scheduled",
    )


def _refused(entry: Mapping[str, Any]) -> str | None:
    """Return why an item of an export is no text; None for those of other feeds."""
    kind = _text(entry, "wp_post_type")
    if kind in _OTHER_TYPES:
        return f"The item is no text but of the type {kind!r}."
    kind = _kind_of_blogger(entry)
    return f"The item is no text but of the type {kind!r}." if kind not in _TEXTS else None


def _unpublished(entry: Mapping[str, Any]) -> str | None:
    """Return why an item of an export of WordPress or Blogger is kept out, None for others."""
    status, live = _text(entry, "wp_status"), _text(entry, "blogger_status").lower()
    if status and status not in ("publish", "inherit", "future"):
        return f"The item is not published: its status is {status!r}"
    if _text(entry, "app_draft").lower() == "yes" or live not in ("", "live", "scheduled"):
        return f"The item is not published: its status is {live or 'draft'!r}"
    if "page" in (_text(entry, "wp_post_type"), _kind_of_blogger(entry)):
        return "The item is a page of the site, no article"
    if _text(entry, "wp_post_password"):
        return "The item is not public: it has a password"
    return None


_TEXTS = ("", "post", "page")


def _kind_of_blogger(entry: Mapping[str, Any]) -> str:
    terms = [_text(one, "term") for one in entry.get("tags") or ()]
    kinds = [found[1] for term in terms if (found := _BLOGGER_KIND.search(term))]
    return next(iter(kinds), _text(entry, "blogger_type")).lower()


def _body(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], bool, str | None]:
    """Paragraphs of the item, whether they are a summary, and their language."""
    contents = [one for one in entry.get("content") or () if _is_text(one)]
    contents += [{"value": text} for text in _whole_texts(entry)]
    meant = as_html if _text(entry, "wp_post_type") else _of_nitf
    texts = [(paragraphs_of(meant(_text(one, "value"))), one) for one in contents]
    best, of = max(texts, key=lambda pair: _size(pair[0]), default=((), {}))
    detail = entry.get("summary_detail")
    detail = detail if isinstance(detail, Mapping) else {}
    given = _text(entry, "summary") or _text(entry, "excerpt_encoded") if _is_text(detail) else ""
    summary = max(paragraphs_of(meant(given)), paragraphs_of(summary_beside(entry)), key=_size)
    if not best and not summary:
        summary = paragraphs_of(caption(entry))
    title = _title(entry)
    if not best or (_size(summary) > LONGER * _size(best)):
        return without_head(title, summary), True, _text(detail, "language") or None
    return without_head(title, best), False, _text(of, "language") or None


def _of_nitf(text: str) -> str:
    """Return the text alone of a whole item in NITF, which agencies put into their feeds."""
    begin, end = text.find("<body.content"), text.rfind("</body.content")
    return text[begin:end] if 0 <= begin < end else text


def _whole_texts(entry: Mapping[str, Any]) -> list[str]:
    """Return the texts of an item in modules of other aggregators (`yandex:full-text`).

    They are plain text or markup; each line of plain text is a paragraph, unless empty ones do.
    """
    texts = [text for key in entry if _WHOLE.fullmatch(key) and (text := _text(entry, key))]
    return [text if "<" in text else "\n\n".join(plain_blocks(text)) for text in texts]


def _is_text(part: Mapping[str, Any]) -> bool:
    kind = _text(part, "type").lower()
    return not kind.startswith(("image/", "audio/", "video/", "font/", "model/"))


def _size(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))


def _title(entry: Mapping[str, Any]) -> str:
    return line_of(_text(entry, "title"))


def _text(part: Mapping[str, Any] | None, key: str) -> str:
    value = (part or {}).get(key)
    return value if isinstance(value, str) else ""


def _link(part: Mapping[str, Any], url: str | None) -> str | None:
    """Return the web address of a feed or an item, None if it has none."""
    others = [_text(one, "href") for one in part.get("links") or ()
              if _text(one, "rel") in ("alternate", "self", "via", "related")]  # fmt: skip
    # Of several addresses of the page itself, the first one; feedparser takes the last.
    pages = [
        _text(one, "href")
        for one in part.get("links") or ()
        if _text(one, "rel") == "alternate" and _text(one, "type") in ("", "text/html")
    ]
    first = pages[:1] if len(pages) > 1 else []
    for given in (*first, _text(part, "link"), *others):
        if not given.strip():
            continue
        try:
            link = urljoin(url or "", given.strip())
        except ValueError:
            continue
        if canonical_url(link):
            return link
    return None


def _authors(part: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the authors; an address of a mailbox is none."""
    given = part.get("authors") or ()
    names = [_name(one) for one in given]
    if not any(names) or (len(given) == 1 and "@" in _text(part, "author")):
        names = [line_of(_text(part, "author"))]
    if not any(names):
        credited = part.get("media_credit") or ()
        written = [_text(one, "content") for one in credited if _text(one, "role") == "author"]
        names = [line_of(name) for name in (*written, _text(part, "byline"))]
    bare = [without_by(_without_addresses(name).strip(" ()<>,;")) for name in names]
    return tuple(dict.fromkeys(name for name in bare if name and name.lower() not in _NOBODY))


def _name(author: Mapping[str, Any]) -> str:
    """Return the name of an author, without the rest of the mailbox.

    feedparser parts a name and a mailbox with a long top-level domain in the wrong place.
    """
    name = line_of(_text(author, "name"))
    return _TORN.sub("", name) if _text(author, "email") else name


def _without_addresses(name: str) -> str:
    """Leave out the words that are addresses of mailboxes."""
    return " ".join(word for word in name.split() if not _is_address(word))


def _is_address(word: str) -> bool:
    return 0 < word.find("@", 1) < word.rfind(".", 0, -1) - 1


def _tags(entry: Mapping[str, Any]) -> Iterator[str]:
    seen = set()
    for one in entry.get("tags") or ():
        term = line_of(_text(one, "term"))
        tag = line_of(_text(one, "label")) if not term or "/" in term or "#" in term else term
        tag = tag or term
        if tag and tag not in seen and not tag.startswith(("http://", "https://")):
            seen.add(tag)
            yield tag
