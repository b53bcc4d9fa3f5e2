"""What clients may send of alerts, checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from search.alerts.alert import PRECISION, Alert, Stories, check_has_query
from search.alerts.damage import Part
from search.alerts.desk import destinations
from search.alerts.schedule import Schedule
from search.api.requests.narrowing import Listing, Text
from search.api.requests.search import LONGEST_QUERY
from search.errors import UsageError
from search.query.options import Defaults
from search.request import Request
from search.retrieval.hybrid import check

Destinations = Annotated[list[Annotated[Text, Field(max_length=2000)]], Field(max_length=20)]

_TO: Any = Field(
    default_factory=list,
    description="Mail addresses, webhooks (https://...), slack:https://..., "
    "mattermost:https://..., or feed, which is the default",
    examples=[["feed"]],
)
_EVERY = Field(
    None,
    description="15m, hourly, daily 08:00, weekdays 08:00; without, at every run",
    max_length=100,
    examples=["daily 08:00"],
)
_Q = Field(
    None,
    description="The query, in any language and in the query language",
    examples=["flood Lerna"],
    max_length=LONGEST_QUERY,
)


class AlertSearch(Listing):
    """The search of an alert, with all options of a search."""

    q: Text | None = _Q
    title: Text | None = Field(None, description="Words in the headline", max_length=1000)

    def asked(self, defaults: Defaults) -> Request:
        """Return the request. Raises `UsageError` or `QueryError`."""
        request = replace(self.request_of(self.q or "", defaults), rerank=False)
        check(request, None, "alerts add NAME")
        return request


class AlertSent(AlertSearch):
    """A new alert."""

    name: Text = Field(description="What it is called", max_length=200, examples=["Lerna"])
    follow: Text | None = Field(
        None,
        description="Instead of a query: the id of an article, or story:ID, that is followed",
        max_length=600,
    )
    every: Text | None = _EVERY
    on_write: bool = Field(False, description="Also run at once after each write")
    to: Destinations = _TO
    precision: float = Field(
        PRECISION, ge=0.5, le=0.99, description="Share of notices by meaning that are to be right"
    )
    only_words: bool = Field(False, description="Leave meaning out")
    stories: Stories = Field(Stories.GROUPED, description="What of a story is told")

    def alert(self, owner: str, defaults: Defaults, now: datetime) -> Alert:
        """Return the alert. Raises `UsageError` or `QueryError`."""
        if self.follow and (self.q or self.title):
            raise UsageError(
                "An alert that follows something has no query. Add another alert for the query."
            )
        return Alert(
            name=self.name.strip(),
            request=None if self.follow else self.asked(defaults),
            follows=self.follow or None,
            owner=owner,
            precision=self.precision,
            only_words=self.only_words,
            stories=self.stories,
            schedule=Schedule.of(
                self.every, self.timezone or defaults.timezone, on_write=self.on_write
            ),
            destinations=destinations(self.to),
            created=now,
        )


class AlertChanges(AlertSearch):
    """What is to change of an alert; what is not given stays.

    With `q`, the search is made anew of it and the other search options that are given.
    """

    every: Text | None = _EVERY
    on_write: bool | None = Field(None, description="Also run at once after each write")
    to: Destinations | None = Field(None, description="Destinations in place of the present ones")
    precision: float | None = Field(None, ge=0.5, le=0.99, description="As for a new alert")
    only_words: bool | None = Field(None, description="Leave meaning out")
    stories: Stories | None = Field(None, description="What of a story is told")
    paused: bool | None = Field(None, description="Whether it is paused")

    def anew(self) -> frozenset[Part]:
        """Return the parts that are given: they need not be readable in the alert."""
        given = {
            Part.SEARCH: self.q is not None,
            Part.EVERY: "every" in self.model_fields_set,
            Part.TIMEZONE: self.timezone is not None,
            Part.DESTINATIONS: self.to is not None,
        }
        return frozenset(part for part, there in given.items() if there)

    def applied(self, alert: Alert, defaults: Defaults, now: datetime) -> Alert:
        """Return the changed alert. Raises `UsageError` or `QueryError`."""
        given = self.model_fields_set
        simple = ("precision", "only_words", "stories", "paused")
        changes = {name: getattr(self, name) for name in simple if getattr(self, name) is not None}
        if given & {"every", "timezone", "on_write"}:
            before = alert.schedule
            changes["schedule"] = Schedule.of(
                self.every if "every" in given else before.every,
                self.timezone or before.timezone,
                on_write=before.on_write if self.on_write is None else self.on_write,
            )
        if self.to is not None:
            changes["destinations"] = destinations(self.to)
        if self.q is not None:
            check_has_query(alert)
            changes["request"] = self.asked(defaults)
        elif given - {*simple, "every", "timezone", "on_write", "to", "q"}:
            raise UsageError("Send q beside the options of the search that are to change.")
        return replace(alert, edited=now, **changes)
