"""What a production server does to its clients: credentials, full queues, full disks, crashes.

One server of our own for all of these, with security on and a write queue of five.
"""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from search.index.clauses import Match
from search.index.elastic.connection import Backoff
from search.index.elastic.index import ElasticIndex
from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import ElasticOptions
from search.index.errors import (
    AccessDenied,
    EngineUnavailable,
    StorageFull,
)
from search.index.filters import Filters
from search.index.legs import LexicalLeg
from search.index.model import EmbeddedArticle, Outcome
from search.index.port import SearchIndex
from tests.contract.place import run
from tests.support.elastic import skip_without_server
from tests.support.elastic_server import LocalServer
from tests.support.newsroom import IDENTITY, NEWSROOM, story

pytestmark = pytest.mark.elasticsearch

HASTY = Backoff(patience_s=2)
PATIENT = Backoff(patience_s=400)
"""A restart takes some 15 s on two idle cores, and minutes on busy ones."""
_numbers = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    skip_without_server()
    server = LocalServer(
        "thread_pool.write.queue_size=5",
        "thread_pool.write.size=1",
        "cluster.routing.allocation.disk.threshold_enabled=false",
        password=secrets.token_urlsafe(12),
    )
    try:
        server.start()
        with admin(server) as client:
            # Makes the server's own index of users: until that is there it may recognise nobody.
            client.options(request_timeout=120).security.put_user(
                username="somebody", password=secrets.token_urlsafe(12), roles=[]
            )
        yield server
    finally:
        server.stop()


def admin(server: LocalServer) -> Elasticsearch:
    assert server.password is not None
    return Elasticsearch(server.url, basic_auth=("elastic", server.password))


def location(
    server: LocalServer, backoff: Backoff | None = None, **options: Any
) -> ElasticLocation:
    given = {"username": "elastic", "password": server.password, "replicas": 0, **options}
    uri = f"{server.url}/hard-{next(_numbers)}"
    return ElasticLocation.connect(uri, ElasticOptions(**given), backoff)


def batches(count: int, size: int, name: str = "a") -> list[list[EmbeddedArticle]]:
    return [
        [story(f"{name}-{b:03}-{n:03}", f"Title {b}", f"Text {n}", "More") for n in range(size)]
        for b in range(count)
    ]


def all_ids(index: SearchIndex) -> list[str]:
    index.refresh()
    return [article.id for article in index.scan(Filters())]


# --- credentials ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": None, "password": None},
        {"password": "hunter2-wrong"},
        {"username": None, "password": None, "api_key": "bm90OmFrZXktd3Jvbmc="},
    ],
)
def test_wrong_credentials_are_one_sentence_without_the_secret(
    server: LocalServer, wrong: dict[str, Any]
) -> None:
    place = location(server, **wrong)
    with pytest.raises(AccessDenied) as caught:
        place.open()
    said = f"{caught.value} {place.uri} {place!r}"
    assert not any(secret in said for secret in wrong.values() if secret)
    assert "elasticsearch.api_key" in said


def test_a_password_in_the_address_works_and_is_not_shown(server: LocalServer) -> None:
    bare = server.url.removeprefix("http://")
    uri = f"http://elastic:{server.password}@{bare}/in-the-address"
    place = ElasticLocation.connect(uri, ElasticOptions(replicas=0))
    index = place.create(IDENTITY)
    assert server.password is not None
    assert server.password not in f"{place.uri} {index.stats()} {place!r} {index!r}"
    assert index.write(NEWSROOM).count(Outcome.ADDED) == len(NEWSROOM)
    index.close()


def test_an_api_key_that_may_only_read(server: LocalServer) -> None:
    place = location(server)
    index = place.create(IDENTITY)
    index.write(NEWSROOM)
    index.refresh()
    index.close()
    reader = opened_with(server, place, READ)
    (found,) = run(reader, [LexicalLeg(Match("Ukraine"))], Filters(), 5)
    assert found.hits
    with pytest.raises(AccessDenied, match="privileges"):
        reader.write([story("x", "y", "z")])
    with pytest.raises(AccessDenied, match="privileges"):
        reader.delete([NEWSROOM[0].article.id])
    with pytest.raises(AccessDenied, match="privileges"):
        reader.annotate("note", {"n": 1})
    reader.close()


def test_an_api_key_that_may_calibrate(server: LocalServer) -> None:
    place = location(server)
    place.create(IDENTITY).close()
    calibrator = opened_with(server, place, CALIBRATE)
    calibrator.annotate("note", {"n": 1})
    assert calibrator.notes() == {"note": {"n": 1}}
    assert calibrator.identity == IDENTITY
    calibrator.close()


def opened_with(server: LocalServer, place: ElasticLocation, privileges: list[str]) -> ElasticIndex:
    """Open an index with a key that has these privileges on it."""
    name = place.uri.rpartition("/")[2]
    on_indices = [{"names": [f"{name}*"], "privileges": privileges}]
    grants = {"granted": {"cluster": ["monitor"], "indices": on_indices}}
    with admin(server) as client:
        key = client.security.create_api_key(name="granted", role_descriptors=grants)["encoded"]
    return ElasticLocation.connect(place.uri, ElasticOptions(api_key=key)).open()


