"""XML exports of databases and content management systems: an element per article.

    <articles><article><title>...</title><body>...</body></article></articles>
    <row><field name="title">...</field></row>

The elements are called what the keys of records are called (`indexer.article.keys`). An element is
an article where those in it give a text and something else of an article, or a headline with its
date or address; whatever stands around it does not matter.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.key_lookup import field_of, is_summary
from indexer.article.keys import in_our_keys
from indexer.sources.format import Format, Told
from indexer.sources.markup_blocks import blocks_of
from indexer.sources.xml_tree import documents, name_of, parse_xml, root_name
from indexer.text.encoding import too_long

if TYPE_CHECKING:
    from lxml import etree

MAX_BYTES = 64_000_000
"""Of a file: it is parsed as a whole."""

_DEPTH = 5
"""Elements around an article."""

_OTHERS = frozenset(
    """
    html head body div p span table section main h1 h2 h3 ul ol pre meta link script style
    rss feed rdf channel urlset sitemapindex opml newsmessage newsitem newsml nitf packageitem
    conceptitem knowledgeitem planningitem catalogitem svg plist kml gpx project mediawiki tei
    teicorpus book catalog manifest resources xliff tmx schema stylesheet envelope workbook
    """.split()  # noqa: SIM905
)
"""Roots, in small letters, of what is another format, or no list of articles."""

_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", re.IGNORECASE)
_OWN_LETTERS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]{1,200}>\s*<[\x80-\xff]")
"""A root that is called something in another alphabet."""

_ARTICLES = frozenset(
    """
    article story doc document item row record post entry news newsitem page node object result hit
    """.split()  # noqa: SIM905
)
"""What elements are called that are whole articles, never parts of one."""

_BY_ATTRIBUTE = frozenset(
    """
    field column str date arr int long float double bool text property attribute value cell data
    """.split()  # noqa: SIM905
)
"""Elements that are called by their type, and have their name in an attribute."""

_MARKUP = frozenset(
    """
    a abbr b big blockquote br cite code div em embed figure font h1 h2 h3 h4 h5 h6 hl1 hl2 hr i img
    li ol p para pre q section small span strong sub sup table tbody td th tr u ul
    """.split()  # noqa: SIM905
)
_PARAGRAPHS = frozenset(("p", "para", "paragraph"))
_IN_TEXTS = _MARKUP | _PARAGRAPHS | {"head"}
_OF_OBJECTS = frozenset(("authors", "tags", "source", "section"))
"""Fields whose values may be objects; others that have elements in them are only around these."""

_VALUES = ("value", "content", "norm", "iso", "datetime", "href", "url", "name", "term", "label")
"""Attributes that an empty element has its value in."""

_PARTS = ("text", "paragraphs")


def read_xml_records(
    stream: io.BufferedReader, name: str, limit: int
) -> Iterator[RawArticle | Reject]:
    """Yield the articles of a file; the place of each is its number, where there are several."""
    most = max(limit, MAX_BYTES)
    data = stream.read(most + 1)
    if len(data) > most:
        yield Reject(Origin(name), too_long("The file", most))
        return
    found: list[dict[str, Any]] = []
    for root in map(parse_xml, documents(data)):
        if isinstance(root, str):
            yield Reject(Origin(name), root)
            return
        found += list(_articles(root, _DEPTH)) or list(_headlines(root, _DEPTH))
    if not found:
        yield Reject(
            Origin(name), "The file is XML of a kind that is not read: no element is an article."
        )
    for number, record in enumerate(found, start=1):
        origin = Origin(name, number if len(found) > 1 else None)
        size = sum(len(one) for one in record.values() if isinstance(one, str))
        if size > limit:
            yield Reject(origin, too_long("The article", limit))
        else:
            yield RawArticle(origin, record, size)


def _articles(element: etree._Element, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the elements that have a text and something else of an article.

    Of several around each other it is the innermost, unless one has the text itself: what is
    within that are its comments, and articles that belong to it.
    """
    record = _record(element)
    is_article = _is_article(record) and sum(map(_is_whole, element)) < 2
    if depth and not (is_article and any(map(_is_text, element))):
        inner = [one for child in element for one in _articles(child, depth - 1)]
        if inner:
            yield from inner
            return
    if is_article:
        yield record


def _is_article(record: Mapping[str, Any]) -> bool:
    """Tell a text with something else of an article; a summary needs its date or author."""
    whole = in_our_keys({key: one for key, one in record.items() if not is_summary(key)}).record
    if _has_text(whole) and any(whole.get(key) for key in ("title", "url")):
        return True
    ours = in_our_keys(record).record
    return _has_text(ours) and any(ours.get(key) for key in ("published", "authors"))


def _has_text(ours: Mapping[str, Any]) -> bool:
    return any(isinstance(ours.get(key), str | list) and ours[key] for key in _PARTS)


