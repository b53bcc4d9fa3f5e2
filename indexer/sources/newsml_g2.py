"""NewsML-G2, the IPTC's format for agencies: items alone, or many in one message.

Source: NewsML-G2 Guidelines (IPTC). An item has a `guid` and a `version`; `pubStatus` says whether
it may be published, `embargoed` from when on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.article.bylines import is_agency, is_name
from indexer.article.draft import RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import blocks_of, longest, plain_blocks
from indexer.sources.wire import FURTHER_NOTICE, NO_TEXT, bare, wire_record
from indexer.sources.wire_ids import item_id
from indexer.sources.xml_tree import (
    child,
    first_text,
    in_language,
    is_within,
    lang_of,
    name_of,
    named,
    read_items,
    root_name,
    text_of,
)
from indexer.text.encoding import read_whole

if TYPE_CHECKING:
    from lxml import etree

_ITEMS = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")


def read_newsml_g2(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the text items; `Origin.line` counts the items of a message."""
    yield from read_items(read_whole(stream, limit), name, _ITEMS, _record)


def _record(item: etree._Element) -> dict[str, Any] | str:
    about, content = child(item, "itemMeta"), child(item, "contentMeta")
    kind = bare(_code(child(about, "itemClass")) if about is not None else "")
    if name_of(item) != "newsItem":
        return f"The item is no text: it is a {name_of(item)}."
    if kind.lower() in NO_TEXT and not (kind == "composite" and _paragraphs(item, "")):
        return f"The item is no text: its class is {kind}."
    status = bare(_code(child(about, "pubStatus"))) if about is not None else ""
    meta = content if content is not None else item
    lang = _language(item, meta)
    title = _headline(meta, lang) or _title(about)
    guid, version = item.get("guid") or "", item.get("version") or ""
    return wire_record(
        guid=guid,
        known_by=item_id(guid, version, _telling(item, about, meta, title)),
        version=version,
        status=status or "usable",
        embargo=_embargo(about),
        title=title,
        paragraphs=_paragraphs(item, lang),
        lang=lang,
        source=_provider(about),
        authors=_authors(item, meta),
        published=_first(about, meta, "firstCreated", "contentCreated", "versionCreated"),
        updated=first_text(about, "versionCreated") if about is not None else "",
        genres=[text_of(child(one, "name")) or bare(_code(one)) for one in named(meta, "genre")],
        kinds=[bare(_code(one)) for one in _named(about, "signal", "role", "profile")],
        tags=[text_of(child(one, "name")) for one in named(meta, "subject")],
        notes=[text_of(one) for one in _named(about, "edNote")],
    )


def _authors(item: etree._Element, meta: etree._Element) -> list[str]:
    """Return the bylines; where there is none, the names of people who made the item."""
    bylines = [text_of(one) for one in named(meta, "by")]
    inner = [text_of(one) for one in named(item, "byline")]
    made = [text_of(child(one, "name")) for one in named(meta, "creator", "contributor")]
    return bylines or inner or [one for one in made if is_name(one) and not is_agency(one)]


def _headline(meta: etree._Element, lang: str) -> str:
    """Return the main headline; of several in their languages, the one of the item."""
    headlines = [one for one in named(meta, "headline") if text_of(one)]
    headlines.sort(key=lambda one: bare(one.get("role") or "") not in ("", "main", "headline"))
    return text_of(next(iter(in_language(headlines, lang)), None))


def _telling(
    item: etree._Element, about: etree._Element | None, meta: etree._Element, title: str
) -> list[str]:
    """Return what tells an item from others with its guid, the most telling first."""
    others = [text_of(one) for one in named(item, "altId")]
    return [*others, _first(about, meta, "firstCreated", "contentCreated"), title]


def _named(parent: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    return named(parent, *names) if parent is not None else iter(())


def _embargo(about: etree._Element | None) -> str:
    """Return when the embargo ends; an element without a date means until further notice."""
    held = child(about, "embargoed") if about is not None else None
    return "" if held is None else text_of(held) or FURTHER_NOTICE


def _code(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return element.get("qcode") or element.get("uri") or element.get("literal") or ""


def _title(about: etree._Element | None) -> str:
    return first_text(about, "title") if about is not None else ""


def _first(about: etree._Element | None, meta: etree._Element, *names: str) -> str:
    for name in names:
        for parent in (about, meta):
            if parent is not None and (text := first_text(parent, name)):
                return text
    return ""


def _provider(about: etree._Element | None) -> str:
    provider = child(about, "provider") if about is not None else None
    if provider is None:
        return ""
    return text_of(child(provider, "name")) or bare(_code(provider)) or text_of(provider)


def _language(item: etree._Element, meta: etree._Element) -> str:
    for one in named(meta, "language"):
        if tag := one.get("tag"):
            return tag
    inline = next(named(item, "inlineXML", "inlineData"), None)
    return (lang_of(inline) if inline is not None else "") or lang_of(item)


def _paragraphs(item: etree._Element, lang: str) -> list[str]:
    """Return the text of one rendition: XML before plain text, the longest in the language."""
    marked = [blocks_of(one) for one in in_language(named(item, "inlineXML"), lang)]
    plain = [
        plain_blocks("".join(map(str, one.itertext())))
        for one in in_language(named(item, "inlineData"), lang)
    ]
    for candidates in (marked, plain):
        if found := longest(candidates):
            return found
    return []


def _told(head: bytes) -> Told:
    if root_name(head) in ("newsMessage", *_ITEMS):
        return Told.SURELY
    is_g2 = b"iptc.org/std/nar/" in head
    return Told.EXACTLY if is_g2 and is_within(head, b"newsMessage|newsItem") else Told.NO


FORMAT = Format(
    name="NewsML-G2",
    suffixes=(".newsml", ".g2"),
    media_types=("application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.newsmessage+xml"),
    told=_told,
    read=read_newsml_g2,
)
