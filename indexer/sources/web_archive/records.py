"""The records of a WARC (1.0, 1.1) or ARC file, one after the other, whatever befell some of them.

FastWARC reads no ARC and ends at the first record that is damaged; of the two kinds of damage that
archives have, a length that is wrong and a member that is broken, both end the same way here: the
next line that begins a record is where reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from indexer.sources.web_archive.gzip_members import LOST

_WARC = re.compile(rb"WARC/\d\.\d+[\r ]*\n")
_WARC_WITHIN = re.compile(rb"(?:(?<=\n)|^)WARC/\d\.\d+[\r ]*\n")
_ARC = re.compile(
    rb"(?>(?P<uri>[A-Za-z][\w+.-]*:\S?.*?) (?P<ip>[\d.]+|[\da-fA-F:]*:[\da-fA-F:]+|-) "
    rb"(?P<date>\d{8,20}) )(?P<type>\S*+) ?(?:[^\n]*? )?(?P<length>-?\d+|[a-z]+)\r?\n"
)
_BEGINNING = re.compile(rb"WARC/\d\.\d+[\r ]*+\n|(?m:^)(?=[A-Za-z][\w+.-]*+:)" + _ARC.pattern)
_LINE = 65_536
"""Bytes of a line of a header; addresses have a tenth."""

_HEADERS = 1_000
_PIECE = 1 << 20

MOST_REREAD = 10_000_000_000
"""Bytes of blocks in which the next record is looked for: seconds, where every length is wrong."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: `number` counts from one, `kind` is its WARC-Type, header names are lower case.

    `is_truncated` is true where the record says so, where its block is shorter than it says, and
    where it is the first of several segments.
    """

    number: int
    kind: str
    uri: str
    date: str
    block: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class Damage:
    """A place after which something was no record: the number of the record before it."""

    number: int


def records(stream: BinaryIO, limit: int) -> Iterator[Record | Damage]:
    """Yield the records; of blocks over `limit` bytes, the first `limit` bytes, as truncated."""
    source = _Source(stream)
    number = 0
    while True:
        line = source.line()
        if not line:
            return
        if not line.strip():
            continue
        arc = None if _WARC.fullmatch(line) else _ARC.fullmatch(line)
        if not arc and not _WARC.fullmatch(line):
            yield Damage(number)
            source.to_next_record()
            continue
        number += 1
        record = _arc(source, number, arc, limit) if arc else _warc(source, number, limit)
        yield record or Damage(number)
        if source.has_skipped:
            source.has_skipped = False
            yield Damage(number)


def _warc(source: _Source, number: int, limit: int) -> Record | None:
    headers = source.headers()
    size = headers.get("content-length", "")
    if not re.fullmatch(r"\d{1,15}", size):
        source.to_next_record()
        return None
    block, is_cut = source.block(int(size), limit)
    return Record(
        number,
        headers.get("warc-type", "").lower(),
        headers.get("warc-target-uri", "").strip(" <>").replace(" ", "%20"),
        headers.get("warc-date", ""),
        block,
        headers,
        is_cut or "warc-truncated" in headers or "warc-segment-number" in headers,
    )


def _arc(source: _Source, number: int, found: re.Match[bytes], limit: int) -> Record:
    said = found["length"][:15]
    block, is_cut = source.block(int(said) if said.isdigit() else 0, limit)
    uri = found["uri"].decode("utf-8", "replace").replace(" ", "%20")
    date = found["date"].decode().ljust(14, "0")
    return Record(
        number,
        "warcinfo" if uri.startswith("filedesc:") else "response",
        uri,
        f"{date[:4]}-{date[4:6]}-{date[6:8]}T{date[8:10]}:{date[10:12]}:{date[12:14]}Z",
        block,
        {"content-type": found["type"].decode("ascii", "replace")},
        is_cut,
    )


class _Source:
    """A stream to which what was read too far can be given back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ahead = b""
        self._reread = 0
        self.has_skipped = False
        """Whether something after the last block was no record."""

    def line(self) -> bytes:
        """Return the next line, or the next piece of one that is too long; b"" at the end."""
        at = self._ahead.find(b"\n", 0, _LINE)
        if at < 0 and len(self._ahead) < _LINE:
            self._ahead += self._stream.readline(_LINE - len(self._ahead))
            at = self._ahead.find(b"\n", 0, _LINE)
        end = at + 1 if at >= 0 else _LINE
        line, self._ahead = self._ahead[:end], self._ahead[end:]
        return line

    def headers(self) -> dict[str, str]:
        """Read header lines up to a blank one."""
        found: dict[str, str] = {}
        name = ""
        for _ in range(_HEADERS):
            line = self.line()
            if _WARC.fullmatch(line):  # the block is missing
                self._ahead = line + self._ahead
                break
            text = line.decode("utf-8", "replace")
            if not text.strip():
                break
            if text[0] in " \t" and name:
                found[name] += " " + text.strip()
                continue
            name, _, value = text.partition(":")
            name = name.strip().lower()
            found.setdefault(name, value.strip())
        return found

    def block(self, size: int, limit: int) -> tuple[bytes, bool]:
        """Read a block; return it and whether it is cut. What follows is where a record begins."""
        kept = self._read(min(size, limit))
        rest = size - len(kept)
        while rest > 0:
            piece = self._read(min(rest, _PIECE))
            if not piece:
                break
            rest -= len(piece)
        is_cut = size > limit or rest > 0
        between = b""
        line = self.line()
        while line and (not line.strip() or line == LOST) and len(between) < _LINE:
            self.has_skipped = self.has_skipped or line == LOST
            between += line
            line = self.line()
        self._ahead = line + self._ahead
        if _begins(line) or (not line and rest <= 0):
            return kept, is_cut
        # The length is wrong, or a part of the block is missing.
        found = _WARC_WITHIN.search(kept) if self._reread < MOST_REREAD else None
        if found:
            self._reread += len(kept)
            self._ahead = kept[found.start() :] + between + self._ahead
            return kept[: found.start()].rstrip(b"\r\n"), True
        self.has_skipped = self.has_skipped or bool(line)
        self.to_next_record()
        return kept, True

    def to_next_record(self) -> None:
        """Pass over everything up to where a record begins: within a line, too, if it is WARC."""
        while True:
            if found := _BEGINNING.search(self._ahead):
                self._ahead = self._ahead[found.start() :]
                return
            piece = self._stream.read(_PIECE)
            if not piece:
                self._ahead = b""
                return
            # What may begin one is in the last line, or its last part.
            self._ahead = self._ahead[self._ahead.rfind(b"\n") + 1 :][-_LINE:] + piece

    def _read(self, size: int) -> bytes:
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data if len(data) == size else data + _whole(self._stream, size - len(data))


def _whole(stream: BinaryIO, size: int) -> bytes:
    """Read up to so many bytes, in pieces: what a header says is not set aside beforehand."""
    parts: list[bytes] = []
    while size > 0 and (data := stream.read(min(size, _PIECE))):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def _begins(line: bytes) -> bool:
    return _WARC.fullmatch(line) is not None or _ARC.fullmatch(line) is not None
