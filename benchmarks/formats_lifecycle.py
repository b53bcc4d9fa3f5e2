"""Agencies' items as events, on real files: `python -m benchmarks.formats_lifecycle`.

The cases (`../shared/formats/wire/lifecycle.jsonl`) say which messages are one story and what has
to become of it. Every order of arrival goes into an index of its own, once message by message and
once as one batch.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.formats_wire import WIRE
from benchmarks.record import record
from indexer.article.draft import RawArticle
from indexer.ingest.pipeline import IndexingPipeline
from indexer.sources.format import Format
from indexer.sources.formats import detect
from indexer.text.encoding import MAX_ARTICLE_BYTES
from search.embedding.port import Embedder
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder
from search.index.embedded.location import FolderLocation
from search.index.filters import Filters
from search.index.model import IndexIdentity
from search.index.withdrawals import withdrawal_of


def main() -> None:
    """Measure, show which cases are wrong, and store the figures."""
    figures = lifecycle()
    print(json.dumps(figures, indent=2))
    record("formats_lifecycle", "lifecycle cases of ../shared/formats/wire", figures)


def lifecycle() -> dict[str, int]:
    """Return how many cases there are, and in how many orders of arrival they ended right."""
    model = StaticEmbedder.load(COMPACT_FOLDER, "compact")
    cases = [
        json.loads(line)
        for line in (WIRE / "lifecycle.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    counts = dict.fromkeys(("cases", "cases_right", "orders", "orders_right"), 0)
    for case in cases:
        orders, right = _case(case, model)
        counts["cases"] += 1
        counts["cases_right"] += right == orders
        counts["orders"] += orders
        counts["orders_right"] += right
        if right != orders:
            print(case["story"], f"right in {right} of {orders} orders", file=sys.stderr)
    return counts


def _case(case: dict[str, Any], model: Embedder) -> tuple[int, int]:
    messages = [list(_read(WIRE / name)) for name in case["messages"]]
    orders = right = 0
    for order in permutations(messages):
        for runs in ([[one for file in order for one in file]], order):
            orders += 1
            right += _ends_right(case, runs, model)
    return orders, right


def _read(path: Path) -> Iterator[RawArticle]:
    data = path.read_bytes()
    shape = detect(path.name, data[:8192])
    if isinstance(shape, Format):
        for one in shape.read(io.BufferedReader(io.BytesIO(data)), path.name, MAX_ARTICLE_BYTES):
            if isinstance(one, RawArticle):
                yield replace(one, read_as=shape.name)


def _ends_right(case: dict[str, Any], runs: Sequence[Any], model: Embedder) -> bool:
    with TemporaryDirectory() as folder:
        location = FolderLocation(Path(folder) / "index")
        identity = IndexIdentity(model.name, model.fingerprint, model.dimension)
        with closing(location.create(identity)) as index, closing(location.state()) as state:
            pipeline = IndexingPipeline.build(index, model, state=state)
            for run in runs:
                pipeline.run(list(run))
            found = {one.id: str(one.meta.get("version")) for one in index.scan(Filters())}
            ids = {str(one.record["id"]) for run in runs for one in _flat(run)}
            gone = [one for one in ids if withdrawal_of(state, one) is not None]
    return _is_right(case, found, gone)


def _flat(run: Any) -> Sequence[RawArticle]:  # noqa: ANN401
    return [run] if isinstance(run, RawArticle) else run


def _is_right(case: dict[str, Any], found: dict[str, str], gone: Sequence[str]) -> bool:
    """Compare what is found, and of withdrawn items that it is known, with the answer."""
    final = str(case["final"])
    count = {
        "withdrawn": 0,
        "not a story": 0,
        "four documents": 4,
        "corrected": len(case["messages"]),
    }.get(final, 1)
    if final == "withdrawn" and not gone:
        return False
    _, _, number = final.rpartition(" ")
    numbered = final.startswith(("version", "revision"))
    return len(found) == count and (not numbered or set(found.values()) == {number})


if __name__ == "__main__":
    main()
