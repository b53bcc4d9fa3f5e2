"""The stories of an index are found anew, beside programs that write; broken off, it goes on.

Articles are taken in the order of their arrival into collections of their own, and what is found
takes the place of the former stories at the end. Corrections stay, and so do ids: a new story has
that of the former one that it shares most with, and other former ids lead on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from search.coverage.stories import switching
from search.coverage.stories.features import fingerprint
from search.coverage.stories.keeper import StoryKeeper
from search.coverage.stories.stored import APART, CORRECTIONS, META, STORIES
from search.index.model import Arrival
from search.index.port import SearchIndex
from search.index.state import Change, IndexState

TOGETHER = 256

LOOK_BACK = timedelta(minutes=2)
"""What was written so long before is looked at again: writers commit some time after."""


def rebuild(
    state: IndexState, index: SearchIndex, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Find all stories anew; returns how many there are. `progress` is told of articles."""
    following = switching.NextState(state)
    found = following.get(META, [switching.MODEL]).get(switching.MODEL)
    if found is None or found.value["fingerprint"] != fingerprint(index.identity):
        switching.clear(state)
    corrections = _corrections(state)
    if corrections:
        following.write(corrections)
    keeper = StoryKeeper(following, index)
    index.show()
    began = datetime.now(UTC) - LOOK_BACK
    _take_in(keeper, index, None, progress)
    _take_in(keeper, index, began, lambda _: None)
    there = {one for one, _ in index.scan_states()}
    gone = sorted(keeper.articles() - there)
    for start in range(0, len(gone), TOGETHER):
        keeper.forget(gone[start : start + TOGETHER])
    with keeper.changing():
        pass  # an index without articles has a model, too
    main = StoryKeeper(state, index)
    with main.turn() as alive:
        index.show()
        _take_in(keeper, index, began, lambda _: alive())
        switching.decide(state)
        switching.carry_out(state, alive)
    switching.clear(state)
    return state.count(STORIES)


def _corrections(state: IndexState) -> list[Change]:
    """Return the corrections, which keep the stories that they name, old and new, as they are."""
    moved = {one.key: one.value for one in state.scan(CORRECTIONS)}
    named = {
        str(one[what]) for one in moved.values() for what in ("story", "left") if one.get(what)
    }
    kept = {
        str(member["id"]): {"story": entry.key, "kept": True}
        for entry in state.get(STORIES, named).values()
        for member in entry.value["members"]
    }
    apart = [Change(APART, one.key, one.value) for one in state.scan(APART)]
    return [*(Change(CORRECTIONS, key, value) for key, value in (kept | moved).items()), *apart]


def _take_in(
    keeper: StoryKeeper,
    index: SearchIndex,
    since: datetime | None,
    progress: Callable[[int], None],
) -> None:
    arrivals, looked = iter(index.arrivals(since)), 0
    while some := list(islice(arrivals, TOGETHER)):
        held = keeper.hashes(one.id for one in some)
        _placed(keeper, index, [one for one in some if held.get(one.id) != one.content_hash])
        looked += len(some)
        progress(looked)


def _placed(keeper: StoryKeeper, index: SearchIndex, arrivals: Sequence[Arrival]) -> None:
    if not arrivals:
        return
    found = index.get([one.id for one in arrivals])
    keeper.take_in([found[one.id] for one in arrivals if one.id in found])
