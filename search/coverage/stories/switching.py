"""Stories that were found anew take the place of the former ones, under their ids where they can.

What each new story is called is decided and stored first; then everything is written under these
names. So whoever is killed in between is followed by someone who comes to the same end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar
from uuid import uuid4

from search.coverage.stories.stored import (
    APART,
    ARTICLES,
    CORRECTIONS,
    FORMER,
    JOURNAL,
    LOG,
    META,
    PENDING,
    SNAPSHOT,
    STORIES,
)
from search.index.state import Change, Entry, IndexState, Value

NEXT = "next."
"""Collections of what is being found anew have this before their names."""

SWITCH = "switch"
MODEL = "model"
_NAMES = "stories.names"
EPOCH = "epoch"
"""Says when stories were last written anew: a snapshot of before counts no more."""
_ALL = (
    ARTICLES, STORIES, FORMER, CORRECTIONS, APART, META, LOG, PENDING, JOURNAL, SNAPSHOT,
)  # fmt: skip
_TOGETHER = 400

T = TypeVar("T")


class NextState:
    """The state of stories that are being found anew, in collections of their own."""

    def __init__(self, state: IndexState) -> None:
        """`state` stays open when this is closed."""
        self._state = state

    def get(self, collection: str, keys: Iterable[str]) -> Mapping[str, Entry]:
        """See `IndexState`."""
        return self._state.get(NEXT + collection, keys)

    def scan(self, collection: str, *, prefix: str = "", after: str = "") -> Iterator[Entry]:
        """See `IndexState`."""
        return self._state.scan(NEXT + collection, prefix=prefix, after=after)

    def keys(self, collection: str, *, after: str = "") -> Iterator[str]:
        """See `IndexState`."""
        return self._state.keys(NEXT + collection, after=after)

    def write(self, changes: Iterable[Change]) -> None:
        """See `IndexState`."""
        self._state.write(
            [Change(NEXT + one.collection, one.key, one.value, one.expected) for one in changes]
        )

    def count(self, collection: str) -> int:
        """See `IndexState`."""
        return self._state.count(NEXT + collection)

    def mark(self, collection: str) -> int:
        """See `IndexState`."""
        return self._state.mark(NEXT + collection)

    def close(self) -> None:
        """See `IndexState`."""


def clear(state: IndexState) -> None:
    """Remove what was being found anew."""
    for collection in (*_ALL, _NAMES):
        name = NEXT + collection
        _write(state, (Change(name, key, None) for key in list(state.keys(name))))


def decide(state: IndexState) -> None:
    """Decide what the new stories are called, and where former ids lead; store it."""
    old = {entry.key: str(entry.value["story"]) for entry in state.scan(ARTICLES)}
    there = set(state.keys(STORIES))
    shared: dict[str, Counter[str]] = {}
    went: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in state.scan(NEXT + STORIES):
        members = [str(one["id"]) for one in entry.value["members"]]
        shared[entry.key] = Counter(old[one] for one in members if one in old)
        for name, number in shared[entry.key].items():
            went[name][entry.key] += number
    names = _named(shared, there)
    changes = [Change(NEXT + _NAMES, new, {"name": name}) for new, name in names.items()]
    for name in sorted(there - set(names.values())):
        into = [names[new] for new, _ in went[name].most_common()]
        changes.append(Change(NEXT + _NAMES, f"former {name}", {"former": name, "into": into}))
    _write(state, changes)
    state.write([Change(META, SWITCH, {"at": _now()})])


def epoch(state: IndexState) -> str:
    """Return what is another one after stories were written anew."""
    found = state.get(META, [EPOCH]).get(EPOCH)
    return str(found.value["of"]) if found is not None else ""


def _named(shared: Mapping[str, Counter[str]], there: set[str]) -> dict[str, str]:
    """Give each new story the former id that it shares most with; no id to two of them."""
    claims = sorted(
        ((-number, old, new) for new, votes in shared.items() for old, number in votes.items())
    )
    names: dict[str, str] = {}
    taken: set[str] = set()
    for _, old, new in claims:
        if new not in names and old not in taken:
            names[new] = old
            taken.add(old)
    for new in sorted(shared.keys() - names.keys()):
        name, number = new, 1
        while name in taken or name in there:
            number += 1
            name = f"{new}-{number}"
        names[new] = name
        taken.add(name)
    return names


def carry_out(state: IndexState, alive: Callable[[], None] = lambda: None) -> None:
    """Write the new stories under their names, if that was decided; `alive` is called often."""
    if not state.get(META, [SWITCH]):
        return
    names = {entry.key: entry.value for entry in state.scan(NEXT + _NAMES)}
    at = _now()
    state.write([Change(META, EPOCH, {"of": uuid4().hex})])

    def renamed(collection: str) -> Iterator[Change]:
        for entry in state.scan(NEXT + ARTICLES if collection == ARTICLES else NEXT + STORIES):
            if collection == ARTICLES:
                name = names[str(entry.value["story"])]["name"]
                yield Change(ARTICLES, entry.key, {**entry.value, "story": name})
            else:
                yield Change(STORIES, str(names[entry.key]["name"]), entry.value)

    _write(state, renamed(ARTICLES), alive)
    _write(state, renamed(STORIES), alive)
    called = {str(one["name"]) for one in names.values() if "name" in one}
    kept = set(state.keys(NEXT + ARTICLES))
    gone = [Change(ARTICLES, key, None) for key in state.keys(ARTICLES) if key not in kept]
    _write(state, gone, alive)
    led = {str(one["former"]): one["into"] for one in names.values() if "former" in one}
    former: list[Change] = [
        Change(FORMER, name, {"into": into, "why": "rebuilt", "at": at})
        for name, into in led.items()
        if into
    ]
    _write(state, former, alive)
    left = [Change(STORIES, key, None) for key in state.keys(STORIES) if key not in called]
    _write(state, left, alive)
    _write(state, _corrected(state, names), alive)
    model = state.get(NEXT + META, [MODEL])[MODEL].value
    state.write([Change(META, MODEL, model), Change(META, SWITCH, None)])


def _corrected(state: IndexState, names: Mapping[str, Value]) -> Iterator[Change]:
    """Corrections name stories: they have their names of today."""
    now = {str(one["former"]): one["into"] for one in names.values() if "former" in one}
    for entry in state.scan(CORRECTIONS):
        placed = state.get(ARTICLES, [entry.key]).get(entry.key)
        if placed is not None and placed.value["story"] != entry.value["story"]:
            yield Change(CORRECTIONS, entry.key, {**entry.value, "story": placed.value["story"]})
    for entry in state.scan(APART):
        pair = [
            now.get(one, [one])[0] if now.get(one, [one]) else one for one in entry.value["stories"]
        ]
        if pair != entry.value["stories"]:
            yield Change(APART, entry.key, {**entry.value, "stories": pair})


def _write(
    state: IndexState, changes: Iterable[Change], alive: Callable[[], None] = lambda: None
) -> None:
    waiting = iter(changes)
    while some := list(islice(waiting, _TOGETHER)):
        state.write(some)
        alive()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
