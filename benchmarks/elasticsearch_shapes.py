"""One document an article with nested passages, or one a passage? Both measured on a real server.

    python -m benchmarks.elasticsearch_shapes http://127.0.0.1:9200/NAME [ARTICLES]

Copies an existing Polywire index into two throw-away indices beside it: one as Polywire makes it,
one with a document a passage (article fields repeated, `collapse` by article). The same questions
go to both by turns, so that whatever else the machine does slows both alike.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from elasticsearch import Elasticsearch

from benchmarks.elasticsearch_parity import questions
from benchmarks.record import record
from config import wiring
from config.settings import load
from search.embedding.port import Vectors
from search.index.clauses import Match
from search.index.elastic import nearest, queries
from search.index.elastic.documents import to_document
from search.index.elastic.location import ElasticLocation
from search.index.elastic.mapping import index_body
from search.index.elastic.names import Generation
from search.index.elastic.options import ElasticOptions, ServerTraits
from search.index.filters import Filters
from search.index.legs import LexicalLeg, VectorLeg
from search.index.model import EmbeddedArticle
from search.index.port import SearchIndex

ARTICLES, PASSAGES = "polywire-shape-articles", "polywire-shape-passages"
BATCH = 200
MOST = 2400
"""Articles that are copied."""

Body = dict[str, Any]


def main() -> None:
    """Copy, measure, print and keep."""
    place = ElasticLocation.connect(sys.argv[1], ElasticOptions())
    server, _, _ = place.uri.rpartition("/")
    source = place.open()
    with Elasticsearch(server, request_timeout=120) as client:
        try:
            figures = measure(client, source, int(sys.argv[2]) if sys.argv[2:] else MOST)
        finally:
            client.indices.delete(index=[ARTICLES, PASSAGES], ignore_unavailable=True)
    record("elasticsearch_shapes", sys.argv[1].rpartition("/")[2], figures)
    print(json.dumps(figures, indent=2))


def measure(client: Elasticsearch, source: SearchIndex, most: int) -> dict[str, Any]:
    """All figures."""
    nested = index_body(
        Generation("shape", 1, "0"),
        source.identity,
        ElasticOptions(replicas=0),
        traits(client),
        False,
    )
    client.indices.create(index=ARTICLES, settings=nested["settings"], mappings=nested["mappings"])
    client.indices.create(
        index=PASSAGES, settings=nested["settings"], mappings=flat(nested["mappings"])
    )
    figures: dict[str, Any] = {
        "articles_index": fill(client, source, ARTICLES, article_documents, most),
        "passages_index": fill(client, source, PASSAGES, passage_documents, most),
    }
    asked = [title for title, _ in questions(source, 60)]
    model = wiring.embedder(load({}).settings)
    vectors = model.embed_queries(asked)
    for limit in (10, 100):
        figures[f"limit_{limit}"] = ask_both(client, asked, vectors, limit)
    return figures


def traits(client: Elasticsearch) -> ServerTraits:
    """The version of the server."""
    number = str(client.info()["version"]["number"])
    major, minor = number.split(".")[:2]
    return ServerTraits((int(major), int(minor)), number)


def flat(mapping: Body) -> Body:
    """The mapping with passages as documents of their own, under the same names."""
    made = deepcopy(mapping)
    del made["properties"]["passages"]["type"]
    return made


def article_documents(embedded: EmbeddedArticle) -> Iterator[tuple[str, Body]]:
    """One document, as Polywire writes it."""
    yield embedded.article.id, to_document(embedded, packed=True)


def passage_documents(embedded: EmbeddedArticle) -> Iterator[tuple[str, Body]]:
    """A document a passage, each with the fields of its article."""
    document = to_document(embedded, packed=True)
    for passage in document.pop("passages"):
        yield f"{embedded.article.id}#{passage['position']}", {**document, "passages": passage}


def fill(
    client: Elasticsearch,
    source: SearchIndex,
    index: str,
    documents: Callable[[EmbeddedArticle], Iterator[tuple[str, Body]]],
    most: int,
) -> dict[str, Any]:
    """Copy all articles; seconds of the bulk requests alone, and bytes after a merge."""
    ids = [article.id for article in source.scan(Filters())][:most]
    seconds, count = 0.0, 0
    for start in range(0, len(ids), BATCH):
        operations: list[Body] = []
        for embedded in source.get(ids[start : start + BATCH]).values():
            for key, document in documents(embedded):
                operations += [{"index": {"_id": key}}, document]
        began = time.perf_counter()
        answer = client.bulk(index=index, operations=operations)
        seconds += time.perf_counter() - began
        assert not answer["errors"]  # noqa: S101 -- a benchmark of failed writes is none
        count += len(operations) // 2
    client.options(request_timeout=600).indices.forcemerge(index=index, max_num_segments=1)
    client.indices.refresh(index=index)
    stored = client.indices.stats(index=index, metric="store")["_all"]["primaries"]["store"]
    return {"documents": count, "bulk_s": round(seconds, 1), "bytes": stored["size_in_bytes"]}


def collapsed(body: Body, limit: int) -> Body:
    """The same search for documents per passage: unnested, collapsed, three passages per group."""
    made: Body = {"size": limit, "track_total_hits": False, **queries.LEAN}
    best = {"name": "passages", "size": 3, "sort": queries.BEST_PASSAGE_FIRST, **queries.LEAN}
    made["collapse"] = {"field": "id", "inner_hits": best}
    if "knn" in body:
        made["knn"] = body["knn"]
        return made
    (nested,) = body["query"]["bool"]["must"]
    made["query"] = {"bool": {"must": [nested["nested"]["query"]]}}
    return made


def ask_both(
    client: Elasticsearch, asked: list[str], vectors: Vectors, limit: int
) -> dict[str, Any]:
    """Median milliseconds and articles found, both shapes by turns."""
    times: dict[str, list[float]] = {}
    found: dict[str, list[int]] = {}
    for question, vector in zip(asked, vectors, strict=True):
        words = queries.candidates_body(LexicalLeg(Match(question)), Filters(), limit)
        meaning = nearest.nearest_body(VectorLeg(vector), Filters(), limit, 3)
        for name, body in (("lexical", words), ("vector", meaning)):
            for index, request in ((ARTICLES, body), (PASSAGES, collapsed(body, limit))):
                began = time.perf_counter()
                (answer,) = client.msearch(index=index, searches=[{}, request])["responses"]
                if "error" in answer:
                    raise RuntimeError(json.dumps(answer["error"])[:1000])
                key = f"{name}_{'articles' if index == ARTICLES else 'passages'}"
                times.setdefault(key, []).append((time.perf_counter() - began) * 1000)
                found.setdefault(key, []).append(min(limit, len(answer["hits"]["hits"])))
    return {
        key: {
            "p50_ms": round(statistics.median(times[key]), 1),
            "articles_found_mean": round(statistics.fmean(found[key]), 1),
            "articles_found_least": min(found[key]),
        }
        for key in times
    }


if __name__ == "__main__":
    main()
