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
from search.index.time_zones import minute
from search.printable import on_one_line

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
    zone = alert.schedule.timezone
    rows = [
        ("name", alert.name),
        ("id", alert.id),
        ("query", alert.query),
        ("when", _when(alert)),
        ("to", ", ".join(one.shown for one in alert.destinations)),
        ("by meaning", f"precision {alert.precision:g}" if alert.by_meaning else "no"),
        ("stories", str(alert.stories)),
        ("state", "paused" if alert.paused else "active"),
        ("last run", _minute(document["state"]["last_run"], zone) or "never"),
        ("told", str(document["state"]["told"])),
    ]
    if document["state"]["next_run"]:
        rows.insert(-1, ("next run", _minute(document["state"]["next_run"], zone)))
    _table(("", ""), rows)
    for told in document.get("history", ()):
        article, console = public(told)["article"], terminal.stdout()
        about = (_minute(told["found"], zone), article["id"], article["title"], article["source"])
        console.print(on_one_line("  ".join(filter(None, about))), soft_wrap=True)
        console.print(f"    {why_sentence(told)}", style="dim", soft_wrap=True)


def stated(settings: Settings, *, as_json: bool) -> None:
    """Print how far each alert has come; times are those of its time zone."""
    now = datetime.now(UTC)
    with store_of(settings) as store:
        found = store.all(now)
        states = [
            _state(store, one, now) if isinstance(one, Alert) else damaged_document(one)
            for one in found
        ]
    if as_json:
        terminal.print_json({"alerts": states})
        return
    rows = []
    for alert, one in zip(found, states, strict=True):
        if not isinstance(alert, Alert):
            rows.append((alert.name, "", "", "", alert.sentence))
            continue
        zone = alert.schedule.timezone
        last = _minute(one["last_run"], zone) or "never"
        trouble = [_failing(each, zone) for each in one["failing"]]
        if one["held_until"]:
            trouble.append(f"tells often: one digest at {_minute(one['held_until'], zone)}")
        rows.append((alert.name, last, str(one["told"]), str(one["waiting"]), "; ".join(trouble)))
    _table(("name", "last run", "told", "waiting", "trouble"), rows)


def _failing(one: dict[str, Any], zone: str) -> str:
    tried = "once" if one["attempts"] == 1 else f"{one['attempts']} times"
    return f"{one['to']}: {one['error']} (tried {tried}, next {_minute(one['next'], zone)})"


def _minute(text: str | None, zone: str) -> str:
    """Write a moment for a person, with its time zone; "" for none."""
    if text is None:
        return ""
    return f"{minute(datetime.fromisoformat(text), zone)} {zone}"


def _state(store: AlertStore, alert: Alert, now: datetime) -> dict[str, Any]:
    pending = store.notices(list(store.pending(alert.id))).values()
    progress = store.progress([alert.id]).get(alert.id)
    sent = store.sent([alert.id]).get(alert.id, [])
    document = state_document(alert, progress, [entry.value for entry in pending], sent, now)
    return document | {"told": store.told(alert.id)}


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    terminal.stdout().print(table)
