"""Forms that change something: read within bounds, and refused without the token of the visit."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from search.api.errors import ForeignRequest, RequestMalformed, WrongMediaType
from search.web.site import Site

MOST_FIELDS = 100
TOKEN = "token"  # noqa: S105  the name of a field


async def form(site: Site, request: Request) -> Mapping[str, str]:
    """Read a form; of fields of one name the last counts.

    Raises `ForeignRequest` without the right token, `WrongMediaType`, `RequestMalformed`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise WrongMediaType("Send application/x-www-form-urlencoded.")
    body = await request.body()
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise RequestMalformed("The form cannot be read.") from None
    fields = dict(pairs)
    if not site.owns(request, fields.pop(TOKEN, "")):
        raise ForeignRequest("This form is from another visit or site; load the page anew.")
    return fields
