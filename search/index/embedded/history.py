"""Versions of articles in the table: in the row of an article's first passage, compressed.

Versions of one article are much alike, so that a former one takes up little.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from search.index.embedded.conditions import one_of
from search.index.embedded.rows import microseconds, moment, passage_of
from search.index.embedded.table import Dataset, there
from search.index.history import ArticleVersion, Past, from_json, next_number, to_json

_COLUMNS = (
    "article_id", "position", "text", "passage_lang", "title", "updated", "content_hash",
    "version", "seen", "history",
)  # fmt: skip


def versions(dataset: Dataset, article_ids: Sequence[str]) -> dict[str, tuple[ArticleVersion, ...]]:
    """Every version of those articles that are there, newest first; one SQL condition long.

    An index that was written by an earlier program has no former ones.
    """
    table = dataset.to_table(
        columns=there(dataset, _COLUMNS), filter=one_of("article_id", article_ids)
    )
    ordered = table.sort_by([("article_id", "ascending"), ("position", "ascending")])
    found = {}
    for name, rows in groupby(ordered.to_pylist(), key=lambda row: row["article_id"]):
        found[name] = _versions(list(rows))
    return found


def with_past(rows: pa.Table, past: Mapping[str, Past]) -> pa.Table:
    """Fill the columns `seen` and `history` of the rows of whole articles."""
    names: Iterable[str] = rows["article_id"].to_pylist()
    leads: Iterable[bool] = rows["lead"].to_pylist()
    pasts = [past[name] if lead else None for name, lead in zip(names, leads, strict=True)]
    made = {
        "seen": [microseconds(one.seen) if one else None for one in pasts],
        "history": [_packed(one.former) if one and one.former else None for one in pasts],
    }
    for name, values in made.items():
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(
            place, rows.schema.field(name), pa.array(values, rows.schema.field(name).type)
        )
    return rows


def _versions(rows: Sequence[Mapping[str, Any]]) -> tuple[ArticleVersion, ...]:
    lead = rows[0]
    former = _unpacked(lead.get("history"))
    newest = ArticleVersion(
        number=next_number(former),
        content_hash=lead["content_hash"],
        version=lead["version"],
        title=lead["title"],
        passages=tuple(passage_of(row) for row in rows),
        updated=moment(lead["updated"]),
        seen=moment(lead.get("seen")),
    )
    return (newest, *former)


def _packed(former: Sequence[ArticleVersion]) -> bytes:
    values = [to_json(version) for version in former]
    return zlib.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())


def _unpacked(packed: bytes | None) -> tuple[ArticleVersion, ...]:
    if packed is None:
        return ()
    return tuple(from_json(value) for value in json.loads(zlib.decompress(packed)))
