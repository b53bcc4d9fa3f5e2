"""Who wrote the article of a web page: JSON-LD, `meta` elements, then the byline a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lxml import etree
from lxml.html import HtmlElement

from indexer.article.bylines import is_name
from indexer.text.extraction.bylines import names_of
from indexer.text.extraction.headline import host_name, letters
from indexer.text.extraction.structured import Structured, line

_METAS = (
    "author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "byl",
    "parsely-author", "sailthru.author", "article.author", "citation_author", "creator",
    "twitter:creator:name", "cxenseparse:author", "article_author",
)  # fmt: skip

MAX_DEPTH = 8
"""Lists, objects and references around a name."""


def authors_of(
    tree: HtmlElement, said: Structured, source: str, url: str | None
) -> tuple[str, ...]:
    """Return the names of who wrote the article, each once, in order."""
    listed = [people(one.get(key), said) for one in said.articles for key in ("author", "creator")]
    candidates = [[name for text in found for name in names_of(text)] for found in listed if found]
    metas = [list(said.meta.get(name, ())) for name in _METAS]
    candidates += [[name for text in texts for name in names_of(text)] for texts in metas]
    candidates.append([name for text in _bylines(tree) for name in names_of(text)])
    if not any(candidates):  # where a site names itself for machines, this may be an agency
        candidates.append(
            [name for text in said.meta.get("articleauthor", ()) for name in names_of(text)]
        )
    sites = {letters(source), letters(host_name(url or said.first("og:url")))}
    owners = letters(" ".join(said.meta.get("copyright", ())))
    for names in candidates:
        others = [
            name
            for name in dict.fromkeys(names)
            if letters(name) not in sites
            and letters(name) not in owners
            and not _HANDLE.fullmatch(name)
        ]
        if others:
            return tuple(others)
    # A site that names itself as the author has nobody better to name.
    return tuple(dict.fromkeys(next((names for names in candidates if names), [])))


def people(value: object, said: Structured) -> list[str]:
    """Names in an `author` of schema.org: a text, a person or organisation, or a list of those.

    A person may be described elsewhere on the page, and be only referred to here (`@id`).
    """
    return list(_names(value, said, MAX_DEPTH))


def _names(value: object, said: Structured, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(value, list):
        for one in value:
            yield from _names(one, said, depth - 1)
    elif isinstance(value, dict):
        parts = " ".join(line(value.get(key)) for key in ("givenName", "familyName")).strip()
        named = value.get("name") or parts
        if not named and isinstance(value.get("@id"), str):
            same = (one for one in said.objects if one.get("@id") == value["@id"])
            named = next((one["name"] for one in same if one.get("name")), None)
        yield from _names(named, said, depth - 1)
    elif text := line(value):
        yield text


_BYLINE_CLASSES = (
    *("author-name", "author__name", "author_name", "byline__name", "authorName", "person-link"),
    *("contributor-name", "reporter__name", "author-fullname"),
    *("journalist_name", "journalist-name", "reporter-name", "reporter_name", "writer-name"),
)
_AUTHOR_PAGES = (
    "/author/",
    "/authors/",
    "/autor/",
    "/autoren/",
    "/autores/",
    "/auteur/",
    "/autore/",
)
_BYLINES = (
    ("author", './/*[@rel="author"]'),
    ("author", './/*[@itemprop="author"]//*[@itemprop="name"]'),
    ("author", './/*[@itemprop="author"]'),
    ("byline", './/*[contains(concat(" ", normalize-space(@class), " "), " byline ")]'),
    *((name, f'.//*[contains(@class, "{name}")]') for name in _BYLINE_CLASSES),
    (
        "field--name-uid",
        './/article//*[contains(@class, "field--name-uid")][not(ancestor::*[@id="comments"])]',
    ),
    *((name, f'.//article//header//a[contains(@href, "{name}")]') for name in _AUTHOR_PAGES),
    *((name, f'.//header[.//h1]//a[contains(@href, "{name}")]') for name in _AUTHOR_PAGES),
)
"""What an attribute of a page must have for it, and where a byline is."""

_BYLINE = re.compile(
    r"(?:^|[\s_]|css-\w+-)(?:(?:article|post|entry|story|news|meta|c|node)[_-]*)*"
    r"(?:byline|authors?|autor(?:en|es|in)?|auteurs?|autore|writer|reporter)"
    r"(?:[_-]*(?:line|info|names?|box|link|mail|te?xt))*(?:_{1,2}\w{5,6})?(?:$|\s)",
    re.IGNORECASE,
)
"""What the element of a byline is called, where it is called nothing more exact; programs that put
pages together add letters of their own."""

_ELSEWHERE = re.compile(
    r"comment|related|recommend|teaser|card|sidebar|widget|footer|menu|popular|latest|list",
    re.IGNORECASE,
)
"""What the surroundings of other people's names are called."""

