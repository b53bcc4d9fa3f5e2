"""`polywire serve --workers 2`: the processes answer as one server, whichever of them dies."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.command import Run
from tests.support.serving import LINES, ndjson, sample
from tests.support.serving_command import log_entries, new_connections, serving_command, stored_ids

OPTIONS = ("--index", "index", "--workers", "2")
JSON_LOG = {"POLYWIRE_LOG_FORMAT": "json"}
ARTICLE = {
    "title": "Ferry returns",
    "text": "The old ferry came back to the harbour.",
    "lang": "en",
}


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, subprocess.Popen[str], httpx.Client]]:
    """Serve the sample corpus; the client connects anew for each request."""
    folder = tmp_path_factory.mktemp("desk")
    with (
        serving_command(folder, *OPTIONS, **JSON_LOG) as (process, first),
        new_connections(str(first.base_url)) as client,
    ):
        sent = client.post("/v1/articles", content=ndjson(sample()), headers=LINES)
        assert sent.text.splitlines()[-1] == f'{{"counts": {{"added": {len(sample())}}}}}'
        yield folder, process, client


@pytest.fixture
def two(desk: tuple[Path, subprocess.Popen[str], httpx.Client]) -> Iterator[list[httpx.Client]]:
    """Return two clients, each connected to a worker of its own."""
    folder, _, client = desk
    with ExitStack() as stack:
        found: dict[int, httpx.Client] = {}
        until(lambda: len(found) == 2 or connect(stack, client.base_url, folder, found))
        yield list(found.values())


def connect(
    stack: ExitStack, address: httpx.URL, folder: Path, found: dict[int, httpx.Client]
) -> bool:
    """Open a connection, and note which process has it; the log says so."""
    client = stack.enter_context(httpx.Client(base_url=address, timeout=60))
    name = uuid.uuid4().hex
    client.get("/healthz", headers={"X-Request-Id": name})
    until(lambda: served_by(folder, name))
    found.setdefault(served_by(folder, name)[0], client)
    return False


def served_by(folder: Path, request_id: str) -> list[int]:
    """Return which process answered a request."""
    entries = log_entries(folder)
    return [each["process"] for each in entries if each.get("request_id") == request_id]


def children(pid: int) -> list[int]:
    """Return the processes that serve, in the order in which they were started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    words = {int(each): Path(f"/proc/{each}/cmdline").read_bytes() for each in listed}
    return sorted(each for each, command in words.items() if b"spawn_main" in command)


def until(told: Callable[[], Any], seconds: float = 60) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_both_workers_answer_the_same(
    desk: tuple[Path, subprocess.Popen[str], httpx.Client], two: list[httpx.Client]
) -> None:
    folder, process, _ = desk
    answers = []
    for number, client in enumerate(two):
        named = {"X-Request-Id": f"same-{number}"}
        answers.append(client.get("/v1/search?q=flood&limit=5", headers=named).json())
    assert answers[0] | {"took_ms": 0} == answers[1] | {"took_ms": 0}
    path = f"/v1/articles/{answers[0]['hits'][0]['id']}"
    tags = [client.get(path).headers["etag"] for client in two]
    assert tags[0] == tags[1]
    assert two[1].get(path, headers={"If-None-Match": tags[0]}).status_code == 304
    _, *workers = children(process.pid)
    assert sorted(served_by(folder, "same-0") + served_by(folder, "same-1")) == workers


def test_a_write_through_one_worker_is_seen_through_the_other(two: list[httpx.Client]) -> None:
    here, there = two
    for turn in range(3):
        for writer, reader in ((here, there), (there, here)):
            text = f"A quokka number {turn} was seen by {id(writer)}."
            assert writer.put("/v1/articles/quokka", json={"text": text}).is_success
            assert reader.get("/v1/articles/quokka").json()["paragraphs"] == [text]
            found = reader.get("/v1/search?q=quokka&mode=lexical").json()
            assert [hit["id"] for hit in found["hits"]] == ["quokka"]
            etags = [each.get("/v1/articles/quokka").headers["etag"] for each in two]
            assert etags[0] == etags[1]
    assert there.delete("/v1/articles/quokka").status_code == 204
    assert here.get("/v1/articles/quokka").status_code == 404


