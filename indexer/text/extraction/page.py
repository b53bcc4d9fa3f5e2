"""A web page -> the record of its article, or the sentence that refuses it."""

from __future__ import annotations

import re
from typing import Any

from lxml.html import HtmlElement

from indexer.text.encoding import is_binary
from indexer.text.extraction.body import paragraphs_of
from indexer.text.extraction.dom import decoded_page, tree_of
from indexer.text.extraction.headline import letters
from indexer.text.extraction.metadata import metadata_of
from indexer.text.extraction.opening import without_opening
from indexer.text.extraction.refusals import linked_share, refusal
from indexer.text.extraction.structured import Structured, line

_HEAD = 1 << 14
"""Bytes of a page that show whether it is text: servers and crawlers call pictures pages, too."""

MOST_ELEMENTS = 30_000
"""Of a page: ten times those of a long article. Extraction takes up to 0.2 ms per element."""

MOST_TAGS = 1_000_000
"""Tags of a page, those in scripts included, that are parsed at all: the parser takes 400 bytes for
each."""


_SAVED = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://\S+)"
)
_SAVED_WITHIN = 2000
"""Characters in which it stands."""


def page_record(
    data: bytes, url: str | None = None, charset: str | None = None
) -> dict[str, Any] | str:
    """Return the article of a page in the keys of the JSON Lines format, or why it has none.

    `url` is where the page was fetched and `charset` what its server said, where that is known.
    """
    if is_binary(data[:_HEAD].rstrip(b"\x00")):
        return "The page is not text, whatever it is called."
    page = decoded_page(data, charset)
    if page.count("<") > MOST_TAGS:
        return f"The page has more than {MOST_TAGS:,} tags, and an article hardly a hundredth."
    tree = tree_of(page)
    if tree is None:
        return "The page is empty."
    elements = sum(1 for _ in tree.iter())
    if elements > MOST_ELEMENTS:
        return f"The page has {elements:,} elements, more than an article has ({MOST_ELEMENTS:,})."
    said = Structured.of(tree)
    url = url or _saved_from(page)
    about = metadata_of(tree, said, url)
    paragraphs = paragraphs_of(tree, said, about.title, about.authors)
    by_itself = all(letters(one) == letters(about.source or "") for one in about.authors)
    paragraphs, named = without_opening(paragraphs, about.title, unsigned=by_itself)
    refused = refusal(tree, said, about.title, paragraphs, linked_share(tree))
    if refused:
        return refused
    record: dict[str, Any] = {
        "url": about.url,
        "title": about.title,
        "paragraphs": paragraphs,
        "lang": about.lang,
        "source": about.source,
        # A site that names itself as the author may name a person above the text.
        "authors": list((by_itself and named) or about.authors or named),
        "published": about.published,
        "updated": about.updated,
        "section": about.section,
        "tags": list(about.tags),
    }
    if _is_draft_of_medium(tree):
        record["status"] = "draft"
    return {key: value for key, value in record.items() if value}


def _saved_from(page: str) -> str | None:
    """Return the address that a browser wrote into a page when it saved it as a file."""
    found = _SAVED.search(page[:_SAVED_WITHIN])
    return found[1] if found else None


def _is_draft_of_medium(tree: HtmlElement) -> bool:
    """Tell a draft in an export of Medium: what was published says when, at its end."""
    for footer in tree.xpath('.//article[contains(@class, "h-entry")]/footer'):
        says = line(footer.text_content())
        if "Exported from" in says and "Medium" in says:
            return not footer.xpath('.//*[contains(@class, "dt-published")]')
    return False
