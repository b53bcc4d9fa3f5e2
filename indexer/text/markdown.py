"""Markdown -> its first heading and its paragraphs, as a reader sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token


def markdown_content(text: str) -> tuple[str, list[str]]:
    """The first heading, if the text begins with one, and the paragraphs after it."""
    from markdown_it import MarkdownIt

    title = ""
    paragraphs: list[str] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    row: list[str] | None = None
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            paragraphs.append(" | ".join(filter(None, row)))
            row = None
        elif token.type == "inline":
            words = _words(token)
            if row is not None:
                row.append(words)
            elif not title and not paragraphs and before and before.type == "heading_open":
                title = words
            else:
                paragraphs.append(words)
        elif token.type in ("fence", "code_block"):
            paragraphs.append(token.content)
    return title, [paragraph for paragraph in paragraphs if paragraph.strip()]


def _words(token: Token) -> str:
    """The text of an inline token as a reader sees it: no marks, no addresses, no tags."""
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or ()
        if child.type != "html_inline"
    ).strip()
