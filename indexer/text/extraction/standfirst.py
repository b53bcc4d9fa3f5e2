"""The summary that a page shows between headline and body, where the body was found without it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from indexer.text.extraction.headline import letters
from indexer.text.extraction.structured import Structured, line

LENGTHS = range(40, 1200)
"""Characters of a summary that is put before the body."""

LONGEST_PLACE = 40
"""Characters of a place before it."""

BEHIND = 25
"""Elements behind the headline among which it stands."""

OUTER = 3
"""Elements around it that say whether it belongs to a picture."""

_NAMES = re.compile(
    r"""(?:^|[\s_-])(?:stand-?first|sub-?(?:title|headline|heading)|spot|lead(?:-?text)?|lede|dek|deck|intro(?:text)?|
    summary|description|entradilla|bajada|copete|chapo|chapeau|ingress|vorspann|anriss|sommario|occhiello|sapo|
    excerpt|perex|zajawka)(?:[_-]*(?:text|wrapper|content|paragraph))?(?:$|\s)""",
    re.IGNORECASE | re.VERBOSE,
)


_OF_PICTURES = re.compile(
    r"image|img|photo|picture|media|caption|video|gallery|figure|\bart\b|slide|card|teaser|related",
    re.IGNORECASE,
)
_PARTS = ".//a | .//img | .//script | .//style | .//figure | .//svg | .//button | .//p[2]"
"""What a summary has none of."""


def standfirst_of(tree: HtmlElement, said: Structured, title: str, kept: Sequence[str]) -> str:
    """Return the summary, "" where there is none or the paragraphs have it."""
    if not kept:
        return ""
    whole = letters(" ".join(kept))
    for text in (said.first("og:description"), said.first("description")):
        plain = letters(text)
        if len(text) in LENGTHS and plain and plain not in whole and _is_shown(tree, text):
            return text
    return _behind(tree, letters(title), whole, letters(kept[0]))


def _is_shown(tree: HtmlElement, text: str) -> bool:
    begins = text[:30]
    for one in tree.iter("p", "div", "h2", "h3", "span", "strong"):
        if (one.text or "").lstrip()[:30] == begins and line(one.text_content()) == text:
            return True
        # A place stands before it, in an element of its own.
        is_behind = len(one) == 1 and (one[0].tail or "").lstrip()[:30] == begins
        if is_behind and not (one.text or "").strip() and line(one[0].tail) == text:
            return len(line(one[0].text_content())) <= LONGEST_PLACE
    return False


def _behind(tree: HtmlElement, title: str, whole: str, first: str) -> str:
    """Return what is called a summary between the headline and the first paragraph."""
    headline = next((one for one in tree.iter("h1") if letters(one.text_content()) == title), None)
    if headline is None:
        return ""
    behind = headline.xpath("following::*[self::p or self::h2 or self::h3 or self::div]")
    for one in islice(behind, BEHIND):
        names = one.get("class") or ""
        if not (one.get("itemprop") == "description" or _NAMES.search(names)):
            continue
        around = (one, *islice(one.iterancestors(), OUTER))
        if any(_OF_PICTURES.search(other.get("class") or "") for other in around):
            continue
        text = line(one.text_content())
        plain = letters(text)
        if first in plain:
            return ""
        if len(text) in LENGTHS and plain not in whole and not one.xpath(_PARTS):
            return "" if text.endswith(("[…]", ")")) else text
    return ""
