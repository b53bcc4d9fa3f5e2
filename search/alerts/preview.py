"""What an alert would have told of what arrived since a moment: before anyone is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from search.alerts.alert import Alert
from search.alerts.finding import Finder
from search.alerts.notice import notice, public
from search.alerts.runner import Equipment, batches
from search.index.time_zones import time_zone

UNMEASURED = (
    "Nothing was measured of how near is near with this model, so that meaning fires nothing; "
    "words, names and filters do."
)

TOO_FEW = (
    "There are too few articles in {} to know how near is near there: what is usual for the model "
    "stands for it, and the precision is less certain."
)

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
    for batch in batches(own.index.arrivals(since)):
        found = own.index.get([arrival.id for arrival in batch])
        articles += len(found)
        seen = {arrival.id: arrival.seen for arrival in batch}
        langs.update(one.article.lang for one in found.values())
        for match in finder.matches(list(found.values())):
            article = match.text.article
            arrived = seen.get(article.id) or now
            days[arrived.astimezone(zone).date().isoformat()] += 1
            if len(notices) < SHOWN:
                why = match.why(own.sentences)
                notices.append(public(notice(alert, article, why, now, own.links)))
    span = max((now - since) / timedelta(days=1), 1 / 24)
    return {
        "alert": {"id": alert.id, "name": alert.name, "query": alert.query},
        "since": since.isoformat(),
        "articles": articles,
        "fired": days.total(),
        "per_day": round(days.total() / span, 3),
        "days": dict(sorted(days.items())),
        "notes": notes_on(alert, finder, sorted(langs), own),
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
