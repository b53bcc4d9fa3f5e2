"""Many clients of the HTTP API in one thread: bare sockets, so that the server is measured.

Each client keeps one connection and sends its next request when it has the answer to the last
one ("closed loop"): the rate is what the server gives, and latencies hold no queue of ours.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

READ = "search"
WRITE = "put"


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients do: each puts an article in a share of `writes` of its turns."""

    host: str
    port: int
    clients: int
    seconds: float
    queries: Sequence[str]
    writes: float = 0.0
    options: str = ""
    """Further parameters of each search, as `&mode=lexical`."""


@dataclass(slots=True)
class Outcome:
    """What came of it: seconds per request by kind, statuses, and ids that were acknowledged."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    wall_s: float = 0.0


def run(load: Load) -> Outcome:
    """Run the clients to their end."""
    return asyncio.run(_run(load))


async def _run(load: Load) -> Outcome:
    outcome = Outcome()
    began = time.perf_counter()
    await asyncio.gather(*(_client(load, number, outcome) for number in range(load.clients)))
    outcome.wall_s = time.perf_counter() - began
    return outcome


async def _client(load: Load, number: int, outcome: Outcome) -> None:
    choice = random.Random(number)  # noqa: S311  the same work in each run
    end = time.perf_counter() + load.seconds
    reader, writer = await asyncio.open_connection(load.host, load.port)
    for turn in itertools.count():
        if time.perf_counter() >= end:
            break
        writes = choice.random() < load.writes
        name = f"load-{number}-{turn}"
        request = _put(load, name) if writes else _search(load, choice.choice(load.queries))
        began = time.perf_counter()
        try:
            writer.write(request)
            status, body = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            outcome.faults.append(f"{type(error).__name__}: {error}")
            break
        outcome.seconds[WRITE if writes else READ].append(time.perf_counter() - began)
        outcome.statuses[status] += 1
        if status >= 400:
            outcome.faults.append(body[:300].decode("utf-8", "replace"))
        elif writes:
            outcome.acknowledged.append(name)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    return status, await reader.readexactly(int(fields.get(b"content-length", b"0")))


def _search(load: Load, query: str) -> bytes:
    target = f"/v1/search?q={quote(query)}{load.options}"
    return f"GET {target} HTTP/1.1\r\nHost: {load.host}\r\n\r\n".encode()


def _put(load: Load, name: str) -> bytes:
    body = json.dumps(
        {
            "title": f"Load report {name}",
            "text": f"The article {name} was written while others were reading.\n\n"
            f"It has a second paragraph, which names {name} once more.",
            "lang": "en",
            "source": "load",
        }
    ).encode()
    head = (
        f"PUT /v1/articles/{name} HTTP/1.1\r\nHost: {load.host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
