"""State on a server: one index `NAME.state` beside the generations, an entry per document."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from search import deadline
from search.index.elastic import names
from search.index.elastic.bulk import Action, BulkSender
from search.index.elastic.connection import Connection
from search.index.elastic.driver_errors import looked_up, translated
from search.index.elastic.options import ElasticOptions
from search.index.errors import IndexExists, IndexMissing
from search.index.state import MOST_KEY_BYTES, Change, Entry, Value, check, conflict

_T = TypeVar("_T")

_PAGE = 1000
_TERM = 2**40
"""Larger than any sequence number: a revision is the primary term times this, and the number."""


@dataclass(frozen=True, slots=True)
class _Alias:
    """Where entries go; see `search.index.elastic.bulk.Target`."""

    alias: str

    def follow(self) -> bool:
        """Tell that nothing ever takes over."""
        return False


class ServerState:
    """See `search.index.state.IndexState`. The index is made by the first write."""

    def __init__(
        self, connection: Connection, base: str, options: ElasticOptions, *, patient: bool = False
    ) -> None:
        """`base` is the name of the index whose state it is. Writes are patient anyway."""
        self._client = connection.client
        self._place = connection.place
        self._base = base
        self._alias = names.state_alias(base)
        self._replicas = options.replicas
        self._sender = BulkSender(
            connection, _Alias(self._alias), replace(options, refresh="false")
        )
        self._backoff = connection.backoff
        self._patient = patient
        self._made = False
        self._lock = threading.Lock()

    def get(self, collection: str, keys: Iterable[str]) -> Mapping[str, Entry]:
        """Look documents up, which sees what no search sees yet."""
        wanted = {_id_of(collection, key): key for key in dict.fromkeys(keys)}
        ids = list(wanted)
        found: dict[str, Entry] = {}
        for start in range(0, len(ids), _PAGE):
            documents = self._read(partial(self._documents, ids[start : start + _PAGE]))
            for document in documents or ():
                if document.get("found"):
                    entry = _entry(document)
                    found[entry.key] = entry
        return found

    def _documents(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        return looked_up(self._client.mget(index=self._alias, ids=ids)["docs"], self._place)

    def scan(self, collection: str, *, prefix: str = "", after: str = "") -> Iterator[Entry]:
        """Page by key."""
        return map(_entry, self._hits(collection, prefix, after, source=True))

    def keys(self, collection: str, *, after: str = "") -> Iterator[str]:
        """Page by key; the keys themselves are what pages are ordered by."""
        hits = self._hits(collection, "", after, source=False)
        return (str(hit["sort"][0]) for hit in hits)

    def _hits(
        self, collection: str, prefix: str, after: str, *, source: bool
    ) -> Iterator[Mapping[str, Any]]:
        clauses: list[dict[str, Any]] = [{"term": {"collection": collection}}]
        if prefix:
            clauses.append({"prefix": {"key": prefix}})
        self._show()
        last = after
        while True:
            deadline.check()
            answer = self._search(
                {
                    "query": {"bool": {"filter": clauses}},
                    "size": _PAGE,
                    "sort": [{"key": "asc"}],
                    "_source": source,
                    "seq_no_primary_term": True,
                    "track_total_hits": False,
                    **({"search_after": [last]} if last else {}),
                }
            )
            hits = answer["hits"]["hits"] if answer is not None else []
            yield from hits
            if len(hits) < _PAGE:
                return
            last = hits[-1]["sort"][0]

    def write(self, changes: Sequence[Change]) -> None:
        """Write one after the other, in requests of many where none depends on what is there."""
        check(changes)
        if not changes:
            return
        self._make()
        run: list[Change] = []
        keys: set[tuple[str, str]] = set()
        for change in changes:
            if (change.collection, change.key) in keys or len(run) >= _PAGE:
                self._send(run)
                run, keys = [], set()
            run.append(change)
            keys.add((change.collection, change.key))
        self._send(run)

    def count(self, collection: str) -> int:
        """Let the server count."""
        self._show()
        answer = self._search(
            {"query": {"term": {"collection": collection}}, "size": 0, "track_total_hits": True}
        )
        return int(answer["hits"]["total"]["value"]) if answer is not None else 0

    def mark(self, collection: str) -> int:
        """Return a hash of the newest change and the number of entries."""
        self._show()
        answer = self._search(
            {
                "query": {"term": {"collection": collection}},
                "size": 1,
                "sort": [{"_seq_no": "desc"}],
                "_source": False,
                "seq_no_primary_term": True,
                "track_total_hits": True,
            }
        )
        if answer is None or not answer["hits"]["hits"]:
            return 0
        newest = _revision(answer["hits"]["hits"][0])
        text = f"{newest} {answer['hits']['total']['value']}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest()) + 1

    def replace_by(self, other: str) -> None:
        """Take over the entries of another index of this form; remove what is not in it."""
        there = {(collection, key) for collection, key, _ in self._all(self._alias)}
        wanted = []
        for collection, key, value in self._all(other):
            there.discard((collection, key))
            wanted.append(Change(collection, key, value))
            if len(wanted) == _PAGE:
                self.write(wanted)
                wanted = []
        self.write([*wanted, *(Change(collection, key, None) for collection, key in there)])

    def _all(self, index: str) -> Iterator[tuple[str, str, Value]]:
        """Every entry of an index, by collection and key."""
        self._read(lambda: self._client.indices.refresh(index=index))
        last: list[Any] | None = None
        while True:
            after: dict[str, Any] = {} if last is None else {"search_after": last}
            order = [{"collection": "asc"}, {"key": "asc"}]
            answer = self._read(
                partial(self._client.search, index=index, size=_PAGE, sort=order, **after)
            )
            hits = answer["hits"]["hits"] if answer is not None else []
            for hit in hits:
                source = hit["_source"]
                yield source["collection"], source["key"], source["value"]
            if len(hits) < _PAGE:
                return
            last = hits[-1]["sort"]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, changes: Sequence[Change]) -> None:
        """Send changes of different entries; those that follow a conflict are written, too."""
        named = {_id_of(change.collection, change.key): change for change in changes}
        sent = self._sender.send((_action(*item) for item in named.items()), self._alias)
        for error in sent.failed.values():
            raise error
        for name in sent.conflicts:
            # What was written by a request whose answer was lost is there already.
            if not (name in sent.uncertain and self._is_written(named[name])):
                raise conflict(named[name], self._place)

    def _is_written(self, change: Change) -> bool:
        entry = self.get(change.collection, [change.key]).get(change.key)
        if entry is None or change.value is None:
            return entry is None and change.value is None
        return json.dumps(entry.value, sort_keys=True) == json.dumps(change.value, sort_keys=True)

    def _make(self) -> None:
        with self._lock:
            if self._made:
                return
            create = partial(
                self._client.indices.create,
                index=names.state_index(self._base),
                **index_body(self._alias, self._replicas),
            )
            with suppress(IndexExists):
                self._backoff.call(lambda: self._call(create))
            self._made = True

    def _show(self) -> None:
        self._read(lambda: self._client.indices.refresh(index=self._alias))

    def _search(self, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return self._read(lambda: self._client.search(index=self._alias, **body))

    def _read(self, request: Callable[[], _T]) -> _T | None:
        """Send a request; None where nobody has written any state."""
        call = partial(self._call, request)
        try:
            return self._backoff.call(call) if self._patient else call()
        except IndexMissing:
            return None

    def _call(self, request: Callable[[], _T]) -> _T:
        with translated(self._place):
            return request()


def index_body(alias: str, replicas: int) -> dict[str, Any]:
    """Build the body of a create-index request."""
    keyword = {"type": "keyword"}
    return {
        "aliases": {alias: {}},
        "settings": {
            "index": {
                "number_of_shards": 1,
                "auto_expand_replicas": f"0-{replicas}",
                "translog": {"durability": "request"},
            }
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "collection": keyword,
                "key": keyword,
                "value": {"type": "object", "enabled": False},
            },
        },
    }


def _action(name: str, change: Change) -> Action:
    """Build the lines of a bulk request for one change."""
    position = {}
    if change.expected:
        term, number = divmod(change.expected, _TERM)
        position = {"if_seq_no": number, "if_primary_term": term}
    if change.value is None:
        return Action.of(name, "delete", position)
    document = {"collection": change.collection, "key": change.key, "value": dict(change.value)}
    return Action.of(name, "create" if change.expected == 0 else "index", position, document)


def _id_of(collection: str, key: str) -> str:
    plain = f"{collection}/{key}"
    is_text = not any("\ud800" <= letter <= "\udfff" for letter in plain)
    if is_text and len(plain.encode()) <= MOST_KEY_BYTES:
        return plain
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def _entry(document: Mapping[str, Any]) -> Entry:
    source = document["_source"]
    value: Value = source["value"]
    return Entry(str(source["key"]), value, _revision(document))


def _revision(document: Mapping[str, Any]) -> int:
    return int(document["_primary_term"]) * _TERM + int(document["_seq_no"])
