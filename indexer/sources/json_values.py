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
from indexer.sources.encoding import marked_encoding, too_long
from indexer.sources.format import Format, Told
from indexer.sources.json_shape import json_shape
from indexer.sources.json_text import DECODER, describe, is_unfinished

_CHUNK = 1 << 16
_SPACE = " \t\r\n"


def read_json_values(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the articles of the file; after the first place that is not JSON, nothing more.

    `Origin.line` is the number of the article in the file.
    """
    number = 0
    try:
        for number, (value, size) in enumerate(_items(_Reader(stream), limit), start=1):
            origin = Origin(name, number)
            if isinstance(value, dict):
                yield RawArticle(origin, value, size)
            else:
                yield Reject(origin, f"The item is {kind(value)}, not an object.")
    except _Endless:
        yield Reject(Origin(name), "The file ends in the middle; was it cut off?")
    except ValueError as error:
        yield Reject(Origin(name, number + 1), f"{error} The rest of the file was not read.")
    else:
        if not number:
            yield Reject(Origin(name), "The file holds no articles.")


class _Endless(Exception):
    """The file ends within a list."""


def _items(reader: _Reader, limit: int) -> Iterator[tuple[object, int]]:
    """Yield what stands in the file or in its lists, with its length; commas are not insisted on.

    Raises `_Endless` in a list that does not end, `ValueError` with a sentence at what is not JSON.
    """
    while first := reader.skip():
        if first != "[":
            yield reader.value(limit)
            continue
        reader.position += 1
        while (first := reader.skip(",")) != "]":
            if not first:
                raise _Endless
            yield reader.value(limit)
        reader.position += 1


class _Reader:
    """The text of a stream, of which only the part from `position` on is in memory."""

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
                unfinished = is_unfinished(error)
                if unfinished and held > limit:
                    raise ValueError(too_long("The item", limit)) from None
                # Twice as much each time, so that an article is not parsed over and over.
                if not (unfinished and self._more(max(held, _CHUNK))):
                    raise _not_json(describe(error, start)) from None
            except ValueError as error:
                raise _not_json(str(error)) from None
            else:
                size = end - self.position
                self.position = end
                return value, size

    def _more(self, size: int) -> bool:
        """Read on; return whether there was anything."""
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


def _not_json(reason: str) -> ValueError:
    return ValueError(f"The item is not valid JSON: {reason}.".replace("?.", "?"))


def _told(head: bytes) -> Told:
    return Told.SURELY if json_shape(head) == "values" else Told.FITS


FORMAT = Format(
    name="JSON",
    suffixes=(".json",),
    media_types=("application/json",),
    told=_told,
    read=read_json_values,
)
