"""How searches reach the live generation on a server: again where it has moved, never in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import elastic_transport

from search import deadline
from search.index.elastic import queries
from search.index.elastic.connection import Connection
from search.index.elastic.driver_errors import from_answer, translated
from search.index.elastic.generations import Pointer
from search.index.errors import EngineUnavailable, IndexMissing

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_T = TypeVar("_T")

KEEP_ALIVE = "5m"
"""How long a scan may rest between two pages."""

JSON = {"accept": "application/json", "content-type": "application/json"}
"""Headers of requests that the client has no method for in all of its range."""

STATE = ("status", "error", "timed_out", "_shards.total", "_shards.failed")
"""What tells whether an answer is whole; there is always something of it, so that no answer of
several is empty and left out."""


class Searcher:
    """Sends searches to the generation that a pointer names.

    A part of the index that does not answer makes the whole answer an `EngineUnavailable`.
    """

    def __init__(
        self, connection: Connection, pointer: Pointer, shards: int, timeout_s: float
    ) -> None:
        """`shards` is the number of the index: several score alike only with a round before.

        `timeout_s` is the longest wait for an answer where no deadline is nearer.
        """
        self._client = connection.client
        self._timeout_s = timeout_s
        self._place = connection.place
        self._pointer = pointer
        self._shards = shards

    def call(self, request: Callable[[str], _T]) -> _T:
        """Send a request to the current generation; if it was dropped, to its successor."""
        try:
            with translated(self._place):
                return request(self._pointer.index)
        except IndexMissing:
            if not self._pointer.follow():
                raise
        with translated(self._place):
            return request(self._pointer.index)

    def search(self, body: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
        """Return the answer to one search."""
        (answer,) = self.search_many([body], paths)
        return answer

    def search_many(
        self, bodies: Sequence[Mapping[str, Any]], paths: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Return the answers to several searches, sent in one request.

        An answer has what `paths` name of it, such as `hits.hits.sort`, where it is there: a leg
        of 200 candidates has 11 kB that way, and 19 kB with all that the server says.
        """
        if not bodies:
            return []
        header: dict[str, Any] = {"allow_partial_search_results": False}
        if self._shards > 1:
            header["search_type"] = "dfs_query_then_fetch"
        lines = [line for body in bodies for line in (header, body)]
        wanted = [f"responses.{path}" for path in (*STATE, *paths)]
        with self._in_time() as client:
            responses = self.call(
                lambda index: list(
                    client.msearch(index=index, searches=lines, filter_path=wanted)["responses"]
                )
            )
        for response in responses:
            if "error" in response:
                raise from_answer(int(response["status"]), response, self._place)
            self._must_be_whole(response)
        return responses

    def pages(self, search: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Every hit of `search` (with `sort` and `size`, hits per page) at one point in time."""
        opened = self.call(
            lambda index: self._client.open_point_in_time(index=index, keep_alive=KEEP_ALIVE)
        )
        pit = str(opened["id"])
        after: list[Any] | None = None
        try:
            while True:
                answer = self._page(queries.page_body(search, pit, KEEP_ALIVE, after))
                pit = str(answer.get("pit_id", pit))
                hits = answer["hits"]["hits"]
                yield from hits
                if len(hits) < search["size"]:
                    return
                after = hits[-1]["sort"]
        finally:
            self._release(pit)

    def _page(self, body: dict[str, Any]) -> dict[str, Any]:
        with self._in_time() as client, translated(self._place):
            answer = client.perform_request(
                "POST",
                "/_search",
                params={"allow_partial_search_results": "false"},
                headers=JSON,
                body=body,
            )
        found: dict[str, Any] = answer.body
        self._must_be_whole(found)
        return found

    @contextmanager
    def _in_time(self) -> Iterator[Elasticsearch]:
        """Give a client that waits no longer than the deadline lets it.

        Elasticsearch ends a search whose connection is closed. Raises `DeadlinePassed`.
        """
        deadline.check()
        left = deadline.remaining_s()
        if left is None:
            yield self._client
            return
        try:
            yield self._client.options(request_timeout=max(0.001, min(left, self._timeout_s)))
        except EngineUnavailable:
            deadline.check()
            raise

    def _release(self, pit: str) -> None:
        """Give the point in time back; the server forgets it anyway after `KEEP_ALIVE`."""
        try:
            self._client.close_point_in_time(id=pit)
        except (elastic_transport.ApiError, elastic_transport.TransportError):
            return

    def _must_be_whole(self, answer: Mapping[str, Any]) -> None:
        shards = answer.get("_shards", {})
        if answer.get("timed_out") or shards.get("failed"):
            raise EngineUnavailable(
                f"Only a part of {self._place} answered ({shards.get('failed', 0)} of "
                f"{shards.get('total', 0)} shards failed, timed out: "
                f"{bool(answer.get('timed_out'))}), so the answer would have gaps. Try again; see "
                "'When it is red' in docs/elasticsearch.md."
            )
