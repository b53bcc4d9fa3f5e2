"""Cursor paging: a list of results is kept for a while, and a cursor points into it.

Fused scores depend on ranks, and ranks shift with every write: "continue after this score"
would repeat or skip articles while a newsroom is ingesting. So the first request of a paged
search (`cursor=*`) fixes the list, and the pages are cut from it. What that guarantees: no
article twice, none skipped, the order of the first answer, whatever is written meanwhile. What
it does not: an article that is deleted or edited later still shows as it was; and the list is
lost when it has not been used for a while, when many newer lists have come, or when the server
ends (`CursorExpired`; begin again with `cursor=*`).
"""

from __future__ import annotations

import json
import secrets
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.api.errors import CursorExpired, RequestMalformed

Document = Mapping[str, Any]

FIRST = "*"
"""The cursor that begins paging."""


@dataclass(slots=True)
class _List:
    fingerprint: str
    frame: Document
    """The answer without its hits."""
    hits: tuple[bytes, ...]
    """Each hit as compressed JSON: a list of 200 takes about 150 kB."""
    used_at: float


class Pages:
    """Keeps up to `kept` lists for `lifetime_s` seconds after their last use."""

    def __init__(
        self, kept: int, lifetime_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept = kept
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._lists: OrderedDict[str, _List] = OrderedDict()

    def begin(self, fingerprint: str, answer: Document, limit: int) -> dict[str, Any]:
        """Keep the answer's hits, and return the answer with the first `limit` of them.

        `fingerprint` says what was asked, so that a cursor is not used with another question.
        """
        frame = {key: value for key, value in answer.items() if key != "hits"}
        hits = tuple(_packed(hit) for hit in answer["hits"])
        kept = _List(fingerprint, frame, hits, self._clock())
        name = secrets.token_urlsafe(12)
        self._lists[name] = kept
        while len(self._lists) > self._kept:
            self._lists.popitem(last=False)
        return _page(name, kept, 0, limit)

    def turn(self, cursor: str, fingerprint: str | None, limit: int) -> dict[str, Any]:
        """Return the page that the cursor points to; None as fingerprint fits every list.

        Raises `CursorExpired`, or `RequestMalformed` for what is no cursor or belongs to
        another question.
        """
        name, _, position = cursor.partition(".")
        if not position.isascii() or not position.isdigit() or len(position) > 6:
            raise RequestMalformed("This is no cursor; use the `next` of an answer as it is.")
        kept = self._lists.get(name)
        if kept is None or self._clock() - kept.used_at > self._lifetime_s:
            self._lists.pop(name, None)
            raise CursorExpired("The list behind this cursor is no longer kept; begin again.")
        if fingerprint is not None and fingerprint != kept.fingerprint:
            raise RequestMalformed(
                "The cursor belongs to another question; send it alone, or with the same one."
            )
        kept.used_at = self._clock()
        self._lists.move_to_end(name)
        return _page(name, kept, int(position), limit)

    def __len__(self) -> int:
        return len(self._lists)


def _page(name: str, kept: _List, start: int, limit: int) -> dict[str, Any]:
    end = start + limit
    shown: Sequence[bytes] = kept.hits[start:end]
    following = f"{name}.{end}" if end < len(kept.hits) else None
    return {**kept.frame, "hits": [_unpacked(hit) for hit in shown], "next": following}


def _packed(hit: Document) -> bytes:
    return zlib.compress(json.dumps(hit, ensure_ascii=False).encode(), level=1)


def _unpacked(packed: bytes) -> object:
    hit: object = json.loads(zlib.decompress(packed))
    return hit