def _is_text(element: etree._Element) -> bool:
    name = _name(element)
    return field_of(name) in _PARTS and isinstance(_value(element, name), str)


def _is_whole(element: etree._Element) -> bool:
    """Tell an element that is an article of its own, by its name and that it has parts."""
    return name_of(element).lower() in _ARTICLES and any(name_of(one) for one in element)


def _headlines(element: etree._Element, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the innermost elements that have a headline with its date or address."""
    inner = [one for child in element for one in _headlines(child, depth - 1)] if depth else []
    if inner:
        yield from inner
        return
    named = {name_of(one) for one in element if not len(one)}
    record = {key: value for key, value in _record(element).items() if key in named}
    ours = in_our_keys(record).record
    if ours.get("title") and (ours.get("published") or ours.get("url")):
        yield record


def _record(element: etree._Element) -> dict[str, Any]:
    """Return what an element says by its children and attributes, the first of each name."""
    record: dict[str, Any] = {}
    for one in element:
        _take(record, one)
    for key, value in element.attrib.items():
        name = str(key).rpartition("}")[2]
        if str(value).strip() and name != "name":
            record.setdefault(name, str(value).strip())
    _take_paragraphs(record, element)
    return {key: _listed(value) for key, value in record.items()}


def _take_paragraphs(record: dict[str, Any], element: etree._Element) -> None:
    """Take the text of an article out of paragraphs that stand in nothing called as texts are.

    They are in the article itself, or in one element of it, with markup of its own (`head`).
    Headings with paragraphs are parts of many things: it takes a date, an address or an author.
    """
    if any(field_of(key) in _PARTS and not is_summary(key) for key in record):
        return
    around = (one for one in element if field_of(_name(one)) is None and _has_paragraphs(one))
    own = [one for one in element if name_of(one).lower() in _IN_TEXTS]
    parts = own if _has_paragraphs(element) else list(islice(around, 1))
    text = "\n\n".join(block for part in parts for block in blocks_of(part))
    about = {key: one for key, one in record.items() if key not in _IN_TEXTS}
    if text and any(in_our_keys(about).record.get(key) for key in ("published", "url", "authors")):
        for one in record.keys() - about.keys():
            del record[one]
        record["text"] = [text]


def _has_paragraphs(element: etree._Element) -> bool:
    return any(name_of(one).lower() in _PARAGRAPHS for one in element)


def _listed(value: Any) -> Any:  # noqa: ANN401 - as in JSON
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _take(record: dict[str, Any], element: etree._Element) -> None:
    """Put what a child says into a record: several of a name are a list."""
    name = _name(element)
    value = _value(element, name)
    if not name or value in (None, "", [], {}):
        return
    if isinstance(value, dict) and field_of(name) not in _OF_OBJECTS:
        for key, inner in value.items():
            record.setdefault(key, inner)
        return
    several = value if isinstance(value, list) else [value]
    if name not in record:
        record[name] = list(several)
    elif isinstance(record[name], list) and field_of(name) in ("authors", "tags", *_PARTS):
        record[name] += several
    if field_of(name) in _PARTS and all(isinstance(one, str) for one in record[name]):
        record[name] = ["\n\n".join(record[name])]


def _name(element: etree._Element) -> str:
    tag = name_of(element)
    named = element.get("name") or element.get("key") or ""
    return named.strip() if named.strip() and tag.lower() in _BY_ATTRIBUTE else tag


def _value(element: etree._Element, name: str) -> Any:  # noqa: ANN401 - as in JSON
    """Return a text, a list of what children of one name say, or an object of several names."""
    children = [one for one in element if name_of(one)]
    text = "".join(map(str, element.itertext())).strip()
    if not children:
        own = (given for key in _VALUES if (given := element.get(key)) and given != name)
        return text or next(own, None)
    names = {name_of(one).lower() for one in children}
    below = {name_of(one).lower() for one in element.iter() if one is not element}
    if below <= _MARKUP or (field_of(name) in _PARTS and below & _PARAGRAPHS):
        return "\n\n".join(blocks_of(element))
    if _is_whole(element) or any(map(_is_whole, children)):
        return None
    if len(names) == 1 and not any(one.get("name") for one in children):
        inner = [_value(one, _name(one)) for one in children]
        return [one for one in inner if one not in (None, "", [], {})]
    return _record(element)


def _told(head: bytes) -> Told:
    root = root_name(head).lower()
    if root in _OTHERS or not (root or _OWN_LETTERS.match(head)):
        return Told.NO
    return Told.SURELY if _DECLARED.match(head) else Told.FITS


FORMAT = Format(
    name="XML exports",
    suffixes=(".xml",),
    media_types=("application/xml", "text/xml"),
    told=_told,
    read=read_xml_records,
)
