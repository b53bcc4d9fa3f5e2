"""Tables in Parquet and Arrow: an article per row, read by batch."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.spooled import spooled
from indexer.sources.table_cells import is_nameless, said_by
from indexer.sources.translations import translated
from indexer.text.encoding import too_long

ROWS = 64
"""Per batch: some megabytes of articles."""

_STREAM = b"\xff\xff\xff\xff"
"""What Arrow's format for streams begins with, before the length of its schema."""


def read_columns(stream: io.BufferedReader, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the rows in order; the place of each is its number, counted from one.

    A column without a name, such as the index that pandas writes, is left out.
    """
    import pyarrow as pa

    kept = spooled(stream)
    if isinstance(kept, str):
        yield Reject(Origin(name), kept)
        return
    number = 0
    with kept:
        try:
            for row in _rows(kept):
                number += 1
                record = _record(row)
                size = _size(record)
                if size > limit:
                    yield Reject(Origin(name, number), too_long("The row", limit))
                else:
                    yield from translated(RawArticle(Origin(name, number), record, size))
        except (pa.ArrowException, OSError, ValueError) as error:
            yield Reject(
                Origin(name, number or None),
                f"The table cannot be read after this place: {said_by(error)}.",
            )


def _rows(file: BinaryIO) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    head = file.read(8)
    file.seek(0)
    if head.startswith(b"PAR1"):
        for batch in pq.ParquetFile(file).iter_batches(batch_size=ROWS):
            yield from batch.to_pylist()
        return
    if head.startswith(b"ARROW1"):
        reader = pa.ipc.open_file(file)
        batches = (reader.get_batch(i) for i in range(reader.num_record_batches))
    else:
        batches = iter(pa.ipc.open_stream(file))
    for batch in batches:
        for start in range(0, batch.num_rows, ROWS):
            yield from batch.slice(start, ROWS).to_pylist()


def _record(row: dict[str, Any]) -> dict[str, Any]:
    named = {key: _plain(value) for key, value in row.items() if not is_nameless(key)}
    return {key: value for key, value in named.items() if value is not None}


def _plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - values of any type
    """Return what JSON has for a value, None for nothing."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - not a number
        return None
    if isinstance(value, list) and value and all(isinstance(one, tuple) for one in value):
        return _plain(dict(value))  # a map
    if isinstance(value, list | tuple):
        return [plain for item in value if (plain := _plain(item)) is not None]
    if isinstance(value, dict):
        return {str(key): plain for key, item in value.items()
                if (plain := _plain(item)) is not None}  # fmt: skip
    return value if isinstance(value, str | int | float | bool) else None


def _size(value: Any) -> int:  # noqa: ANN401 - JSON values
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list) else 8


def _told(head: bytes) -> Told:
    if head.startswith((b"PAR1", b"ARROW1\x00\x00")):
        return Told.SURELY
    return Told.SURELY if head.startswith(_STREAM) and head[7:8] == b"\x00" else Told.NO


FORMAT = Format(
    name="Parquet and Arrow",
    suffixes=(".parquet", ".pq", ".arrow", ".arrows", ".feather", ".ipc"),
    media_types=(
        "application/vnd.apache.parquet",
        "application/vnd.apache.arrow.file",
        "application/vnd.apache.arrow.stream",
    ),
    told=_told,
    read=read_columns,
    is_text=False,
)
