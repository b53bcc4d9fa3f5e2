"""One generation on a server as a `SearchIndex`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from search.index.clauses import Matching
from search.index.elastic import clauses, counting, queries, results
from search.index.elastic.asking import JSON, Asker
from search.index.elastic.bulk import BulkSender
from search.index.elastic.connection import Connection
from search.index.elastic.documents import to_article, to_embedded
from search.index.elastic.driver_errors import from_answer
from search.index.elastic.generations import Pointer
from search.index.elastic.mapping import (
    CONTENT_HASH,
    HISTORY,
    MAX_ARTICLES,
    MAX_SHOWN_PASSAGES,
    NAMES,
    PASSAGES,
    VECTOR,
    VERSION,
    annotated,
    notes_of,
)
from search.index.elastic.options import ElasticOptions, ServerTraits
from search.index.elastic.writer import ArticleWriter, Form, is_keepable
from search.index.errors import QueryRefused
from search.index.filters import Filters
from search.index.history import ArticleVersion
from search.index.legs import LatestLeg, Leg, LexicalLeg, VectorLeg
from search.index.model import (
    Article,
    ArticleHit,
    ArticleState,
    Bucket,
    EmbeddedArticle,
    Facet,
    IndexIdentity,
    IndexStats,
    LegResult,
    WriteReport,
)
from search.index.port import FacetField, Interval, Note

FACET_VALUES = 1000
"""Values of a facet that come in one request; fields with more are read on in pages."""

FACET_PAGE = 10_000

SCAN_PAGE = 500
"""Articles a page: some 3 MB of news text."""

MATCH_PAGE = 200
"""Hits a page, each with a search of its own for its passages."""

STATE_PAGE = 10_000

GET_PAGE = 200


class ElasticIndex:
    """See `search.index.port.SearchIndex`; what is said here is particular to Elasticsearch.

    Vectors come back as written: the full-precision copy is kept beside the quantised one.
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
        self._asker = Asker(connection, pointer, options.shards)
        self._server = server
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
        return self._writer.write(batch, copied)

    def delete(self, article_ids: Sequence[str]) -> int:
        """Remove whole articles."""
        return self._writer.delete(article_ids)

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Look up what is there, searchable already or not."""
        return {i: kept.state for i, kept in self._writer.kept(article_ids).items()}

    def history(self, article_ids: Sequence[str]) -> Mapping[str, tuple[ArticleVersion, ...]]:
        """Look up what the documents keep of former versions, searchable already or not."""
        return self._asker.ask(lambda index: self._writer.versions(article_ids, index))

    def get(self, article_ids: Sequence[str]) -> Mapping[str, EmbeddedArticle]:
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

        documents = self._asker.ask(request)
        for document in documents:
            if "error" in document:
                raise from_answer(404, document, self._place)
        return documents

    # --- searching ------------------------------------------------------------------

    def retrieve(
        self, legs: Sequence[Leg], filters: Filters, limit: int, passages: int = 3
    ) -> tuple[LegResult, ...]:
        """Run all legs in one multi-search."""
        if not legs:
            return ()
        self._check(legs, limit)
        shown = max(1, min(passages, MAX_SHOWN_PASSAGES))
        bodies = [queries.leg_body(leg, filters, limit, shown) for leg in legs]
        answers = self._asker.search_many(bodies)
        return tuple(
            results.to_leg_result(leg, answer, limit)
            for leg, answer in zip(legs, answers, strict=True)
        )

    def _check(self, legs: Sequence[Leg], limit: int) -> None:
        if limit < 1:
            raise QueryRefused(f"The limit must be 1 or more, not {limit}.")
        if limit > MAX_ARTICLES:
            raise QueryRefused(
                f"The limit must be {MAX_ARTICLES} or less, not {limit}; an export has no limit."
            )
        dimension = self.identity.dimension
        for leg in legs:
            if isinstance(leg, VectorLeg) and leg.vector.shape != (dimension,):
                raise QueryRefused(
                    f"The question's vector has the shape {leg.vector.shape}; this index holds "
                    f"vectors of {dimension} dimensions ({self.identity.model_name})."
                )

    def facets(
        self, fields: Sequence[FacetField], filters: Filters, clause: Matching | None = None
    ) -> tuple[Facet, ...]:
        """Count with one aggregation a field; fields of very many values are read in pages."""
        if not fields:
            return ()
        query = clauses.selection(filters, clause)
        answer = self._asker.search(counting.facets_body(query, tuple(fields), FACET_VALUES))
        found = answer["aggregations"]
        return tuple(
            results.to_facet(field, found[field])
            if results.is_complete(found[field])
            else self._every_value(field, query)
            for field in fields
        )

    def _every_value(self, field: FacetField, query: Mapping[str, Any]) -> Facet:
        counts: list[tuple[str, int]] = []
        after: dict[str, Any] | None = None
        while True:
            body = counting.facet_page_body(dict(query), field, after, FACET_PAGE)
            page = self._asker.search(body)["aggregations"]["page"]
            counts += [(b["key"]["value"], int(b["doc_count"])) for b in page["buckets"]]
            after = page.get("after_key")
            if after is None or len(page["buckets"]) < FACET_PAGE:
                return Facet(field, tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))))

    def histogram(
        self, interval: Interval, filters: Filters, clause: Matching | None = None
    ) -> tuple[Bucket, ...]:
        """Count with a date histogram."""
        query = clauses.selection(filters, clause)
        answer = self._asker.search(counting.histogram_body(query, interval))
        return results.to_buckets(answer["aggregations"]["spans"])

    # --- reading all ----------------------------------------------------------------

    def scan(self, filters: Filters) -> Iterator[Article]:
        """Page through a point in time, which does not see later writes."""
        search = {
            "query": clauses.selection(filters),
            "sort": queries.BY_ID,
            "size": SCAN_PAGE,
            "_source": {"excludes": [VECTOR, NAMES, HISTORY]},
        }
        for hit in self._asker.pages(search):
            yield to_article(hit["_source"])

    def matches(
        self, leg: LexicalLeg | LatestLeg, filters: Filters, passages: int = 3
    ) -> Iterator[ArticleHit]:
        """Page through a point in time, in the leg's order."""
        shown = max(1, min(passages, MAX_SHOWN_PASSAGES))
        search = {**queries.listing(leg, filters, shown), "size": MATCH_PAGE}
        for hit in self._asker.pages(search):
            yield results.to_article_hit(leg, hit)

    def scan_states(self) -> Iterator[tuple[str, ArticleState]]:
        """Id and state of every article, ordered by id; a snapshot, as `scan` is."""
        search = {
            "query": clauses.selection(Filters()),
            "sort": queries.BY_ID,
            "size": STATE_PAGE,
            "_source": False,
            "docvalue_fields": [CONTENT_HASH, VERSION],
        }
        for hit in self._asker.pages(search):
            values = hit["fields"]
            state = ArticleState(values[CONTENT_HASH][0], int(values[VERSION][0]))
            yield str(hit["sort"][0]), state

    # --- care -----------------------------------------------------------------------

    def notes(self) -> Mapping[str, Note]:
        """Read the mapping's `_meta`."""
        return notes_of(self._asker.ask(self._mapping))

    def annotate(self, name: str, content: Note | None) -> None:
        """Replace the mapping's `_meta`; raises `IndexMismatch` if another model took over."""
        self._pointer.follow()
        mapping = self._asker.ask(self._mapping)
        meta = annotated(mapping, name, content)
        self._asker.ask(lambda index: self._client.indices.put_mapping(index=index, meta=meta))

    def stats(self) -> IndexStats:
        """Count, and ask for the size on disk of all copies."""
        counted = self._asker.search(counting.stats_body())
        size = self._asker.ask(
            lambda index: self._client.indices.stats(index=index, metric="store")["_all"]["total"][
                "store"
            ]["size_in_bytes"]
        )
        kind = self._asker.ask(self._vector_index)
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
        self._asker.ask(lambda index: self._client.indices.refresh(index=index))

    def optimize(self) -> None:
        """Merge each shard into one segment, and wait for it."""
        patient = self._client.options(request_timeout=24 * 3600.0)
        self._asker.ask(lambda index: patient.indices.forcemerge(index=index, max_num_segments=1))
        self.refresh()

    def close(self) -> None:
        """Close the connections of this index's client."""
        self._client.close()
