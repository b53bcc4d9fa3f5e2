"""Alerts for other programs: each owner sees and changes its own, within limits.

What is made over HTTP may lead anywhere but to this machine: no files, no standard output, and no
private addresses unless the settings say so.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from search.alerts.alert import Alert, checked, new_feed_secret
from search.alerts.damage import Part
from search.alerts.destinations import Destination, Kind, destination
from search.alerts.document import alert_document, damaged_document, state_document
from search.alerts.errors import AlertError, AlertMissing, AlertUnusable
from search.alerts.feed import SHOWN, atom
from search.alerts.following import Following
from search.alerts.notice import public
from search.alerts.preview import preview
from search.alerts.runner import Equipment
from search.alerts.store import ALERTS, AlertStore
from search.errors import UsageError

MOST_DESTINATIONS = 10

_LOCAL = frozenset({Kind.STDOUT, Kind.FILE})


@dataclass(frozen=True, slots=True, eq=False)
class AlertDesk:
    """The alerts of an index as others reach them; `most` is how many an owner may have."""

    store: AlertStore
    equipment: Callable[[bool], Equipment]
    most: int = 1000
    public_url: str | None = None

    def listed(self, owner: str, now: datetime) -> list[dict[str, Any]]:
        """Return an owner's alerts, without secrets."""
        return [
            alert_document(one) if isinstance(one, Alert) else damaged_document(one)
            for one in self.store.all(now, owner)
        ]

    def added(self, alert: Alert, server: str = "") -> dict[str, Any]:
        """Store a new alert; its secrets are in this answer, and never again.

        The address of a feed is that of `feed_address`.

        Raises `AlertExists`, `UsageError` for one that makes no sense, `AlertError` for too many.
        """
        mine = [e for e in self.store.state.scan(ALERTS) if e.value.get("owner") == alert.owner]
        if len(mine) >= self.most:
            raise AlertError(f"There are {len(mine):,} alerts, as many as may be; remove some.")
        made = checked(replace(alert, feed_secret=new_feed_secret()))
        following = None
        if made.follows is not None:
            own = self.equipment(False)
            following = Following(self.store, own.index, own.links)
            following.check(made)
        self.store.add(made)
        if following is not None:
            following.begin(made)
        return self._with_secrets(made, made.destinations, server)

    def changed(self, before: Alert, after: Alert, server: str = "") -> dict[str, Any]:
        """Store a changed alert; secrets of new destinations are in this answer only.

        Who sends back an address as it is shown, without its keys, means the one that is there.
        """
        known = {one.id: one for one in before.destinations}
        shown = {one["target"]: one["id"] for one in alert_document(before)["destinations"]}
        kept = tuple(
            known.get(one.id) or known.get(shown.get(one.target, ""), one)
            for one in after.destinations
        )
        made = checked(replace(after, destinations=kept))
        self.store.put(made)
        return self._with_secrets(made, [one for one in kept if one.id not in known], server)

    def _with_secrets(
        self, alert: Alert, new: Sequence[Destination], server: str
    ) -> dict[str, Any]:
        document = alert_document(alert)
        document["secrets"] = {one.id: one.secret for one in new if one.secret}
        if any(one.kind is Kind.FEED for one in new):
            document["feed"] = self.feed_address(alert, server)
        return document

    def feed_address(self, alert: Alert, server: str = "") -> str:
        """Return the address of an alert's feed: whoever knows it may read it.

        It begins with `public_url`, without one with `server`.
        """
        base = (self.public_url or server).rstrip("/")
        return f"{base}/v1/alerts/{alert.id}/feed?secret={alert.feed_secret}"

    def one(self, identifier: str, owner: str, now: datetime) -> dict[str, Any]:
        """Return an alert and how far it is."""
        alert = self.find(identifier, owner, now)
        pending = self.store.notices(list(self.store.pending(alert.id))).values()
        progress = self.store.progress([alert.id]).get(alert.id)
        sent = self.store.sent([alert.id]).get(alert.id, [])
        state = state_document(alert, progress, [entry.value for entry in pending], sent, now)
        return alert_document(alert) | {"state": state | {"told": self.store.told(alert.id)}}

    def find(
        self,
        identifier: str,
        owner: str,
        now: datetime,
        anew: Collection[Part] = frozenset(),
    ) -> Alert:
        """Return an owner's alert by id or name; parts that are given `anew` need not be readable.

        Raises `AlertMissing`, `AlertUnusable`.
        """
        return self.store.find(identifier, now, owner, anew)

    def remove(self, identifier: str, owner: str) -> None:
        """Remove an owner's alert. Raises `AlertMissing`."""
        self.store.remove(self.store.id_of(identifier, owner))

    def preview(self, alert: Alert, since: datetime, now: datetime) -> dict[str, Any]:
        """Return what an alert would have told since a moment.

        Raises `UsageError` for one that makes no sense, as `added` does.
        """
        if alert.request is None:
            raise AlertError("What is followed has no preview: it tells what becomes of it.")
        return preview(checked(alert), self.equipment, since, now)

    def history(self, identifier: str, owner: str, limit: int) -> list[dict[str, Any]]:
        """Return what an alert told, newest first, with its deliveries."""
        return [dict(one) for one in self.store.history(self.store.id_of(identifier, owner))][
            :limit
        ]

    def feed(self, identifier: str, secret: str, now: datetime, server: str = "") -> bytes:
        """Return the Atom feed; `server` is the address that it was asked of.

        Raises `AlertMissing`, also for a wrong secret.
        """
        alert = self.by_secret(identifier, secret, now)
        notices = [public(one) for one in self.store.history(alert.id)][:SHOWN]
        return atom(alert, notices, self.feed_address(alert, server))

    def by_secret(self, identifier: str, secret: str, now: datetime) -> Alert:
        """Return the alert whose address somebody knows. Raises `AlertMissing`."""
        try:
            alert = self.store.find(identifier, now)
        except (AlertMissing, AlertUnusable):  # what of it is damaged is for its owner only
            alert = None
        known = alert.feed_secret if alert is not None else ""
        if (
            alert is None
            or not known
            or not hmac.compare_digest(known.encode(), secret.encode("utf-8", "replace"))
        ):
            raise AlertMissing("There is no such feed.")
        return alert


def destinations(texts: Sequence[str]) -> tuple[Destination, ...]:
    """Read destinations that were sent over HTTP. Raises `UsageError`."""
    found = tuple(map(destination, dict.fromkeys(texts)))
    local = [
        text for text, one in zip(dict.fromkeys(texts), found, strict=True) if one.kind in _LOCAL
    ]
    if local:
        raise UsageError(
            f"{local[0]} is on the server; over HTTP, notices go to mail, webhooks and feeds."
        )
    if len(found) > MOST_DESTINATIONS:
        raise UsageError(f"An alert has up to {MOST_DESTINATIONS} destinations.")
    return found or (Destination(Kind.FEED),)