def test_of_many_that_want_to_be_first_one_is(two: list[httpx.Client]) -> None:
    """Conditions hold across workers: one process checks and writes."""
    statuses: list[int] = []

    def put(client: httpx.Client, number: int) -> None:
        body = {"text": f"Writer {number} was here."}
        response = client.put("/v1/articles/race", json=body, headers={"If-None-Match": "*"})
        statuses.append(response.status_code)

    threads = [threading.Thread(target=put, args=(two[n % 2], n)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [412] * 11


def test_any_worker_turns_the_page(two: list[httpx.Client]) -> None:
    whole = two[0].get("/v1/search?q=flood+election&limit=40").json()["hits"]
    page = two[0].get("/v1/search?q=flood+election&limit=4&cursor=*").json()
    seen = [hit["id"] for hit in page["hits"]]
    turn = 0
    while page["next"] and len(seen) < 40:
        turn += 1
        two[turn % 2].put("/v1/articles/meanwhile", json={"text": f"A flood, {turn} times."})
        page = two[turn % 2].get("/v1/search", params={"cursor": page["next"], "limit": 4}).json()
        seen += [hit["id"] for hit in page["hits"]]
    assert turn > 4
    assert seen == [hit["id"] for hit in whole]
    assert two[1].delete("/v1/articles/meanwhile").status_code == 204


def test_the_metrics_are_those_of_the_server(two: list[httpx.Client]) -> None:
    def counted(client: httpx.Client) -> tuple[float, float]:
        text = client.get("/metrics").text
        of = 'polywire_http_requests_total{method="GET",route="/v1/facets",status="200"} (.+)'
        requests = re.search(of, text)
        articles = re.findall(r"polywire_articles_received_total{.+} (.+)", text)
        assert text.count("process_resident_memory_bytes{") == 3
        return float(requests[1]) if requests else 0.0, sum(map(float, articles))

    before = counted(two[0])
    for number, client in enumerate([*two, *two]):
        assert client.get("/v1/facets?q=flood").is_success
        client.post("/v1/articles", json=[ARTICLE | {"id": "counted", "text": f"Post {number}."}])
    for client in two:
        assert counted(client) == (before[0] + 4, before[1] + 4)
    two[0].delete("/v1/articles/counted")


def test_a_rate_holds_for_all_workers_together(polywire: Run, tmp_path: Path) -> None:
    assert polywire("ingest", "--sample", "--index", "index").returncode == 0
    limits = {"POLYWIRE_API__RATE": "0.1", "POLYWIRE_API__BURST": "10"}
    with (
        serving_command(tmp_path, *OPTIONS, **limits) as (_, first),
        new_connections(str(first.base_url)) as client,
    ):
        statuses = [client.get("/v1/search?q=flood").status_code for _ in range(20)]
    assert statuses == [200] * 10 + [429] * 10


def test_keys_are_seen_by_all_workers(polywire: Run, tmp_path: Path) -> None:
    token = polywire("keys", "create", "desk", "--scope", "read,write").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    with (
        serving_command(tmp_path, *OPTIONS) as (_, first),
        new_connections(str(first.base_url)) as client,
    ):
        assert {client.get("/v1/status").status_code for _ in range(4)} == {401}
        assert client.put("/v1/articles/k", json=ARTICLE).status_code == 401
        assert client.put("/v1/articles/k", json=ARTICLE, headers=headers).status_code == 201
        assert polywire("keys", "revoke", "desk").returncode == 0
        time.sleep(1.1)  # what a running server takes to notice at most
        assert {client.get("/v1/status", headers=headers).status_code for _ in range(4)} == {401}


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    """Others serve on meanwhile, and it is said once."""
    with (
        serving_command(tmp_path, *OPTIONS) as (process, first),
        new_connections(str(first.base_url)) as client,
    ):
        assert client.put("/v1/articles/a", json=ARTICLE).status_code == 201
        writer, *workers = children(process.pid)
        os.kill(workers[0], signal.SIGKILL)
        until(lambda: "killed by signal 9" in (tmp_path / "log").read_text(encoding="utf-8"))
        for _ in range(6):
            assert client.get("/v1/search?q=ferry").json()["hits"]
        until(lambda: len(children(process.pid)) == 3)
        assert children(process.pid)[0] == writer
    said = re.findall(r".*killed by signal 9.*", (tmp_path / "log").read_text(encoding="utf-8"))
    assert len(said) == 1
    assert f"process {workers[0]}" in said[0]


def test_no_acknowledged_write_is_lost_with_the_writer(tmp_path: Path) -> None:
    """Writes that it had not answered end as such; those that come later wait for the next one."""
    outcomes: dict[str, int] = {}

    def write(address: str, number: int) -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            for turn in range(15):
                name = f"w-{number}-{turn}"
                answer = client.put(f"/v1/articles/{name}", json=ARTICLE | {"title": name})
                outcomes[name] = answer.status_code
                if answer.status_code == 503:
                    assert answer.json()["type"] == "urn:polywire:problem:writer-lost"
                    assert answer.headers["retry-after"] == "1"

    with serving_command(tmp_path, *OPTIONS) as (process, client):
        assert client.put("/v1/articles/first", json=ARTICLE).status_code == 201
        address = str(client.base_url)
        threads = [threading.Thread(target=write, args=(address, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        until(lambda: len(outcomes) > 4)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        assert client.get("/v1/search?q=ferry").json()["hits"]
        for thread in threads:
            thread.join()
        stored = {
            json.loads(line)["id"]
            for line in client.get("/v1/export?format=articles").text.splitlines()
        }
    assert len(outcomes) == 60
    assert set(outcomes.values()) <= {200, 201, 503}
    assert stored >= {name for name, status in outcomes.items() if status != 503}
    assert list(outcomes.values()).count(503) <= 4  # one for each client that was waiting


def test_it_finishes_what_it_accepted(tmp_path: Path) -> None:
    """SIGTERM, to all processes at once as service managers send it, in the middle of writes."""
    acknowledged: list[str] = []
    statuses: set[int] = set()

    def write(address: str, number: int) -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            for turn in range(1000):
                name = f"a-{number}-{turn}"
                try:
                    response = client.put(f"/v1/articles/{name}", json=ARTICLE | {"title": name})
                except httpx.TransportError:
                    return
                statuses.add(response.status_code)
                acknowledged.append(name)

    with serving_command(tmp_path, *OPTIONS) as (process, client):
        assert client.put("/v1/articles/first", json=ARTICLE).status_code == 201
        address = str(client.base_url)
        threads = [threading.Thread(target=write, args=(address, n)) for n in range(8)]
        for thread in threads:
            thread.start()
        until(lambda: len(acknowledged) > 16)
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(60) == 0
        for thread in threads:
            thread.join()
    assert statuses == {201}
    assert stored_ids(tmp_path) >= {"first", *acknowledged}
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_and_no_file_is_left(tmp_path: Path, number: signal.Signals) -> None:
    """Neither after Ctrl+C nor where the supervisor has no time to stop the others."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    with serving_command(tmp_path, *OPTIONS, TMPDIR=str(folder)) as (process, client):
        assert client.put("/v1/articles/first", json=ARTICLE).status_code == 201
        serving = children(process.pid)
        assert len(serving) == 3
        (shared,) = folder.iterdir()
        assert shared.stat().st_mode & 0o077 == 0
        if number is signal.SIGINT:
            os.killpg(process.pid, number)
            assert process.wait(60) == 0
        else:
            process.kill()
        until(lambda: not any(Path(f"/proc/{each}").exists() for each in serving))
    assert list(folder.iterdir()) == []
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
    assert stored_ids(tmp_path) == {"first"}


def test_readers_need_no_writer(polywire: Run, tmp_path: Path) -> None:
    refused = polywire("serve", "--read-only", "--port", "0", *OPTIONS)
    assert refused.returncode == 1
    assert refused.stderr.count("There is no index at index") == 1
    assert "Traceback" not in refused.stderr
    assert polywire("ingest", "--sample", "--index", "index").returncode == 0
    with (
        serving_command(tmp_path, "--read-only", *OPTIONS) as (process, first),
        new_connections(str(first.base_url)) as client,
    ):
        assert len(children(process.pid)) == 2
        for _ in range(2):
            assert client.get("/v1/status").json()["read_only"] is True
            assert client.get("/v1/search?q=flood").json()["hits"]
            assert client.put("/v1/articles/a", json=ARTICLE).status_code == 403


def test_the_address_is_printed_when_all_are_ready(tmp_path: Path) -> None:
    with serving_command(tmp_path, *OPTIONS, "--json") as (process, client):
        assert process.stdout is not None
        printed = process.stdout.readline() + process.stdout.readline() + process.stdout.readline()
        assert json.loads(printed) == {"address": str(client.base_url).rstrip("/")}
        assert len(children(process.pid)) == 3
