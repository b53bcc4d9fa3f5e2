"""A JSON file: a list of articles, one article, or several one after the other.

Read piece by piece, so that a long list needs no more memory than its longest article.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

from indexer.article.boundary import contained
from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.records import kind
from indexer.sources.format import Format, Told
from indexer.sources.json_shape import json_shape
from indexer.sources.json_tables import header_in, record_of
from indexer.sources.json_text import Lenient, describe, is_unfinished, parse
from indexer.sources.listings import unlisted
from indexer.text.encoding import as_utf8, decode, has_faults, too_long

_CHUNK = 1 << 16
_SPACE = re.compile(r"(?:[ \t\r\n]++|\[[ \t\r\n]*+\])++")
"""White space, and lists without anything in them between the values of a file."""
_SPACE_AND_COMMA = re.compile(r"[ \t\r\n,]+")


def read_json_values(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the articles of the file; after the first place that is not JSON, nothing more.

    `Origin.line` is the number of the article in the file.
    """
    number = 0
    names: list[str] | None = None
    try:
        for number, item in enumerate(_items(_Reader(stream), limit), start=1):
            origin = Origin(name, number)
            if number == 1 and (names := header_in(item.value)) is not None:
                continue
            yield from unlisted(contained(origin, partial(_article, _row(item, names), origin)))
    except _Endless:
        yield Reject(Origin(name), "The file ends in the middle; was it cut off?")
    except ValueError as error:
        yield Reject(Origin(name, number + 1), f"{error} The rest of the file was not read.")
    else:
        if not number:
            yield Reject(Origin(name), "The file holds no articles.")


def _row(item: _Item, names: list[str] | None) -> _Item:
    """Name the values of a list by the first row of its table, where there was one."""
    if names is None or not isinstance(item.value, list):
        return item
    return replace(item, value=record_of(names, item.value))


@dataclass(frozen=True, slots=True)
class _Item:
    """A value of the file as it was read, and its text; `refused` is what in it is no JSON.

    It begins after `lines` lines and, in its line, after `bytes_before` bytes.
    """

    value: object
    text: str
    refused: str
    lines: int
    bytes_before: int


def _article(item: _Item, origin: Origin) -> RawArticle | Reject:
    value, warning = item.value, None
    if has_faults(item.text):
        # Decoded by itself: the others may be good.
        try:
            decoded = decode(item.text.encode("utf-8", "surrogateescape"))
        except UnicodeError as error:
            return Reject(origin, str(error))
        value, warning = parse(decoded.text), decoded.warning(item.lines, item.bytes_before)
    if item.refused:
        return Reject(origin, f"The item is not valid JSON: {item.refused} is not JSON.")
    if not isinstance(value, dict):
        return Reject(origin, f"The item is {kind(value)}, not an object.")
    return RawArticle(origin, value, len(item.text), warning=warning)


class _Endless(Exception):
    """The file ends within a list."""


def _items(reader: _Reader, limit: int) -> Iterator[_Item]:
    """Yield what stands in the file or in its lists; commas are not insisted on.

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
        self._stream = as_utf8(stream)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._lenient = Lenient()
        self._text = ""
        self._ended = False
        self._lines = self._bytes_before = 0
        self.position = 0

    def skip(self, also: str = "") -> str:
        """Go past white space (and `also`); return the character there, "" at the end."""
        space = _SPACE_AND_COMMA if also else _SPACE
        while True:
            found = space.match(self._text, self.position)
            self.position = found.end() if found else self.position
            if self.position < len(self._text) or not self._more(_CHUNK):
                return self._text[self.position : self.position + 1]

    def value(self, limit: int) -> _Item:
        """Return the value that begins here. Raises `ValueError`, one sentence."""
        while True:
            start = self.position
            try:
                value, end = self._lenient.decode(self._text, start)
            except RecursionError:
                raise ValueError("The item is nested too deeply.") from None
            except json.JSONDecodeError as error:
                held = len(self._text) - start
                unfinished = is_unfinished(error)
                if unfinished and held > limit:
                    raise ValueError(too_long("The item", limit)) from None
                # Twice as much each time, so that an article is not parsed over and over.
                if not (unfinished and self._more(max(held, _CHUNK))):
                    raise _not_json(describe(error, start)) from None
            else:
                before = self._text[:start]
                text, refused = self._text[start:end], self._lenient.refused
                lines, bytes_before = self._place(before) if has_faults(text) else (0, 0)
                self.position = end
                return _Item(value, text, refused, lines, bytes_before)

    def _more(self, size: int) -> bool:
        """Read on; return whether there was anything."""
        if self._ended:
            return False
        data = self._stream.read(size)
        self._lines, self._bytes_before = self._place(self._text[: self.position])
        self._text = self._text[self.position :] + self._decoder.decode(data, final=not data)
        self.position = 0
        self._ended = not data
        return not self._ended

    def _place(self, before: str) -> tuple[int, int]:
        """Lines of the file, and bytes of the last one, up to the end of what is in memory."""
        begun = before.rpartition("\n")[2]
        size = len(begun.encode("utf-8", "surrogateescape"))
        lines = before.count("\n")
        return self._lines + lines, size if lines else self._bytes_before + size


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
