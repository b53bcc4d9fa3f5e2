"""`polywire serve` and `polywire keys` as processes: start, signals, crashes, examples."""

from __future__ import annotations

import json
import re
import signal
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.support.command import Run, runner
from tests.support.serving_command import log_entries, serving_command, stored_ids

ARTICLE = {
    "title": "Ferry returns",
    "text": "The old ferry came back to the harbour.",
    "lang": "en",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an index of the sample corpus."""
    folder = tmp_path_factory.mktemp("filled")
    run = runner(folder)("ingest", "--sample", "--index", "index")
    assert run.returncode == 0, run.stderr
    return folder


def test_a_read_only_server_needs_an_index(polywire: Run) -> None:
    run = polywire("serve", "--read-only", "--port", "0", "--index", "nothing")
    assert run.returncode == 1
    assert "There is no index at nothing" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_address_in_use_is_one_sentence(polywire: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = polywire("serve", "--port", str(port), "--index", "index")
    assert run.returncode == 2
    assert f"127.0.0.1 port {port} cannot be listened on" in run.stderr


def test_no_other_address_without_keys(polywire: Run) -> None:
    run = polywire("serve", "--host", "0.0.0.0", "--index", "index")  # noqa: S104  is refused
    assert run.returncode == 2
    assert "polywire keys create" in run.stderr


def test_keys_are_made_listed_used_and_revoked(polywire: Run, tmp_path: Path) -> None:
    made = polywire("keys", "create", "desk", "--scope", "read,write", "--days", "30")
    token = made.stdout.strip()
    assert re.fullmatch(r"pw_[a-z2-9]{8}_[\w-]{43}", token), made.stderr
    listed = json.loads(polywire("keys", "list", "--json").stdout)
    assert [(key["name"], key["scopes"]) for key in listed] == [("desk", ["read", "write"])]
    assert token not in polywire("keys", "list").stdout
    headers = {"Authorization": f"Bearer {token}"}
    with serving_command(tmp_path, "--index", "index") as (_, client):
        assert client.get("/v1/status").status_code == 401
        assert client.get("/v1/status", headers=headers).status_code == 200
        assert polywire("keys", "revoke", "desk").returncode == 0
        end = time.monotonic() + 5
        while client.get("/v1/status", headers=headers).status_code != 401:
            assert time.monotonic() < end
            time.sleep(0.2)
    assert polywire("keys", "revoke", "nobody").returncode == 2
    assert polywire("keys", "create", "desk", "--scope", "root").returncode == 2
    assert token.split("_", 2)[2] not in (tmp_path / "log").read_text(encoding="utf-8")


def test_it_finishes_what_it_accepted(tmp_path: Path) -> None:
    """SIGTERM in the middle of writes: what was acknowledged is there, the exit code is 0."""
    acknowledged: list[str] = []

    def write(client: httpx.Client, number: int) -> None:
        for turn in range(1000):
            name = f"a-{number}-{turn}"
            try:
                response = client.put(f"/v1/articles/{name}", json=ARTICLE | {"title": name})
            except httpx.TransportError:
                return
            if response.is_success:
                acknowledged.append(name)

    with serving_command(tmp_path, "--index", "index") as (process, client):
        assert client.put("/v1/articles/first", json=ARTICLE).status_code == 201
        threads = [threading.Thread(target=write, args=(client, n)) for n in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        for thread in threads:
            thread.join()
    assert len(acknowledged) > 8
    assert stored_ids(tmp_path) >= {"first", *acknowledged}
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged = []
    with serving_command(tmp_path, "--index", "index") as (process, client):
        for turn in range(10):
            assert client.put(f"/v1/articles/k-{turn}", json=ARTICLE).status_code == 201
            acknowledged.append(f"k-{turn}")
        process.kill()
        process.wait(30)
    assert stored_ids(tmp_path) == set(acknowledged)


def test_a_reader_and_the_command_line_share_the_index(filled: Path) -> None:
    """An ingest beside the server is seen by it, without a restart."""
    with serving_command(filled, "--index", "index", "--read-only") as (_, client):
        assert client.get("/v1/articles/beside").status_code == 404
        line = json.dumps(ARTICLE | {"id": "beside"})
        (filled / "more.jsonl").write_text(line + "\n", encoding="utf-8")
        run = runner(filled)("ingest", "more.jsonl", "--index", "index")
        assert run.returncode == 0, run.stderr
        assert client.get("/v1/articles/beside").status_code == 200


def test_access_logs_are_one_json_object_a_line(filled: Path) -> None:
    with serving_command(filled, "--index", "index", POLYWIRE_LOG_FORMAT="json") as (_, client):
        client.get("/v1/search?q=flood", headers={"X-Request-Id": "desk-4711"})
    entries = log_entries(filled)
    entry = next(each for each in entries if each.get("request_id") == "desk-4711")
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/v1/search", 200)
    assert entry["duration_ms"] > 0
    assert "flood" not in json.dumps(entry)


def test_another_working_folder_opens_nothing(tmp_path: Path) -> None:
    """Neither where the keys lie beside the index, nor where they are elsewhere."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    made = runner(home)("keys", "create", "desk", "--scope", "read")
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    for index in (home / "index", tmp_path / "apart" / "index"):
        with serving_command(home, "--index", str(index)) as (_, client):
            assert client.get("/v1/status", headers=headers).status_code == 200
    with serving_command(elsewhere, "--index", str(home / "index")) as (_, client):
        assert client.get("/v1/status").status_code == 401
        assert client.get("/v1/status", headers=headers).status_code == 200
    serve = ("serve", "--port", "0", "--index", str(tmp_path / "apart" / "index"))
    for workers in ("1", "2"):
        refused = runner(elsewhere)(*serve, "--workers", workers)
        assert refused.returncode == 2
        assert f"was served with the API keys in {home / 'polywire-keys'}" in refused.stderr
        assert "Traceback" not in refused.stderr
    for _ in range(2):  # once it was opened on purpose, it stays so
        options = ["--without-keys"] if _ == 0 else []
        with serving_command(elsewhere, *serve[3:], *options) as (_, client):
            assert client.get("/v1/status").status_code == 200


def test_keys_that_cannot_be_read_stop_the_start(polywire: Run, tmp_path: Path) -> None:
    (tmp_path / "polywire-keys").mkdir()
    for content in (None, "", "{"):
        if content is not None:
            (tmp_path / "polywire-keys" / "aaaaaaaa.json").write_text(content, encoding="utf-8")
        run = polywire("serve", "--port", "0", "--index", "index")
        assert run.returncode == 2
        assert run.stderr.count("\n") == 1
        assert "polywire-keys" in run.stderr
        assert not (tmp_path / "index").exists()
    token = polywire("keys", "create", "desk").stdout.strip()
    listed = polywire("keys", "list", "--json")
    assert [key["name"] for key in json.loads(listed.stdout)] == ["desk"]
    assert "aaaaaaaa.json" in listed.stderr
    with serving_command(tmp_path, "--index", "index") as (_, client):
        assert client.get("/v1/status").status_code == 401
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/v1/status", headers=headers).status_code == 200
    assert "aaaaaaaa.json" in (tmp_path / "log").read_text(encoding="utf-8")
