"""Many articles at once: lists, and streams of any length in bounded memory."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile

from starlette.responses import Response, StreamingResponse

from search.api.answers.articles import outcome_document
from search.api.answers.rendering import json_response, rendered
from search.api.errors import ArticleRejected, BodyTooLarge, RequestMalformed, StreamStopped
from search.api.requests.bodies import MOST_ARTICLES, SMALL_BYTES, parsed, record
from search.api.requests.ids import check_own_id
from search.api.work.parts import Parts
from search.api.work.services import Record
from search.errors import PolywireError
from search.index.model import Outcome, WriteResult

BATCH_ARTICLES = 256
BATCH_BYTES = 2_000_000
"""A stream is written in batches of so many articles or bytes, whichever comes first."""
_SPOOL_BYTES = 1_000_000
"""Outcomes of a stream beyond this wait in a temporary file for the stream to end."""


async def send_many(parts: Parts, sent: Sequence[object], size: int) -> Response:
    """Write a list of articles; one outcome each, in order. Raises `BodyTooLarge`."""
    if len(sent) > MOST_ARTICLES:
        raise BodyTooLarge(
            f"A list may have up to {MOST_ARTICLES:,} articles, and this has {len(sent):,}; send "
            "them as an application/x-ndjson stream, one per line."
        )
    batch = _Batch()
    await asyncio.to_thread(batch.add_values, sent)
    outcomes = await batch.written(parts, size, patient=False)
    counts = Counter(str(result.outcome) for _, result in outcomes)
    results = [outcome_document(result, line) for line, result in outcomes]
    content = await parts.reads.run(lambda: rendered({"counts": counts, "results": results}))
    return json_response(content)


async def send_stream(parts: Parts, chunks: AsyncIterator[bytes]) -> Response:
    """Write articles as they come, one per line; answers when the stream has ended.

    The answer is NDJSON: an outcome per line with an article, in order, and a last line with
    the counts. Outcomes are not sent while the stream goes on, since most clients read no answer
    before they have sent everything, and both sides would wait for each other.

    Raises `StreamStopped`, which is answered like the error that stopped it and says what was
    settled until then. To send the whole stream again is safe: what is stored already comes
    back as `unchanged`.
    """
    longest = parts.settings.max_body_mb * 1_000_000
    outcomes = _Outcomes()
    batch = _Batch()
    try:
        async for line in lines(chunks, longest):
            batch.add_line(line, longest)
            if batch.full:
                outcomes.add(await batch.written(parts, batch.size, patient=True))
                batch = _Batch()
        outcomes.add(await batch.written(parts, batch.size, patient=True))
    except PolywireError as error:
        outcomes.close()
        raise StreamStopped(error, dict(outcomes.counts), outcomes.last_line) from error
    except BaseException:
        outcomes.close()
        raise
    return StreamingResponse(outcomes.read(), media_type="application/x-ndjson")


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number, from 1; `content` is None where it is longer than allowed."""

    number: int
    content: bytes | None


async def lines(chunks: AsyncIterator[bytes], longest: int) -> AsyncIterator[Line]:
    """Split at line feeds and leave out blank lines.

    Of a line past `longest` bytes nothing is stored: it is passed over up to its end, so that
    one such line costs neither memory nor the lines after it.
    """
    number, begun, skipping = 1, bytearray(), False
    async for chunk in chunks:
        pieces = chunk.split(b"\n")
        for piece in pieces[:-1]:
            line = _finished(number, begun, piece, longest, skipping)
            if line is not None:
                yield line
            number, skipping = number + 1, False
            begun.clear()
        begun += b"" if skipping else pieces[-1]
        if len(begun) > longest:
            skipping = True
            begun.clear()
    line = _finished(number, begun, b"", longest, skipping)
    if line is not None:
        yield line


def _finished(
    number: int, begun: bytearray, rest: bytes, longest: int, skipping: bool
) -> Line | None:
    if skipping or len(begun) + len(rest) > longest:
        return Line(number, None)
    content = bytes(begun + rest).strip()
    return Line(number, content) if content else None


@dataclass(slots=True)
class _Batch:
    """Articles that are written together, and outcomes of lines that hold none.

    Lines are read as late as possible, and many of them in a thread.
    """

    unread: list[tuple[int, bytes]] = field(default_factory=list)
    records: list[tuple[int, Record]] = field(default_factory=list)
    settled: list[tuple[int, WriteResult]] = field(default_factory=list)
    size: int = 0

    @property
    def full(self) -> bool:
        count = len(self.unread) + len(self.settled)
        return count >= BATCH_ARTICLES or self.size >= BATCH_BYTES

    def add_line(self, line: Line, longest: int) -> None:
        if line.content is None:
            reason = f"The line is longer than {longest:,} bytes."
            self.settled.append((line.number, WriteResult("", Outcome.REJECTED, reason)))
            return
        self.size += len(line.content)
        self.unread.append((line.number, line.content))

    def _read(self) -> None:
        for number, content in self.unread:
            try:
                self.add_value(number, parsed(content))
            except RequestMalformed as error:
                self.settled.append((number, WriteResult("", Outcome.REJECTED, str(error))))
        self.unread.clear()

    def add_values(self, values: Sequence[object]) -> None:
        for number, value in enumerate(values, start=1):
            self.add_value(number, value)

    def add_value(self, number: int, value: object) -> None:
        try:
            article = record(value)
            check_own_id(article)
        except (RequestMalformed, ArticleRejected) as error:
            self.settled.append((number, WriteResult("", Outcome.REJECTED, str(error))))
        else:
            self.records.append((number, article))

    async def written(
        self, parts: Parts, size: int, *, patient: bool
    ) -> list[tuple[int, WriteResult]]:
        """Write the batch; returns the outcome of every line, in order."""
        if self.size > SMALL_BYTES:
            await asyncio.to_thread(self._read)
        else:
            self._read()
        written: Sequence[WriteResult] = ()
        if self.records:
            records = [each for _, each in self.records]
            written = await parts.writer.write(records, size, patient=patient)
        numbers = [number for number, _ in self.records]
        together = [*self.settled, *zip(numbers, written, strict=True)]
        return sorted(together, key=lambda pair: pair[0])


class _Outcomes:
    """Outcome lines that wait for the end of the stream."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115  closed by `read` or `close`
        self.counts: Counter[str] = Counter()
        self.last_line = 0

    def add(self, outcomes: Sequence[tuple[int, WriteResult]]) -> None:
        for line, result in outcomes:
            self.counts[str(result.outcome)] += 1
            self.last_line = line
            self._file.write(rendered(outcome_document(result, line)) + b"\n")

    def close(self) -> None:
        self._file.close()

    async def read(self) -> AsyncIterator[bytes]:
        """Yield all lines, then the counts."""
        with self._file:
            self._file.seek(0)
            while chunk := self._file.read(64_000):
                yield chunk
        yield json.dumps({"counts": self.counts}).encode() + b"\n"
