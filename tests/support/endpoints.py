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
    ("POST", "/v1/similar", KeyScope.READ),
    ("GET", "/v1/status", KeyScope.READ),
    ("GET", "/v1/articles/there", KeyScope.READ),
    ("GET", "/v1/articles/there/versions/1", KeyScope.READ),
    ("PUT", "/v1/articles/there", KeyScope.WRITE),
    ("DELETE", "/v1/articles/there", KeyScope.WRITE),
    ("POST", "/v1/articles", KeyScope.WRITE),
]
