"""The frame of an article on a page that names none: without one, its headings would be lost.

trafilatura takes all paragraphs of a page where it finds no element that it knows as an article,
and of its headings none.
"""

from __future__ import annotations

from collections import Counter

from lxml.html import HtmlElement

from indexer.text.extraction.structured import line

HEADS = ("h2", "h3", "h4")
LEAST_OF_PARAGRAPH = 80
"""Characters of a paragraph that tells where the article is."""

MOSTLY = 0.8
"""Share of the text of these paragraphs that the frame has."""


LEAST_OF_OWN = 250
"""Characters of an article that has the headline."""


def with_its_article_first(tree: HtmlElement) -> HtmlElement:
    """Make sections of the articles before the one that has the headline: they are teasers.

    The first article of a page is taken for its text. The tree is changed and returned.
    """
    articles = list(tree.iter("article"))
    headed = (one for one in articles if one.find(".//h1") is not None)
    own = next((one for one in headed if len(line(one.text_content())) >= LEAST_OF_OWN), None)
    if own is None or own is articles[0]:
        return tree
    around = set(own.iterancestors())
    for one in articles[: articles.index(own)]:
        if one not in around:
            one.tag = "div"
    return tree


def frame_of(tree: HtmlElement) -> HtmlElement | None:
    """Return the innermost element that has most of the text, with headings within.

    None where the page names an article, or where there is no such element.
    """
    if next(tree.iter("article", "main"), None) is not None:
        return None
    if next(tree.iter(*HEADS), None) is None:
        return None
    sizes: Counter[HtmlElement] = Counter()
    whole = 0
    for one in tree.iter("p"):
        size = len(line(one.text_content()))
        if size >= LEAST_OF_PARAGRAPH:
            whole += size
            sizes.update(dict.fromkeys(one.iterancestors(), size))
    enough = [one for one, size in sizes.items() if size >= MOSTLY * whole]
    frame = max(enough, key=lambda one: sum(1 for _ in one.iterancestors()), default=None)
    if frame is None or frame.tag not in ("div", "section", "td") or not _has_heads(frame):
        return None
    return frame


def _has_heads(frame: HtmlElement) -> bool:
    return any(one.find(".//a") is None for one in frame.iter(*HEADS))
