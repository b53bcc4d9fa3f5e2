"""The one table of pages: which there are, and which stand in the navigation.

To add one: write a module with `routes(site)`, name it here and, if it is a place to go to, add a
`Section` with the key of its name in the catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from search.api.access.keys import KeyScope
from search.web.pages import alert_forms, alerts, article, coverage, door, files, finding, overview
from search.web.site import Site

PAGES = (files, door, alert_forms, alerts, article, coverage, overview, finding)
"""In the order in which paths are looked for."""


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


def routes(site: Site) -> APIRouter:
    """Return the routes of all pages; none of them is part of the API's description."""
    router = APIRouter(include_in_schema=False)
    for page in PAGES:
        page.routes(site, router)
    return router
