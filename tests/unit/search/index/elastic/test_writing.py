"""Sending and deciding, with a server that we script: lost answers, conflicts, sizes, patience."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import elastic_transport
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError
from tenacity import wait_exponential, wait_none

from search.index.elastic.bulk import (
    MAX_REQUEST_BYTES,
    MAX_REQUEST_DOCUMENTS,
    Action,
    BulkSender,
    chunks,
)
from search.index.elastic.connection import Backoff, Connection
from search.index.elastic.documents import to_document
from search.index.elastic.options import ElasticOptions
from search.index.elastic.writer import ArticleWriter, Form, is_keepable
from search.index.errors import EngineBusy, EngineUnavailable, StorageFull
from search.index.model import Outcome
from tests.support.newsroom import DIMENSION, edited, on, story

LOST = elastic_transport.ConnectionError("Connection error", errors=())
BUSY = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "queue"}}
FULL = {
    "status": 429,
    "error": {"type": "cluster_block_exception", "reason": "flood-stage watermark"},
}
BAD = {"status": 400, "error": {"type": "document_parsing_exception", "reason": "bad date"}}


class Clock:
    """Time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def backoff(self, patience_s: float = 60) -> Backoff:
        return Backoff(patience_s, wait_exponential(multiplier=0.1, max=5.0), self.sleep)


class Target:
    """One index that never moves."""

    alias = "news-v1-ab.docs"

    def follow(self) -> bool:
        return False


