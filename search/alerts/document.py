"""An alert as others see it: JSON without secrets, for lists, exports and the HTTP API. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from search.addresses import without_credentials
from search.alerts.alert import Alert, new_feed_secret, read_alert
from search.alerts.delivery.throttle import held_until
from search.alerts.destinations import OVER_HTTP, PEOPLE, Destination, Kind, new_secret
from search.alerts.notice import CLAIMED, DONE, WAITING
from search.alerts.store import Damaged, Progress

_SECRET = re.compile(
    r"(?i)(.*[_.-])?(api|access|auth|app|client|hook|secret|shared)?[_-]?"
    r"(keys?|tokens?|secrets?|sig(nature)?|code|auth|pass(word|wd)?|pwd)"
)
"""Names of parameters of web addresses that are keys."""

_WORD = re.compile(r"[a-z]{0,15}|[A-Z]?[a-z]{1,14}|[A-Z]{1,5}|v?\d{1,4}")
"""A part of an address that is a word or a small number; keys have digits among their letters, both
cases, or are long."""

_SEVERAL_CASES = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|[-_.~@+,;:!() ]")
"""Where parts of an address consist of words: at marks, and in camelCase."""

CUT = "..."


def alert_document(alert: Alert) -> dict[str, Any]:
    """Return the alert without secrets.

    Addresses of chat webhooks, which are some, are left out; others are shown without user and
    password, without parameters that are a key or called one, such as `token`, and up to the first
    part of the path that may be a key. The id of a destination is that of the whole.
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
    if destination.kind is not Kind.WEBHOOK:
        return without_credentials(destination.target)
    parts = urlsplit(without_credentials(destination.target))
    path = parts.path.split("/")
    key = next((number for number, part in enumerate(path) if _may_be_key(part)), None)
    shown = path if key is None else [*path[:key], CUT]
    query = "&".join(one for one in parts.query.split("&") if one and not _is_key(one))
    return urlunsplit(parts._replace(path="/".join(shown), query=query, fragment=""))


def _is_key(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return bool(_SECRET.fullmatch(name)) or _may_be_key(name) or _may_be_key(value)


def _may_be_key(part: str) -> bool:
    """Tell whether a part of an address may be a key: whether it is anything but plain words."""
    return not all(map(_WORD.fullmatch, _SEVERAL_CASES.split(unquote(part))))


def damaged_document(damaged: Damaged) -> dict[str, Any]:
    """Return what is known of an alert that cannot be read."""
    return {
        "id": damaged.id,
        "name": damaged.name,
        "owner": damaged.owner,
        "error": damaged.sentence,
    }


def with_secrets_from(document: Mapping[str, Any], now: datetime) -> tuple[Alert, tuple[str, ...]]:
    """Read an exported alert: it gets new secrets where it has none, and watches from now on.

    Also returns the destinations that are left out, as they may be shown: of their addresses,
    which are secrets, a part was cut. Raises `AlertUnusable`.
    """
    alert = read_alert(document, now)
    given = list(zip(document.get("destinations", ()), alert.destinations, strict=True))
    cut = tuple(str(one.get("shown", read.shown)) for one, read in given if _cut(one, read))
    destinations = tuple(
        replace(read, secret=read.secret or new_secret(read.kind))
        for one, read in given
        if not _cut(one, read)
    )
    secret = alert.feed_secret or new_feed_secret()
    made = replace(alert, destinations=destinations, feed_secret=secret, created=now, edited=None)
    return made, cut


def _cut(document: Mapping[str, Any], read: Destination) -> bool:
    return read.kind in OVER_HTTP and (not read.target or document.get("id", read.id) != read.id)


def state_document(
    alert: Alert,
    progress: Progress | None,
    pending: Iterable[Mapping[str, Any]],
    sent: Sequence[datetime],
    now: datetime,
) -> dict[str, Any]:
    """Say when an alert ran and runs again, and what of its notices is not delivered yet.

    `held_until` is when people are written to again, of an alert that wrote to them too often;
    `sent` is when it did.
    """
    people = {one.id for one in alert.destinations if one.kind in PEOPLE}
    given = [pair for notice in pending for pair in notice["deliveries"].items()]
    states = [one for _, one in given]
    waits = any(one["state"] == WAITING and identifier in people for identifier, one in given)
    held = held_until(sent, now) if waits else None
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
        "held_until": None if held is None else held.isoformat(),
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
