"""The one table of pages.

To add one: write a module with `routes(site, router)`, name it here and, if it is a place to go to,
add a `Section` (`search.web.sections`) with the key of its name in the catalogues.
"""

from __future__ import annotations

from fastapi import APIRouter

from search.web.pages import alert_forms, alerts, article, coverage, door, files, finding, overview
from search.web.site import Site

PAGES = (files, door, alert_forms, alerts, article, coverage, overview, finding)
"""In the order in which paths are looked for."""


def routes(site: Site) -> APIRouter:
    """Return the routes of all pages; none of them is part of the API's description."""
    router = APIRouter(include_in_schema=False)
    for page in PAGES:
        page.routes(site, router)
    return router
