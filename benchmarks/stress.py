"""Everything against everything over HTTP: no request may end in a 5xx or break off.

    python -m benchmarks.stress                                     # embedded, in a new folder
    python -m benchmarks.stress --seconds 300 --workers 2
    python -m benchmarks.stress --index http://localhost:9200/stress

It serves the sample corpus by `polywire serve` and lets one thread per operation do it over and
over: searches of each mode, pages behind cursors, facets, similar articles and texts, exports in
each form, fetches and versions, the status, metrics, single writes, lists, streams, corrections,
deletions, withdrawals, stories, coverage, alerts with their previews and histories, and the page.
Exports must be complete and articles that were acknowledged must be there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

COMMAND = str(Path(sys.executable).parent / "polywire")
WORDS = ("flood", "election", "ferry", "Hochwasser", "élection", "вибори", "bridge", "strike")


@dataclass(slots=True)
class Stress:
    """What came of it: requests by operation and status, and what went wrong."""

    address: str
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    def request(
        self,
        http: httpx.Client,
        operation: str,
        path: str,
        **given: Any,  # noqa: ANN401  what httpx takes
    ) -> httpx.Response:
        """Send a request; what it must not end in is a fault."""
        method = given.pop("method", "GET")
        try:
            response = http.request(method, path, **given)
        except httpx.HTTPError as error:
            self.faults.append(f"{operation}: {type(error).__name__} {error}")
            raise
        self.statuses[operation, response.status_code] += 1
        if response.status_code >= 500:
            self.faults.append(f"{operation}: {response.status_code} {response.text[:300]}")
        return response

    @property
    def count(self) -> int:
        """Requests that were answered."""
        return self.statuses.total()


Operation = Callable[[Stress, httpx.Client, random.Random, int], None]


def article(name: str, turn: int) -> dict[str, Any]:
    """Return an article of three paragraphs, another one in each turn."""
    return {
        "id": name,
        "title": f"Ferry {name} returns for the {turn}th time",
        "paragraphs": [f"The ferry {name} came back at {turn}.", "Nobody was hurt.", "Rain."],
        "lang": "en",
        "source": "stress",
        "published": "2026-03-02T08:00:00Z",
    }


def _search(mode: str) -> Operation:
    def search(stress: Stress, http: httpx.Client, choice: random.Random, turn: int) -> None:
        params = {"q": choice.choice(WORDS), "mode": mode, "facets": str(turn % 3 == 0).lower()}
        stress.request(http, f"search {mode}", "/v1/search", params=params)

    return search


def _export(form: str, **params: str) -> Operation:
    def export(stress: Stress, http: httpx.Client, _choice: random.Random, _turn: int) -> None:
        response = stress.request(
            http, f"export {form}", "/v1/export", params={"format": form, **params}
        )
        if form == "articles" and response.is_success:
            for line in response.text.splitlines():
                json.loads(line)

    return export


def _pages(stress: Stress, http: httpx.Client, choice: random.Random, _turn: int) -> None:
    given: dict[str, Any] = {"q": choice.choice(WORDS), "cursor": "*", "limit": 20}
    while given:
        response = stress.request(http, "pages", "/v1/search", params=given)
        following = response.json().get("next") if response.is_success else None
        given = {"cursor": following, "limit": 20} if following else {}


def _get(operation: str, path: str) -> Operation:
    def get(stress: Stress, http: httpx.Client, choice: random.Random, _turn: int) -> None:
        name = f"stress-{choice.randrange(3)}-{choice.randrange(8)}"
        stress.request(http, operation, path.format(name=name))

    return get


def _similar_text(stress: Stress, http: httpx.Client, choice: random.Random, _turn: int) -> None:
    text = f"The {choice.choice(WORDS)} reached the town. Two bridges are closed."
    stress.request(http, "similar text", "/v1/similar", method="POST", json={"text": text})


def _write(number: int) -> Operation:
    """Write, correct and delete articles that nobody else touches."""

    def write(stress: Stress, http: httpx.Client, choice: random.Random, turn: int) -> None:
        name = f"stress-{number}-{turn % 8}"
        path = f"/v1/articles/{name}"
        if choice.random() < 0.2:
            stress.written.discard(name)
            stress.request(http, "delete", path, method="DELETE")
            return
        response = stress.request(http, "put", path, method="PUT", json=article(name, turn))
        if response.is_success:
            stress.written.add(name)

    return write


def _send(stress: Stress, http: httpx.Client, _choice: random.Random, turn: int) -> None:
    articles = [article(f"list-{n}", turn) for n in range(10)]
    stress.request(http, "list", "/v1/articles", method="POST", json=articles)
    lines = "".join(json.dumps(article(f"line-{n}", turn)) + "\n" for n in range(10))
    headers = {"Content-Type": "application/x-ndjson"}
    stress.request(http, "stream", "/v1/articles", method="POST", content=lines, headers=headers)


def _withdraw(stress: Stress, http: httpx.Client, _choice: random.Random, turn: int) -> None:
    """Write, withdraw, bring back and delete an article."""
    path, version = f"/v1/articles/withdrawn-{turn % 4}", 2 * turn
    first = article(path.rpartition("/")[2], turn) | {"version": version}
    stress.request(http, "put to withdraw", path, method="PUT", json=first)
    kill = {"status": "canceled", "version": version + 1, "why": "Untrue"}
    stress.request(http, "withdraw", path, method="PUT", json=kill)
    stress.request(http, "fetch withdrawn", path)
    if turn % 3 == 0:
        stress.request(http, "delete withdrawn", path, method="DELETE")


def _alerts(stress: Stress, http: httpx.Client, choice: random.Random, turn: int) -> None:
    """Make an alert, preview it, look at what it told, and remove it."""
    made = {"name": f"stress {turn % 3}", "q": choice.choice(WORDS)}
    response = stress.request(http, "alert", "/v1/alerts", method="POST", json=made)
    stress.request(http, "alerts", "/v1/alerts")
    if not response.is_success:
        return
    path = f"/v1/alerts/{response.json()['id']}"
    stress.request(http, "alert told", f"{path}/history")
    stress.request(http, "alert preview", "/v1/alerts/preview", method="POST", json=made)
    stress.request(http, "alert removed", path, method="DELETE")


def _stories(stress: Stress, http: httpx.Client, _choice: random.Random, _turn: int) -> None:
    response = stress.request(http, "stories", "/v1/stories")
    if response.is_success:
        for story in response.json()["stories"][:3]:
            stress.request(http, "story", f"/v1/stories/{story['id']}")


OPERATIONS: Sequence[Operation] = (
    *(_search(mode) for mode in ("hybrid", "lexical", "vector")),
    _export("jsonl", q="flood", mode="lexical"),
    _export("jsonl", q="election"),
    _export("csv", lang="de"),
    _export("articles"),
    _pages,
    _get("facets", "/v1/facets?q=flood&mode=lexical&histogram=month"),
    _get("fetch", "/v1/articles/{name}"),
    _get("version", "/v1/articles/{name}/versions/1"),
    _get("similar", "/v1/similar/{name}"),
    _get("coverage", "/v1/coverage?q=flood"),
    _get("coverage of an article", "/v1/coverage?id={name}"),
    _get("page", "/?q=flood"),
    _get("page of an article", "/article/{name}"),
    _stories,
    _withdraw,
    _alerts,
    _get("status", "/v1/status"),
    _get("metrics", "/metrics"),
    _get("ready", "/readyz"),
    _similar_text,
    *(_write(number) for number in range(3)),
    _send,
)


def stressed(address: str, seconds: float) -> Stress:
    """Do all operations against one another; then look whether what was written is there."""
    stress = Stress(address)
    end = time.monotonic() + seconds

    def work(number: int, operation: Operation) -> None:
        choice = random.Random(number)  # noqa: S311  the same work in each run
        with httpx.Client(base_url=address, timeout=120) as http:
            for turn in itertools.count():
                if time.monotonic() >= end:
                    return
                try:
                    operation(stress, http, choice, turn)
                except httpx.HTTPError:
                    return  # noted where it was raised

    threads = [
        threading.Thread(target=work, args=(number, operation))
        for number, operation in enumerate(OPERATIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with httpx.Client(base_url=address, timeout=120) as http:
        for name in sorted(stress.written):
            if http.get(f"/v1/articles/{name}").status_code != 200:
                stress.faults.append(f"the article {name} was acknowledged and is not there")
    return stress


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the stress, print what was done, and fail where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", help="folder or http(s)://host:port/name; else a new folder")
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder), given) as address:
        stress = stressed(address, given.seconds)
    for (operation, status), count in sorted(stress.statuses.items()):
        print(f"{operation:20} {status} {count:7,}")
    print(f"{stress.count:,} requests, {len(stress.faults):,} faults")
    for fault in stress.faults[:20]:
        print(f"  {fault}")
    sys.exit(1 if stress.faults else 0)


class _served:  # noqa: N801  used as a function
    """Serve the sample corpus while the block runs."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        self._index = given.index or str(folder / "index")
        self._words = ["--port", "0", "--workers", str(given.workers), "--json"]
        self._folder = folder

    def __enter__(self) -> str:
        ingest = [COMMAND, "ingest", "--sample", "--index", self._index]
        subprocess.run(ingest, check=True, stdout=subprocess.DEVNULL)
        self._process = subprocess.Popen(
            [COMMAND, "serve", "--index", self._index, *self._words],
            cwd=self._folder,
            stdout=subprocess.PIPE,
            env=_environment(),
            text=True,
        )
        if self._process.stdout is None:
            raise AssertionError
        return str(json.loads("".join(_until_closed(self._process.stdout)))["address"])

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(120)


def _environment() -> dict[str, str]:
    import os

    quiet = {"POLYWIRE_API__RATE": "0", "POLYWIRE_API__ACCESS_LOG": "false"}
    # One stream per export, so that none is refused for the others.
    return {**os.environ, **quiet, "POLYWIRE_API__STREAMS": "8"}


def _until_closed(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if line.startswith("}"):
            return


if __name__ == "__main__":
    main()
