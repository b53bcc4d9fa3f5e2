"""What stands within or beside an article on a page and is no part of it, told by its markup.

Sites name the parts of their pages for their style sheets, in much the same words everywhere:
captions, newsletters, related articles. They are taken out before the
body is looked for, as long as the text that would go is the smaller part of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from indexer.text.extraction.headline import letters

MOST_TAKEN = 0.15
"""Share of a page's running text that one part may have to be taken out: what has more is the
article, whatever it is called."""

MOST_PULLED = 20
"""Quotations in large letters that are looked for in the text."""

_NAMES = re.compile(
    r"""(?:^|[\s_-])(?:
    (?:wp|image|img|photo|picture|media|figure|gallery|video|foto|bild)?[_-]*captions?(?:[_-]*text)?|
    (?:img|image|photo|pic(?:ture)?|media|figure)[_-]*
        (?:desc(?:ription)?|credits?|copyright|source|legend|attribution|byline)|
    bildunterschrift|
    newsletters?(?:[_-]*(?:sign[_-]*up|form|box|teaser|promo|widget|cta|module|inline))?|
    (?:related|recommended|popular|trending|most[_-]*(?:read|popular)|more)[_-]*
        (?:articles?|posts?|stories|news|content|links?|items?|reads?|coverage|topics?)|
    (?:you[_-]*(?:may|might)[_-]*(?:also[_-]*)?like|read[_-]*(?:also|next|more)|see[_-]*also|
        also[_-]*read|baca[_-]*juga|leia[_-]*(?:mais|tamb[eé]m)|lire[_-]*aussi|leggi[_-]*anche)
        (?:[_-]*(?:box|container|widget|links?|list|wrapper|block|articles?|card))?|
    outbrain|taboola|zergnet|disqus|
    (?:cookie|consent)[_-]*(?:banner|notice|wall|box)|
    paywall[_-]*(?:message|teaser|box|prompt|overlay)|sharedaddy|feedflare|
    (?:subscribe|subscription)[_-]*(?:box|form|prompt|widget)(?:[_-]*\w+)?|
    (?:sign[_-]*up|signup|registration)[_-]*(?:form|box|prompt|widget)|
    button[_-]*wrapper|kg[_-](?:cta|button|signup)[_-]card|post[_-]upgrade[_-]cta|
    error[_-]*message|success[_-]*message|
    (?P<pulled>pull(?:ed)?[_-]*quotes?(?:[_-]*(?:text|content|block|wrapper|container))?)
    )(?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
"""What classes and ids are called, as a whole or between `-` and `_`."""

_RUNNING = frozenset({"p", "li", "blockquote"})

_PARTS = frozenset(
    {
        "figcaption",
        "div",
        "p",
        "section",
        "aside",
        "ul",
        "ol",
        "form",
        "blockquote",
        "span",
        "em",
        "small",
        "figure",
    }
)


def without_surroundings(tree: HtmlElement) -> HtmlElement:
    """Take these parts out of a page; the tree is changed and returned."""
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    running, titled = _measured(elements)
    gone: set[HtmlElement] = set()
    pulled: list[HtmlElement] = []
    for element in elements:
        parent = element.getparent()
        if parent is None or parent in gone:
            gone.update([element] if parent in gone else [])
        elif (
            (named := _named(element))
            and element not in titled
            and running[element] <= MOST_TAKEN * running[elements[0]]
        ):
            if named.lastgroup == "pulled":
                pulled.append(element)
                continue
            gone.add(element)
            element.drop_tree()
    if pulled:
        _take_out_repeated(pulled[:MOST_PULLED], tree)
    return tree


def _take_out_repeated(pulled: Sequence[HtmlElement], tree: HtmlElement) -> None:
    """Take out the quotations in large letters that the text of the page has as well."""
    whole = letters(tree.text_content())
    for element in pulled:
        if whole.count(letters(element.text_content())) > 1:
            element.drop_tree()


def _measured(elements: Sequence[HtmlElement]) -> tuple[dict[HtmlElement, int], set[HtmlElement]]:
    """Return the length of the running text in each element, and which ones have the headline.

    In one pass from the leaves up, so that the time does not grow with the depth.
    """
    lengths: dict[HtmlElement, int] = dict.fromkeys(elements, 0)
    running = lengths.copy()
    titled: set[HtmlElement] = set()
    for element in reversed(elements):
        length = lengths[element] + len(element.text or "")
        if element.tag in _RUNNING:
            running[element] = length
        if element.tag == "h1":
            titled.add(element)
        outer = element.getparent()
        if outer is not None:
            lengths[outer] += length + len(element.tail or "")
            running[outer] += running[element]
            if element in titled:
                titled.add(outer)
    return running, titled


def _named(element: HtmlElement) -> re.Match[str] | None:
    if element.tag not in _PARTS:
        return None
    if element.tag == "figcaption":
        return _NAMES.search("caption")
    return _NAMES.search(element.get("class") or "") or _NAMES.search(element.get("id") or "")
