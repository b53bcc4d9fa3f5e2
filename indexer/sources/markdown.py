"""A Markdown file: one article; metadata in front matter, else the title in the first heading."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.text.cleaning import clean_lines
from indexer.text.encoding import read_text
from indexer.text.markdown import markdown_content

if TYPE_CHECKING:
    pass

_FRONT_MATTER = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*\n(?P<head>.*?)\n(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL
)

_FRONT_MATTER_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?(?:---|\+\+\+)[ \t]*\r?\n[\w-]+[ \t]*[:=]")

LONGEST_FRONT_MATTER = 50_000
"""Characters."""

MOST_VALUES = 10_000
"""Of a front matter, each as often as it is referred to."""

LONGEST_MARKDOWN = 500_000
"""Characters; of nothing but brackets a million takes nine seconds."""


def read_markdown(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the one article of the file, or the reject that it is.

    Front matter is YAML between "---" or TOML between "+++". The text is CommonMark with tables;
    each paragraph, heading, list item and table row is a paragraph of the article.
    """
    origin = Origin(name)
    read = read_text(stream, limit)
    if isinstance(read, str):
        yield Reject(origin, read)
        return
    decoded, size = read
    try:
        head, body = _front_matter(clean_lines(decoded.text))
    except ValueError as error:
        yield Reject(origin, str(error))
        return
    title, paragraphs = markdown_content(body)
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


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Part it from the body. Raises `ValueError` with a sentence, also where both are too long."""
    if len(text) > LONGEST_MARKDOWN:
        raise ValueError(
            f"The Markdown has {len(text):,} characters, where the limit is {LONGEST_MARKDOWN:,}; "
            "split it, or save it as plain text."
        )
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    if len(found["head"]) > LONGEST_FRONT_MATTER:
        raise ValueError(
            f"The front matter is longer than {LONGEST_FRONT_MATTER:,} characters, the limit."
        )
    values = _yaml(found["head"]) if found["fence"] == "---" else _toml(found["head"])
    # Dates and the like become text, as they are in JSON.
    record: dict[str, Any] = json.loads(json.dumps(values, default=_as_text))
    return record, text[found.end() :]


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _yaml(text: str) -> Mapping[str, Any]:
    import yaml  # type: ignore[import-untyped]

    try:
        values = yaml.safe_load(text) or {}
        if _unfolded(values, {}) > MOST_VALUES:
            raise ValueError("The front matter refers to its own parts too often.")
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 2}" if where else ""
        raise ValueError(f"The front matter is not valid YAML{line}.") from None
    if isinstance(values, dict):
        return {str(key): value for key, value in values.items()}
    raise ValueError("The front matter is not a list of keys and values.")


def _unfolded(value: object, known: dict[int, int]) -> int:
    """Count the values in a value, each as often as it is referred to.

    A part that holds itself counts as too many.
    """
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = MOST_VALUES + 1  # while it is counted
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_unfolded(item, known) for item in inner)
    return known[id(value)]


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ValueError("The front matter is not valid TOML.") from None


def _told(head: bytes) -> Told:
    return Told.SURELY if _FRONT_MATTER_BEGINS.match(head) else Told.FITS


FORMAT = Format(
    name="Markdown",
    suffixes=(".md", ".markdown"),
    media_types=("text/markdown",),
    told=_told,
    read=read_markdown,
)
