"""XML that is read and nothing of it acted upon: no entities of its own, no addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.text.xml_encoding import decoded

if TYPE_CHECKING:
    from lxml import etree

_BEFORE_ROOT = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*+", re.IGNORECASE | re.DOTALL
)
"""What may stand before the root, atomic: a run of comments must not be tried in every way."""

_BARE = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#\d{1,7};|#x[\da-f]{1,6};|(?:amp|lt|gt|quot|apos);)",
    re.DOTALL | re.IGNORECASE,
)
"""An ampersand that should have been escaped, as in addresses written by hand."""

_ENTITY = re.compile(rb"<!ENTITY\s+(?!%)", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)")
_BEGINS_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*)?+>", re.IGNORECASE | re.DOTALL)


def parse_xml(data: bytes) -> etree._Element | str:
    """Return the root, or the sentence that refuses the file.

    A small fault is passed over, as agencies' systems do; entities that a file defines itself are
    not expanded, since a kilobyte of them can stand for gigabytes. Those of a document type alone
    (`<!ENTITY % nitf SYSTEM "nitf-3-0.dtd">`, as items in NewsML 1 have it) go with that.
    """
    data = decoded(data)[0].encode("utf-8", "replace")
    if _ENTITY.search(data, 0, 65_536):
        return "The file defines entities of its own, which are not expanded."
    from lxml import etree  # loaded where XML is read only

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_without_doctype(data), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return f"The file is not valid XML: {error}."
    return "The file is not valid XML." if root is None else root


MOST_BARE = 1_000_000

_NEXT = re.compile(rb"(</[\w:.-]{1,100}\s*>)\s*<\?xml\s+version\b", re.IGNORECASE)
"""The end of a document behind which another one is declared."""


def with_escaped_ampersands(text: str) -> str:
    """Return a document without ampersands that stand for themselves, outside of sections.

    One of more than `MOST_BARE` of them and sections stays as it is: it would grow fivefold.
    """
    escaped, count = _BARE.subn(lambda found: found[1] or "&amp;", text, MOST_BARE + 1)
    return escaped if count <= MOST_BARE else text


def read_items(
    data: bytes | str,
    name: str,
    items: Sequence[str],
    record_of: Callable[[etree._Element], dict[str, Any] | str],
) -> Iterator[RawArticle | Reject]:
    """Yield what `record_of` makes of each element of these names: a record, or why it is none.

    `data` is the file, or the sentence that refuses it. `Origin.line` counts the items where there
    are several.
    """
    found: list[etree._Element | str] = []
    for root in [data] if isinstance(data, str) else map(parse_xml, documents(data)):
        if isinstance(root, str):
            found.append(root)
        else:
            found += [root] if name_of(root) in items else named(root, *items)
    for number, item in enumerate(found or ["The message holds no items."], start=1):
        origin = Origin(name, number if len(found) > 1 else None)
        record = item if isinstance(item, str) else _too_large(item) or record_of(item)
        if isinstance(record, str):
            yield Reject(origin, record)
        else:
            yield RawArticle(origin, record, len(data) // len(found))


MOST_ELEMENTS = 100_000
"""Of an item: five for each paragraph that an article may have. Each of the two dozen things that a
record has is looked for among all of them."""


def _too_large(item: etree._Element) -> str | None:
    """Return the sentence that refuses an item of more elements than any has, None for others."""
    if next(islice(item.iter(), MOST_ELEMENTS, None), None) is None:
        return None
    return f"The item has more than {MOST_ELEMENTS:,} elements; is it one article?"


def documents(data: bytes) -> list[bytes]:
    """Part what some systems write into one file, one document behind the other."""
    ends = [0, *(found.end(1) for found in _NEXT.finditer(data)), len(data)]
    return [data[begin:end].lstrip() for begin, end in pairwise(ends)]


def _without_doctype(data: bytes) -> bytes:
    # Only the first one is looked at: looking for the end of each takes the square of their number.
    begins = _BEGINS_DOCTYPE.search(data)
    found = _DOCTYPE.match(data, begins.start()) if begins else None
    return data[: found.start()] + data[found.end() :] if found else data


def root_name(head: bytes) -> str:
    """Return the name of the root of what may be XML, by its first bytes; "" if there is none."""
    rest = head.removeprefix(b"\xef\xbb\xbf")
    before = _BEFORE_ROOT.match(rest)
    found = _ROOT.match(rest, before.end() if before else 0)
    return found[1].decode("ascii", "replace").rpartition(":")[2] if found else ""


_FRAMES = frozenset(
    """
    html rss feed rdf newsml newsmessage newsitem packageitem conceptitem knowledgeitem planningitem
    catalogitem nitf urlset sitemapindex
    """.split()  # noqa: SIM905
)
"""Roots, in small letters, of formats that have items of agencies within their own."""


def is_within(head: bytes, names: bytes) -> bool:
    """Tell whether elements of these names stand in an envelope that is of no known format.

    `names` is an alternation for regular expressions.
    """
    root = root_name(head).lower()
    if not root or root in _FRAMES:
        return False
    return re.search(rb"<(?:[A-Za-z][\w.-]{0,20}:)?(?:%s)[\s>]" % names, head) is not None


def name_of(element: etree._Element) -> str:
    """Return the name of an element without its namespace, "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def named(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the elements below of these names, whatever their namespace, in order."""
    return (one for one in parent.iter() if one is not parent and name_of(one) in names)


def child(parent: etree._Element, *names: str) -> etree._Element | None:
    """Return the first element directly below of one of these names."""
    return next((one for one in parent if name_of(one) in names), None)


def text_of(element: etree._Element | None) -> str:
    """Return all text within, in one line."""
    if element is None:
        return ""
    return " ".join("".join(map(str, element.itertext())).split())


def first_text(parent: etree._Element, *names: str) -> str:
    """Return the text of the first element below of these names that has any."""
    return next((text for one in named(parent, *names) if (text := text_of(one))), "")


def in_language(elements: Iterable[etree._Element], lang: str) -> list[etree._Element]:
    """Return those of several elements that are in a language, all where none says so."""
    listed = list(elements)
    wanted = lang.lower().split("-")[0]
    return [one for one in listed if lang_of(one).lower().split("-")[0] == wanted] or listed


def lang_of(element: etree._Element) -> str:
    """Return `xml:lang` of an element, or `lang`."""
    return element.get("{http://www.w3.org/XML/1998/namespace}lang") or element.get("lang") or ""
