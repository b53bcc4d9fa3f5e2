"""`/static/`: style, script and sign of the page, which may be cached for good."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from search.web.site import Site
from search.web.templates_of import STATIC

TYPES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def routes(_site: Site, router: APIRouter) -> None:
    """Add the routes; there is one per file, so that no path leads anywhere else."""
    for name, kind in TYPES.items():
        router.add_api_route(f"/static/{name}", _endpoint((STATIC / name).read_bytes(), kind))


def _endpoint(content: bytes, kind: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    async def file(_request: Request) -> Response:
        return Response(content, headers=_FOR_GOOD, media_type=kind)

    return file
