"""Why there is no article of an id: its source withdrew it, or there never was one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from config import wiring
from search.index.withdrawals import Withdrawal, withdrawal_of

if TYPE_CHECKING:
    from config.settings import Settings


def withdrawn(settings: Settings, article: str) -> Withdrawal | None:
    """Look up when and why an article was withdrawn: None where it was not."""
    with closing(wiring.location(settings).state()) as state:
        return withdrawal_of(state, article)


def why_absent(settings: Settings, article: str, otherwise: str) -> str:
    """Return the sentence on an article that is not in the index."""
    found = withdrawn(settings, article)
    return otherwise if found is None else found.sentence
