"""Which pages stand in the navigation, in which order, and who sees them."""

from __future__ import annotations

from dataclasses import dataclass

from search.api.access.keys import KeyScope


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation."""

    path: str
    name: str
    """Key in the catalogues."""
    scope: KeyScope = KeyScope.READ
    """Shown to those who have it."""


SECTIONS = (
    Section("/", "nav.search"),
    Section("/overview", "nav.overview"),
    Section("/stories", "nav.stories"),
    Section("/alerts", "nav.alerts", KeyScope.ALERTS),
)
