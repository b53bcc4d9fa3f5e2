"""Delivers what is told and not taken yet: retried with backoff, never lost.

A delivery is claimed by one process and done at least once. Between sending and noting that it was
sent a process may end; what it held is then sent again as the same message with the same id, by
which files, mail and programs tell it. A destination that fails holds up only what goes to it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from search.alerts.alert import Alert
from search.alerts.delivery.message import Message, Sender, message_id
from search.alerts.delivery.throttle import SENT, held_until, is_throttled
from search.alerts.destinations import PEOPLE, Destination, Kind
from search.alerts.errors import DeliveryFailed
from search.alerts.notice import CLAIMED, DONE, DROPPED, WAITING
from search.alerts.store import NOTICES, OUTBOX, AlertStore
from search.claims import claim, holds
from search.index.state import Change, Entry, StateConflict

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=6)

SIDE_BY_SIDE = 8
"""Destinations that are sent to at once: one that hangs does not keep the others waiting."""

TOGETHER = 100
"""Notices of one message to a program."""

MAILED = 1_000
"""Notices of one mail or chat message, which shows the first of them and counts the others."""


_READ = 500
_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of messages: notices that were taken, and sentences on those that were not."""

    taken: int = 0
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Notices for one destination of an alert, which are sent as one message."""

    alert: Alert
    destination: Destination
    entries: Sequence[Entry]
    given: str | None
    throttled: bool = False


class Deliverer:
    """Sends what waits. `senders` has what can be sent from here; the rest keeps waiting."""

    def __init__(self, store: AlertStore, senders: Mapping[Kind, Sender]) -> None:
        self._store = store
        self._senders = senders

    def deliver(
        self, alerts: Sequence[Alert], now: datetime, *, at_once: bool = False
    ) -> Delivered:
        """Send what is due of these alerts; `at_once` also what waits for its next try."""
        waiting: defaultdict[str, list[_Group]] = defaultdict(list)
        pending: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._store.pending():
            pending[key.partition("/")[0]].append(key)
        for alert in alerts:
            keys = pending.get(alert.id, [])
            for group in self._due(alert, keys, now, at_once=at_once) if keys else ():
                waiting[group.destination.id].append(group)
        if not waiting:
            return Delivered()
        with ThreadPoolExecutor(SIDE_BY_SIDE, "polywire-alerts") as pool:
            done = list(pool.map(lambda groups: self._all(groups, now), waiting.values()))
        failed = [sentence for one in done for sentence in one.failed]
        return Delivered(sum(one.taken for one in done), tuple(failed))

    def _due(
        self, alert: Alert, keys: Sequence[str], now: datetime, *, at_once: bool
    ) -> Iterator[_Group]:
        """Yield the messages of an alert that are due, and tidy up what is done."""
        to = {one.id: one for one in alert.destinations}
        fresh: defaultdict[str, list[Entry]] = defaultdict(list)
        given: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self._pending(keys, now):
            for identifier, state in entry.value["deliveries"].items():
                if identifier not in to and state["state"] not in (DONE, DROPPED):
                    self._mark([entry], identifier, {"state": DROPPED})
                elif self._is_due(state, to.get(identifier), now, at_once=at_once):
                    if state.get("message"):
                        given[identifier, state["message"]].append(entry)
                    else:
                        fresh[identifier].append(entry)
        for (identifier, message), entries in given.items():
            yield _Group(alert, to[identifier], entries, message)
        for identifier, entries in fresh.items():
            yield from self._grouped(alert, to[identifier], entries, now)

    def _grouped(
        self,
        alert: Alert,
        to: Destination,
        entries: list[Entry],
        now: datetime,
    ) -> Iterator[_Group]:
        to_people = to.kind in PEOPLE
        sent = self._store.sent([alert.id]).get(alert.id, []) if to_people else []
        if (until := held_until(sent, now)) is not None:
            log.info("alert %s is throttled until %s", alert.name, until.isoformat())
            return
        entries.sort(key=lambda entry: (entry.value["found"], entry.key))
        most = MAILED if to_people else TOGETHER
        for start in range(0, len(entries), most):
            some = entries[start : start + most]
            throttled = to_people and is_throttled(sent, now)
            yield _Group(alert, to, some, None, throttled)

    def _is_due(
        self, state: Mapping[str, Any], to: Destination | None, now: datetime, *, at_once: bool
    ) -> bool:
        if to is None or to.kind not in self._senders or state["state"] in (DONE, DROPPED):
            return False
        if state["state"] == CLAIMED:
            return not holds(state["claim"], now)
        if at_once or state["next"] is None:
            return True
        then = datetime.fromisoformat(state["next"])
        return then <= now or then > now + LONGEST_RETRY  # a clock was set back

    def _pending(self, keys: Sequence[str], now: datetime) -> Iterator[Entry]:
        """Yield the notices of which a delivery is not done; remove pointers to others."""
        for start in range(0, len(keys), _READ):
            some = keys[start : start + _READ]
            found = self._store.notices(some)
            settled = [key for key, entry in found.items() if _settled(entry.value)]
            self._store.unpoint([*settled, *self._stale(set(some) - found.keys(), now)])
            yield from (entry for key, entry in found.items() if key not in settled)

    def _stale(self, keys: set[str], now: datetime) -> list[str]:
        """Return pointers that have no notice: not those whose notice is being written just now."""
        entries = self._store.state.get(OUTBOX, keys).values()
        old = now - timedelta(days=1)
        return [e.key for e in entries if datetime.fromisoformat(e.value["at"]) < old]

    def _all(self, groups: Sequence[_Group], now: datetime) -> Delivered:
        """Send what goes to one destination, until it fails."""
        taken, failed = 0, list[str]()
        for group in groups:
            claimed = self._claimed(group, now)
            if not claimed:
                continue
            try:
                taken += self._send(group, claimed, now)
            except DeliveryFailed as error:
                failure = error
            except Exception as error:  # a fault of ours must lose nothing and stop no other
                log.exception("delivering to %s", group.destination.shown)
                failure = DeliveryFailed(f"Unexpected {type(error).__name__}: {error}")
            else:
                continue
            self._retry_later(group, claimed, failure, now)
            failed.append(f"{group.alert.name} to {group.destination.shown}: {failure}")
            break
        return Delivered(taken, tuple(failed))

    def _claimed(self, group: _Group, now: datetime) -> list[Entry]:
        """Claim the deliveries of a message; nothing where another process has some of them."""
        to = group.destination.id
        message = group.given or message_id(to, [entry.value for entry in group.entries])
        changes = {"state": CLAIMED, "claim": claim(now), "message": message}
        keys = [entry.key for entry in group.entries]
        mine = self._mark(group.entries, to, changes)
        claimed = list(self._store.notices(mine).values())
        if len(mine) == len(keys):
            return claimed
        free = {"state": WAITING, "claim": None, "message": group.given}
        self._mark(claimed, to, free)
        return []

    def _send(self, group: _Group, claimed: Sequence[Entry], now: datetime) -> int:
        to = group.destination
        before = [entry.value["deliveries"][to.id] for entry in group.entries]
        message = Message(
            claimed[0].value["deliveries"][to.id]["message"],
            group.alert,
            to,
            [entry.value for entry in claimed],
            now,
            again=any(one["state"] == CLAIMED or one["attempts"] for one in before),
            throttled=group.throttled,
        )
        self._senders[to.kind].send(message)
        if to.kind in PEOPLE:  # what failed reached nobody, and does not count
            self._store.note_sent(group.alert, now, SENT)
        self._mark(claimed, to.id, {"state": DONE, "at": now.isoformat(), "claim": None})
        read = self._store.notices([entry.key for entry in claimed])
        self._store.unpoint([key for key, entry in read.items() if _settled(entry.value)])
        return len(claimed)

    def _retry_later(
        self, group: _Group, claimed: Sequence[Entry], error: DeliveryFailed, now: datetime
    ) -> None:
        to = group.destination.id
        attempts = 1 + max(int(e.value["deliveries"][to]["attempts"]) for e in claimed)
        wait = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(attempts - 1, 12))
        changes = {
            "state": WAITING,
            "claim": None,
            "attempts": attempts,
            "next": (now + (LONGEST_RETRY if error.lasting else wait)).isoformat(),
            "error": str(error),
        }
        self._mark(claimed, to, changes)

    def _mark(self, entries: Sequence[Entry], to: str, changes: Mapping[str, Any]) -> list[str]:
        """Change one delivery of each notice, where it is still as in `entries`.

        Other deliveries of the same notices may change meanwhile. Returns the keys of what it
        changed.
        """
        seen = {entry.key: entry.value["deliveries"][to] for entry in entries}
        for _ in range(_ATTEMPTS):
            found = self._store.notices(list(seen))
            states = {key: entry.value["deliveries"][to] for key, entry in found.items()}
            open_ = [key for key, state in states.items() if state == seen[key]]
            done = [key for key, state in states.items() if changes.items() <= state.items()]
            wanted = [key for key in open_ if key not in done]
            try:
                self._store.state.write([_change(found[key], to, changes) for key in wanted])
            except StateConflict:
                continue
            return [key for key in seen if key in {*wanted, *done}]
        return []


def _change(entry: Entry, to: str, changes: Mapping[str, Any]) -> Change:
    states = entry.value["deliveries"]
    value = {**entry.value, "deliveries": {**states, to: {**states[to], **changes}}}
    return Change(NOTICES, entry.key, value, entry.revision)


def _settled(value: Mapping[str, Any]) -> bool:
    return all(one["state"] in (DONE, DROPPED) for one in value["deliveries"].values())
