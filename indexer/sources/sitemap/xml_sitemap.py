"""Sitemaps in XML: indexes, pages, news, images, videos, languages; whatever their namespaces."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.sources.sitemap.entries import Entry, Kind, Sitemap, resolved
from indexer.sources.xml_tree import with_escaped_ampersands

if TYPE_CHECKING:
    from lxml import etree

_INDEX, _PAGES = "sitemapindex", "urlset"
_ROOT = re.compile(r"<(?:[\w.-]+:)?(urlset|sitemapindex)[\s>/]", re.IGNORECASE)
_ENTITIES = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_HEAD = 65_536


def xml_sitemap(data: bytes, base: str | None = None) -> Sitemap | str:
    """Return what a sitemap lists, or the sentence that refuses it. `base` is where it is."""
    text = _text_of(data)
    root = _ROOT.search(text)
    if root is None:
        return "The file is not a sitemap: it lists neither pages nor sitemaps."
    if _ENTITIES.search(text[:_HEAD]):
        return "The file defines entities of its own, which are not expanded."
    kind = Kind.SITEMAPS if root[1].lower() == _INDEX else Kind.PAGES
    name = "sitemap" if kind is Kind.SITEMAPS else "url"
    document = with_escaped_ampersands(text).encode("utf-8", "replace")
    return Sitemap(kind, _entries(document, name, base))


def begins_sitemap(head: bytes) -> bool:
    """Tell whether a file with this head has the root of a sitemap."""
    bare = head.replace(b"\0", b"").lower()
    if b"urlset" not in bare and b"sitemapindex" not in bare:
        return False  # most files, and quickly
    text = _text_of(head)
    found = _ROOT.search(text)
    before = text[: found.start()].lower() if found else ""
    return found is not None and "<html" not in before and before.lstrip()[:1] in ("", "<")


def _text_of(data: bytes) -> str:
    """Return the document without what it declares: what it was in, or is thought to have been."""
    from indexer.text.xml_encoding import decoded

    return _DECLARED.sub("", decoded(data)[0], count=1)


def _entries(data: bytes, name: str, base: str | None) -> Iterator[Entry]:
    """Yield the entries; of a broken or cut off sitemap as many as there are."""
    from lxml import etree

    steps = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in steps:
            if _name(element) != name:
                continue
            entry = _entry(element, base)
            if entry:
                yield entry
            # What was read is let go of, so that a long sitemap takes little memory.
            element.clear()
            parent = element.getparent()
            if parent is not None:
                del parent[: parent.index(element)]
    except etree.XMLSyntaxError:
        return


def _entry(element: etree._Element, base: str | None) -> Entry | None:
    fields = {_name(one): one for one in reversed(element)}
    # Some indexes have the address in the entry itself.
    url = resolved(_text(fields.get("loc", element)), base)
    if url is None:
        return None
    news = fields.get("news")
    said = {} if news is None else {_name(one): _text(one) for one in reversed(list(news.iter()))}
    return Entry(
        url=url,
        lastmod=_text(fields.get("lastmod")) or None,
        title=said.get("title", ""),
        published=said.get("publication_date") or None,
        source=said.get("name", ""),
        lang=said.get("language", ""),
        keywords=said.get("keywords", ""),
        images=_images(element, base),
        videos=sum(_name(one) == "video" for one in element),
        alternates=_alternates(element),
    )


def _images(element: etree._Element, base: str | None) -> tuple[str, ...]:
    found = (
        resolved(_text(part), base)
        for one in element
        if _name(one) == "image"
        for part in one
        if _name(part) == "loc"
    )
    return tuple(url for url in found if url)


def _alternates(element: etree._Element) -> dict[str, str]:
    return {
        one.get("hreflang", ""): one.get("href", "").strip()
        for one in element
        if _name(one) == "link" and one.get("rel") == "alternate" and one.get("href")
    }


def _name(element: etree._Element) -> str:
    """Return the name of an element without its namespace, declared or not."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join((element.text or "").split())
