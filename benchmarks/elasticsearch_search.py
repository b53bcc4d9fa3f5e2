"""What a search costs on Elasticsearch, beside a plain kNN + BM25 search on the same server.

    python -m benchmarks.elasticsearch_search http://127.0.0.1:9200/NAME [HEADLINES]

Headlines of the index (`polywire ingest ../shared/news/wmt-news.jsonl.xz`) are the queries. All
searches go by turns, in blocks of all headlines, and the figures are medians of the blocks:
processor time of the server, as it tells it itself, and of this process; bytes and requests.

The plain searches are what one would send by hand: one multi-search of kNN over the passages and
BM25 over their neutral field, with the id and title of each hit, ten of them or as many as a leg
of Polywire has; nothing is fused, and no passage is found. `texts_of_all` has the legs of Polywire
with texts of the best passages of every candidate, as inner hits.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import elastic_transport
import numpy as np
from elasticsearch import Elasticsearch
from numpy.typing import NDArray

from benchmarks.elasticsearch_parity import Side, questions
from benchmarks.record import record
from search.embedding.port import Vectors
from search.index.elastic import nearest, queries
from search.index.elastic.mapping import KEPT, NEUTRAL, VECTOR
from search.index.filters import Filters
from search.index.legs import LexicalLeg, VectorLeg
from search.request import Mode, Request
from search.retrieval.legs import legs_of

HEADLINES = 100
WARM, ROUNDS = 3, 5
"""Blocks that are not counted, while the server compiles what it runs often, and that are."""

Body = dict[str, Any]
Search = Callable[[int], object]


@dataclass
class Traffic:
    """What has gone to servers and come back since this began to count."""

    requests: int = 0
    sent: int = 0
    received: int = 0


@contextmanager
def traffic() -> Iterator[Traffic]:
    """Count what every client in this process sends and receives."""
    counted = Traffic()
    node = elastic_transport.Urllib3HttpNode
    perform = node.perform_request

    def counting(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever the client sends
        answer = perform(*arguments, **named)
        counted.requests += 1
        counted.sent += len(named.get("body") or b"")
        counted.received += len(answer[1])
        return answer

    node.perform_request = counting  # type: ignore[method-assign]
    try:
        yield counted
    finally:
        node.perform_request = perform  # type: ignore[method-assign]


def main() -> None:
    """Measure, print and keep."""
    uri = sys.argv[1]
    figures = measure(uri, int(sys.argv[2]) if sys.argv[2:] else HEADLINES)
    record("elasticsearch_search", "../shared/news/wmt-news.jsonl.xz", figures)
    print(json.dumps(figures, indent=2))


def measure(uri: str, count: int) -> dict[str, Any]:
    """All figures."""
    side = Side.open(uri)
    assert side.search.embedder is not None  # noqa: S101 -- by meaning or not at all
    headlines = [title for title, _ in questions(side.index, count)]
    vectors = side.search.embedder.embed_queries(headlines)
    stats = side.index.stats()
    server, _, name = uri.rpartition("/")
    with Elasticsearch(server, request_timeout=60) as client, traffic() as counted:
        searches = {
            **polywire(side, headlines),
            **by_hand(client, name, headlines, vectors, side.search.fusion.pool),
        }
        blocks = [
            {name: block(client, counted, search, count) for name, search in searches.items()}
            for _ in range(WARM + ROUNDS)
        ][WARM:]
        figures = {
            name: {
                key: round(statistics.median(one[name][key] for one in blocks), 2)
                for key in blocks[0][name]
            }
            for name in searches
        }
        figures["idle"] = {"server_ms_per_s": idle(client)}
    side.index.close()
    return {
        "engine": stats.engine,
        "articles": stats.articles,
        "passages": stats.passages,
        "headlines": count,
        "candidates_per_leg": side.search.fusion.pool,
        "per_search": figures,
        "hybrid_in_times_of": {
            name: round(processor_ms(figures["hybrid"]) / processor_ms(figures[name]), 2)
            for name in ("plain_10", "plain_pool", "texts_of_all")
        },
    }


def polywire(side: Side, headlines: Sequence[str]) -> dict[str, Search]:
    """Return Polywire's own searches, by the number of the headline."""
    search = side.search.search
    return {
        "hybrid": lambda n: search(Request(headlines[n])),
        "hybrid_with_facets": lambda n: search(Request(headlines[n], facets=True)),
        "lexical": lambda n: search(Request(headlines[n], mode=Mode.LEXICAL)),
        "vector": lambda n: search(Request(headlines[n], mode=Mode.VECTOR)),
    }


