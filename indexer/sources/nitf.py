"""NITF, the IPTC's XML for one article of an agency.

Source: NITF 3.6 (IPTC). `doc-id` names the article, `management-status` says whether it may be
published, `date.release` from when on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.article.draft import RawArticle, Reject
from indexer.article.events import STATUSES
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import blocks_of
from indexer.sources.wire import iso, wire_record
from indexer.sources.xml_tree import first_text, lang_of, named, read_items, root_name, text_of
from indexer.text.encoding import read_whole

if TYPE_CHECKING:
    from lxml import etree


def read_nitf(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the article of each `nitf` element."""
    yield from read_items(read_whole(stream, limit), name, ("nitf",), _record)


def _record(item: etree._Element) -> dict[str, Any]:
    """Return the record of a `nitf` element."""
    about = next(named(item, "docdata"), item)
    status = about.get("management-status") or ""
    issued, released = (_attribute(about, key, "norm") for key in ("date.issue", "date.release"))
    return wire_record(
        guid=_attribute(about, "doc-id", "id-string"),
        version=_attribute(item, "du-key", "version"),
        status=status or "usable",
        embargo=released if status.lower() == "embargoed" or iso(released) > iso(issued) else "",
        title=_title(item),
        paragraphs=_paragraphs(item),
        lang=lang_of(item) or lang_of(next(named(item, "body"), item)),
        source=first_text(item, "distributor", "doc.copyright") or _owner(about),
        authors=[text_of(one) for one in named(item, "byline")],
        published=issued or released or _attribute(item, "story.date", "norm"),
        updated=_attribute(item, "pubdata", "date.publication") or issued,
        genres=[one.get("tobject.property.type") or "" for one in named(item, "tobject.property")],
        kinds=[
            *(one.get("tobject.type") or "" for one in named(item, "tobject")),
            *(one.get("fix-id") or "" for one in named(about, "fixture")),
        ],
        notes=[one.get("info") or text_of(one) for one in named(about, "ed-msg")],
        withdraws=_withdrawn(about),
        tags=[one.get("key") or "" for one in named(about, "keyword")],
    )


def _withdrawn(about: etree._Element) -> list[str]:
    """Return the ids of other articles that the message withdraws."""
    name = about.get("management-doc-idref") or ""
    status = about.get("management-idref-status") or about.get("management-status") or ""
    return name.split() if STATUSES.get(status.lower()) == "canceled" else []


def _attribute(parent: etree._Element, name: str, key: str = "value") -> str:
    return next((value for one in named(parent, name) if (value := one.get(key))), "")


def _owner(about: etree._Element) -> str:
    return _attribute(about, "doc.copyright", "holder") or _attribute(about, "doc.rights", "owner")


def _title(item: etree._Element) -> str:
    for name in ("hl1", "hl2", "headline", "title"):
        if text := first_text(item, name):
            return text
    return ""


def _paragraphs(item: etree._Element) -> list[str]:
    content = next(named(item, "body.content"), None)
    body = content if content is not None else next(named(item, "body"), None)
    return blocks_of(body) if body is not None else []


def _told(head: bytes) -> Told:
    return Told.SURELY if root_name(head).lower() == "nitf" else Told.NO


FORMAT = Format(
    name="NITF",
    suffixes=(".nitf",),
    media_types=("application/nitf+xml", "text/vnd.iptc.nitf"),
    told=_told,
    read=read_nitf,
)
