"""The paragraphs of an article on a web page, in order, without what stands around them.

trafilatura finds the body; a second opinion counts where it finds too little: the text that the
page gives for machines (`articleBody` of schema.org, or a script that holds the whole article).
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, fragments_fromstring

from indexer.text.extraction.asides import is_aside, without_notes_on_authors
from indexer.text.extraction.blocks import Block, blocks_of, with_breaks
from indexer.text.extraction.framing import frame_of, with_its_article_first
from indexer.text.extraction.headings import headings
from indexer.text.extraction.headline import letters
from indexer.text.extraction.line_breaks import in_paragraphs
from indexer.text.extraction.liveblogs import entries_said, with_entries, with_entries_apart
from indexer.text.extraction.page_states import SCRIPT_BODY, texts_of
from indexer.text.extraction.parts import with_other_parts
from indexer.text.extraction.refusals import LEAST_OF_ARTICLE, all_of_a_bare_page
from indexer.text.extraction.standfirst import standfirst_of
from indexer.text.extraction.structured import Structured, line
from indexer.text.extraction.surroundings import without_surroundings
from indexer.text.tags import between_tags
from indexer.text.wrapping import columns

TOO_LITTLE = 2.0
"""The text for machines is taken where it is this many times as long as the body that was found."""

BRIEF = 0.5
"""Share of the text of a whole page that the paragraphs found by rules have at least to be taken
instead: below 250 characters trafilatura gives all that the page has, menus and dates among it."""

WHOLE = 250
"""Characters: with less, trafilatura gives all that the page has."""

MORE = 1.3
"""How many times as long a text with headings may be as the same one without any."""

LEAST = 30
"""Characters from which on the rules count on a short page."""

ENOUGH, SCRAP, RUNNING = 3000, 40, 150
"""Characters: a body that is long enough to be taken as it is; per paragraph, what a list of links
has at most; and what running text has at least. Of nine pages on which the two algorithms differ by
a third or more, these take the better one on eight (`python -m benchmarks.formats`)."""

FEW, NEARLY = 2, 0.8
"""Paragraphs of a body whose line breaks may be the ends of more; and the share of its text that
these have at least."""

_HTML_BLOCKS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "div", "section", "article",
     "pre", "tr", "ul", "ol", "figcaption", "dt", "dd"}
)  # fmt: skip


logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def paragraphs_of(
    tree: HtmlElement, said: Structured, title: str, authors: Collection[str]
) -> list[str]:
    """Return the paragraphs of the article, headings and list items among them."""
    bare = all_of_a_bare_page(tree, said)  # where trafilatura looks for 6 ms to find a word
    blocks = _found(tree) if bare is None else [Block(bare)] if bare else []
    titles = _titles(tree, said, title)
    kept = [one.text for one in blocks if not is_aside(one.text, one.linked, titles, authors)]
    kept = without_notes_on_authors(with_other_parts(tree, kept), authors)
    second = _second_opinion(tree, said, kept)
    kept = with_entries(second or kept, _entries(said))
    standfirst = standfirst_of(tree, said, title, kept)
    return [*([standfirst] if standfirst else []), *kept]


def _entries(said: Structured) -> list[str]:
    """Return the paragraphs of the longest liveblog that the page describes."""
    blogs = [
        [part for text in texts for part in paragraphs_in(text)] for texts in entries_said(said)
    ]
    return max(blogs, key=lambda texts: sum(map(len, texts)), default=[])


def _titles(tree: HtmlElement, said: Structured, title: str) -> set[str]:
    """Return the letters of what the page calls the article."""
    named = [line(one.get("headline")) for one in said.articles]
    return {letters(one) for one in (title, *headings(tree), *named)} - {""}


def _found(tree: HtmlElement) -> list[Block]:
    """Return what trafilatura finds by its rules or, where that is doubtful, by a second algorithm.

    The second one finds more, and more of what does not belong there: it counts where the rules
    found scraps, or where it found running text, which comes in long paragraphs.
    """
    prepared = _prepared(tree)
    first = _parted(tree, _with_heads(prepared, _extracted(prepared, fast=True)))
    size = _size(first)
    if size >= ENOUGH and size >= SCRAP * _lines(first):
        return first
    if len(first) == 1 and size < SCRIPT_BODY:
        first = _parted(tree, first, LEAST)
        if len(first) > 1:
            return first
    second = _extracted(prepared, fast=False)
    if len(first) == 1 and len(second) < 2 and size < SCRIPT_BODY:
        brief = _extracted(prepared, fast=True, least=LEAST)
        return brief if _size(brief) >= BRIEF * size else second or first
    if size < SCRAP * _lines(first) or not first:
        return second if not first or _size(second) >= SCRAP else first
    more = _size(second) > 1.2 * size
    return second if more and _size(second) >= RUNNING * _lines(second) else first


def _with_heads(prepared: HtmlElement, found: list[Block]) -> list[Block]:
    """Return a text that was found without any of its headings with them."""
    if any(one.is_head for one in found) or _size(found) < WHOLE:
        return found
    frame = frame_of(prepared)
    if frame is None:
        return found
    named, frame.tag = frame.tag, "article"
    more = _extracted(prepared, fast=True)
    frame.tag = named
    return more if _size(found) <= _size(more) <= MORE * _size(found) else found


def _parted(tree: HtmlElement, found: list[Block], least: int = WHOLE) -> list[Block]:
    """Return a text that was found as one paragraph in those that its line breaks make, if any."""
    size = _size(found)
    if 0 < size < least or (len(found) > FEW and size >= SCRAP * _lines(found)):
        return found
    parted = in_paragraphs(copy.deepcopy(tree))
    more = [] if parted is None else _extracted(_prepared(parted), fast=True, least=least)
    share = NEARLY if least == WHOLE else BRIEF
    return more if len(more) >= len(found) and _size(more) >= share * size else found


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(one.text) for one in blocks)


def _lines(blocks: Sequence[Block]) -> int:
    return sum(one.lines for one in blocks)


def _prepared(tree: HtmlElement) -> HtmlElement:
    """Return a page as trafilatura is given it, in a tree of its own."""
    own = with_its_article_first(with_entries_apart(copy.deepcopy(tree)))
    return with_breaks(without_surroundings(own))


def _extracted(prepared: HtmlElement, *, fast: bool, least: int = WHOLE) -> list[Block]:
    """Return what trafilatura finds; with less than `least` characters, it takes the whole page.

    The tree is copied there, and left as it is.
    """
    from trafilatura import bare_extraction

    document: Any = bare_extraction(
        prepared,
        fast=fast,
        include_comments=False,
        include_tables=True,
        include_links=True,
        with_metadata=False,
        config=_config(least),
    )
    if document is None or document.body is None:
        return []
    return [one for one in blocks_of(document.body) if one.text]


@cache
def _config(least: int) -> Any:  # noqa: ANN401 - of a library that is loaded with the first page
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(least))
    return config


def _second_opinion(tree: HtmlElement, said: Structured, kept: Sequence[str]) -> list[str]:
    """Return what the page gives for machines, if that is much more, or the same in more parts.

    trafilatura gives as one paragraph what it takes from there itself.
    """
    found = sum(map(len, kept))
    given = [
        paragraphs_in(text) for one in said.articles for text in _texts(one.get("articleBody"))
    ]
    if found < SCRIPT_BODY:
        given += [[part for text in one for part in paragraphs_in(text)] for one in texts_of(tree)]
    longest = max(given, key=lambda texts: sum(map(len, texts)), default=[])
    is_enough = columns(" ".join(longest)) >= LEAST_OF_ARTICLE
    if is_enough and sum(map(len, longest)) > TOO_LITTLE * found:
        return longest
    is_same = len(longest) > len(kept) and letters("".join(longest)) == letters("".join(kept))
    return longest if is_same else []


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def paragraphs_in(written: str) -> list[str]:
    """Part a text that may hold HTML, also escaped, into its paragraphs."""
    if re.search(r"&lt;/?(?:p|br|div)\b", written):
        written = line(written.replace("\n", " "))
    if not re.search(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", written, re.IGNORECASE):
        return [text for part in written.splitlines() if (text := line(part))]
    pieces = between_tags(written)
    if pieces is not None:
        return [text for part in pieces if (text := line(part))]
    try:
        parts = fragments_fromstring(written)
    except (etree.ParserError, ValueError):
        return []
    root = etree.Element("body")
    for part in parts:
        if isinstance(part, str):
            root.text = part
        else:
            root.append(part)
    return [text for piece in _pieces(root).split("\n\n") if (text := line(piece))]


def _pieces(element: etree._Element) -> str:
    """Return the text of HTML with an empty line wherever a block begins or ends."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return ""
    inner = (element.text or "") + "".join(_pieces(one) + (one.tail or "") for one in element)
    if element.tag == "br":
        return "\n\n"
    return f"\n\n{inner}\n\n" if element.tag in _HTML_BLOCKS else inner
