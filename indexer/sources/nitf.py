"""NITF, the IPTC's XML for one article of an agency.

Source: NITF 3.6 (IPTC). `doc-id` names the article, `management-status` says whether it may be
published, `date.release` from when on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.article.dates import parse_date
from indexer.article.draft import RawArticle, Reject
from indexer.article.events import STATUSES
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import blocks_of
from indexer.sources.wire import bare, iso, wire_record
from indexer.sources.wire_ids import item_id
from indexer.sources.xml_tree import (
    first_text,
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


def read_nitf(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the article of each `nitf` element."""
    yield from read_items(read_whole(stream, limit), name, ("nitf",), _record)


def _record(item: etree._Element) -> dict[str, Any]:
    """Return the record of a `nitf` element."""
    about = next(named(item, "docdata"), item)
    status = about.get("management-status") or ""
    issued, released = (_attribute(about, key, "norm") for key in ("date.issue", "date.release"))
    guid, key = _attribute(about, "doc-id", "id-string"), _attribute(item, "du-key", "key")
    # A key of daily use is the same for the versions of one day, and is used again on another.
    tracked = f"{key}:{issued[:8]}" if key and issued else ""
    version, title = _attribute(item, "du-key", "version"), _title(item)
    return wire_record(
        guid=guid,
        known_by=item_id(guid, version, (tracked, issued, title)) or tracked,
        version=version,
        status=status or "usable",
        embargo=released if _is_embargo(bare(status), issued, released) else "",
        title=title,
        paragraphs=_paragraphs(item),
        lang=lang_of(item) or lang_of(next(named(item, "body"), item)),
        source=first_text(item, "distributor", "doc.copyright") or _owner(about),
        authors=[name for one in named(item, "byline") for name in _byline(one)],
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


def _is_embargo(status: str, issued: str, released: str) -> bool:
    """Tell whether the date of release is one to wait for.

    It is one where the article is called embargoed, or was issued before. What is no date, such as
    a form that nobody filled in, holds nothing back that is not called embargoed.
    """
    if status.lower() == "embargoed":
        return True
    try:
        first, then = (parse_date(iso(one)) for one in (issued, released))
    except ValueError:
        return False
    return then > first


def _byline(element: etree._Element) -> list[str]:
    """Return the people in a byline or, where it marks none, its text without what they do."""
    people = [text_of(one) for one in named(element, "person")]
    parts = [element.text, *(part for one in element for part in _of_byline(one))]
    return people or [" ".join(filter(None, parts))]


def _of_byline(element: etree._Element) -> tuple[str | None, ...]:
    said = None if name_of(element) in ("byttl", "virtloc") else text_of(element)
    return said, element.tail


def _withdrawn(about: etree._Element) -> list[str]:
    """Return the ids of other articles that the message withdraws."""
    name = about.get("management-doc-idref") or ""
    status = about.get("management-idref-status") or about.get("management-status") or ""
    return name.split() if STATUSES.get(bare(status).lower()) == "canceled" else []


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
    if root_name(head).lower() == "nitf":
        return Told.SURELY
    return Told.EXACTLY if is_within(head, b"nitf") else Told.NO


FORMAT = Format(
    name="NITF",
    suffixes=(".nitf",),
    media_types=("application/nitf+xml", "text/vnd.iptc.nitf"),
    told=_told,
    read=read_nitf,
)