class Store:
    """Documents with sequence numbers, as much of a server as bulk and mget need.

    `interfere` is called before each bulk with the actions in it: it may change the documents,
    raise what the client would raise, or return an item's outcome to put in its place.
    """

    def __init__(self) -> None:
        self.documents: dict[str, tuple[dict[str, Any], int]] = {}
        self.requests = 0
        self.interfere: Callable[[Store, list[str]], dict[str, Any]] = lambda _store, _ids: {}
        self.after: Callable[[Store], None] = lambda _store: None

    def options(self, **_options: Any) -> Store:
        return self

    def put(self, article_id: str, document: dict[str, Any]) -> None:
        seq_no = max((number for _, number in self.documents.values()), default=-1) + 1
        self.documents[article_id] = (document, seq_no)

    def mget(self, *, index: str, ids: list[str], source_includes: list[str]) -> dict[str, Any]:
        assert index == Target.alias
        docs = []
        for article_id in ids:
            if article_id in self.documents:
                document, seq_no = self.documents[article_id]
                names = {name.partition(".")[0] for name in source_includes}
                source = {name: document[name] for name in names if name in document}
                found = {"_id": article_id, "found": True, "_source": source}
                docs.append({**found, "_seq_no": seq_no, "_primary_term": 1})
            else:
                docs.append({"_id": article_id, "found": False})
        return {"docs": docs}

    def bulk(self, *, operations: list[bytes], **parameters: Any) -> dict[str, Any]:
        assert parameters["require_alias"] is True
        self.requests += 1
        lines = [json.loads(line) for line in operations]
        pairs = list(zip(lines[::2], lines[1::2], strict=True))
        ids = [next(iter(action.values()))["_id"] for action, _ in pairs]
        put_instead = self.interfere(self, ids)
        items = [
            put_instead.get(i) or self._index(*pair) for i, pair in zip(ids, pairs, strict=True)
        ]
        self.after(self)
        return {"items": [{"index": item} for item in items]}

    def _index(self, action: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
        ((verb, header),) = action.items()
        before = self.documents.get(header["_id"])
        expected = header.get("if_seq_no")
        if (verb == "create" and before) or (
            verb == "index" and (not before or before[1] != expected)
        ):
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        self.put(header["_id"], document)
        return {"status": 200, "result": "updated" if before else "created"}


def writer(store: Store, clock: Clock, patience_s: float = 60) -> ArticleWriter:
    client: Any = store
    connection = Connection(client, "http://localhost:9200/news", clock.backoff(patience_s))
    sender = BulkSender(connection, Target(), ElasticOptions())
    return ArticleWriter(connection, Target(), sender, Form(DIMENSION, packed=True))


ONE, TWO = story("a", "One", "text", updated=on(2025, 1, 1)), story("b", "Two", "text")


def document(content_hash: str, version: int) -> dict[str, Any]:
    """Return what another writer may have put in the place of `ONE`."""
    return to_document(ONE, packed=True) | {"content_hash": content_hash, "version": version}


def once(act: Callable[[Store, list[str]], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    left = [act]
    return lambda store, ids: left.pop()(store, ids) if left else {}


def fail(error: Exception) -> Callable[[Store, list[str]], dict[str, Any]]:
    def act(_store: Store, _ids: list[str]) -> dict[str, Any]:
        raise error

    return act


def test_a_lost_answer_to_a_write_that_arrived_is_still_added() -> None:
    store, clock = Store(), Clock()

    def after(_store: Store) -> None:
        if store.requests == 1:
            raise LOST

    store.after = after
    report = writer(store, clock).write([ONE, TWO])
    assert [result.outcome for result in report.results] == [Outcome.ADDED, Outcome.ADDED]
    assert store.requests == 2
    assert set(store.documents) == {"a", "b"}


def test_a_lost_request_is_sent_again() -> None:
    store, clock = Store(), Clock()
    store.interfere = once(fail(LOST))
    assert writer(store, clock).write([ONE]).count(Outcome.ADDED) == 1
    assert clock.slept


def test_a_newer_version_that_came_between_makes_ours_stale() -> None:
    store, clock = Store(), Clock()

    def newer(there: Store, _ids: list[str]) -> dict[str, Any]:
        there.put("a", document("other", ONE.article.version + 1))
        return {}

    store.interfere = once(newer)
    report = writer(store, clock).write([ONE, TWO])
    assert [result.outcome for result in report.results] == [Outcome.STALE, Outcome.ADDED]
    assert store.documents["a"][0]["content_hash"] == "other"


def test_the_same_article_that_came_between_is_unchanged_and_an_older_one_replaced() -> None:
    for version, content, expected in (
        (ONE.article.version, ONE.article.content_hash, Outcome.UNCHANGED),
        (ONE.article.version - 1, "other", Outcome.UPDATED),
    ):
        store, clock = Store(), Clock()
        other = document(content, version)
        store.interfere = once(lambda there, _ids, d=other: there.put("a", d) or {})  # type: ignore[misc]
        (result,) = writer(store, clock).write([ONE]).results
        assert result.outcome is expected
        assert store.documents["a"][0]["content_hash"] == ONE.article.content_hash


def test_writers_that_never_agree_end() -> None:
    store, clock = Store(), Clock()
    versions = iter(range(10**6))

    def older(there: Store, _ids: list[str]) -> dict[str, Any]:
        there.put("a", document(f"{next(versions)}", 0))
        return {}

    store.interfere = older
    with pytest.raises(EngineBusy, match="Other writers"):
        writer(store, clock).write([ONE])


def test_a_busy_server_is_waited_for_with_growing_pauses() -> None:
    store, clock = Store(), Clock()
    store.interfere = lambda there, _ids: {"a": BUSY} if there.requests < 6 else {}
    report = writer(store, clock).write([ONE, TWO])
    assert report.count(Outcome.ADDED) == 2
    assert clock.slept == [0.1, 0.2, 0.4, 0.8, 1.6]


def test_patience_ends_and_what_was_written_stays_reported() -> None:
    store, clock = Store(), Clock()
    store.interfere = lambda _store, _ids: {"a": BUSY}
    report = writer(store, clock, patience_s=10).write([ONE, TWO])
    assert [result.outcome for result in report.results] == [Outcome.REJECTED, Outcome.ADDED]
    assert "too much to do" in (report.results[0].reason or "")
    with pytest.raises(EngineBusy):
        writer(store, clock, patience_s=10).write([ONE])


def test_a_server_that_stays_away_is_waited_for_once() -> None:
    store, clock = Store(), Clock()
    store.interfere = fail(LOST)
    many = [story(f"{n}", "t", "x") for n in range(3 * MAX_REQUEST_DOCUMENTS)]
    with pytest.raises(EngineUnavailable):
        writer(store, clock, patience_s=20).write(many)
    assert clock.now <= 20


def test_a_long_wait_says_once_what_it_waits_for(caplog: pytest.LogCaptureFixture) -> None:
    store, clock = Store(), Clock()
    store.interfere = fail(LOST)
    with pytest.raises(EngineUnavailable):
        writer(store, clock, patience_s=40).write([ONE])
    (line,) = caplog.messages
    assert line.startswith("waiting up to 40 s for the server (elasticsearch.patience_s): ")
    assert "http://localhost:9200/news" in line


def test_a_short_wait_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    store, clock = Store(), Clock()
    store.interfere = lambda there, _ids: {"a": BUSY} if there.requests < 4 else {}
    writer(store, clock).write([ONE])
    assert clock.slept
    assert not caplog.messages


def test_a_full_disk_is_no_busy_server() -> None:
    store, clock = Store(), Clock()
    store.interfere = lambda _store, _ids: {"a": FULL}
    with pytest.raises(StorageFull):
        writer(store, clock).write([ONE])
    assert clock.slept == []
    report = writer(store, clock).write([ONE, TWO])
    assert [result.outcome for result in report.results] == [Outcome.REJECTED, Outcome.ADDED]


def test_a_document_that_the_server_refuses_stops_no_other() -> None:
    store, clock = Store(), Clock()
    store.interfere = lambda _store, _ids: {"a": BAD}
    report = writer(store, clock).write([ONE, TWO])
    assert [result.outcome for result in report.results] == [Outcome.REJECTED, Outcome.ADDED]
    assert "bad date" in (report.results[0].reason or "")
    assert writer(store, clock).write([ONE]).count(Outcome.REJECTED) == 1


def too_large() -> ApiError:
    meta = ApiResponseMeta(413, "1.1", HttpHeaders(), 0.1, NodeConfig("http", "localhost", 9200))
    return ApiError("too large", meta, "")


def test_a_request_that_is_too_large_is_halved() -> None:
    store, clock = Store(), Clock()

    def at_most_three(_store: Store, ids: list[str]) -> dict[str, Any]:
        if len(ids) > 3 or "huge" in ids:
            raise too_large()
        return {}

    store.interfere = at_most_three
    batch = [story(f"a{n}", "t", "x") for n in range(10)]
    batch.insert(4, story("huge", "t", "x"))
    report = writer(store, clock).write(batch)
    assert report.count(Outcome.ADDED) == 10
    assert report.results[4].outcome is Outcome.REJECTED
    assert "http.max_content_length" in (report.results[4].reason or "")
    assert set(store.documents) == {f"a{n}" for n in range(10)}


def test_requests_are_bounded_in_bytes_and_documents() -> None:
    small = [Action.of(f"{n}", "create", {}, {"x": "y"}) for n in range(1200)]
    assert [len(chunk) for chunk in chunks(small)] == [500, 500, 200]
    text = "x" * (MAX_REQUEST_BYTES // 3)
    large = [Action.of(f"{n}", "create", {}, {"x": text}) for n in range(5)]
    sizes = [sum(action.size for action in chunk) for chunk in chunks(large)]
    assert len(sizes) == 3
    assert max(sizes) <= MAX_REQUEST_BYTES
    giant = Action.of("g", "create", {}, {"x": "x" * (2 * MAX_REQUEST_BYTES)})
    assert [len(chunk) for chunk in chunks([small[0], giant, small[1]])] == [1, 1, 1]
    assert list(chunks([])) == []


def test_only_ids_that_can_be_there_are_asked_for() -> None:
    assert is_keepable("ä" * 256)
    assert not is_keepable("")
    assert not is_keepable("ä" * 257)
    assert not is_keepable("half \ud83d")
    assert edited(ONE, id="c").article.id == "c"


def test_back_off_is_jittered_and_bounded() -> None:
    clock = Clock()
    assert not Backoff(30, sleep=clock.sleep).until(lambda: False, lambda: "busy")
    bounds = [min(5.0, 0.1 * 2**n) for n in range(len(clock.slept))]
    assert all(0 <= slept <= bound for slept, bound in zip(clock.slept, bounds, strict=True))
    assert len(set(clock.slept)) > 1
    assert 25 < clock.now <= 30


def test_patience_counts_the_time_that_attempts_take() -> None:
    taken = [0.05] * 10

    def slow() -> bool:
        time.sleep(taken.pop())
        return False

    assert not Backoff(0.2, wait_none()).until(slow, lambda: "busy")
    assert len(taken) >= 5
