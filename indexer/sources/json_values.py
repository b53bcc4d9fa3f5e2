"""A JSON file: a list of articles, one article, or several one after the other.

Read piece by piece, so that a long list needs no more memory than its longest article.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.records import kind
from indexer.sources.encoding import marked_encoding
from indexer.sources.json_text import DECODER, describe
from indexer.sources.limits import too_long

_CHUNK = 1 << 16
_SPACE = " \t\r\n"


def read_json_values(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the articles of the file; after the first place that is not JSON, nothing more.

    `Origin.line` is the number of the article in the file.
    """
    reader = _Reader(stream)
    number = 0
    try:
        is_list = reader.skip() == "["
        if is_list:
            reader.position += 1
        while not (reader.skip(",") in ("]", "") if is_list else reader.skip() == ""):
            number += 1
            value, size = reader.value(limit)
            origin = Origin(name, number)
            if isinstance(value, dict):
                yield RawArticle(origin, value, size)
            else:
                yield Reject(origin, f"The item is {kind(value)}, not an object.")
        if is_list and reader.skip() != "]":
            yield Reject(Origin(name), "The file ends in the middle; was it cut off?")
    except ValueError as error:
        yield Reject(Origin(name, max(number, 1)), f"{error} The rest of the file was not read.")
    else:
        if not number:
            yield Reject(Origin(name), "The file holds no articles.")


class _Reader:
    """The text of a stream, of which only the part from `position` on is kept."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(4)
        encoding = marked_encoding(head) or "utf-8-sig"
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._text = self._decode(head)
        self._ended = False
        self.position = 0

    def skip(self, also: str = "") -> str:
        """Go past white space (and `also`); return the character there, "" at the end."""
        while True:
            while self.position < len(self._text) and self._text[self.position] in _SPACE + also:
                self.position += 1
            if self.position < len(self._text) or not self._more(_CHUNK):
                return self._text[self.position : self.position + 1]

    def value(self, limit: int) -> tuple[object, int]:
        """Return the value that begins here and its length. Raises `ValueError`, one sentence."""
        while True:
            start = self.position
            try:
                value, end = DECODER.raw_decode(self._text, self.position)
            except RecursionError:
                raise ValueError("The item is nested too deeply.") from None
            except json.JSONDecodeError as error:
                held = len(self._text) - self.position
                if held > limit:
                    raise ValueError(too_long("The item", limit)) from None
                # Twice as much each time, so that an article is not parsed over and over.
                if not self._more(max(held, _CHUNK)):
                    sentence = f"The item is not valid JSON: {describe(error, start)}."
                    raise ValueError(sentence.replace("?.", "?")) from None
            else:
                size = end - self.position
                self.position = end
                return value, size

    def _more(self, size: int) -> bool:
        """Read on; tell whether there was anything."""
        if self._ended:
            return False
        data = self._stream.read(size)
        self._text = self._text[self.position :] + self._decode(data)
        self.position = 0
        self._ended = not data
        return not self._ended

    def _decode(self, data: bytes) -> str:
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            raise ValueError("The file is not UTF-8.") from None
