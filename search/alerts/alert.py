"""An alert: a saved request that watches what arrives. A frozen value and its JSON document."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from search.alerts.damage import UNREADABLE, Part, PartReader, not_whole, other_version
from search.alerts.destinations import Destination
from search.alerts.schedule import Schedule
from search.errors import UsageError
from search.index.time_zones import UTC_NAME, zone_name
from search.query.document import read_request, request_document
from search.request import Request

VERSION = 1

PRECISION = 0.9
"""Share of the notices by meaning that are to be right, unless the alert says otherwise."""

LONGEST_NAME = 200

EPOCH = datetime.fromtimestamp(0, UTC)


class Stories(StrEnum):
    """What is told of an event."""

    GROUPED = "grouped"
    """The first article in full, further ones as "3 more sources"."""
    NEW = "new"
    """Only the first article of each story."""
    EVERY = "every"
    """Each article by itself."""


@dataclass(frozen=True, slots=True)
class Alert:
    """`owner` is the id of an API key, "" for whoever has the index.

    An alert that `follows` an article or story tells what becomes of it, and has no request.
    """

    name: str
    request: Request | None
    owner: str = ""
    precision: float = PRECISION
    only_words: bool = False
    stories: Stories = Stories.GROUPED
    schedule: Schedule = field(default_factory=Schedule)
    destinations: tuple[Destination, ...] = ()
    paused: bool = False
    created: datetime = EPOCH
    edited: datetime | None = None
    follows: str | None = None
    feed_secret: str = field(default="", repr=False)

    @property
    def id(self) -> str:
        """Sixteen hex digits of owner and name, so that no two of an owner have one name."""
        return alert_id(self.owner, self.name)

    @property
    def query(self) -> str:
        """The query as it was written; what is followed, where there is none."""
        if self.request is None:
            return f"follow {self.follows}"
        return self.request.text if self.request.written is None else self.request.written

    @property
    def by_meaning(self) -> bool:
        """Whether nearness in meaning can fire it."""
        request = self.request
        if request is None or self.only_words:
            return False
        return str(request.mode) != "lexical" and not request.by_date and bool(request.text.strip())

    def document(self) -> dict[str, Any]:
        """Return JSON values, secrets included: for storage only."""
        return {
            "version": VERSION,
            "id": self.id,
            "name": self.name,
            "owner": self.owner,
            "request": None if self.request is None else request_document(self.request),
            "follows": self.follows,
            "precision": self.precision,
            "only_words": self.only_words,
            "stories": str(self.stories),
            "schedule": {
                "every": self.schedule.every,
                "timezone": self.schedule.timezone,
                "on_write": self.schedule.on_write,
            },
            "destinations": [one.document() for one in self.destinations],
            "paused": self.paused,
            "created": self.created.isoformat(),
            "edited": None if self.edited is None else self.edited.isoformat(),
            "feed_secret": self.feed_secret,
        }


def alert_id(owner: str, name: str) -> str:
    """Return the id of an owner's alert of this name."""
    return hashlib.sha256(f"{owner}\n{name}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def new_feed_secret() -> str:
    """Return what makes the address of a feed unguessable: 192 random bits."""
    return secrets.token_urlsafe(24)


def checked(alert: Alert) -> Alert:
    """Return the alert if it makes sense. Raises `UsageError`."""
    if not alert.name.strip() or alert.name != alert.name.strip():
        raise UsageError("An alert needs a name, without spaces around it.")
    if alert.name.startswith("-") and alert.edited is None:
        raise UsageError("The name of an alert cannot begin with a minus, as an option does.")
    if len(alert.name) > LONGEST_NAME or not alert.name.isprintable():
        raise UsageError(f"A name has up to {LONGEST_NAME} characters, on one line.")
    if not 0.5 <= alert.precision <= 0.99:
        raise UsageError(
            f"--precision {alert.precision:g} is out of range; write 0.5 to 0.99, such as 0.9: "
            "nine in ten notices by meaning are to be right."
        )
    if alert.request is None and alert.follows is None:
        raise UsageError("An alert needs a query, or something to follow.")
    filters = None if alert.request is None else alert.request.filters
    if filters is not None and (filters.stories or filters.exclude_stories):
        raise UsageError(
            "An alert cannot have story: in its query; polywire alerts follow story:ID tells what "
            "becomes of a story."
        )
    return alert


def check_has_query(alert: Alert) -> None:
    """Raise `UsageError` for an alert that follows something: it is given no query."""
    if alert.follows is not None:
        raise UsageError(
            f"The alert {alert.name} follows {alert.follows}, and has no query. Add another alert "
            "for the query."
        )


def read_alert(
    document: Mapping[str, Any], now: datetime, anew: Collection[Part] = frozenset()
) -> Alert:
    """Read what `Alert.document` returned.

    Parts that are given `anew` are empty where they cannot be read; for any other that cannot it
    raises `AlertUnusable`.
    """
    name = str(document.get("name", "?")) if isinstance(document, Mapping) else "?"
    parts = PartReader(anew)
    try:
        if document["version"] != VERSION:
            raise other_version(name, document["version"], VERSION)
        request, schedule = document["request"], document["schedule"]
        edited = document.get("edited")
        alert = Alert(
            name=str(document["name"]),
            request=parts.read(
                Part.SEARCH, lambda: None if request is None else read_request(request, now), None
            ),
            owner=str(document.get("owner", "")),
            precision=float(document.get("precision", PRECISION)),
            only_words=bool(document.get("only_words", False)),
            stories=Stories(document.get("stories", Stories.GROUPED)),
            schedule=Schedule(
                parts.read(Part.EVERY, lambda: Schedule.of(schedule.get("every")).every, None),
                parts.read(
                    Part.TIMEZONE, lambda: zone_name(schedule.get("timezone") or UTC_NAME), UTC_NAME
                ),
                on_write=bool(schedule.get("on_write")),
            ),
            destinations=parts.read(
                Part.DESTINATIONS,
                lambda: tuple(map(Destination.read, document.get("destinations", ()))),
                (),
            ),
            paused=bool(document.get("paused", False)),
            created=datetime.fromisoformat(document["created"]),
            edited=None if edited is None else datetime.fromisoformat(edited),
            follows=document.get("follows"),
            feed_secret=str(document.get("feed_secret", "")),
        )
    except UNREADABLE as error:
        raise not_whole(name, error) from None
    parts.check(name)
    return alert
