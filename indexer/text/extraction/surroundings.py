"""What stands within or beside an article on a page and is no part of it, told by its markup.

Sites name the parts of their pages for their style sheets, in much the same words everywhere:
captions, newsletters, related articles. They are taken out before the
body is looked for, as long as the text that would go is the smaller part of the page.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

MOST_TAKEN = 0.15
"""Share of a page's running text that one part may have to be taken out: what has more is the
article, whatever it is called."""

_NAMES = re.compile(
    r"""(?:^|[\s_-])(?:
    (?:wp|image|img|photo|picture|media|figure|gallery|video|foto|bild)?[_-]*captions?(?:[_-]*text)?|
    bildunterschrift|
    newsletters?(?:[_-]*(?:sign[_-]*up|form|box|teaser|promo|widget|cta|module|inline))?|
    (?:related|recommended|popular|trending|most[_-]*(?:read|popular)|more)[_-]*
        (?:articles?|posts?|stories|news|content|links?|items?|reads?|coverage|topics?)|
    (?:you[_-]*(?:may|might)[_-]*(?:also[_-]*)?like|read[_-]*(?:also|next)|see[_-]*also)|
    outbrain|taboola|zergnet|disqus|
    (?:cookie|consent)[_-]*(?:banner|notice|wall|box)|
    paywall[_-]*(?:message|teaser|box|prompt|overlay)|subscribe[_-]*(?:box|form|prompt|widget)|
    (?:sign[_-]*up|signup|registration)[_-]*(?:form|box|prompt|widget)|
    error[_-]*message|success[_-]*message
    )(?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
"""What classes and ids are called, as a whole or between `-` and `_`."""

_RUNNING = ("p", "li", "blockquote")


def without_surroundings(tree: HtmlElement) -> HtmlElement:
    """Take these parts out of a page; the tree is changed and returned."""
    whole = _running(tree)
    for element in list(tree.iter("figcaption", "div", "p", "section", "aside", "ul", "ol", "form",
                                  "blockquote", "span", "figure")):  # fmt: skip
        if element.getparent() is None or not _is_named(element):
            continue
        if _running(element) <= MOST_TAKEN * whole and element.find(".//h1") is None:
            element.drop_tree()
    return tree


def _is_named(element: HtmlElement) -> bool:
    if element.tag == "figcaption":
        return True
    return any(_NAMES.search(element.get(key) or "") for key in ("class", "id"))


def _running(element: HtmlElement) -> int:
    own = len(element.text_content()) if element.tag in _RUNNING else 0
    return own or sum(len(one.text_content()) for one in element.iter(*_RUNNING))
