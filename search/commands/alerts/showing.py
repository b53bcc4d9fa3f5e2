"""Shows alerts: a list, one of them, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from config import terminal
from search.alerts.alert import Alert
from search.alerts.document import alert_document, damaged_document, state_document
from search.alerts.notice import public, why_sentence
from search.alerts.store import AlertStore
from search.commands.alerts.making import store_of

if TYPE_CHECKING:
    from config.settings import Settings


def listed(settings: Settings, *, as_json: bool) -> None:
    """Print all alerts."""
    with store_of(settings) as store:
        found = store.all(datetime.now(UTC))
    documents = [
        alert_document(one) if isinstance(one, Alert) else damaged_document(one) for one in found
    ]
    if as_json:
        terminal.print_json({"alerts": documents})
        return
    if not found:
        terminal.note('There are no alerts; add one: polywire alerts add NAME "QUERY"')
        return
    rows = [_row(one) if isinstance(one, Alert) else (one.name, one.sentence) for one in found]
    _table(("name", "query", "when", "to", "state"), rows)


def _row(alert: Alert) -> tuple[str, ...]:
    to = ", ".join(one.shown for one in alert.destinations)
    return alert.name, alert.query, _when(alert), to, "paused" if alert.paused else "active"


def _when(alert: Alert) -> str:
    schedule = alert.schedule
    when = schedule.every or "every run"
    zone = f" {schedule.timezone}" if ":" in when else ""
    return f"{when}{zone}{', on write' if schedule.on_write else ''}"


def shown(settings: Settings, name: str, *, history: bool, as_json: bool) -> None:
    """Print one alert and, if asked, what it told."""
    now = datetime.now(UTC)
    with store_of(settings) as store:
        alert = store.find(name, now)
        document = alert_document(alert) | {"state": _state(store, alert, now)}
        if history:
            document["history"] = store.history(alert.id)
    if as_json:
        terminal.print_json(document)
        return
    rows = [
        ("name", alert.name),
        ("id", alert.id),
        ("query", alert.query),
        ("when", _when(alert)),
        ("to", ", ".join(one.shown for one in alert.destinations)),
        ("by meaning", f"precision {alert.precision:g}" if alert.by_meaning else "no"),
        ("stories", str(alert.stories)),
        ("state", "paused" if alert.paused else "active"),
        ("last run", document["state"]["last_run"] or "never"),
        ("told", str(document["state"]["told"])),
    ]
    _table(("", ""), rows)
    for told in document.get("history", ()):
        article = public(told)["article"]
        terminal.stdout().print(f"{told['found'][:16]}  {article['id']}  {article['title']}")
        terminal.stdout().print(f"    {why_sentence(told)}", style="dim")


def stated(settings: Settings, *, as_json: bool) -> None:
    """Print how far each alert has come."""
    now = datetime.now(UTC)
    with store_of(settings) as store:
        states = [
            _state(store, one, now) if isinstance(one, Alert) else damaged_document(one)
            for one in store.all(now)
        ]
    if as_json:
        terminal.print_json({"alerts": states})
        return
    rows = []
    for one in states:
        failing = "; ".join(
            f"{f['to']}: {f['error']} (tried {f['attempts']} times, next {f['next'][:16]})"
            for f in one.get("failing", ())
        )
        rows.append(
            (
                one["name"],
                (one.get("last_run") or "never")[:16],
                str(one.get("told", "")),
                str(one.get("waiting", "")),
                one["error"] or failing,
            )
        )
    _table(("name", "last run", "told", "waiting", "trouble"), rows)


def _state(store: AlertStore, alert: Alert, now: datetime) -> dict[str, Any]:
    pending = store.notices(list(store.pending(alert.id))).values()
    progress = store.progress([alert.id]).get(alert.id)
    document = state_document(alert, progress, [entry.value for entry in pending], now)
    return document | {"told": store.told(alert.id)}


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    terminal.stdout().print(table)
