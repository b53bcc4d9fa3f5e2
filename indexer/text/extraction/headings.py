"""The headings of the first level on a web page, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from indexer.text.extraction.structured import line

MOST_HEADINGS = 100
MOST_TITLE = 2_000
"""Characters of a heading; what is longer is none."""

_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "button", "small", "title"})
"""Elements whose text is no part of a heading; `small` has counts of comments and subtitles."""

_LOGO = re.compile(
    r"(?:^|[\s_-])(?:logo|brand|branding|masthead|site[_-]?(?:title|name|logo)|blog[_-]?title)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)

_HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:entry|post|article|story|news|head)?[_-]*(?:title|headline|heading)(?:$|\s)",
    re.IGNORECASE,
)


def headings(tree: HtmlElement) -> list[str]:
    """Return the headings in order, without those that are the logo of the site.

    Where there are none, a lower one that is called the headline.
    """
    shown = [one for one in islice(tree.iter("h1"), MOST_HEADINGS) if not _is_logo(one)]
    if not shown:
        marked = [one for one in tree.iter("h2", "h3") if _HEADLINE.search(one.get("class") or "")]
        shown = marked if len(marked) == 1 else []
    texts = ("".join(_texts(one)) for one in shown)
    return [text for one in texts if len(one) <= MOST_TITLE and (text := line(one))]


def title_element(tree: HtmlElement) -> str:
    """Return the text of `title`, "" if there is none; drawings within a page have titles, too."""
    for one in tree.iter("title"):
        if not any(outer.tag == "svg" for outer in one.iterancestors()):
            return line(one.text)
    return ""


def _is_logo(heading: HtmlElement) -> bool:
    """Tell whether a heading is the name of the site: it leads to the first page, or says so."""
    links = heading.findall(".//a[@href]")
    outer = [heading, *islice(heading.iterancestors(), 1)]
    links += [one for one in outer if one.tag == "a" and one.get("href")]
    if any(_is_first_page(one.get("href") or "") for one in links):
        return True
    return any(_LOGO.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in outer)


def _is_first_page(address: str) -> bool:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query and (bool(parts.netloc) or address == "/")


def _texts(element: HtmlElement) -> Iterator[str]:
    """Yield the pieces of text within an element, with a space where the page begins anew.

    That is at `br`, and between two elements with nothing between them: a line above the headline
    and the headline.
    """
    yield element.text or ""
    before = None
    for child in element:
        if child.tag == "br" or (before is not None and not before.tail):
            yield " "
        if isinstance(child.tag, str) and child.tag not in _UNSEEN:
            yield from _texts(child)
        yield child.tail or ""
        before = child
