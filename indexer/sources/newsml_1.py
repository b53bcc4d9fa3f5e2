"""NewsML 1.2, the envelope of agencies before NewsML-G2.

Source: NewsML 1.2 Functional Specification (IPTC). `PublicIdentifier` names an item with its
revision; `RevisionId` counts those, `Status` says whether it may be published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.article.draft import RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import blocks_of, longest, plain_blocks
from indexer.sources.wire import NO_TEXT, wire_record
from indexer.sources.wire_ids import item_id
from indexer.sources.xml_tree import (
    child,
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


_COMPONENT = "NewsComponent"
_BESIDE = NO_TEXT - {"composite", "package"} | {"caption", "teaser", "abstract", "summary"}
"""Roles of components, as a whole or a word of them, that are not the text of an item."""

_WHOLE = 5
"""Colons in a whole public identifier: urn:newsml:PROVIDER:DATE:ITEM:REVISION."""


def read_newsml_1(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the items; `Origin.line` counts them."""
    yield from read_items(read_whole(stream, limit), name, ("NewsItem",), _record)


def _record(item: etree._Element) -> dict[str, Any] | str:
    paragraphs = longest(_contents(item))
    media = [one.get("FormalName") or "" for one in named(item, "MediaType")]
    if not paragraphs and media and all(one.lower() in NO_TEXT for one in media):
        return f"The item is no text: its media type is {media[0]}."
    return wire_record(
        guid=_public(item),
        known_by=_id(item),
        version=first_text(item, "RevisionId"),
        status=_formal(item, "Status") or "usable",
        embargo=_future(item),
        title=first_text(item, "HeadLine") or first_text(item, "hl1"),
        paragraphs=paragraphs,
        lang=_formal(item, "Language") or lang_of(item),
        source=_source(item),
        authors=[text_of(one) for one in named(item, "ByLine")],
        published=first_text(item, "FirstCreated"),
        updated=first_text(item, "ThisRevisionCreated"),
        genres=[one.get("FormalName") or "" for one in named(item, "Genre")],
        kinds=[
            one.get("FormalName") or ""
            for one in named(item, "NewsItemType", "NewsProduct", "Instruction")
        ],
        notes=[text_of(one) for one in named(item, "EditorialNote", "Instruction")],
        tags=[text_of(one) for one in named(item, "KeywordLine")],
    )


def _public(item: etree._Element) -> str:
    return first_text(item, "PublicIdentifier") or first_text(item, "NewsItemId")


def _id(item: etree._Element) -> str:
    """Return what all revisions of an item are called, and no other item is.

    By the specification (5.5.1) a public identifier ends with the number of the revision, which
    may be followed by how it is applied: all go by that of the first one. Where it names neither
    that nor the item, as some agencies write it, what does is put behind it.
    """
    public, own = _public(item), first_text(item, "NewsItemId")
    own = "" if own == "0" else own
    made = first_text(item, "FirstCreated") or first_text(item, "DateId")
    if own and own not in public.split(":"):
        return f"{public}:{own}"
    named = item_id(public, first_text(item, "RevisionId"), (own, made))
    if named == public and not own and public.count(":") < _WHOLE:
        return f"{public}:{made}" if made else public
    return named


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
    """Return the text of each part of the item that holds any; of captions where nothing else."""
    parts = list(named(item, "DataContent"))
    main = (_content(one) for one in parts if not _is_beside(one))
    return list(filter(None, main)) or list(filter(None, map(_content, parts)))


def _content(part: etree._Element) -> list[str]:
    marked = next(named(part, "p", "body", "body.content"), None)
    return (
        blocks_of(part) if marked is not None else plain_blocks("".join(map(str, part.itertext())))
    )


def _is_beside(content: etree._Element) -> bool:
    """Tell a caption or a teaser by the role of a component around it."""
    roles = (child(one, "Role") for one in content.iterancestors() if name_of(one) == _COMPONENT)
    said = [(one.get("FormalName") or "").lower() for one in roles if one is not None]
    return any(part in _BESIDE for role in said for part in re.findall(r"[a-z]+", role))


def _told(head: bytes) -> Told:
    if root_name(head) == "NewsML":
        return Told.SURELY
    return Told.EXACTLY if is_within(head, b"NewsML") else Told.NO


FORMAT = Format(
    name="NewsML 1",
    suffixes=(),
    media_types=("text/vnd.iptc.newsml",),
    told=_told,
    read=read_newsml_1,
)
