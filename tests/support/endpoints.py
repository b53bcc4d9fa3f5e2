"""Every endpoint, and the scope that it needs."""

from __future__ import annotations

from search.api.access.keys import KeyScope

ENDPOINTS = [
    ("GET", "/healthz", None),
    ("GET", "/readyz", None),
    ("GET", "/openapi.json", None),
    ("GET", "/metrics", KeyScope.ADMIN),
    ("GET", "/v1/search?q=ferry", KeyScope.READ),
    ("POST", "/v1/search", KeyScope.READ),
    ("GET", "/v1/facets", KeyScope.READ),
    ("GET", "/v1/export", KeyScope.READ),
    ("GET", "/v1/similar/there", KeyScope.READ),
    ("GET", "/v1/coverage?q=ferry", KeyScope.READ),
    ("GET", "/v1/stories", KeyScope.READ),
    ("GET", "/v1/stories/there", KeyScope.READ),
    ("POST", "/v1/similar", KeyScope.READ),
    ("GET", "/v1/status", KeyScope.READ),
    ("GET", "/v1/articles/there", KeyScope.READ),
    ("GET", "/v1/articles/there/versions/1", KeyScope.READ),
    ("GET", "/v1/alerts", KeyScope.ALERTS),
    ("POST", "/v1/alerts", KeyScope.ALERTS),
    ("POST", "/v1/alerts/preview", KeyScope.ALERTS),
    ("GET", "/v1/alerts/there", KeyScope.ALERTS),
    ("PATCH", "/v1/alerts/there", KeyScope.ALERTS),
    ("DELETE", "/v1/alerts/there", KeyScope.ALERTS),
    ("GET", "/v1/alerts/there/preview", KeyScope.ALERTS),
    ("GET", "/v1/alerts/there/history", KeyScope.ALERTS),
    ("GET", "/v1/alerts/there/feed", None),
    ("POST", "/v1/alerts/there/end", None),
    ("PUT", "/v1/articles/there", KeyScope.WRITE),
    ("DELETE", "/v1/articles/there", KeyScope.WRITE),
    ("POST", "/v1/articles", KeyScope.WRITE),
]


def template(path: str) -> str:
    """Return a path as the OpenAPI document has it."""
    bare = path.partition("?")[0].replace("/alerts/there", "/alerts/{alert_id}")
    bare = bare.replace("/stories/there", "/stories/{story_id}")
    return bare.replace("/there", "/{article_id}").replace("/versions/1", "/versions/{number}")
