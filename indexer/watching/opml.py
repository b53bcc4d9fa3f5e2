"""Lists of feeds as programs exchange them: OPML 2.0 (opml.org/spec2.opml), read and written.

A sitemap is an outline of the type `sitemap`, which other programs pass over. What only Polywire
knows stands in attributes of its own namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import InputMissing, InputUnreadable
from search.watched import Kind, Watched

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_BYTES = 20_000_000
MOST_OUTLINES = 100_000

NAMESPACE = "https://polywire.invalid/watch"
"""A name and no address: nothing is ever fetched from it."""


_BARE = re.compile(rb"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z_][\w.-]*;)")
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=(https?://)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """One address of a list; `follow` is None where the list does not say."""

    url: str
    title: str = ""
    kind: Kind = "feed"
    follow: bool | None = None
    source: str | None = None
    lang: str | None = None


def read_opml(path: str) -> tuple[Outline, ...]:
    """Read a file, whose outlines may stand in folders; each address once.

    Raises `InputMissing`, `InputUnreadable`.
    """
    try:
        size = Path(path).stat().st_size
        data = Path(path).read_bytes() if size <= MOST_BYTES else b""
    except FileNotFoundError:
        raise InputMissing(f"There is no file {path}.") from None
    except OSError as error:
        raise InputUnreadable(f"{path} cannot be read: {error.strerror}.") from None
    if size > MOST_BYTES:
        raise InputUnreadable(
            f"{path} is longer than {MOST_BYTES / 1e6:g} MB, and no list of feeds."
        )
    root = _root(data)
    if root is None:
        raise InputUnreadable(
            f"{path} is no OPML; export the list of feeds as OPML from where it is."
        )
    found: dict[str, Outline] = {}
    for outline in _outlines(root):
        found.setdefault(outline.url, outline)
        if len(found) > MOST_OUTLINES:
            raise InputUnreadable(f"{path} lists more than {MOST_OUTLINES:,} addresses; split it.")
    if not found and any(_local(element.tag) == "outline" for element in root.iter()):
        raise InputUnreadable(f"{path} lists no feed: none of its outlines has an xmlUrl.")
    return tuple(found.values())


def _root(data: bytes) -> _Element | None:
    """Return the root of a list; None where it is none."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root: _Element | None = etree.fromstring(_escaped(data), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root is not None and _local(root.tag) == "opml" else None


def _escaped(data: bytes) -> bytes:
    """Escape each & that begins no reference.

    A parser would leave out what follows it: an address with two parameters would be another one.
    UTF-16 has none that this finds.
    """
    return _BARE.sub(b"&amp;", data)


def _local(tag: object) -> str:
    """Return a name in lower case, whatever namespace somebody put it into."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _address(url: str) -> str:
    """Return an address as it is fetched; "" where it is none. Some write feed: for http:."""
    url = _FEED_SCHEME.sub(lambda found: "" if found[1] else "http://", url.strip())
    return url if url.lower().startswith(("http://", "https://")) else ""


def _title(given: Mapping[str, str], url: str) -> str:
    """Return what a list calls a feed, "" where that is its address, for want of a name."""
    title = " ".join((given.get("title") or given.get("text") or "").split())
    return "" if _address(title) == url else title


def _outlines(root: _Element) -> Iterator[Outline]:
    for element in root.iter():
        if _local(element.tag) != "outline":
            continue
        given = {str(name).lower(): str(value) for name, value in element.attrib.items()}
        url = _address(given.get("xmlurl", ""))
        if not url:
            continue
        own = {name: given.get(f"{{{NAMESPACE}}}{name}") for name in ("follow", "source", "lang")}
        yield Outline(
            url=url,
            title=_title(given, url),
            kind="sitemap" if given.get("type", "").lower() == "sitemap" else "feed",
            follow=None if own["follow"] is None else own["follow"] != "no",
            source=own["source"],
            lang=own["lang"],
        )


def written_opml(watched: Iterable[Watched]) -> str:
    """Write a list that `read_opml`, and any reader of feeds, reads."""
    from lxml import etree

    root = etree.Element("opml", version="2.0", nsmap={"polywire": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Watched by Polywire"
    body = etree.SubElement(root, "body")
    for one in watched:
        outline = etree.SubElement(
            body,
            "outline",
            type="sitemap" if one.kind == "sitemap" else "rss",
            text=_valid(one.name),
            title=_valid(one.name),
            xmlUrl=_valid(one.url),
        )
        own = {"follow": "yes" if one.follow else "no", "source": one.source, "lang": one.lang}
        for name, value in own.items():
            if value is not None:
                outline.set(f"{{{NAMESPACE}}}{name}", _valid(value))
    text: str = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def _valid(text: str) -> str:
    """Leave out what XML cannot say: control characters, and halves of surrogate pairs."""
    return "".join(
        char
        for char in text
        if char in "\t\n"
        or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff")
    )