def by_hand(
    client: Elasticsearch, index: str, headlines: Sequence[str], vectors: Vectors, pool: int
) -> dict[str, Search]:
    """Return searches that are sent as they are."""

    def send(*bodies: Body) -> object:
        return client.msearch(
            index=index, searches=[line for body in bodies for line in ({}, body)]
        )

    return {
        "plain_10": lambda n: send(*plain(headlines[n], vectors[n], 10)),
        "plain_pool": lambda n: send(*plain(headlines[n], vectors[n], pool)),
        "texts_of_all": lambda n: send(*texts_of_all(headlines[n], vectors[n : n + 1], pool)),
    }


def plain(headline: str, vector: NDArray[np.float32], size: int) -> list[Body]:
    """Return kNN and BM25, each with the id and title of its hits."""
    shown: Body = {"size": size, "_source": ["id", f"{KEPT}.title"]}
    knn: Body = {
        "field": VECTOR,
        "query_vector": [float(x) for x in vector],
        "k": size,
        "num_candidates": max(100, 2 * size),
    }
    return [
        {**shown, "knn": knn},
        {**shown, "query": queries.nested({"match": {NEUTRAL: headline}})},
    ]


def texts_of_all(headline: str, vector: Vectors, pool: int) -> list[Body]:
    """Return the legs with the best passages of every candidate, texts and all, as inner hits."""
    inner: Body = {"size": 3, "_source": queries.PASSAGE_SOURCE}
    bodies = []
    for leg in legs_of(Request(headline), vector).values():
        if isinstance(leg, VectorLeg):
            body = nearest.nearest_body(leg, Filters(), pool, None)
            body["knn"]["inner_hits"] = inner
        elif isinstance(leg, LexicalLeg):
            body = {**queries.listing(leg, Filters(), 3), "size": pool, "track_total_hits": True}
        else:
            body = queries.candidates_body(leg, Filters(), pool)
            body["query"]["bool"]["must"][0]["nested"]["inner_hits"] = inner
        del body["sort"]
        body.pop("stored_fields", None)
        bodies.append({**body, "_source": queries.HEAD_SOURCE})
    return bodies


def block(client: Elasticsearch, counted: Traffic, search: Search, count: int) -> dict[str, float]:
    """Search for each headline once; figures per search."""
    walls = []
    server, own = server_ms(client), time.process_time()
    before = Traffic(counted.requests, counted.sent, counted.received)
    for number in range(count):
        began = time.perf_counter()
        search(number)
        walls.append((time.perf_counter() - began) * 1000)
    own = (time.process_time() - own) * 1000
    after = Traffic(counted.requests, counted.sent, counted.received)
    return {
        "server_ms": (server_ms(client) - server) / count,
        "client_ms": own / count,
        "wall_p50_ms": statistics.median(walls),
        "requests": (after.requests - before.requests) / count,
        "kb_received": (after.received - before.received) / count / 1000,
        "kb_sent": (after.sent - before.sent) / count / 1000,
    }


def server_ms(client: Elasticsearch) -> float:
    """Processor time that the server's processes have taken so far; it looks once a second."""
    time.sleep(1.1)
    nodes = client.nodes.stats(metric="process")["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes))


def idle(client: Elasticsearch, seconds: float = 10) -> float:
    """What the server takes when nobody asks it for anything."""
    before = server_ms(client)
    time.sleep(seconds)
    return round((server_ms(client) - before) / seconds, 2)


def processor_ms(figures: dict[str, float]) -> float:
    """Server and client together."""
    return figures["server_ms"] + figures["client_ms"]


if __name__ == "__main__":
    main()
