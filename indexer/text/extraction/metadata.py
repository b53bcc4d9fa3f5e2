"""What a page says of its article besides the body: title, authors, dates, section, address.

What is written for machines comes first (JSON-LD, `meta`, microdata), then what a reader sees.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from indexer.text.extraction.authors import authors_of, people
from indexer.text.extraction.headline import title_of
from indexer.text.extraction.shown_dates import shown_dates
from indexer.text.extraction.structured import Structured, line

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published",
    "parsely-pub-date", "sailthru.date", "article.published", "dc.date.issued", "dcterms.created",
    "dcterms.date", "dc.date", "date", "pubdate", "publishdate", "publish-date", "publish_date",
    "publication_date", "article_date_original", "og:published_time", "published_time",
    "cxenseparse:recs:publishtime", "iso-8601-publish-date", "last-published", "datecreated",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified",
    "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "article.updated",
    "revised", "modified_time",
)  # fmt: skip
_SECTIONS = (
    "article:section",
    "og:article:section",
    "parsely-section",
    "section",
    "articlesection",
)
_TAGS = ("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "keywords")
_SOURCES = ("og:site_name", "application-name", "dc.publisher", "twitter:app:name:iphone")


MOST_SOURCE = 100
"""Characters of the name of a publisher."""

_COUNTRIES = {
    "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "kr": "ko", "ua": "uk", "vn": "vi",
}  # fmt: skip
"""Codes of countries that pages give where the code of a language belongs."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Texts are one line each, "" or empty where nothing is said; dates are as they are written."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    source: str = ""
    lang: str = ""


_ZONE = re.compile(r":\d\d.*(?:Z|[+-]\d\d:?\d\d|[A-Z]{3,4})\s*$")
"""What a time ends with that has a zone."""


def metadata_of(tree: HtmlElement, said: Structured, url: str | None) -> Metadata:
    """Read what a page says; `url` is where it was fetched, None if that is not known."""
    articles = said.articles
    published = _date(tree, said, "datePublished", _PUBLISHED, ("dateCreated", "uploadDate"))
    updated = _date(tree, said, "dateModified", _UPDATED, ())
    source = _source(tree, said, articles)
    section = _one(_values(articles, "articleSection"), said.first(*_SECTIONS))
    title = title_of(tree, said, source, url, section)
    if not published:
        shown = shown_dates(tree, title)
        published, updated = shown.published or _day_in_text(tree, url), updated or shown.updated
    return Metadata(
        title=title,
        authors=authors_of(tree, said, source, url),
        published=published,
        updated=updated,
        section=section,
        tags=_tags(said, articles),
        url=_address(tree, said, articles, url),
        source=source,
        lang=_lang(tree, said, articles),
    )


def _date(
    tree: HtmlElement, said: Structured, key: str, names: Iterable[str], others: Iterable[str]
) -> str:
    """Return a date as it is written, the most exact one where several are said."""
    found = [text for one in (key, *others) for text in _values(said.articles, one)]
    found += [said.first(name) for name in names]
    found += _marked_dates(tree, key)
    if not any(found):
        found += list(_values(said.objects, key))
    if not any(found):
        marked = tree.xpath(_OF_MICROFORMATS[key])[:3]
        found += [line(one.get("datetime") or one.get("title")) for one in marked]
    told = [text for text in found if re.search(r"\d{4}|\d{1,2}[./]\d{1,2}[./]\d{2}", text)]
    timed = [text for text in told if ":" in text]
    zoned = (text for text in timed if _ZONE.search(text) and text[:10] == timed[0][:10])
    return next(zoned, next(iter(timed or told), ""))


def _day_in_text(tree: HtmlElement, url: str | None) -> str:
    """Return the day that the page shows to readers, "" if none is found."""
    from htmldate import find_date

    try:
        day = find_date(copy.deepcopy(tree), url=url, original_date=True, extensive_search=False)
    except (ValueError, OverflowError, TypeError):
        return ""
    # Of a year alone, as in a text about it, htmldate makes its first day.
    return "" if not day or day.endswith("-01-01") else day