READ = ["read", "view_index_metadata"]
"""What `docs/elasticsearch.md` asks for a program that only searches."""

CALIBRATE = [*READ, "manage"]
"""What it asks for `polywire calibrate`."""


# --- a queue that is too short ----------------------------------------------------------


def test_a_full_write_queue_delays_and_loses_nothing(server: LocalServer) -> None:
    place = location(server)
    index = place.create(IDENTITY)
    work = [batches(6, 40, f"w{n}") for n in range(12)]
    reports: list[Outcome] = []

    def write(mine: list[list[EmbeddedArticle]]) -> None:
        for batch in mine:
            reports.extend(result.outcome for result in index.write(batch).results)

    threads = [threading.Thread(target=write, args=(mine,)) for mine in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reports == [Outcome.ADDED] * (12 * 6 * 40)
    assert len(all_ids(index)) == 12 * 6 * 40
    with admin(server) as client:
        nodes = client.nodes.stats(metric="thread_pool")["nodes"]
        (pool,) = (node["thread_pool"]["write"] for node in nodes.values())
    assert pool["rejected"] > 0, "the queue was never full: the test did not test anything"
    index.close()


# --- a full disk ------------------------------------------------------------------------


def watermarks(client: Elasticsearch, free: str | None) -> None:
    """Demand that so much of the disk is free; with None, leave the disk alone again."""
    names = ("low", "high", "flood_stage")
    settings: dict[str, Any] = {
        f"cluster.routing.allocation.disk.watermark.{name}": free for name in names
    }
    settings["cluster.routing.allocation.disk.threshold_enabled"] = None if free is None else True
    settings["cluster.info.update.interval"] = None if free is None else "10s"
    client.cluster.put_settings(persistent=settings)


def wait_until(condition: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.5)


def test_a_full_disk_is_said_and_nothing_is_lost(server: LocalServer) -> None:
    place = location(server, HASTY)
    index = place.create(IDENTITY)
    first, second = batches(2, 20)
    assert index.write(first).count(Outcome.ADDED) == 20
    (generation,) = place.generations()

    with admin(server) as client:

        def blocked() -> bool:
            settings = client.indices.get_settings(index=generation)[generation]["settings"]
            return "blocks" in settings["index"]

        try:
            watermarks(client, "900tb")
            wait_until(blocked)
            with pytest.raises(StorageFull, match="disk"):
                index.write(second)
            assert index.states([second[0].article.id]) == {}
            assert len(all_ids(index)) == 20
            with pytest.raises(StorageFull):
                index.delete([first[0].article.id])
            watermarks(client, "1b")
            wait_until(lambda: not blocked())
            assert index.write(second).count(Outcome.ADDED) == 20
        finally:
            watermarks(client, None)
    assert len(all_ids(index)) == 40
    index.close()


# --- a crash ----------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_one_sentence(server: LocalServer) -> None:
    place = ElasticLocation.connect("http://127.0.0.1:1/nowhere", ElasticOptions())
    with pytest.raises(EngineUnavailable, match=r"Nothing answers at http://127.0.0.1:1/nowhere"):
        place.open()
    assert server.url


def test_kill_9_in_mid_bulk_loses_nothing_that_was_reported(server: LocalServer) -> None:
    """The writer is patient over crash and restart; what it reports is there, once.

    Beside it lies an index whose data the crash took with it: it is red, and says so.
    """
    lost = location(server, HASTY, timeout_s=4.0)
    red = lost.create(IDENTITY)
    red.write(NEWSROOM)
    with admin(server) as client:
        (generation,) = lost.generations()
        settings = client.indices.get_settings(index=generation)[generation]["settings"]
    place = location(server, PATIENT)
    index = place.create(IDENTITY)
    work = batches(60, 50)
    reported: list[str] = []
    begun, errors = threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            for number, batch in enumerate(work):
                report = index.write(batch)
                assert report.count(Outcome.ADDED) == len(batch), report.results[:3]
                reported.extend(result.article_id for result in report.results)
                if number == 5:
                    begun.set()
        except BaseException as error:
            errors.append(error)
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    server.kill()
    server.lose(settings["index"]["uuid"])
    server.start()
    writer.join()
    assert errors == []
    assert sorted(reported) == all_ids(index)
    assert len(reported) == 60 * 50
    assert index.stats().passages == 60 * 50 * 3
    index.close()
    with pytest.raises(EngineUnavailable, match=r"red.*When it is red"):
        run(red, [LexicalLeg(Match("Ukraine"))], Filters(), 5)
    with pytest.raises(EngineUnavailable, match=r"red.*When it is red"):
        red.write([story("x", "y", "z")])
    red.close()


def test_an_impatient_writer_says_that_the_server_is_gone(server: LocalServer) -> None:
    place = location(server, replace(HASTY, patience_s=1))
    index = place.create(IDENTITY)
    server.kill()
    with pytest.raises(EngineUnavailable, match="Nothing answers"):
        index.write(NEWSROOM)
    with pytest.raises(EngineUnavailable, match="Nothing answers"):
        run(index, [LexicalLeg(Match("Ukraine"))], Filters(), 5)
    index.close()
