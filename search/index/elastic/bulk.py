"""Sending documents in bounded requests, each document with an outcome of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from search.index.elastic.connection import TRANSIENT, Connection
from search.index.elastic.driver_errors import (
    NotRecognised,
    TooLarge,
    WritesBlocked,
    from_answer,
    translated,
)
from search.index.elastic.options import ElasticOptions
from search.index.errors import (
    EngineBusy,
    EngineUnavailable,
    IndexMissing,
    SearchIndexError,
)

MAX_REQUEST_BYTES = 5_000_000
"""Elastic's tuning guide advises "a couple tens of megabytes" at most; above 5 MB the rate on
wmt-news no longer grew (`benchmarks/elasticsearch.md`)."""

MAX_REQUEST_DOCUMENTS = 500


class Target(Protocol):
    """Where documents go: an alias of one generation, so that no index is made by mistake."""

    @property
    def alias(self) -> str:
        """The alias to write through."""
        ...

    def follow(self) -> bool:
        """Move on to the generation that took over; False if none did (yet)."""
        ...


@dataclass(frozen=True, slots=True)
class Action:
    """One operation of a bulk request: its lines, and the article that it is about."""

    article_id: str
    lines: tuple[bytes, ...]

    @classmethod
    def of(
        cls, article_id: str, verb: str, header: Mapping[str, Any], *bodies: Mapping[str, Any]
    ) -> Action:
        """Encode an operation; `bodies` is the document, or nothing for a delete."""
        action = {verb: {"_id": article_id, **header}}
        return cls(article_id, tuple(encode(part) for part in (action, *bodies)))

    @property
    def size(self) -> int:
        """Bytes that it adds to a request."""
        return sum(len(line) + 1 for line in self.lines)


@dataclass(slots=True)
class Sent:
    """What became of actions, by article id.

    `done` maps to the server's word for the result (`created`, `updated`, `deleted`,
    `not_found`); `conflicts` must be decided anew; `uncertain` were part of a request whose
    answer was lost, and may have been carried out.
    """

    done: dict[str, str] = field(default_factory=dict)
    conflicts: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    failed: dict[str, SearchIndexError] = field(default_factory=dict)


def encode(value: Mapping[str, Any]) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """Cut a stream of actions into requests; one that is too large by itself goes alone."""
    chunk: list[Action] = []
    size = 0
    for action in actions:
        full = size + action.size > MAX_REQUEST_BYTES or len(chunk) == MAX_REQUEST_DOCUMENTS
        if chunk and full:
            yield chunk
            chunk, size = [], 0
        chunk.append(action)
        size += action.size
    if chunk:
        yield chunk


class BulkSender:
    """Sends actions until each has an outcome, patiently where the server is busy or away."""

    def __init__(self, connection: Connection, target: Target, options: ElasticOptions) -> None:
        """Of the options, `refresh` and `timeout_s` count."""
        self._client = connection.client
        self._backoff = connection.backoff
        self._place = connection.place
        self._target = target
        self._refresh = options.refresh
        # The server is to say "the shard is not there" before we stop listening.
        self._timeout = f"{max(1000, int(options.timeout_s * 500))}ms"

    def send(self, actions: Iterable[Action], alias: str) -> Sent:
        """Send all actions through an alias of the target, a request at a time."""
        sent = Sent()
        gone: SearchIndexError | None = None
        for chunk in chunks(actions):
            if gone is None:
                gone = self._send_chunk(chunk, alias, sent)
            else:
                sent.failed.update(dict.fromkeys([a.article_id for a in chunk], gone))
        return sent

    def _send_chunk(self, chunk: list[Action], alias: str, sent: Sent) -> SearchIndexError | None:
        """Send one request's worth; returns the error if the server stayed away."""
        left = chunk
        last: SearchIndexError = EngineBusy(f"{self._place} took nothing.")

        def is_settled() -> bool:
            nonlocal left, last
            left, reason = self._attempt(left, alias, sent)
            last = reason or last
            return not left

        if self._backoff.until(is_settled, lambda: last):
            return None
        sent.failed.update(dict.fromkeys([action.article_id for action in left], last))
        return last if isinstance(last, (EngineUnavailable, NotRecognised)) else None

    def _attempt(
        self, chunk: list[Action], alias: str, sent: Sent
    ) -> tuple[list[Action], SearchIndexError | None]:
        """Send once; returns what to send again, and why."""
        try:
            outcomes = self._request(chunk, alias)
        except TooLarge as error:
            return self._halve(chunk, alias, error, sent)
        except TRANSIENT as error:
            sent.uncertain.update(action.article_id for action in chunk)
            return chunk, error
        except SearchIndexError as error:
            sent.failed.update(dict.fromkeys([action.article_id for action in chunk], error))
            return [], None
        return self._sort(chunk, alias, outcomes, sent)

    def _halve(
        self, chunk: list[Action], alias: str, error: TooLarge, sent: Sent
    ) -> tuple[list[Action], SearchIndexError | None]:
        if len(chunk) == 1:
            sent.failed[chunk[0].article_id] = error
            return [], None
        middle = len(chunk) // 2
        again: list[Action] = []
        last: SearchIndexError | None = None
        for half in (chunk[:middle], chunk[middle:]):
            left, reason = self._attempt(half, alias, sent)
            again += left
            last = reason or last
        return again, last

    def _request(self, chunk: list[Action], alias: str) -> list[dict[str, Any]]:
        with translated(self._place):
            answer = self._client.options(max_retries=0).bulk(
                index=alias,
                operations=[line for action in chunk for line in action.lines],  # type: ignore[misc]
                refresh=self._refresh,
                timeout=self._timeout,
                require_alias=True,
                filter_path=["items.*.status", "items.*.result", "items.*.error"],
            )
        return [next(iter(item.values())) for item in answer["items"]]

    def _sort(
        self, chunk: list[Action], alias: str, outcomes: list[dict[str, Any]], sent: Sent
    ) -> tuple[list[Action], SearchIndexError | None]:
        again: list[Action] = []
        blocked: list[Action] = []
        last: SearchIndexError | None = None
        for action, outcome in zip(chunk, outcomes, strict=True):
            status = int(outcome["status"])
            if "error" not in outcome:
                sent.done[action.article_id] = str(outcome["result"])
            elif status == 409:
                sent.conflicts.add(action.article_id)
            else:
                error = from_answer(status, outcome, self._place)
                if isinstance(error, (WritesBlocked, IndexMissing)):
                    blocked.append(action)
                    last = error
                elif isinstance(error, TRANSIENT):
                    again.append(action)
                    last = error
                else:
                    sent.failed[action.article_id] = error
        if blocked and (self._target.alias != alias or self._target.follow()):
            sent.conflicts.update(action.article_id for action in blocked)
        else:
            again += blocked
        return again, last
