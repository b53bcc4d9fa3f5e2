"""JSON answers: rendered in the worker thread that made them, never on the event loop."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response


def rendered(document: object) -> bytes:
    """Return compact UTF-8 JSON.

    What clients sent may hold half a surrogate pair, which UTF-8 cannot; such a document is
    written with escapes.
    """
    try:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode()


def json_response(
    content: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Wrap rendered JSON."""
    return Response(content, status, dict(headers or {}), "application/json")
