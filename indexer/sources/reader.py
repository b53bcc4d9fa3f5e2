"""Everything that the user named -> one stream of raw articles and rejects."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol, cast

from indexer.article.boundary import is_of_document, reason_of
from indexer.article.draft import LEFT, Item, Origin, RawArticle, Reject
from indexer.errors import BadArticle
from indexer.sources import compression, files
from indexer.sources.extraction import extracted
from indexer.sources.formats import HEAD, detect
from indexer.sources.page_records import with_pages
from indexer.sources.sitemaps import unfollowed
from indexer.text.encoding import MAX_ARTICLE_BYTES, as_utf8
from search.addresses import without_credentials


class Links(Protocol):
    """What is read from addresses: `indexer.sources.fetching.links.Links`."""

    def read(self, url: str) -> Iterator[Item]:
        """Yield what is at an address."""
        ...

    def expanded(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield what is in a file, and in what it links."""
        ...

    def came(self) -> None:
        """Count an item that was read."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How inputs are read.

    `encoding` is that of all inputs; None: it is recognised. With more than one of `processes`,
    web pages are read in so many others, and ahead. Without `links`, nothing is fetched.
    """

    max_article_bytes: int = MAX_ARTICLE_BYTES
    encoding: str | None = None
    processes: int = 1
    links: Links | None = None


ALONE = Reading()


class Reader:
    """Reads inputs one after the other, in bounded memory."""

    def __init__(
        self,
        inputs: Sequence[str],
        exclude: Sequence[Path] = (),
        stdin: BinaryIO | None = None,
        how: Reading = ALONE,
    ) -> None:
        """`exclude` are files and folders that are left out of the folders among the inputs."""
        self._inputs = tuple(inputs)
        self._how = how
        self._exclude = tuple(exclude)
        self._stdin = stdin
        self._left: str | None = None
        self._counter: _CountingStream | None = None
        self._done = 0
        self._files = 0
        self._listed: dict[str, str] = {}

    @property
    def bytes_read(self) -> int:
        """How many bytes have been read so far, as they lie on disk."""
        return self._done + (self._counter.count if self._counter else 0)

    @property
    def files_read(self) -> int:
        """How many files have been read, the one that is being read among them."""
        return self._files

    def total_files(self) -> int:
        """Return how many files there are to read."""
        return files.total_files(self._inputs, self._exclude)

    def total_bytes(self) -> int | None:
        """Return how many bytes there are to read, None where standard input is among them."""
        return files.total_bytes(self._inputs, self._exclude)

    def named(self, name: str) -> str:
        """Return the input that a file or member belongs to, as the user named it."""
        file = self._listed.get(name) or name.partition("!")[0]
        return next((one for one in self._inputs if one == file or _holds(one, file)), file)

    def leave(self, name: str) -> None:
        """Read no more of the input of this name, if it is the one that is being read."""
        self._left = name

    def __iter__(self) -> Iterator[RawArticle | Reject]:
        """Yield everything in order. What cannot be read is a reject; the rest goes on.

        Raises `InputMissing` or `InputUnreadable` before anything is read.
        """
        files.check(self._inputs)
        yield from extracted(self._counted(), self._how.processes)

    def _counted(self) -> Iterator[Item]:
        for item in self._unread():
            if self._how.links:
                self._how.links.came()
            yield item

    def _unread(self) -> Iterator[Item]:
        links = self._how.links
        for item in files.walk(self._inputs, self._exclude):
            if isinstance(item, Reject):
                yield item
            elif isinstance(item, files.Address):
                yield from self._address(item.url)
            elif links is None:
                yield from map(unfollowed, self._file(item))
            else:
                yield from self._noted(links.expanded(self._file(item)), item.name)

    def _address(self, url: str) -> Iterator[Item]:
        self._files += 1
        if self._how.links is None:
            reason = "Addresses are not fetched here; save it to a file."
            yield Reject(Origin(without_credentials(url)), reason)
            return
        yield from self._noted(self._how.links.read(url), url)

    def _noted(self, items: Iterator[Item], named: str) -> Iterator[Item]:
        """Note which input the pages belong to that it links."""
        for item in items:
            if item.origin.input.partition("!")[0] != named:
                self._listed[item.origin.input] = without_credentials(named)
            yield item

    def _file(self, file: files.InputFile) -> Iterator[Item]:
        self._files += 1
        last = Origin(file.name)
        limit = self._how.max_article_bytes
        try:
            with self._opened(file) as raw:
                self._counter = _CountingStream(raw)
                stream: io.BufferedReader = io.BufferedReader(self._counter)
                for item in unread(stream, file.name, limit, self._how.encoding):
                    last = item.origin
                    yield item
                    if self._left == file.name:
                        yield Reject(last, LEFT)
                        break
        except compression.damage_errors():
            yield Reject(last, compression.DAMAGED)
        except OSError as error:
            yield Reject(last, f"The file cannot be read: {files.reason(error)}.")
        except BaseException as error:
            if not is_of_document(error):
                raise
            foreseen = isinstance(error, BadArticle)
            rest = " Nothing after this place was read." if last.line and not foreseen else ""
            yield Reject(last, reason_of(error) + rest)
        finally:
            self._done += self._counter.count if self._counter else 0
            self._counter = None

    def _opened(self, file: files.InputFile) -> AbstractContextManager[BinaryIO]:
        if file.name == files.STDIN:
            return nullcontext(self._stdin or sys.stdin.buffer)
        return file.path.open("rb", buffering=0)


def read_stream(
    stream: io.BufferedReader, name: str, limit: int, encoding: str | None = None
) -> Iterator[RawArticle | Reject]:
    """Yield the articles of one stream, compressed or not, in whatever format it is."""
    yield from extracted(unread(stream, name, limit, encoding))


def unread(
    stream: io.BufferedReader,
    name: str,
    limit: int,
    encoding: str | None = None,
    spend: compression.Spend | None = None,
) -> Iterator[Item]:
    """Yield what is in one stream, its web pages as they came.

    Compressed data that is damaged or ends too early gives what it has, and then a reject. `spend`
    is told of every piece that is unpacked.
    """
    damage = compression.Damage()
    plain = compression.plain(stream, damage, spend)
    told = "" if name == files.STDIN else name
    shape = detect(told, plain.peek(HEAD)[:HEAD])
    if encoding and (isinstance(shape, str) or shape.is_text):
        plain = as_utf8(plain, encoding)
        shape = detect(told, plain.peek(HEAD)[:HEAD])
    last = Origin(name)
    if not isinstance(shape, str):
        for item in with_pages(shape.read(plain, name, limit)):
            last = item.origin
            yield replace(item, read_as=item.read_as or shape.name)
    elif not damage.was_met:
        yield Reject(last, shape)
    if damage.was_met:
        yield Reject(last, compression.DAMAGED)


def _holds(folder: str, file: str) -> bool:
    return PurePath(folder) in PurePath(file).parents


class _CountingStream(io.RawIOBase):
    """Passes bytes through and counts them."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        # What a pipe has now, not what it will have when the buffer is full.
        read = getattr(self._stream, "read1", self._stream.read)
        data: bytes = read(len(view))
        view[: len(data)] = data
        self.count += len(data)
        return len(data)
