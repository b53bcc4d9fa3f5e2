"""NewsML 1.2, the envelope of agencies before NewsML-G2.

Source: NewsML 1.2 Functional Specification (IPTC). `PublicIdentifier` names an item with its
revision; `RevisionId` counts those, `Status` says whether it may be published.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.encoding import read_whole
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import blocks_of, plain_blocks
from indexer.sources.wire import wire_record
from indexer.sources.xml_tree import first_text, lang_of, named, parse_xml, root_name, text_of


def read_newsml_1(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the items; `Origin.line` counts them."""
    data = read_whole(stream, limit)
    root = data if isinstance(data, str) else parse_xml(data)
    if isinstance(root, str) or isinstance(data, str):
        yield Reject(Origin(name), str(root))
        return
    items = list(named(root, "NewsItem"))
    if not items:
        yield Reject(Origin(name), "The message holds no items.")
    for number, item in enumerate(items, start=1):
        origin = Origin(name, number if len(items) > 1 else None)
        yield RawArticle(origin, _record(item), len(data) // len(items))


def _record(item: etree._Element) -> dict[str, Any]:
    content = _contents(item)
    return wire_record(
        guid=first_text(item, "PublicIdentifier") or first_text(item, "NewsItemId"),
        version=first_text(item, "RevisionId"),
        status=_formal(item, "Status") or "usable",
        embargo=_future(item),
        title=first_text(item, "HeadLine") or first_text(item, "hl1"),
        paragraphs=max(content, key=lambda texts: sum(map(len, texts)), default=[]),
        lang=_formal(item, "Language") or lang_of(item),
        source=_source(item),
        authors=[text_of(one) for one in named(item, "ByLine")],
        published=first_text(item, "FirstCreated"),
        updated=first_text(item, "ThisRevisionCreated"),
        genres=[one.get("FormalName") or "" for one in named(item, "Genre")],
        tags=[text_of(one) for one in named(item, "KeywordLine")],
    )


def _formal(item: etree._Element, name: str) -> str:
    return next((value for one in named(item, name) if (value := one.get("FormalName"))), "")


def _source(item: etree._Element) -> str:
    for provider in named(item, "Provider", "Source"):
        if name := _formal(provider, "Party"):
            return name
    return first_text(item, "ProviderId")


def _future(item: etree._Element) -> str:
    """Return when an embargo ends: the status is to become usable then."""
    for one in named(item, "StatusWillChange"):
        if _formal(one, "FutureStatus").lower() == "usable":
            return first_text(one, "DateAndTime")
    return ""


def _contents(item: etree._Element) -> list[list[str]]:
    """Return the text of each part of the item that holds any."""
    found = []
    for one in named(item, "DataContent"):
        marked = next(named(one, "p", "body", "body.content"), None)
        plain = "".join(map(str, one.itertext()))
        texts = blocks_of(one) if marked is not None else plain_blocks(plain)
        if texts:
            found.append(texts)
    return found


def _told(head: bytes) -> Told:
    return Told.SURELY if root_name(head) == "NewsML" else Told.NO


FORMAT = Format(
    name="NewsML 1",
    suffixes=(),
    media_types=("text/vnd.iptc.newsml",),
    told=_told,
    read=read_newsml_1,
)
