"""One generation on a server as a `SearchIndex`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from search.index.bounds import check_asked, check_legs, check_matching, check_passages
from search.index.clauses import Matching
from search.index.elastic import clauses, counting, retrieval, scanning
from search.index.elastic.bulk import BulkSender
from search.index.elastic.connection import Connection
from search.index.elastic.documents import to_embedded
from search.index.elastic.driver_errors import looked_up
from search.index.elastic.generations import Pointer
from search.index.elastic.mapping import (
    ADDED,
    HISTORY,
    PASSAGES,
    annotated,
    notes_of,
)
from search.index.elastic.options import ElasticOptions, ServerTraits
from search.index.elastic.retrieved import ElasticRetrieved
from search.index.elastic.searching import JSON, Searcher
from search.index.elastic.writer import ArticleWriter, Form, is_keepable
from search.index.filters import Filters
from search.index.history import ArticleVersion
from search.index.legs import LatestLeg, Leg, LexicalLeg
from search.index.model import (
    Arrival,
    Article,
    ArticleHit,
    ArticleState,
    Bucket,
    EmbeddedArticle,
    Facet,
    IndexIdentity,
    IndexStats,
    WriteReport,
)
from search.index.port import FacetField, Interval, Note, Retrieved
from search.index.time_zones import UTC_NAME

GET_PAGE = 200


class ElasticIndex:
    """See `search.index.port.SearchIndex`; what is said here is particular to Elasticsearch.

    Vectors come back as written: the full-precision copy is stored beside the quantised one.
    A part of the index that does not answer makes the whole answer an `EngineUnavailable`.
    """

    def __init__(
        self,
        connection: Connection,
        pointer: Pointer,
        options: ElasticOptions,
        server: ServerTraits,
    ) -> None:
        """Take ready parts; `search.index.elastic.location.ElasticLocation` makes them."""
        self._client = connection.client
        self._place = connection.place
        self._pointer = pointer
        self._searcher = Searcher(connection, pointer, options.shards, options.timeout_s)
        self._server = server
        self._backoff = connection.backoff
        self._completed: set[str] = set()
        self._writer = ArticleWriter(
            connection,
            pointer,
            BulkSender(connection, pointer, options),
            Form(pointer.identity.dimension, server.reads_packed_vectors, options.keep),
        )

    @property
    def identity(self) -> IndexIdentity:
        """What the index was written with."""
        return self._pointer.identity

    # --- writing --------------------------------------------------------------------

    def write(
        self,
        batch: Sequence[EmbeddedArticle],
        copied: Mapping[str, Sequence[ArticleVersion]] | None = None,
    ) -> WriteReport:
        """Write by compare-and-set; see `search.index.elastic.writer`."""
        self._complete()
        return self._writer.write(batch, copied)

    def _complete(self) -> None:
        """Give the mapping of an earlier program the fields that it lacks."""
        index = self._pointer.index
        if index not in self._completed:
            self._backoff.call(
                lambda: self._searcher.call(
                    lambda index: self._client.indices.put_mapping(
                        index=index, properties=dict(ADDED)
                    )
                )
            )
            self._completed.add(index)

    def delete(self, article_ids: Sequence[str]) -> int:
        """Remove whole articles."""
        return self._writer.delete(article_ids)

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Look up what is there, searchable already or not."""
        return {i: found.state for i, found in self._writer.stored(article_ids).items()}

    def history(self, article_ids: Sequence[str]) -> Mapping[str, tuple[ArticleVersion, ...]]:
        """Look up what the documents keep of former versions, searchable already or not."""
        return self._searcher.call(lambda index: self._writer.versions(article_ids, index))

    def get(
        self,
        article_ids: Sequence[str],
        *,
        analysed: bool = False,  # noqa: ARG002 - the server keeps its terms to itself
    ) -> Mapping[str, EmbeddedArticle]:
        """Look up whole articles, searchable already or not."""
        wanted = sorted({i for i in article_ids if is_keepable(i)})
        found: dict[str, EmbeddedArticle] = {}
        for start in range(0, len(wanted), GET_PAGE):
            for document in self._documents(wanted[start : start + GET_PAGE]):
                if document.get("found"):
                    embedded = to_embedded(document["_source"], self.identity.dimension)
                    found[embedded.article.id] = embedded
        return found

    def _documents(self, ids: list[str]) -> list[dict[str, Any]]:
        def request(index: str) -> list[dict[str, Any]]:
            # Not every client of the range has a parameter for `_source_exclude_vectors`.
            there = self._server.excludes_source_vectors
            vectors = {"_source_exclude_vectors": "false"} if there else {}
            answer = self._client.perform_request(
                "POST",
                f"/{index}/_mget",
                params={"_source_excludes": HISTORY, **vectors},
                headers=JSON,
                body={"ids": ids},
            )
            documents: list[dict[str, Any]] = answer.body["docs"]
            return documents

        return looked_up(self._searcher.call(request), self._place)

    # --- searching ------------------------------------------------------------------

    def retrieve(
        self,
        legs: Sequence[Leg],
        filters: Filters,
        limit: int,
        passages: int = 3,
        scores: int = 1,
    ) -> Retrieved:
        """Run all legs in one multi-search."""
        check_asked(filters, legs)
        check_legs(legs, limit, passages, scores, self.identity)
        most = max(passages, scores) if scores > 1 else None
        found = retrieval.run(self._searcher, legs, filters.now(), limit, most)
        return ElasticRetrieved(self._searcher, found, passages)

    def facets(
        self, fields: Sequence[FacetField], filters: Filters, clause: Matching | None = None
    ) -> tuple[Facet, ...]:
        """Let the server count."""
        check_matching(filters, clause)
        return counting.facets(self._searcher, fields, clauses.selection(filters.now(), clause))

    def histogram(
        self,
        interval: Interval,
        filters: Filters,
        clause: Matching | None = None,
        zone: str = UTC_NAME,
    ) -> tuple[Bucket, ...]:
        """Let the server count."""
        check_matching(filters, clause)
        query = clauses.selection(filters.now(), clause)
        return counting.histogram(self._searcher, interval, query, zone)

    # --- reading all ----------------------------------------------------------------

    def scan(self, filters: Filters) -> Iterator[Article]:
        """Page through a point in time, which does not see later writes."""
        return scanning.articles(self._searcher, filters.now())

    def matches(
        self, leg: LexicalLeg | LatestLeg, filters: Filters, passages: int = 3
    ) -> Iterator[ArticleHit]:
        """Page through a point in time, in the leg's order."""
        check_passages(passages)
        check_matching(filters, leg.clause)
        return scanning.matches(self._searcher, leg, filters.now(), passages)

    def scan_states(self) -> Iterator[tuple[str, ArticleState]]:
        """Page through a point in time."""
        return scanning.states(self._searcher)

    def arrivals(self, since: datetime | None = None) -> Iterator[Arrival]:
        """Page through a point in time, in the order of arrival."""
        return scanning.arrivals(self._searcher, since)

    # --- maintenance -----------------------------------------------------------------------

    def notes(self) -> Mapping[str, Note]:
        """Read the mapping's `_meta`."""
        return notes_of(self._searcher.call(self._mapping))

    def annotate(self, name: str, content: Note | None) -> None:
        """Replace the mapping's `_meta`; raises `IndexMismatch` if another model took over."""
        self._pointer.follow()
        mapping = self._searcher.call(self._mapping)
        meta = annotated(mapping, name, content)
        self._searcher.call(lambda index: self._client.indices.put_mapping(index=index, meta=meta))

    def stats(self) -> IndexStats:
        """Count, and ask for the size on disk of all copies."""
        counted = self._searcher.search(
            counting.stats_body(), (*counting.AGGREGATIONS, "hits.total.value")
        )
        size = self._searcher.call(
            lambda index: self._client.indices.stats(index=index, metric="store")["_all"]["total"][
                "store"
            ]["size_in_bytes"]
        )
        kind = self._searcher.call(self._vector_index)
        aggregations = counted["aggregations"]
        return IndexStats(
            identity=self.identity,
            articles=int(counted["hits"]["total"]["value"]),
            passages=int(aggregations["passages"]["doc_count"]),
            languages={b["key"]: int(b["doc_count"]) for b in aggregations["langs"]["buckets"]},
            size_bytes=int(size),
            engine=f"elasticsearch {self._server.number}",
            location=self._place,
            vector_index=kind,
            unindexed_passages=0,
        )

    def _vector_index(self, index: str) -> str:
        vector = self._mapping(index)["properties"][PASSAGES]["properties"]["vector"]
        return str(vector["index_options"]["type"])

    def _mapping(self, index: str) -> dict[str, Any]:
        mapping: dict[str, Any] = self._client.indices.get_mapping(index=index)[index]["mappings"]
        return mapping

    def refresh(self) -> None:
        """Refresh the index."""
        self._searcher.call(lambda index: self._client.indices.refresh(index=index))

    def show(self) -> None:
        """Refresh, which is all that it takes."""
        self.refresh()

    def optimize(self) -> None:
        """Merge each shard into one segment, and wait for it."""
        patient = self._client.options(request_timeout=24 * 3600.0)
        self._searcher.call(
            lambda index: patient.indices.forcemerge(index=index, max_num_segments=1)
        )
        self.refresh()

    def close(self) -> None:
        """Close the connections of this index's client."""
        self._client.close()