def _marked_dates(tree: HtmlElement, key: str) -> list[str]:
    found = [
        line(_exact(one.get("datetime"), one.get("content")) or one.text_content())
        for one in tree.xpath(f'.//*[@itemprop="{key}"]')[:3]
    ]
    if key == "datePublished" and not any(found):
        within = tree.xpath(".//article//time[@datetime] | .//header//time[@datetime]")
        found += [line(one.get("datetime")) for one in within or tree.xpath(".//time[@datetime]")]
    return [text for text in found[:3] if text]


_OF_MICROFORMATS = {
    key: ".//*[self::abbr or self::time or self::span]"
    f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    for key, name in (("datePublished", "published"), ("dateModified", "updated"))
}
"""Dates of hAtom and hNews: `<abbr class="published" title="2026-03-04T10:05:00Z">`."""


def _exact(*dates: str | None) -> str:
    """Return the first of these that has a time, else the first."""
    given = [one for one in dates if one]
    return next((one for one in given if ":" in one), next(iter(given), ""))


def _values(objects: Iterable[Mapping[str, Any]], key: str) -> Iterator[str]:
    for one in objects:
        value = one.get(key)
        for text in value if isinstance(value, list) else [value]:
            if plain := line(text):
                yield plain


def _one(values: Iterable[str], other: str) -> str:
    return next(iter(values), "") or other


def _tags(said: Structured, articles: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    given = list(_values(articles, "keywords"))
    given = given or [text for name in _TAGS for text in said.meta.get(name, ())]
    parts = [part for text in given for part in re.split(r"\s*[,;、，]\s*", text)]
    named = [part.split(":", 1)[-1] if part[:40].count(":") == 1 else part for part in parts]
    return tuple(dict.fromkeys(tag for part in named if (tag := part.strip()) and len(tag) <= 80))[
        :40
    ]


def _source(tree: HtmlElement, said: Structured, articles: Sequence[Mapping[str, Any]]) -> str:
    publishers = [one.get("publisher") for one in articles]
    names = [name for one in publishers for name in people(one, said)]
    known = said.first(*_SOURCES[:1]) or next(iter(names), "") or said.first(*_SOURCES[1:])
    return known or _publisher(tree)


def _publisher(tree: HtmlElement) -> str:
    """Return the name of the publisher in microdata, "" where there is none."""
    for path in ('.//*[@itemprop="publisher"]//*[@itemprop="name"]', './/*[@itemprop="publisher"]'):
        for one in tree.xpath(path)[:2]:
            name = line(one.get("content") or one.text_content())
            if 0 < len(name) <= MOST_SOURCE:
                return name
    return ""


def _address(
    tree: HtmlElement, said: Structured, articles: Iterable[Mapping[str, Any]], url: str | None
) -> str:
    links = [one.get("href") for one in tree.iter("link") if "canonical" in _rel(one)]
    candidates = [*links, said.first("og:url"), url, *_values(articles, "url")]
    # Of a page that lies in a file: what it says of itself in other places.
    candidates += [said.first("mainentityofpage"), *_pages(articles)]
    base = url or said.first("og:url")
    for candidate in candidates:
        if not candidate:
            continue
        whole = urljoin(base, candidate.strip()) if base else candidate.strip()
        parts = urlsplit(whole)
        # The home page is no address of an article, though pages name it as theirs by mistake.
        if parts.scheme in ("http", "https") and parts.hostname and parts.path.strip("/"):
            return whole
    return url or ""


def _pages(articles: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the addresses of the pages that articles of schema.org say they are the content of."""
    for one in articles:
        page = one.get("mainEntityOfPage")
        named = page if isinstance(page, dict) else {"@id": page}
        for text in (named.get("@id"), named.get("url"), one.get("@id")):
            if isinstance(text, str) and text.startswith(("http://", "https://")):
                yield text.partition("#")[0]


def _rel(element: HtmlElement) -> list[str]:
    return (element.get("rel") or "").lower().split()


def _lang(tree: HtmlElement, said: Structured, articles: Iterable[Mapping[str, Any]]) -> str:
    given = [
        *_values(articles, "inLanguage"),
        tree.get("lang") or "",
        tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
    ]
    given += [said.first("og:locale"), said.first("content-language", "dc.language", "language")]
    codes = [re.split(r"[\s,;]", text)[0].replace("_", "-") for text in given]
    found = next((code for code in codes if re.fullmatch(r"[A-Za-z]{2,3}(?:-\w{2,8})*", code)), "")
    return _COUNTRIES.get(found.lower(), found)
