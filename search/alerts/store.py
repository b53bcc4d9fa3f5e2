"""Alerts, and how far each has come, in the state of an index.

    alerts           id -> the alert as a document
    alert_progress   id -> up to which arrival it has looked, and when it ran
    alert_sent       id -> when its latest messages to people were sent
    alert_notices    id/article -> what was told, and how far each delivery is: what is here is
                     never told again; of old notices only that is left
    alert_stories    id/story -> the notice that told the story first
    alert_followed   id -> what was seen of what is followed
    alert_pruned     when old notices were last pruned
    alert_outbox     id/article -> nothing but a pointer: some delivery of that notice is not done

An entry of the outbox is written before its notice, and removed after the last delivery: whenever a
process ends, whatever of the two is there is enough to go on from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from search.alerts.alert import Alert, alert_id, read_alert
from search.alerts.damage import Part
from search.alerts.errors import AlertExists, AlertMissing, AlertUnusable
from search.index.state import Change, Entry, IndexState, StateConflict

ALERTS, PROGRESS, SENT = "alerts", "alert_progress", "alert_sent"
NOTICES, OUTBOX = "alert_notices", "alert_outbox"

OF_ALERTS = (PROGRESS, SENT, "alert_followed")
"""What else stands under the id of an alert, and goes with it."""

_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an alert has come: `until` is the arrival up to which it has looked."""

    until: datetime
    last_run: datetime | None = None

    def document(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "until": self.until.isoformat(),
            "last_run": None if self.last_run is None else self.last_run.isoformat(),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Progress:
        """Read what `document` returned."""
        last = document.get("last_run")
        return cls(
            datetime.fromisoformat(document["until"]),
            None if last is None else datetime.fromisoformat(last),
        )


@dataclass(frozen=True, slots=True)
class Damaged:
    """An alert whose record cannot be read: its id and name, and why."""

    id: str
    name: str
    owner: str
    sentence: str


def notice_key(alert: str, article_id: str) -> str:
    """Return the key of what is told of an article: the same in every process."""
    digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{alert}/{digest}"


class AlertStore:
    """Reads and writes the alerts of one index."""

    def __init__(self, state: IndexState) -> None:
        self.state = state

    def all(self, now: datetime, owner: str | None = None) -> list[Alert | Damaged]:
        """Every alert by name, or those of an owner; one that cannot be read is `Damaged`."""
        found = [_read(entry, now) for entry in self.state.scan(ALERTS)]
        mine = [one for one in found if owner is None or one.owner == owner]
        return sorted(mine, key=lambda one: (one.name.casefold(), one.name, one.owner))

    def find(
        self,
        name: str,
        now: datetime,
        owner: str | None = None,
        anew: Collection[Part] = frozenset(),
    ) -> Alert:
        """Return an alert by name or id; parts that are given `anew` need not be readable.

        Raises `AlertMissing`, and `AlertUnusable` where another part cannot be read.
        """
        entry = self.state.get(ALERTS, [self.id_of(name, owner)]).get(self.id_of(name, owner))
        assert entry is not None  # noqa: S101 - `id_of` has just seen it
        return read_alert(entry.value, now, anew)

    def id_of(self, name: str, owner: str | None = None) -> str:
        """Return the id of an alert, readable or not, by name or id. Raises `AlertMissing`."""
        wanted = alert_id(owner or "", name)
        for key, entry in self.state.get(ALERTS, {wanted, *_as_id(name)}).items():
            if owner is None or entry.value.get("owner", "") == owner:
                return key
        if owner is None:  # whoever has the index may name those of others
            named = [e.key for e in self.state.scan(ALERTS) if e.value.get("name") == name]
            if len(named) == 1:
                return named[0]
        raise AlertMissing(f"There is no alert {name}; polywire alerts list shows all.")

    def add(self, alert: Alert, *, replacing: bool = False) -> None:
        """Store a new alert; it looks at what arrives from `alert.created` on.

        Raises `AlertExists` unless it may replace one.
        """
        progress = Progress(alert.created)
        try:
            self.state.write(
                [
                    Change(ALERTS, alert.id, alert.document(), None if replacing else 0),
                ]
            )
        except StateConflict:
            raise AlertExists(
                f"There is an alert {alert.name} already; change it with polywire alerts edit, or "
                "choose another name."
            ) from None
        if not (replacing and self.progress([alert.id])):
            self.state.write([Change(PROGRESS, alert.id, progress.document())])

    def put(self, alert: Alert) -> None:
        """Store a changed alert in place of what was there."""
        self.state.write([Change(ALERTS, alert.id, alert.document())])

    def remove(self, identifier: str) -> None:
        """Remove an alert, what it told, and what it still has to tell."""
        self.state.write([Change(ALERTS, identifier, None)])
        for collection in (OUTBOX, NOTICES, "alert_stories"):
            keys = [e.key for e in self.state.scan(collection, prefix=f"{identifier}/")]
            for start in range(0, len(keys), _TOGETHER):
                some = keys[start : start + _TOGETHER]
                self.state.write([Change(collection, key, None) for key in some])
        self.state.write([Change(each, identifier, None) for each in OF_ALERTS])

    def progress(self, identifiers: Iterable[str]) -> dict[str, Progress]:
        """Return how far alerts have come, by id."""
        entries = self.state.get(PROGRESS, identifiers)
        return {key: Progress.read(entry.value) for key, entry in entries.items()}

    def advance(
        self,
        alerts: Sequence[Alert],
        known: Mapping[str, Progress],
        now: datetime,
        until: datetime | None = None,
    ) -> dict[str, Progress]:
        """Note that alerts ran and, if so, up to which arrival they have looked.

        Returns their progress. Of two processes that note it at the same moment one wins: what was
        looked at is then looked at again, and what was told is not told again.
        """
        changed: dict[str, Progress] = {}
        for alert in alerts:
            before = known[alert.id]
            reached = before.until if until is None else max(before.until, until)
            changed[alert.id] = replace(before, until=reached, last_run=now)
        self.state.write([Change(PROGRESS, k, one.document()) for k, one in changed.items()])
        return changed

    def note_sent(self, alert: Alert, moment: datetime, most: int) -> None:
        """Note a message, for throttling; `most` moments are enough."""
        entry = self.state.get(SENT, [alert.id]).get(alert.id)
        moments = [] if entry is None else list(entry.value["at"])
        self.state.write([Change(SENT, alert.id, {"at": [*moments, moment.isoformat()][-most:]})])

    def sent(self, identifiers: Iterable[str]) -> dict[str, list[datetime]]:
        """Return when the latest messages of alerts were sent, by id."""
        entries = self.state.get(SENT, identifiers)
        return {k: list(map(datetime.fromisoformat, e.value["at"])) for k, e in entries.items()}

    def tell(
        self,
        notices: Mapping[str, Mapping[str, Any]],
        instead: Mapping[str, int] | None = None,
    ) -> int:
        """Store notices by their key, and what points to them; returns how many were new.

        What is there stays, but for the revisions that these are written `instead` of. What
        another process tells at the same moment is left to it.
        """
        stale = instead or {}
        known = set(self.state.get(NOTICES, [key for key in notices if key not in stale]))
        wanted = [key for key in notices if key not in known]
        changes = {key: _told(key, notices[key], stale.get(key, 0)) for key in wanted}
        try:
            self.state.write([each for key in wanted for each in changes[key]])
        except StateConflict:
            wanted = [key for key in wanted if self._tell_one(changes[key])]
        return sum(notices[key]["kind"] != "part" for key in wanted)

    def _tell_one(self, changes: Sequence[Change]) -> bool:
        try:
            self.state.write(changes)
        except StateConflict:
            return False
        return True

    def pending(self, identifier: str | None = None) -> Iterator[str]:
        """Keys of notices of which some delivery is not done."""
        prefix = "" if identifier is None else f"{identifier}/"
        for entry in self.state.scan(OUTBOX, prefix=prefix):
            yield entry.key

    def unpoint(self, keys: Sequence[str]) -> None:
        """Remove entries of the outbox: all deliveries of their notices are done."""
        self.state.write([Change(OUTBOX, key, None) for key in keys])

    def notices(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return notices as they are now."""
        return self.state.get(NOTICES, keys)

    def told(self, identifier: str) -> int:
        """How many notices an alert has told."""
        found = self.state.scan(NOTICES, prefix=f"{identifier}/")
        return sum(entry.value["kind"] != "part" for entry in found)

    def history(self, identifier: str) -> list[Mapping[str, Any]]:
        """What an alert told, newest first, but for old notices that were pruned.

        Without what another notice has as a further source.
        """
        every = [entry.value for entry in self.state.scan(NOTICES, prefix=f"{identifier}/")]
        found = [one for one in every if one["kind"] != "part" and not one.get("pruned")]
        return sorted(found, key=lambda one: (one["found"], one["id"]), reverse=True)


def _told(key: str, notice: Mapping[str, Any], expected: int) -> list[Change]:
    waits = [Change(OUTBOX, key, {"at": notice["found"]})] if notice["deliveries"] else []
    return [*waits, Change(NOTICES, key, notice, expected)]


def _as_id(name: str) -> list[str]:
    return [name] if len(name) == 16 and all(c in "0123456789abcdef" for c in name) else []


def _read(entry: Entry, now: datetime) -> Alert | Damaged:
    try:
        return read_alert(entry.value, now)
    except AlertUnusable as error:
        name, owner = str(entry.value.get("name", "?")), str(entry.value.get("owner", ""))
        return Damaged(entry.key, name, owner, str(error))
