"""Runs alerts at once after an ingest or a deletion, those that ask for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from search.alerts.store import ALERTS, AlertStore
from search.errors import PolywireError
from search.index.state import IndexState

if TYPE_CHECKING:
    from search.alerts.runner import Runner


def on_write(
    state: Callable[[], IndexState], runner: Callable[[AlertStore], Runner]
) -> tuple[str, ...]:
    """Run them, and return sentences on what a person should know.

    What goes wrong is said and is no failure of what was written: the next run does what is left.
    """
    try:
        with closing(state()) as opened:
            if not any(
                entry.value.get("schedule", {}).get("on_write") for entry in opened.scan(ALERTS)
            ):
                return ()
            ran = runner(AlertStore(opened)).run(lambda alert, _: alert.schedule.on_write)
    except PolywireError as error:
        return (f"The alerts did not run: {error} polywire alerts run --once does what is left.",)
    said = [f"New notices of alerts: {ran.told:,}."] if ran.told else []
    return (*said, *(f"Not delivered, to be tried again: {each}" for each in ran.failed))
