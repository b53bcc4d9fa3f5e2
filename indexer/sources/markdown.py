"""A Markdown file: one article; metadata in front matter, else the title in the first heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.front_matter import front_matter
from indexer.sources.header_lines import header_lines
from indexer.text.cleaning import clean_lines
from indexer.text.encoding import read_text
from indexer.text.markdown import markdown_content
from indexer.text.shortcodes import without_template_tags

_FRONT_MATTER_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?(?:---|\+\+\+)[ \t]*\r?\n[\w-]+[ \t]*[:=]")

LONGEST_MARKDOWN = 500_000
"""Characters; of nothing but brackets a million takes nine seconds."""


def read_markdown(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the one article of the file, or the reject that it is.

    Front matter is YAML between "---" or TOML between "+++", or lines above the text
    (`header_lines`). The text is CommonMark with tables;
    each paragraph, heading, list item and table row is a paragraph of the article.
    """
    origin = Origin(name)
    read = read_text(stream, limit)
    if isinstance(read, str):
        yield Reject(origin, read)
        return
    decoded, size = read
    try:
        head, body = _parted(clean_lines(decoded.text))
    except ValueError as error:
        yield Reject(origin, str(error))
        return
    title, paragraphs = markdown_content(without_template_tags(body))
    if not (paragraphs or title or head):
        yield Reject(origin, "The file is empty.")
        return
    if "title" in head:
        paragraphs = [title, *paragraphs] if title and title != head["title"] else paragraphs
        title = str(head["title"])
    # A heading alone is all the text there is.
    record = {**head, "title": title, "paragraphs": paragraphs or [title]}
    record = record if paragraphs else {**record, "title": ""}
    yield RawArticle(origin, record, size, warning=decoded.warning(), is_plain=True)


def _parted(text: str) -> tuple[dict[str, Any], str]:
    """Return front matter and body. Raises `ValueError` with a sentence, also for a long text."""
    if len(text) > LONGEST_MARKDOWN:
        raise ValueError(
            f"The Markdown has {len(text):,} characters, where the limit is {LONGEST_MARKDOWN:,}; "
            "split it, or save it as plain text."
        )
    head, body = front_matter(text)
    return (head, body) if head else header_lines(text)


def _told(head: bytes) -> Told:
    return Told.SURELY if _FRONT_MATTER_BEGINS.match(head) else Told.FITS


FORMAT = Format(
    name="Markdown",
    suffixes=(".md", ".markdown"),
    media_types=("text/markdown",),
    told=_told,
    read=read_markdown,
)
