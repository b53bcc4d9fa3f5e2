"""`/static/`: style, script and sign of the page, which may be cached for good."""

from __future__ import annotations

import gzip
import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from search.web.site import Site
from search.web.templates_of import STATIC

TYPES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
_FOR_GOOD = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}


def routes(_site: Site, router: APIRouter) -> None:
    """Add the routes; there is one per file, so that no path leads anywhere else."""
    for name, kind in TYPES.items():
        router.add_api_route(f"/static/{name}", _endpoint((STATIC / name).read_bytes(), kind))


def _endpoint(content: bytes, kind: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    # Pages are not compressed: they have what a reader typed beside the secret of their forms.
    packed = gzip.compress(content, mtime=0)

    async def file(request: Request) -> Response:
        if _takes_gzip(request.headers.get("accept-encoding", "")):
            headers = {**_FOR_GOOD, "Content-Encoding": "gzip"}
            return Response(packed, headers=headers, media_type=kind)
        return Response(content, headers=_FOR_GOOD, media_type=kind)

    return file


def _takes_gzip(accepted: str) -> bool:
    codings = (one.partition(";") for one in accepted[:1000].lower().split(","))
    return any(
        name.strip() == "gzip" and not re.fullmatch(r"\s*q=0(?:\.0*)?\s*", quality)
        for name, _, quality in codings
    )
