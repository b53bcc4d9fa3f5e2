"""Runs alerts, once or by their schedules, and tries one out."""

from __future__ import annotations

import io
import json
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from config import terminal
from search.alerts.alert import Alert
from search.alerts.notice import why_sentence
from search.alerts.store import AlertStore, Progress
from search.commands.alerts.making import store_of
from search.errors import PolywireError, UsageError
from search.printable import on_one_line
from search.query.dates import moment

if TYPE_CHECKING:
    from config.settings import Settings
    from search.alerts.runner import Ran, Runner

LOOKS_EVERY_S = 15.0
"""How often alerts without a schedule run."""


def run_once(settings: Settings, name: str | None, *, as_json: bool) -> None:
    """Run all alerts now, or one."""
    stream = io.StringIO() if as_json else sys.stdout
    with store_of(settings) as store:
        only = None if name is None else store.find(name, datetime.now(UTC)).id
        ran = _runner(settings, store, stream).run(
            lambda alert, _: only in (None, alert.id), at_once=True
        )
    if as_json:
        assert isinstance(stream, io.StringIO)  # noqa: S101 - made above
        lines = stream.getvalue().splitlines()
        terminal.print_json(_document(ran) | {"notices": [json.loads(line) for line in lines]})
    else:
        _report(ran)
    if ran.failed or ran.unusable:
        terminal.leave(1)


def run_forever(settings: Settings, name: str | None) -> None:
    """Run alerts when they are due, until the process is stopped."""
    with store_of(settings) as store:
        only = None if name is None else store.find(name, datetime.now(UTC)).id
        runner = _runner(settings, store, sys.stdout)
        terminal.note("Watching; Ctrl-C stops.")
        while True:
            try:
                ran = runner.run(
                    lambda alert, known: only in (None, alert.id) and due(alert, known)
                )
                if ran.told or ran.failed:
                    _report(ran)
            except PolywireError as error:
                terminal.note(
                    f"polywire: The alerts did not run (next try in {LOOKS_EVERY_S:.0f} s): {error}"
                )
            time.sleep(LOOKS_EVERY_S)


def due(alert: Alert, known: Progress) -> bool:
    """Tell whether an alert is to run now by its schedule."""
    return alert.schedule.due(known.last_run or alert.created, datetime.now(UTC))


def tried(settings: Settings, name: str, since: str, *, as_json: bool) -> None:
    """Show what an alert would have told of what arrived since a moment."""
    from config import wiring
    from search.alerts.preview import preview
    from search.query.dates import span

    now = datetime.now(UTC)
    try:
        start, _ = span(since, now)
    except ValueError as error:
        raise UsageError(f"--since: {error}.") from None
    with store_of(settings) as store:
        alert = store.find(name, now)
    if alert.request is None:
        raise UsageError("What is followed cannot be tried out: it tells what becomes of it.")
    found = preview(alert, wiring.alert_equipment(settings), start, now)
    if as_json:
        terminal.print_json(found)
        return
    console = terminal.stdout()
    console.print(
        f"{found['fired']:,} of {found['articles']:,} articles that arrived since "
        f"{moment(start)}: {found['per_day']:.1f} per day",
        style="bold",
    )
    for day, count in found["days"].items():
        console.print(f"{day}  {count}")
    for notice in found["notices"]:
        article = notice["article"]
        about = (article["id"], article["lang"], article["title"], article["source"])
        console.print(on_one_line("  ".join(filter(None, about))), soft_wrap=True)
        console.print(f"    {why_sentence(notice)}", style="dim", soft_wrap=True)
    for note in found["notes"]:
        terminal.note(f"Note: {note}")


def _runner(settings: Settings, store: AlertStore, stream: Any) -> Runner:  # noqa: ANN401 - TextIO
    from config import wiring

    return wiring.alert_runner(settings, store, stream=stream)


def _document(ran: Ran) -> dict[str, Any]:
    return {
        "alerts": ran.alerts,
        "articles": ran.articles,
        "told": ran.told,
        "delivered": ran.delivered,
        "failed": list(ran.failed),
        "unusable": [one.sentence for one in ran.unusable],
    }


def _report(ran: Ran) -> None:
    terminal.note(
        f"Alerts run: {ran.alerts:,}; articles looked at: {ran.articles:,}; new notices: "
        f"{ran.told:,}; deliveries: {ran.delivered:,}."
    )
    for sentence in ran.failed:
        terminal.note(f"Not delivered, to be tried again: {sentence}")
    for damaged in ran.unusable:
        terminal.note(damaged.sentence)
