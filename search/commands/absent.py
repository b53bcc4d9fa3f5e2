"""Why there is no article of an id: its source withdrew it, or there never was one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from config import wiring
from search.commands.naming import meant
from search.index.withdrawals import Withdrawal, withdrawal_of

if TYPE_CHECKING:
    from config.settings import Settings


def withdrawn(settings: Settings, written: str) -> Withdrawal | None:
    """Look up when and why an article was withdrawn, by id or address: None where it was not."""
    with closing(wiring.location(settings).state()) as state:
        found = (withdrawal_of(state, name) for name in meant(written))
        return next((one for one in found if one is not None), None)


def why_absent(settings: Settings, written: str, otherwise: str) -> str:
    """Return the sentence on an article that is not in the index."""
    found = withdrawn(settings, written)
    return otherwise if found is None else found.sentence
