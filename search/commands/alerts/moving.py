"""Moves alerts to another index: exports and imports."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import terminal
from search.alerts.alert import Alert, checked
from search.alerts.damage import reason
from search.alerts.document import alert_document, with_secrets_from
from search.alerts.errors import AlertUnusable
from search.alerts.store import AlertStore
from search.commands.alerts.making import store_of
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings


def exported(settings: Settings, name: str | None, *, with_secrets: bool) -> None:
    """Print alerts as one JSON document."""
    now = datetime.now(UTC)
    with store_of(settings) as store:
        found = store.all(now) if name is None else [store.find(name, now)]
    readable = [one for one in found if isinstance(one, Alert)]
    for one in found:
        if not isinstance(one, Alert):
            terminal.note(f"Left out: {one.sentence}")
    shape = Alert.document if with_secrets else alert_document
    terminal.print_json({"polywire_alerts": 1, "alerts": [shape(one) for one in readable]})


def imported(settings: Settings, path: Path, *, replace: bool) -> None:
    """Add the alerts of an export; each is checked before any is stored."""
    now = datetime.now(UTC)
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        export = json.loads(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no export of alerts ({reason(error)}).") from None
    documents = export.get("alerts") if isinstance(export, dict) else None
    if not isinstance(documents, list) or not all(isinstance(one, dict) for one in documents):
        raise UsageError(f"{path} is no export of alerts (it has no list of alerts).")
    read = [_read(one, path, now) for one in documents]
    wanted = [checked(alert) for alert, _ in read]
    with store_of(settings) as store:
        _check_names(store, path, wanted, now, replacing=replace)
        _begin(settings, store, [one for one in wanted if one.follows is not None])
        for alert in wanted:
            store.add(alert, replacing=replace)
    terminal.note(f"Alerts imported: {len(wanted):,}. They look at what arrives from now on.")
    for alert, cut in read:
        if cut:
            terminal.note(
                f"The alert {alert.name} lacks {', '.join(cut)}: the export has no secrets, and "
                "these addresses are some. Give it all its destinations with polywire alerts edit "
                "NAME --to, or export with --with-secrets."
            )


def _read(document: Any, path: Path, now: datetime) -> tuple[Alert, tuple[str, ...]]:  # noqa: ANN401
    try:
        return with_secrets_from(document, now)
    except AlertUnusable as error:
        name = document.get("name", "without a name") if isinstance(document, dict) else "?"
        raise UsageError(
            f"The alert {name} of {path} cannot be imported: {error.fault}. Nothing is imported; "
            "correct the file, or take the alert out of it."
        ) from None


def _check_names(
    store: AlertStore, path: Path, wanted: Sequence[Alert], now: datetime, *, replacing: bool
) -> None:
    """Raise `UsageError` before anything is stored where names are taken, or come twice."""
    counts = Counter(one.id for one in wanted)
    twice = sorted({one.name for one in wanted if counts[one.id] > 1})
    if twice:
        raise UsageError(f"{path} has {', '.join(twice)} twice; nothing is imported.")
    there = {one.id for one in store.all(now)}
    taken = sorted(one.name for one in wanted if one.id in there)
    if taken and not replacing:
        raise UsageError(
            f"There {'is an alert' if len(taken) == 1 else 'are alerts'} {', '.join(taken)} "
            "already; nothing is imported. Write --replace to replace what is there."
        )


def _begin(settings: Settings, store: AlertStore, alerts: Sequence[Alert]) -> None:
    """Note what there is of what alerts follow, unless they follow it here already."""
    known = {one.id: one for one in store.all(datetime.now(UTC)) if isinstance(one, Alert)}
    new = [one for one in alerts if one.id not in known or known[one.id].follows != one.follows]
    if not new:
        return
    from config import wiring
    from search.alerts.following import Following
    from search.index.errors import IndexMissing

    try:
        index = wiring.open_index(settings)
    except IndexMissing:
        terminal.note("There is no index yet; what alerts follow is waited for.")
        return
    with closing(index):
        following = Following(store, index, wiring.links_of(settings))
        for alert in new:
            if not following.there(alert):
                terminal.note(f"There is no {alert.follows} in this index yet; it is waited for.")
            following.begin(alert)
