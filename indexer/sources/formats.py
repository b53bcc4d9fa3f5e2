"""Which format a file is in, recognised by its name and its first bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from mimetypes import MimeTypes
from pathlib import PurePath

from indexer.article.draft import RawArticle, Reject
from indexer.sources.compression import SUFFIXES
from indexer.sources.encoding import marked_encoding, unmarked_utf16
from indexer.sources.json_lines import read_json_lines
from indexer.sources.json_text import parse
from indexer.sources.json_values import read_json_values
from indexer.sources.markdown import read_markdown
from indexer.sources.plain_text import read_plain_text

Format = Callable[[io.BufferedReader, str, int], Iterator[RawArticle | Reject]]
"""Reads a stream: (stream, name for messages, bytes that one article may have) -> articles."""

_BY_SUFFIX: dict[str, Format] = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json_values,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
READ = "plain text, Markdown, JSON Lines and JSON, also compressed (.gz, .xz, .zst, .bz2)"
"""What is read, for messages."""

_TYPES = MimeTypes(filenames=())
"""The types that come with Python, without the machine's own: the same on every machine."""

HEAD = 8192
"""Bytes that are looked at."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|head|\?xml|rss|feed)\b", re.IGNORECASE)


def detect(name: str, head: bytes) -> Format | str:
    """Return the reader for a file, or the sentence that rejects it.

    `head` is what the file begins with, decompressed. A suffix that is known decides, but a
    text file that holds JSON is read as JSON.
    """
    path = PurePath(name)
    if path.suffix.lower() in SUFFIXES:
        path = path.with_suffix("")
    known = _BY_SUFFIX.get(path.suffix.lower())
    # A crashed writer leaves zero bytes in a good file of lines: each line is judged by itself.
    if is_binary(head) and not (known is read_json_lines and b"{" in head):
        return f"The file is not text; Polywire reads {READ}."
    if known is read_json_values:
        return _json_shape(head) or read_json_values
    if known:
        return known
    if _MARKUP.match(head):
        return f"The file is HTML or XML; Polywire reads {READ}."
    return _json_shape(head) or _by_type(path, head)


def is_binary(head: bytes) -> bool:
    """Whether bytes are not text: control characters in more than one of a hundred places."""
    if marked_encoding(head) or unmarked_utf16(head):
        return False
    return len(_CONTROL.findall(head)) > len(head) / 100


def _json_shape(head: bytes) -> Format | None:
    """Recognise JSON Lines and JSON by what they begin with, None for anything else."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"\[\s*(?:\{|\])", text):
        return read_json_values
    if not re.match(rb'\{\s*"', text):
        return None
    first, newline, rest = text.partition(b"\n")
    if not newline and len(text) < HEAD - 8:
        return read_json_lines  # one line, to its end or to where it breaks off
    try:
        parse(first.decode("utf-8", "replace"))
    except ValueError:
        # It does not end within the head: a long line, unless what follows is indented.
        return read_json_values if newline and rest[:1] in (b" ", b"\t", b"\r") else read_json_lines
    return read_json_lines


def _by_type(path: PurePath, head: bytes) -> Format | str:
    guessed, _ = _TYPES.guess_type(f"x{path.suffix.lower()}")
    if guessed not in (None, "text/plain"):
        return f"By its name, the file is {guessed}; Polywire reads {READ}."
    return read_markdown if not path.suffix and head.startswith(b"---\n") else read_plain_text
