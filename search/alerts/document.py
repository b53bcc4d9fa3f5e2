"""An alert as others see it: JSON without secrets, for lists, exports and the HTTP API. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from search.addresses import without_credentials
from search.alerts.alert import Alert, new_feed_secret
from search.alerts.destinations import OVER_HTTP, Destination, Kind, new_secret
from search.alerts.notice import CLAIMED, DONE, WAITING
from search.alerts.store import Damaged, Progress


def alert_document(alert: Alert) -> dict[str, Any]:
    """Return the alert without secrets.

    Addresses of chat webhooks, which are some, are cut; others are shown without user and password.
    """
    document = alert.document()
    del document["feed_secret"]
    document["query"] = alert.query
    document["destinations"] = [
        {
            "id": one.id,
            "kind": str(one.kind),
            "target": _bare(one),
            "shown": one.shown,
        }
        for one in alert.destinations
    ]
    return document


def _bare(destination: Destination) -> str:
    if destination.kind in (Kind.SLACK, Kind.MATTERMOST):
        return ""
    return without_credentials(destination.target)


def damaged_document(damaged: Damaged) -> dict[str, Any]:
    """Return what is known of an alert that cannot be read."""
    return {
        "id": damaged.id,
        "name": damaged.name,
        "owner": damaged.owner,
        "error": damaged.sentence,
    }


def with_secrets_from(alert: Alert, now: datetime) -> Alert:
    """Return an imported alert with new secrets where it has none, watching from now on."""
    destinations = tuple(
        replace(one, secret=one.secret or new_secret(one.kind))
        for one in alert.destinations
        if one.target or one.kind not in OVER_HTTP
    )
    secret = alert.feed_secret or new_feed_secret()
    return replace(alert, destinations=destinations, feed_secret=secret, created=now, edited=None)


def state_document(
    alert: Alert, progress: Progress | None, pending: Iterable[Mapping[str, Any]], now: datetime
) -> dict[str, Any]:
    """Say when an alert ran and runs again, and what of its notices is not delivered yet."""
    states = [one for notice in pending for one in notice["deliveries"].values()]
    open_ = [one for one in states if one["state"] in (WAITING, CLAIMED)]
    failing = [one for one in open_ if one.get("error")]
    last = None if progress is None else progress.last_run
    due = None
    if alert.schedule.every is not None and not alert.paused:
        due = alert.schedule.next_after(last or alert.created)
    return {
        "id": alert.id,
        "name": alert.name,
        "paused": alert.paused,
        "last_run": None if last is None else last.isoformat(),
        "next_run": None if due is None else max(due, now).isoformat(),
        "waiting": len(open_),
        "delivered": sum(one["state"] == DONE for one in states),
        "failing": _failing(failing),
        "error": None,
    }


def _failing(states: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Group what fails by destination and reason."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in states:
        row = found.setdefault(
            (one["to"], one["error"]),
            {"to": one["to"], "error": one["error"], "notices": 0, "attempts": 0, "next": None},
        )
        row["notices"] += 1
        row["attempts"] = max(row["attempts"], one["attempts"])
        row["next"] = min(filter(None, (row["next"], one["next"])), default=None)
    return list(found.values())