MOST_BYLINE = 120
"""Characters of a byline."""

MOST_BESIDE = 240
"""Characters of what holds several bylines of one article: others are those of other articles."""

MOST_NAMED = 12
"""Elements of one kind that are looked at: lists of articles have one for each."""

_HANDLE = re.compile(r"[a-z][a-z0-9._]{5,}")
"""What somebody is called as a user, who is named elsewhere on the page."""


_PEOPLE = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|autore|by|profiles?|staff|editors|writers?|"
    r"reporters?|journalists?|columnists?|contributors?|redakteure?|journalistes?|periodistas?)/"
)
"""What stands in the addresses of pages on people."""

MOST_LINKS = 24
"""Links and paragraphs below a headline where the text may not have begun."""


def _bylines(tree: HtmlElement) -> list[str]:
    attributes = _attributes(tree)
    for name, path in _BYLINES:
        if name not in attributes:
            continue
        # The first ones only: elements in one another have the same text again and again.
        named = {one: text for one in tree.xpath(path)[:MOST_NAMED] if (text := _byline(one))}
        texts = [named[one] for one in _together(list(named))[:4]]
        if texts:
            return texts
    for one in tree.xpath(".//body//*[@class]") if _BYLINE.search(attributes) else ():
        if _BYLINE.search(one.get("class")) and not _is_elsewhere(one):
            text = _byline(one)
            if text and names_of(text):
                return [text]
    return _linked(tree) if _PEOPLE.search(attributes) else []


def _linked(tree: HtmlElement) -> list[str]:
    """Return who is linked to between headline and text, on a page that calls no byline so."""
    named: list[HtmlElement] = []
    for one in tree.xpath(
        f"(.//h1)[1]/following::*[self::a or self::p][position() <= {MOST_LINKS}]"
    ):
        text = line(one.text_content())
        if one.tag == "p" and len(text) > MOST_BESIDE:
            break
        if _PEOPLE.search(one.get("href") or "") and is_name(text) and not _is_elsewhere(one):
            named.append(one)
    return [line(one.text_content()) for one in _together(named)]


def _together(bylines: list[HtmlElement]) -> list[HtmlElement]:
    """Return the first byline of the article itself, and those that stand beside it."""
    own = [one for one in bylines if not _is_elsewhere(one)] or bylines
    if len(own) < 2:
        return own
    top = own[0]
    for around in own[0].iterancestors():
        if len(line(around.text_content())) > MOST_BESIDE:
            break
        top = around
    return [one for one in own if one is top or top in one.iterancestors()]


def _byline(element: HtmlElement) -> str:
    """Return the text of a byline; of a long one, which also has dates, the part with the names."""
    text = line(" ".join(element.itertext())) or line(element.get("content"))
    if len(text) < MOST_BYLINE:
        return text
    parts = (line(" ".join(one.itertext())) for one in element if isinstance(one.tag, str))
    return next((one for one in parts if len(one) < MOST_BYLINE and names_of(one)), "")


def _attributes(tree: HtmlElement) -> str:
    """Return the values of the attributes that bylines are told by, each on a line of its own."""
    return "\n".join(map(str, _told_by()(tree)))


@cache
def _told_by() -> etree.XPath:
    return etree.XPath(".//@class | .//@rel | .//@itemprop | .//a/@href", smart_strings=False)


def _is_elsewhere(element: HtmlElement) -> bool:
    around = (one for one in element.iterancestors() if one.tag != "body")
    return any(
        one.tag in ("aside", "footer", "nav")
        or _ELSEWHERE.search(f"{one.get('class') or ''} {one.get('id') or ''}")
        for one in (element, *around)
        if one.tag != "html"
    )
