"""Adds and changes alerts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from config import terminal
from search.alerts.alert import PRECISION, Alert, Stories, check_has_query, checked, new_feed_secret
from search.alerts.damage import Part
from search.alerts.destinations import Destination, Kind, destination
from search.alerts.document import alert_document
from search.alerts.schedule import Schedule
from search.alerts.store import AlertStore
from search.commands.alerts.options import AlertOptions, WatchOptions
from search.commands.options import GivenOptions
from search.index.errors import IndexMissing, SearchIndexError

if TYPE_CHECKING:
    from config.settings import Settings
    from search.request import Request


@contextmanager
def store_of(settings: Settings) -> Iterator[AlertStore]:
    """Open the alerts of the index that the settings name."""
    from config import wiring

    with closing(wiring.location(settings).state()) as state:
        yield AlertStore(state)


def added(
    given: GivenOptions, name: str, query: str, chosen: AlertOptions, **further: object
) -> None:
    """Add an alert, and say which secrets it got."""
    from search.commands.requested import settings_of

    settings = settings_of(given)
    request = _request(given, settings, query, further)
    saved(settings, name, request, chosen, given.timezone, as_json=given.as_json)


def saved(
    settings: Settings,
    name: str,
    request: Request,
    chosen: AlertOptions,
    timezone: str | None = None,
    *,
    as_json: bool = False,
) -> None:
    """Save a request as an alert."""
    from search.retrieval.hybrid import check

    check(replace(request, rerank=False), None, "alerts add NAME")
    alert = checked(
        Alert(
            name=name,
            request=replace(request, rerank=False),
            precision=PRECISION if chosen.precision is None else chosen.precision,
            only_words=bool(chosen.only_words),
            stories=chosen.stories or Stories.GROUPED,
            schedule=Schedule.of(
                chosen.every, timezone or settings.timezone, on_write=bool(chosen.on_write)
            ),
            destinations=tuple(map(destination, chosen.to or ())) or (Destination(Kind.STDOUT),),
            created=datetime.now(UTC),
            feed_secret=new_feed_secret(),
        )
    )
    with store_of(settings) as store:
        store.add(alert)
    _say(alert, alert.destinations, settings, as_json=as_json)
    if _note_missing(settings) and not as_json:
        terminal.note(f"What it would have told: polywire alerts test {shlex.quote(name)}")


def followed(
    settings: Settings,
    what: str,
    name: str | None,
    chosen: WatchOptions,
    timezone: str | None,
    *,
    as_json: bool,
) -> None:
    """Follow an article or a story."""
    from config import wiring
    from search.alerts.following import Following

    alert = checked(
        Alert(
            name=name or f"follow {what}",
            request=None,
            follows=what,
            schedule=Schedule.of(
                chosen.every, timezone or settings.timezone, on_write=bool(chosen.on_write)
            ),
            destinations=tuple(map(destination, chosen.to or ())) or (Destination(Kind.STDOUT),),
            created=datetime.now(UTC),
            feed_secret=new_feed_secret(),
        )
    )
    with store_of(settings) as store, closing(wiring.open_index(settings)) as index:
        following = Following(store, index, wiring.links_of(settings))
        following.check(alert)
        store.add(alert)
        following.begin(alert)
    _say(alert, alert.destinations, settings, as_json=as_json)


def edited(
    given: GivenOptions, name: str, query: str, chosen: AlertOptions, **further: object
) -> None:
    """Change what is given of an alert."""
    from search.commands.requested import settings_of

    settings = settings_of(given)
    with store_of(settings) as store:
        before = store.find(name, datetime.now(UTC), anew=_anew(given, query, chosen))
        schedule = before.schedule
        if chosen.every is not None or chosen.on_write is not None or given.timezone:
            schedule = Schedule.of(
                schedule.every if chosen.every is None else chosen.every,
                given.timezone or schedule.timezone,
                on_write=schedule.on_write if chosen.on_write is None else chosen.on_write,
            )
        request = before.request
        if query or any(value is not None for value in further.values()) or _searches(given):
            check_has_query(before)
            request = _request(given, settings, query or before.query, further)
        known = {one.id: one for one in before.destinations}
        wanted = [destination(text) for text in chosen.to or ()]
        alert = checked(
            replace(
                before,
                request=None if request is None else replace(request, rerank=False),
                precision=before.precision if chosen.precision is None else chosen.precision,
                only_words=before.only_words if chosen.only_words is None else chosen.only_words,
                stories=chosen.stories or before.stories,
                schedule=schedule,
                destinations=tuple(known.get(one.id, one) for one in wanted) or before.destinations,
                edited=datetime.now(UTC),
            )
        )
        store.put(alert)
    new = [one for one in alert.destinations if one.id not in known]
    _say(alert, new, settings, as_json=given.as_json)


def paused(settings: Settings, name: str, *, wanted: bool) -> None:
    """Pause an alert, or let it go on."""
    now = datetime.now(UTC)
    with store_of(settings) as store:
        store.put(replace(store.find(name, now), paused=wanted, edited=now))
    terminal.note(f"The alert {name} {'is paused' if wanted else 'goes on'}.")


def _anew(given: GivenOptions, query: str, chosen: AlertOptions) -> frozenset[Part]:
    """Return the parts that are given: they need not be readable in the alert."""
    parts = {
        Part.SEARCH: query,
        Part.EVERY: chosen.every,
        Part.TIMEZONE: given.timezone,
        Part.DESTINATIONS: chosen.to,
    }
    return frozenset(part for part, value in parts.items() if value)


def _request(
    given: GivenOptions, settings: Settings, query: str, further: dict[str, Any]
) -> Request:
    from search.commands.requested import run_of

    wanted = {key: value for key, value in further.items() if value is not None}
    request = run_of(given, settings, query, **wanted).request
    for note in request.notes:
        terminal.note(f"Note: {note}")
    return request


def _searches(given: GivenOptions) -> bool:
    """Tell whether any option of the search itself is given."""
    of_search = ("mode", "names", "lang", "source", "section", "tag", "after", "before", "on")
    return any(getattr(given, name) is not None for name in of_search)


def _note_missing(settings: Settings) -> bool:
    """Tell whether there is an index at the place, which may have been mistyped; say if not."""
    from config import wiring

    place = wiring.location(settings)
    try:
        place.open().close()
    except IndexMissing:
        terminal.note(
            f"Note: There is no index at {place.uri} yet; the alert looks at what is ingested "
            "there."
        )
    except SearchIndexError as error:
        terminal.note(f"Note: The alert does not run before this is mended: {error}")
    else:
        return True
    return False


def _say(
    alert: Alert,
    new: tuple[Destination, ...] | list[Destination],
    settings: Settings,
    *,
    as_json: bool,
) -> None:
    """Say what was saved; a secret is shown here and never again."""
    mail = settings.alerts
    if any(one.kind is Kind.MAIL for one in new) and not (mail.smtp_host and mail.mail_from):
        terminal.note(
            "Note: Mail waits until there is a server for it; set alerts.smtp_host and "
            "alerts.mail_from."
        )
    secrets = {one.shown: one.secret for one in new if one.secret}
    feed = f"/v1/alerts/{alert.id}/feed?secret={alert.feed_secret}"
    feeds = [one for one in new if one.kind is Kind.FEED]
    base = (settings.alerts.public_url or "").rstrip("/")
    if as_json:
        document = alert_document(alert) | {"secrets": secrets}
        terminal.print_json(document | ({"feed": base + feed} if feeds else {}))
        return
    terminal.note(f"The alert {alert.name} ({alert.id}) is saved.")
    for shown, secret in secrets.items():
        terminal.note(f"The secret that signs what {shown} is sent, shown only now: {secret}")
    if feeds:
        terminal.note(f"Its feed, for whoever knows this address: {base}{feed}")
