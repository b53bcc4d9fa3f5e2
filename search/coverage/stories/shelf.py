"""Which stories are listed, in a process that is asked again and again.

What stories are chosen by is held in memory, and what the log says was changed is read again; so a
list costs what it shows, and what was written since the last one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from search.coverage.stories import switching
from search.coverage.stories.columns import Columns
from search.coverage.stories.listing import Selection
from search.coverage.stories.model import Story
from search.coverage.stories.stored import JOURNAL, META, STORIES, read_story, several
from search.coverage.stories.turns import HEAD, changed_since, journal_key
from search.index.state import Entry, IndexState


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was stored when stories were read: whether it is the same, and what came since."""

    number: int
    """The last entry of the log."""
    revision: int
    """That of its entry in the journal: a restored backup has other entries of the same numbers."""
    epoch: tuple[str, int]
    """Another one once all stories were written anew."""


class StoryShelf:
    """The stories of an index, to list some of them. May be used from several threads."""

    def __init__(
        self, state: IndexState, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Nothing is read yet."""
        self._state = state
        self._now = now
        self._lock = threading.Lock()
        self._columns = Columns()
        self._reading: _Reading | None = None
        self._mark = -1
        self._held_back: dict[str, datetime] = {}
        """Stories with articles under embargo, and when the first of these ends."""

    def selected(self, selection: Selection) -> list[str]:
        """Return the ids of the stories that are wanted, in the order of `listing.selected`."""
        with self._lock:
            return self._current().selected(selection)

    def growing(self, after: datetime, until: datetime) -> list[str]:
        """Return the ids of stories with articles published then, those with most first."""
        with self._lock:
            return self._current().growing(after, until)

    def read(self, ids: Sequence[str]) -> list[Story]:
        """Read stories; one that went meanwhile is left out."""
        found = several(self._state, ids)
        return [found[one] for one in ids if one in found]

    def _current(self) -> Columns:
        moment = self._now()
        mark = self._state.mark(META)
        if mark != self._mark:
            self._catch_up(moment)
            self._mark = mark
        ended = [one for one, end in self._held_back.items() if end <= moment]
        if ended:
            self._take(ended, self._state.get(STORIES, ended).values(), moment)
        return self._columns

    def _catch_up(self, moment: datetime) -> None:
        reading = self._read()
        changed = self._changed(reading)
        if changed is None:
            self._columns, self._held_back = Columns(), {}
            self._take((), self._state.scan(STORIES), moment)
        else:
            self._take(changed, self._state.get(STORIES, changed).values(), moment)
        self._reading = reading

    def _changed(self, reading: _Reading) -> list[str] | None:
        """Return the stories that were changed since the last reading; None for all."""
        last = self._reading
        if last is None or last.epoch != reading.epoch or last.number > reading.number:
            return None
        if last.revision != self._revision(last.number):
            return None
        since = changed_since(self._state, last.number, reading.number)
        return None if since is None else since[1]

    def _read(self) -> _Reading:
        meta = self._state.get(META, [HEAD, switching.EPOCH, switching.MODEL])
        number = int(meta[HEAD].value["number"]) if HEAD in meta else 0
        epoch = str(meta[switching.EPOCH].value["of"]) if switching.EPOCH in meta else ""
        model = meta[switching.MODEL].revision if switching.MODEL in meta else 0
        return _Reading(number, self._revision(number), (epoch, model))

    def _revision(self, number: int) -> int:
        key = journal_key(number)
        entry = self._state.get(JOURNAL, [key]).get(key)
        return entry.revision if entry is not None else 0

    def _take(self, named: Iterable[str], found: Iterable[Entry], moment: datetime) -> None:
        """Take in stories as they are stored; those of the named that are not there are gone."""
        for name in named:
            self._columns.remove(name)
            self._held_back.pop(name, None)
        for entry in found:
            story = read_story(entry, moment)
            if story is not None:
                self._columns.put(story)
            ends = [
                end
                for one in entry.value["members"]
                if "embargo" in one and (end := datetime.fromisoformat(one["embargo"])) > moment
            ]
            if ends:
                self._held_back[entry.key] = min(ends)
