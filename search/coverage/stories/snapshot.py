"""Stories as a writer needs them first, in few large documents: to begin in a moment.

All articles with their features are 4 kB each: seconds at 100,000 of them, for who writes one. A
snapshot has what finds the articles that a new one is near to; the rest is read of these alone. It
says at which entry of the log (`turns`) it was made, and what changed since is read anew. Anything
that is wrong with it makes it count as none: it only saves time.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import FORM
from search.coverage.stories.group import Group
from search.coverage.stories.outline import Lists, Outline
from search.coverage.stories.stored import META, SNAPSHOT
from search.index.state import Change, IndexState, Value

HEAD = "snapshot"
"""The entry of META that says which snapshot there is."""

PART_BYTES = 3 * 2**20

_COLUMNS = {
    "places": "<i8", "leads": "<i1", "scales": "<f4", "days": "<i4",
    "name_ends": "<i8", "names": "<u4", "term_ends": "<i8", "terms": "<u4",
    "number_ends": "<i8", "numbers": "<u4",
    "members": "<i4", "sizes": "<i4", "likelihoods": "<f8", "pairs": "<i4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Articles by outline and their stories, as they were after entry `entry` of the log.

    `numbers` are the places of articles in the order of arrival.
    """

    entry: int
    articles: list[str]
    numbers: list[int]
    outline: Outline
    groups: list[Group]


def captured(clustering: Clustering, numbers: Mapping[str, int], entry: int) -> Snapshot:
    """Make a snapshot of stories. It has the groups themselves: write it before they change."""
    articles = sorted(clustering.story, key=numbers.__getitem__)
    outline = clustering.memory.outline(clustering.rows(articles))
    places = [numbers[one] for one in articles]
    return Snapshot(entry, articles, places, outline, list(clustering.groups.values()))


def write(state: IndexState, snapshot: Snapshot, epoch: str) -> None:
    """Store a snapshot in the place of the former one, which counts until this one is whole."""
    former = state.get(META, [HEAD]).get(HEAD)
    side = "b" if former is not None and former.value["side"] == "a" else "a"
    token, data = uuid4().hex, _packed(snapshot)
    parts = range(0, max(len(data), 1), PART_BYTES)
    for number, start in enumerate(parts):
        part = base64.b64encode(data[start : start + PART_BYTES]).decode()
        state.write([Change(SNAPSHOT, _part(side, number), {"token": token, "data": part})])
    head = {
        "form": FORM, "entry": snapshot.entry, "epoch": epoch,
        "side": side, "token": token, "parts": len(parts),
    }  # fmt: skip
    state.write([Change(META, HEAD, head)])
    if former is not None:
        gone = (_part(former.value["side"], n) for n in range(int(former.value["parts"])))
        state.write([Change(SNAPSHOT, key, None) for key in gone])


def read(state: IndexState, epoch: str) -> Snapshot | None:
    """Return the snapshot that is stored; None where there is none, or none that counts."""
    entry = state.get(META, [HEAD]).get(HEAD)
    if entry is None or entry.value["form"] != FORM or entry.value["epoch"] != epoch:
        return None
    head = entry.value
    parts = []
    for number in range(int(head["parts"])):
        key = _part(head["side"], number)
        part = state.get(SNAPSHOT, [key]).get(key)
        if part is None or part.value["token"] != head["token"]:
            return None
        parts.append(_decoded(part.value))
    try:
        return _unpacked(b"".join(parts), int(head["entry"]))
    except (ValueError, KeyError, IndexError):
        return None


def remove(state: IndexState) -> None:
    """Remove the snapshot: it may hold what was deleted since."""
    if state.get(META, [HEAD]):
        state.write([Change(META, HEAD, None)])
    state.write([Change(SNAPSHOT, key, None) for key in state.keys(SNAPSHOT)])


def _part(side: str, number: int) -> str:
    return f"{side}-{number:06d}"


def _decoded(value: Value) -> bytes:
    try:
        return base64.b64decode(value["data"])
    except binascii.Error:
        return b""


def _packed(snapshot: Snapshot) -> bytes:
    row = {article: number for number, article in enumerate(snapshot.articles)}
    groups, outline = snapshot.groups, snapshot.outline
    members = [row[one] for group in groups for one in group.articles]
    columns: dict[str, NDArray[Any] | Sequence[float]] = {
        "places": snapshot.numbers,
        "leads": outline.leads, "scales": outline.scales, "days": outline.days,
        "members": members, "sizes": [len(one.articles) for one in groups],
        "likelihoods": [one.likelihoods for one in groups], "pairs": [one.pairs for one in groups],
    }  # fmt: skip
    for name, lists in zip(("name", "term", "number"), outline.keys, strict=True):
        columns |= {f"{name}_ends": lists.ends, f"{name}s": lists.keys}
    arrays = {name: np.asarray(columns[name]).astype(kind) for name, kind in _COLUMNS.items()}
    head = {
        "articles": snapshot.articles,
        "stories": [one.id for one in groups],
        "dimension": outline.leads.shape[1],
        "lengths": {name: array.size for name, array in arrays.items()},
    }
    text = json.dumps(head).encode()
    size = len(text).to_bytes(8, "little")
    return b"".join((size, text, *(array.tobytes() for array in arrays.values())))


def _unpacked(data: bytes, entry: int) -> Snapshot:
    at = 8 + int.from_bytes(data[:8], "little")
    head = json.loads(data[8:at])
    columns: dict[str, NDArray[Any]] = {}
    for name, kind in _COLUMNS.items():
        columns[name] = np.frombuffer(data, kind, head["lengths"][name], at)
        at += columns[name].nbytes
    if at != len(data):
        raise ValueError("a snapshot has another length")
    articles = head["articles"]
    lists = (
        Lists(columns[f"{name}_ends"], columns[f"{name}s"]) for name in ("name", "term", "number")
    )
    leads = columns["leads"].reshape(len(articles), head["dimension"])
    names, terms, numbers = lists
    outline = Outline(leads, columns["scales"], columns["days"], (names, terms, numbers))
    groups = _groups(head["stories"], articles, columns)
    return Snapshot(entry, articles, columns["places"].tolist(), outline, groups)


def _groups(
    stories: Sequence[str], articles: Sequence[str], columns: dict[str, NDArray[Any]]
) -> list[Group]:
    members = [articles[n] for n in columns["members"].tolist()]
    sizes, pairs = columns["sizes"].tolist(), columns["pairs"].tolist()
    groups, at = [], 0
    for name, size, sure, several in zip(
        stories, sizes, columns["likelihoods"].tolist(), pairs, strict=True
    ):
        groups.append(Group(name, members[at : at + size], sure, several))
        at += size
    return groups
