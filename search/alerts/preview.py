"""What an alert would have told of what arrived since a moment: before anyone is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from search.alerts.alert import Alert
from search.alerts.finding import Finder
from search.alerts.notice import notice, public
from search.alerts.runner import Equipment, batches
from search.index.model import EmbeddedArticle
from search.index.time_zones import time_zone

UNMEASURED = (
    "Nothing was measured of how near is near with this model, so that meaning fires nothing; "
    "words, names and filters do."
)

TOO_FEW = (
    "There are too few articles in {} to know how near is near there: what is usual for the model "
    "stands for it, and the precision is less certain."
)

WITH_LESS = "With a precision of {} it would have told {:,} of these articles."

LESS = (0.8, 0.7, 0.5)
"""Precisions that are tried where an alert would have told nothing."""

SHOWN = 100
"""Notices that a preview has; all are counted."""


def preview(
    alert: Alert, equipment: Callable[[bool], Equipment], since: datetime, now: datetime
) -> dict[str, Any]:
    """Return counts and the first notices as a document. Raises what the index raises."""
    own = equipment(alert.by_meaning)
    finder = Finder(own.index, [alert], own.meaning)
    zone = time_zone(alert.schedule.timezone)
    days: Counter[str] = Counter()
    langs: Counter[str] = Counter()
    notices: list[dict[str, Any]] = []
    articles = 0
    for found, seen in _arrived(own, since):
        articles += len(found)
        langs.update(one.article.lang for one in found)
        for match in finder.matches(found):
            article = match.text.article
            arrived = seen.get(article.id) or now
            days[arrived.astimezone(zone).date().isoformat()] += 1
            if len(notices) < SHOWN:
                why = match.why(own.sentences)
                notices.append(public(notice(alert, article, why, now, own.links)))
    notes = notes_on(alert, finder, sorted(langs), own)
    if articles and not days:
        notes += with_less(alert, own, since)
    span = max((now - since) / timedelta(days=1), 1 / 24)
    return {
        "alert": {"id": alert.id, "name": alert.name, "query": alert.query},
        "since": since.isoformat(),
        "articles": articles,
        "fired": days.total(),
        "per_day": round(days.total() / span, 3),
        "days": dict(sorted(days.items())),
        "notes": notes,
        "notices": notices,
    }


def notes_on(alert: Alert, finder: Finder, langs: list[str], own: Equipment) -> list[str]:
    """Say where meaning is left out, or knows too little."""
    if not alert.by_meaning:
        return []
    if own.curve is None:
        return [UNMEASURED]
    few = finder.few(langs)
    return [TOO_FEW.format(", ".join(few))] if few else []


def with_less(alert: Alert, own: Equipment, since: datetime) -> list[str]:
    """Say what an alert would have told with the highest precision with which it had told any."""
    tried = [
        replace(alert, name=f"{alert.name} {least}", precision=least)
        for least in LESS
        if least < alert.precision
    ]
    if not (tried and alert.by_meaning and own.curve):
        return []
    finder = Finder(own.index, tried, own.meaning)
    told: Counter[float] = Counter()
    for found, _ in _arrived(own, since):
        told.update(match.watched.alert.precision for match in finder.matches(found))
    return [WITH_LESS.format(max(told), told[max(told)])] if told else []


def _arrived(
    own: Equipment, since: datetime
) -> Iterator[tuple[list[EmbeddedArticle], Mapping[str, datetime | None]]]:
    """Yield what arrived since a moment, some at a time, and by id when it did."""
    for batch in batches(own.index.arrivals(since)):
        found = own.index.get([arrival.id for arrival in batch], analysed=True)
        yield list(found.values()), {arrival.id: arrival.seen for arrival in batch}
